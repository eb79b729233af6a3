"""Write statements: whole or not at all, in one order, each id once (xAPI 1.0.3 Communication §2.1, IEEE 9274.1.1 §4.1.6.1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from django.db import connection, transaction

from lms.records.models import HOME, Attachment, Reference, Statement, Voiding
from lms.records.rules.digests import ACTIVITY, AGENT, NEAR, VERB, digest
from lms.records.rules.equality import same
from lms.records.rules.refusals import Declined
from lms.records.rules.statement import Parsed, parse
from lms.records.rules.texts import with_listed_activities, without
from lms.records.services.activities import are_known, learn_definitions
from lms.records.services.bulk import TICK, Row, insert_one, insert_statements, next_stored
from lms.records.statements import Json, authority_digest, instant, site_authority
from lms.records.vocabulary import VOIDED

CLAIMS = frozenset({"stored", "authority"})  # the store's to say (1.0.3 Data §2.4.8, §2.4.9)
FURTHEST = 32  # StatementRefs followed from one statement: a chain of thousands would hold the lock of the store for seconds
OURS = "1.0.3"  # the version our own statements are written in: any program reads it


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of an attachment and what it is."""

    sha2: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """The ids of a batch, those given here included, and a moment before which nothing more will appear."""

    ids: list[UUID]
    through: datetime


def record(*statements: Json) -> None:
    """Store our own statements in the caller's transaction, once and last in it.

    `stored` strictly increases in the order the transactions become visible: the lock is held until commit, so a reader
    following `stored` misses nothing. Refuses to run outside a transaction: a fact and its statement commit together.
    """
    if not statements:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("record() must run in the transaction of the fact it tells")
    parsed = parse(msgspec.json.encode(statements), OURS)
    _store(parsed, store=HOME, authority=authority_digest(site_authority()), version=OURS, are_new=True)


def store_statements(
    parsed: Sequence[Parsed], *, store: int, authority: UUID, version: str, may_define: bool, blobs: Iterable[Blob] = ()
) -> Stored:
    """Store a batch that another program sent.

    A statement already stored is passed over where it says the same; Declined(409), and nothing stored, where it does not.
    """
    ids = [one.id for one in parsed if one.id]
    blobs = list(blobs)
    if len(parsed) == 1 and _is_plain(parsed[0], store, blobs, may_define=may_define):
        row = row_of(parsed[0], store, version)
        moment = insert_one(row, store=store, authority=authority)
        if moment:
            return Stored([row.id], moment)
    with transaction.atomic():
        _keep(blobs, store)
        return _store(parsed, store=store, authority=authority, version=version, are_new=not ids, may_define=may_define)


def _is_plain(one: Parsed, store: int, blobs: Sequence[Blob], *, may_define: bool) -> bool:
    """Whether it touches nothing but its own rows: nearly every statement that programs send."""
    if connection.vendor != "postgresql" or blobs or one.refers or one.timestamp is None:
        return False
    return not may_define or are_known(store, one.definitions)


def _store(parsed: Sequence[Parsed], *, store: int, authority: UUID, version: str, are_new: bool, may_define: bool = False) -> Stored:
    rows = [row_of(one, store, version) for one in parsed]
    last = next_stored(len(rows))  # from here to the commit, no other statement is stored anywhere
    told = dict(zip((row.id for row in rows), parsed, strict=True))
    known = {} if are_new else already_stored(told, store=store)
    if not all(known.values()):
        raise Declined(409, "A statement with this id is stored already and says something else.")
    fresh = [row for row in rows if row.id not in known] if known else rows
    if fresh:
        placed = [(row, last - (len(fresh) - 1 - place) * TICK) for place, row in enumerate(fresh)]
        insert_statements(placed, store=store, authority=authority)
        if may_define:  # only by what is new: a statement sent again changes nothing (§2.1.1)
            learn_definitions(store, (one for row in fresh for one in told[row.id].definitions))
        for row, stored in placed:
            one = told[row.id]
            if one.refers:
                _refer(row.id, one.refers, store, stored)
            if one.voids or row.verb == digest(store, VERB, VOIDED.iri):
                _void(row.id, one.voids, store, stored)
    return Stored([row.id for row in rows], last)


def row_of(one: Parsed, store: int, version: str) -> Row:
    """What the tables keep of a statement sent under `version`, but for the moment it is stored."""
    identifier = one.id or uuid4()
    actor = digest(store, AGENT, one.actor)
    activity = digest(store, ACTIVITY, one.activity) if one.activity else None
    mentions = {digest(store, AGENT, name) for name in one.agents}
    mentions.update(digest(store, NEAR, name) for name in one.related_agents if name not in one.agents)
    mentions.update(digest(store, ACTIVITY, iri) for iri in one.related_activities)
    mentions -= {actor, activity}  # columns of their own
    text = with_listed_activities(one.raw.strip())
    if one.has_stored or one.has_authority:
        text = without(text, CLAIMS)
    added = b""
    if one.id is None:
        added += b',"id":"%s"' % str(identifier).encode()
    if not one.has_version:
        added += b',"version":"%s"' % (b"2.0.0" if version.startswith("2") else b"1.0.0")
    if added:
        text = text[:-1].rstrip() + added + b"}"
    return Row(
        id=identifier, text=text, lacks_timestamp=one.timestamp is None, actor=actor,
        verb=digest(store, VERB, one.verb), activity=activity, registration=one.registration, mentions=tuple(mentions),
    )  # fmt: skip


def already_stored(told: Mapping[UUID, Parsed], *, store: int) -> dict[UUID, bool]:
    """Those that are stored already, and whether what is stored says the same."""
    found = Statement.objects.filter(id__in=told).values_list("id", "store", "stored", "text")
    return {
        identifier: owner == store and same(text.encode(), told[identifier].raw, timestamp=instant(stored))
        for identifier, owner, stored, text in found
    }


def _refer(statement: UUID, target: UUID, store: int, stored: datetime) -> None:
    """Join the chain: whoever leads to this statement leads to its target, and to what that leads to, `FURTHEST` steps at most."""
    above = [
        (0, statement, stored),
        *Reference.objects.filter(target=statement, store=store).values_list("steps", "statement", "stored"),
    ]  # fmt: skip
    below = [(0, target), *Reference.objects.filter(statement=target, store=store).values_list("steps", "target")]
    rows = [
        Reference(target=to, statement=of, store=store, steps=up + 1 + down, stored=at)
        for up, of, at in above for down, to in below if to != of and up + 1 + down <= FURTHEST
    ]  # fmt: skip
    Reference.objects.bulk_create(rows, ignore_conflicts=True)


def _void(statement: UUID, target: UUID | None, store: int, stored: datetime) -> None:
    """Void the target, known yet or not; a voiding statement itself is never voided (1.0.3 Data §2.3.2), whichever comes first."""
    Voiding.objects.filter(target=statement, store=store).delete()
    if target and not Statement.objects.filter(id=target, store=store, verb=digest(store, VERB, VOIDED.iri)).exists():
        Voiding.objects.bulk_create([Voiding(target=target, store=store, stored=stored, by=statement)], ignore_conflicts=True)


def _keep(blobs: Iterable[Blob], store: int) -> None:
    rows = [Attachment(sha2=blob.sha2, store=store, content_type=blob.content_type, content=blob.content) for blob in blobs]
    if rows:
        Attachment.objects.bulk_create(rows, ignore_conflicts=True)
