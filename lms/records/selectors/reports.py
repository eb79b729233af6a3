"""What other systems told the store about our own activities."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Exists, OuterRef, Q

from lms.records.models import HOME, Credential, Mention, Statement, Voiding
from lms.records.rules.digests import ACTIVITY, digest


@dataclass(frozen=True, slots=True)
class Told:
    """One statement of others; `by` is the label of the credential it came with, empty for one that came as a file or with none of ours."""

    id: UUID
    stored: datetime
    statement: dict[str, Any]
    by: str


def told_by_others(activities: Collection[str], *, own: UUID, after: datetime | None, upto: datetime, most: int) -> Iterator[Told]:
    """The statements stored after one moment and up to another whose object or context is one of these activities (IRIs), in the order of the store, the
    voided ones and those of authority `own` (this site's) aside. Two queries."""
    refs = [digest(HOME, ACTIVITY, iri) for iri in activities]
    since = {"stored__lte": upto, **({"stored__gt": after} if after else {})}
    mentioned = Mention.objects.filter(ref__in=refs, **since).values("statement")
    voided = Voiding.objects.filter(store=HOME, target=OuterRef("pk"))
    rows = (
        Statement.objects.filter(Q(activity__in=refs) | Q(pk__in=mentioned), store=HOME, **since)
        .exclude(authority=own)
        .exclude(Exists(voided))
        .order_by("stored")
    )
    labels = dict(Credential.objects.order_by("pk").values_list("authority", "label"))
    for pk, stored, authority, text in rows.values_list("pk", "stored", "authority", "text")[:most]:
        yield Told(pk, stored, msgspec.json.decode(text), labels.get(authority, ""))
