"""Learn what statements say of activities."""

import time
from collections.abc import Iterable
from hashlib import blake2b
from uuid import UUID

import msgspec
from django.db import transaction

from lms.records.models import Activity
from lms.records.rules.definitions import merged
from lms.records.rules.digests import ACTIVITY, digest

MOST_REMEMBERED = 50_000
REMEMBERED = 60.0  # seconds: what another process has learned meanwhile is the last word no longer than that
# What this process learned last of each activity, and when: nearly every statement repeats it, and asks the database nothing.
_last: dict[UUID, tuple[bytes, float]] = {}


def are_known(store: int, heard: Iterable[tuple[str, bytes]]) -> bool:
    """Whether all of these are what this process learned last of their activities."""
    return all(_is_last(digest(store, ACTIVITY, iri), definition) for iri, definition in heard)


def _is_last(activity: UUID, definition: bytes) -> bool:
    known = _last.get(activity)
    return known is not None and known[0] == _mark(definition) and time.monotonic() - known[1] < REMEMBERED


def _mark(definition: bytes) -> bytes:
    return blake2b(definition, digest_size=16).digest()


def learn_definitions(store: int, heard: Iterable[tuple[str, bytes]]) -> None:
    """Merge definitions into what the store says of each activity, in the caller's transaction.

    Called under the statements' own lock (`bulk.next_stored`): no one else learns meanwhile.
    """
    news: dict[UUID, tuple[str, list[bytes]]] = {}
    for iri, definition in heard:
        activity = digest(store, ACTIVITY, iri)
        if activity in news or not _is_last(activity, definition):
            definitions = news.setdefault(activity, (iri, []))[1]
            if definition not in definitions[-1:]:
                definitions.append(definition)
    if not news:
        return
    known = {row.id: msgspec.json.decode(row.definition) for row in Activity.objects.filter(id__in=news)}
    changed = []
    for activity, (iri, definitions) in news.items():
        before = known.get(activity, {})
        after = before
        for definition in definitions:
            after = merged(after, msgspec.json.decode(definition))
        if after != before or activity not in known:
            changed.append(Activity(id=activity, store=store, iri=iri, definition=msgspec.json.encode(after).decode()))
    Activity.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=["definition"])
    now = time.monotonic()
    told = {activity: (_mark(definitions[-1]), now) for activity, (_iri, definitions) in news.items()}
    transaction.on_commit(lambda: _remember(told))


def _remember(told: dict[UUID, tuple[bytes, float]]) -> None:
    if len(_last) > MOST_REMEMBERED:
        _last.clear()
    _last.update(told)
