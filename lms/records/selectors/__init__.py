"""Questions to the record store: pages of statements in the order they were stored, one statement, the credentials."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from lms.records.models import Credential, Statement, Voiding


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is: the last statement read."""

    stored: datetime
    id: UUID


def standing_statements() -> QuerySet[Statement]:
    """The statements that were not voided (xAPI 1.0.3 §2.1.3: a voided one is not returned by its id nor in a list)."""
    return Statement.objects.filter(~Exists(Voiding.objects.filter(target=OuterRef("id"))))


def statements_page(*, limit: int, ascending: bool, after: Place | None) -> tuple[list[Statement], Place | None]:
    """At most `limit` statements that follow `after` in reading order, and the place of the last when more follow.

    A place is bound to (stored, id), so statements stored or voided meanwhile shift nothing.
    """
    statements = standing_statements().order_by(*(("stored", "id") if ascending else ("-stored", "-id")))
    if after and ascending:
        statements = statements.filter(Q(stored__gt=after.stored) | Q(stored=after.stored, id__gt=after.id))
    elif after:
        statements = statements.filter(Q(stored__lt=after.stored) | Q(stored=after.stored, id__lt=after.id))
    found = list(statements[: limit + 1])
    page = found[:limit]
    return page, Place(page[-1].stored, page[-1].id) if len(found) > limit else None


def last_stored() -> datetime | None:
    """When the last statement was stored: what comes later is stored later (the lock of `services.record`)."""
    return Statement.objects.order_by("-stored", "-id").values_list("stored", flat=True).first()


def credentials() -> QuerySet[Credential]:
    """The credentials, live ones first, then the latest."""
    return Credential.objects.order_by(F("revoked_at").desc(nulls_first=True), "-created_at")
