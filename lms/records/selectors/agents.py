"""Questions about whom and what statements speak of: the names of an agent, the definition of an activity."""

from collections.abc import Iterator
from itertools import chain
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Exists, OuterRef, QuerySet

from lms.records.models import Activity, Mention, Statement, Voiding
from lms.records.rules.agents import Actor, identity
from lms.records.rules.digests import AGENT, NEAR, digest

LATEST = 100  # statements read in each place an agent may stand: a name in use is among them, and the cost stays the same with a million
IDENTIFIERS = frozenset({"mbox", "mbox_sha1sum", "openid", "account"})
NOBODY_INSIDE = frozenset({"verb", "result", "attachments", "extensions", "definition"})


def names_of(who: str, *, store: int) -> list[str]:
    """The names that the latest standing statements call an agent by, the latest first. `who`: its identity."""
    refs = [digest(store, kind, who) for kind in (AGENT, NEAR)]
    mentions = [Mention.objects.filter(ref=ref).order_by("-stored").values_list("statement", flat=True)[:LATEST] for ref in refs]
    acts = Statement.objects.filter(actor=refs[0]).order_by("-stored").values_list("pk", flat=True)[:LATEST]
    texts = _standing(store).filter(pk__in=set(chain(acts, *mentions))).order_by("-stored").values_list("text", flat=True)
    return list(dict.fromkeys(name for text in texts for name in _names(msgspec.json.decode(text), who)))


def definition_of(activity: UUID) -> str:
    """What the store says of an activity, as JSON; empty when it never heard of it."""
    return Activity.objects.filter(pk=activity).values_list("definition", flat=True).first() or ""


def _standing(store: int) -> QuerySet[Statement]:
    voided = Voiding.objects.filter(target=OuterRef("pk"), store=OuterRef("store"))
    return Statement.objects.filter(~Exists(voided), store=store)


def _names(value: Any, who: str) -> Iterator[str]:
    """The names beside that identity, wherever an agent may stand in a kept statement."""
    if isinstance(value, list):
        for one in value:
            yield from _names(one, who)
    elif isinstance(value, dict):
        if value.get("name") and not IDENTIFIERS.isdisjoint(value) and identity(msgspec.convert(value, Actor)) == who:
            yield value["name"]
        for key in value.keys() - NOBODY_INSIDE:
            yield from _names(value[key], who)
