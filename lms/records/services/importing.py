"""Statements from elsewhere, a batch a transaction with how far the source is read: a kill loses and doubles nothing.

Nothing here is fatal but a source that cannot be read: what a line has wrong is listed, and the others are stored.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from django.conf import settings
from django.db import transaction

from lms import clock
from lms.records.formats.lines import Place, lines_after
from lms.records.formats.multipart import SHA2, Part, check_attachments
from lms.records.formats.signatures import check_signatures
from lms.records.formats.source import Source
from lms.records.models import Import, Origin
from lms.records.rules.mailboxes import AccountOf, without_mailboxes
from lms.records.rules.refusals import Declined
from lms.records.rules.statement import Parsed, parse
from lms.records.rules.values import instant
from lms.records.selectors.files import import_of
from lms.records.services.bulk import next_stored
from lms.records.services.credentials import create_credential, revoke_credential
from lms.records.services.storing import Blob, already_stored, store_statements

BATCH: Final = 500  # statements of one transaction at most, and the bytes of text that end it earlier
BATCH_BYTES: Final = 4 * 1024 * 1024
LONGEST_SOURCE: Final = 500
MOST_LISTED: Final = 10_000  # refusals kept for the summary; all of them are counted and told as they come

PartOf = Callable[[str], Part | None]  # an attachment by its hash


class Item(msgspec.Struct, frozen=True):
    """One statement as it came, None where it was too long to read; `where` it stands, in words. A line without an id gets one of its place."""

    where: str
    raw: bytes | None
    is_line: bool = False


class Batch(msgspec.Struct, frozen=True):
    """What one transaction stores, and the place in the source that it leads to."""

    items: list[Item]
    place: str
    part_of: PartOf


# A source: its name, and its batches from a place on (empty: from the beginning).
Batches = Callable[[str], Iterator[Batch]]


@dataclass(slots=True)
class Summary:
    """What an import came to. `known` were stored already and say the same; `refused` is the first ones, `refusals` counts all."""

    read: int = 0
    stored: int = 0
    known: int = 0
    refusals: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A statement that may be stored: what is kept, what was received, and its attachments by their hash."""

    where: str
    parsed: Parsed
    received: bytes
    version: str
    parts: Mapping[str, Part]


def file_batches(path: Path) -> Batches:
    """The lines of a file; attachments lie in the folder `PATH.attachments`, each under its hash."""
    beside = path.with_name(f"{path.name}.attachments")

    def part_of(sha2: str) -> Part | None:
        found = beside / sha2
        if not found.is_file():
            return None
        content = found.read_bytes()
        if hashlib.new(SHA2[len(sha2)], content, usedforsecurity=False).hexdigest() != sha2:
            raise Declined(400, "The attachment beside the file is not the one of that hash.")
        return Part(sha2, "", content)

    def batches(place: str) -> Iterator[Batch]:
        end = msgspec.json.decode(place, type=Place) if place else Place()
        items: list[Item] = []
        size = 0
        for line, end in lines_after(path, end, longest=settings.XAPI_MAX_BODY):  # noqa: B020  goes on from there
            if line is None or line.strip():
                items.append(Item(f"{end.line}", line, is_line=True))
                size += len(line or b"")
            if len(items) >= BATCH or size >= BATCH_BYTES:
                yield Batch(items, msgspec.json.encode(end).decode(), part_of)
                items, size = [], 0
        yield Batch(items, msgspec.json.encode(end).decode(), part_of)

    return batches


def remote_batches(remote: Source) -> Batches:
    """The pages of another store; resumed by its `stored`."""

    def batches(place: str) -> Iterator[Batch]:
        number = 0
        for page in remote.pages(place, remote.version()):
            items = [Item(f"{number + count}", raw) for count, raw in enumerate(page.statements, 1)]
            number += len(items)
            yield Batch(items, page.after, page.parts.get)

    return batches


def import_statements(
    *, source: str, label: str, batches: Batches, store: int, account_of: AccountOf | None = None, keep_originals: bool = False,
    dry_run: bool = False, resume: bool = False, report: Callable[[Summary], None] | None = None,
) -> Summary:  # fmt: skip
    """Store what the source holds and is not stored yet; `resume` goes on from where its last import stopped, whether it was over or not.

    `account_of` gives the account that stands for a mailbox: with it, none is stored; `keep_originals` keeps what was received beside.
    A dry run writes nothing. Declined: the source cannot be read; what was stored until then stays.
    """
    if len(source) > LONGEST_SOURCE:
        raise Declined(400, f"The name of a source has at most {LONGEST_SOURCE} characters.")
    kept = import_of(store, source)
    summary = Summary()
    for batch in batches(kept.place if kept and resume else ""):
        taken = list(_taken(batch, account_of, summary))
        if dry_run:
            for group in _apart(taken):
                _sorted_out(group, store, summary)
        else:
            kept = kept or _begun(source, label, store)
            _keep(kept, batch.place, taken, summary, keep_originals=keep_originals)
        if report:
            report(summary)
    return summary


@transaction.atomic
def _begun(source: str, label: str, store: int) -> Import:
    """A source's row, with the authority of its statements: a credential that never opens anything."""
    credential, _secret = create_credential(by=None, label=f"Import : {label}", scopes=frozenset(), store=store)
    revoke_credential(key=credential.key)
    return Import.objects.create(source=source, store=store, authority=credential.authority, moved_at=clock.now())


def _taken(batch: Batch, account_of: AccountOf | None, summary: Summary) -> Iterator[_Taken]:
    for item in batch.items:
        summary.read += 1
        try:
            yield _read(item, batch.part_of, account_of)
        except Declined as declined:
            _refuse(summary, item.where, declined.message)


def _read(item: Item, part_of: PartOf, account_of: AccountOf | None) -> _Taken:
    """The statement of one line, checked as one that is sent to us. Declined says what is wrong with it."""
    if item.raw is None or len(item.raw) > settings.XAPI_MAX_BODY:
        raise Declined(413, f"The statement is over {settings.XAPI_MAX_BODY} bytes.")
    raw = item.raw.strip(b" \t\r\n")
    if not raw.startswith(b"{"):
        raise Declined(400, "This is no JSON object: one statement a line.")
    version = _version_of(raw)
    (parsed,) = parse(raw, version)
    named = {head.sha2.lower() for head in parsed.attachments}
    parts = check_attachments(parsed.attachments, [part for sha2 in named if (part := part_of(sha2))])
    if parsed.is_signed:
        check_signatures(parsed, parts, version)
    mapped = without_mailboxes(raw, account_of) if account_of else raw
    if mapped != raw:
        if parsed.is_signed:
            raise Declined(400, "The statement is signed: its mailbox cannot be mapped, for its signature holds it too.")
        (parsed,) = parse(mapped, version)
    if parsed.id is None:
        if not item.is_line:  # a store gives every statement its id
            raise Declined(400, "The statement has no id.")
        parsed.id = uuid5(NAMESPACE_URL, f"{item.where} {raw!r}")  # the same text on the same line is known again
        parsed.raw = parsed.raw[:-1].rstrip() + b',"id":"%s"}' % str(parsed.id).encode()
    return _Taken(item.where, parsed, raw, version, parts)


class _Version(msgspec.Struct):
    version: str = ""


def _version_of(raw: bytes) -> str:
    """The version whose rules a statement follows: its own word for it, 1.0.3 where it says none."""
    with suppress(ValueError, RecursionError):  # a text that cannot be read is refused by the parser, with the reason
        return "2.0.0" if msgspec.json.decode(raw, type=_Version).version.startswith("2.") else "1.0.3"
    return "1.0.3"


def _refuse(summary: Summary, where: str, why: str) -> None:
    summary.refusals += 1
    if len(summary.refused) < MOST_LISTED:
        summary.refused.append((where, why))


def _apart(taken: Iterable[_Taken]) -> Iterator[list[_Taken]]:
    """Runs in which no id comes twice: what a later one says is held against the earlier one once that is stored."""
    group: dict[UUID | None, _Taken] = {}
    for one in taken:
        if one.parsed.id in group:
            yield list(group.values())
            group = {}
        group[one.parsed.id] = one
    if group:
        yield list(group.values())


def _sorted_out(group: Sequence[_Taken], store: int, summary: Summary) -> list[_Taken]:
    """Those not stored yet; the others are known, or refused because what is stored says something else."""
    known = already_stored({one.parsed.id: one.parsed for one in group if one.parsed.id}, store=store)
    fresh = [one for one in group if one.parsed.id not in known]
    summary.stored += len(fresh)
    summary.known += sum(known.values())
    for one in group:
        if one.parsed.id and not known.get(one.parsed.id, True):
            _refuse(summary, one.where, "A statement with this id is stored already and says something else.")
    return fresh


@transaction.atomic
def _keep(kept: Import, place: str, taken: Sequence[_Taken], summary: Summary, *, keep_originals: bool) -> None:
    """One batch and how far it leads, together or not at all."""
    Import.objects.filter(pk=kept.pk).update(place=place, moved_at=clock.now())
    if taken:
        next_stored(0)  # the store's lock: what is not stored yet is not stored meanwhile by somebody else
    for group in _apart(taken):
        fresh = _sorted_out(group, kept.store, summary)
        for version, run in groupby(fresh, key=lambda one: one.version):
            ones = list(run)
            store_statements(
                [one.parsed for one in ones],
                store=kept.store,
                authority=kept.authority,
                version=version,
                may_define=True,
                blobs=_blobs(ones),
            )
        Origin.objects.bulk_create(_origins(fresh, kept.store, keep_originals=keep_originals))


def _blobs(taken: Iterable[_Taken]) -> list[Blob]:
    heads = ((head, one.parts.get(head.sha2.lower())) for one in taken for head in one.parsed.attachments)
    return list({part.sha2: Blob(part.sha2, head.content_type, part.content) for head, part in heads if part}.values())


class _Claims(msgspec.Struct):
    stored: str = ""
    authority: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


def _origins(taken: Iterable[_Taken], store: int, *, keep_originals: bool) -> Iterator[Origin]:
    """What the sender says that is the store's to say, and what it sent where that is asked for and differs from what is stored."""
    for one in taken:
        is_changed = keep_originals and one.received != one.parsed.raw
        if one.parsed.id and (one.parsed.has_stored or one.parsed.has_authority or is_changed):
            claims = msgspec.json.decode(one.parsed.raw, type=_Claims)
            yield Origin(
                statement=one.parsed.id, store=store, stored=instant(claims.stored) if claims.stored else None,
                authority=bytes(claims.authority).decode() if claims.authority is not msgspec.UNSET else "", text=one.received.decode() if is_changed else "",
            )  # fmt: skip
