"""Learn what statements say of activities."""

from collections.abc import Iterable
from hashlib import blake2b
from uuid import UUID

import msgspec
from django.db import transaction

from lms.records.models import Activity
from lms.records.rules.definitions import merged
from lms.records.rules.digests import ACTIVITY, digest

MOST_REMEMBERED = 50_000
# (activity, definition) pairs this process has seen kept: nearly every statement repeats one, and asks the database nothing
_seen: set[bytes] = set()


def are_known(store: int, heard: Iterable[tuple[str, bytes]]) -> bool:
    """Whether this process has seen all of these kept already."""
    return all(_mark(digest(store, ACTIVITY, iri), definition) in _seen for iri, definition in heard)


def _mark(activity: UUID, definition: bytes) -> bytes:
    return blake2b(definition, digest_size=16, key=activity.bytes).digest()


def learn_definitions(store: int, heard: Iterable[tuple[str, bytes]]) -> None:
    """Merge definitions into what the store says of each activity, in the caller's transaction.

    Called under the statements' own lock (`bulk.next_stored`): no one else learns meanwhile.
    """
    news: dict[UUID, tuple[str, list[bytes]]] = {}
    marks = []
    for iri, definition in heard:
        activity = digest(store, ACTIVITY, iri)
        mark = _mark(activity, definition)
        if mark not in _seen:
            news.setdefault(activity, (iri, []))[1].append(definition)
            marks.append(mark)
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
    transaction.on_commit(lambda: _remember(marks))


def _remember(marks: Iterable[bytes]) -> None:
    if len(_seen) > MOST_REMEMBERED:
        _seen.clear()
    _seen.update(marks)
