"""Statements into a file: exact texts in the order of `stored`, complete or absent, the same bytes however often it was interrupted.

Finished parts wait in a folder beside the file, each written to another name, synced and renamed: a resumed export goes on from the last
one. Where parts end depends on the statements alone, and `until` is fixed when the export begins, so that resuming changes no byte.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from django.utils.translation import gettext as _

from lms.records.formats.lines import Line, Writer
from lms.records.rules.texts import attached
from lms.records.selectors.files import attachment_content, page_after, statements_stored, voiders_of
from lms.records.selectors.statements import Filters, Kept, last_stored
from lms.records.services.bulk import TICK
from lms.records.statements import exact
from lms.refusal import Refused

PAGE: Final = 500  # statements read at a time
PART: Final = 5_000  # statements of a part at most, and the bytes of text that end it earlier
PART_BYTES: Final = 16 * 1024 * 1024
QUESTION: Final = "question.json"
EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

Report = Callable[[int, int], None]  # done, of how many


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished export: `sha256` is the file's, `until` the moment it is complete up to, `attachments` how many lie beside it."""

    file: Path
    rows: int
    sha256: str
    until: datetime
    attachments: int


class _Question(msgspec.Struct, frozen=True):
    """What an export was asked, and the moment that was fixed for it."""

    store: int
    format: str
    filters: Filters
    until: datetime


class _Part(msgspec.Struct, frozen=True):
    """A finished part: its place, its rows, and the last `stored` in it, all told by its name."""

    number: int
    rows: int
    last: datetime

    @classmethod
    def named(cls, path: Path) -> "_Part":
        number, rows, microseconds = path.stem.split("-")
        return cls(int(number), int(rows), EPOCH + int(microseconds) * TICK)

    @property
    def name(self) -> str:
        return f"{self.number:06}-{self.rows}-{(self.last - EPOCH) // TICK}.part"


def export_statements(
    *, path: Path, writer: Writer, store: int, filters: Filters, resume: bool = False, with_attachments: bool = True, report: Report | None = None
) -> Exported:  # fmt: skip
    """Write the statements of a store that match by themselves, voided or not, with `PATH.sha256` and the folder `PATH.attachments` beside.

    Refused: the file is there already, an unfinished export of that name is not to be resumed, or it was asked for otherwise.
    """
    work, beside = _beside(path, "parts"), _beside(path, "attachments") if with_attachments else None
    last = last_stored()
    until = _begun(path, work, _Question(store, writer.name, filters, min(filters.until or last, last)), resume=resume)
    asked = replace(filters, until=until)
    with _alone(work):
        parts = sorted(work.glob("*.part"))
        rows, after = sum(_Part.named(part).rows for part in parts), _Part.named(parts[-1]).last if parts else None
        total = statements_stored(store, asked).count() if report else 0
        for lines, last in _groups(store, asked, after, beside):
            part = work / _Part(len(parts) + 1, len(lines), last).name
            _complete(part, lambda draft, lines=lines: writer.write(draft, lines))  # type: ignore[misc]  # a lambda's default has no type
            parts.append(part)
            rows += len(lines)
            if report:
                report(rows, total)
        return _finished(path, writer, parts, rows=rows, until=until)


@contextmanager
def _alone(work: Path) -> Iterator[None]:
    """Two processes never write the same file; the lock goes with the process, however it ends."""
    with (work / QUESTION).open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("export_running", _("Cet export est en cours ailleurs. Attendez qu'il finisse.")) from None
        yield


def _beside(path: Path, word: str) -> Path:
    return path.with_name(f"{path.name}.{word}")


def _begun(path: Path, work: Path, question: _Question, *, resume: bool) -> datetime:
    """The moment up to which the export goes: its own if it is resumed."""
    if path.exists() and not work.exists():
        raise Refused("export_exists", _("%(name)s existe déjà : donnez un autre nom, ou effacez-le.") % {"name": path.name})
    kept = work / QUESTION
    if kept.exists():
        begun = msgspec.json.decode(kept.read_bytes(), type=_Question)
        if not resume:
            raise Refused(
                "export_unfinished", _("Un export de ce nom n'est pas fini. Reprenez-le avec --resume, ou effacez le dossier .parts.")
            )
        if begun != msgspec.structs.replace(question, until=begun.until):
            raise Refused("export_other", _("L'export à reprendre avait été demandé autrement. Redonnez les mêmes choix, ou un autre nom."))
        return begun.until
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    _complete(kept, lambda draft: draft.write_bytes(msgspec.json.encode(question)))
    return question.until


def _groups(store: int, asked: Filters, after: datetime | None, beside: Path | None) -> Iterator[tuple[list[Line], datetime]]:
    """The lines of each part to come, and the `stored` of its last; the attachments they name are written first."""
    lines: list[Line] = []
    size = 0
    while page := page_after(store, asked, after, limit=PAGE):
        voided = voiders_of(store, [kept.id for kept in page], until=asked.until or page[-1].stored)
        if beside:
            _write_attachments(store, page, beside)
        for kept in page:
            lines.append(Line(exact(kept), voided.get(kept.id)))
            size += len(kept.text)
            after = kept.stored
            if len(lines) >= PART or size >= PART_BYTES:
                yield lines, after
                lines, size = [], 0
    if lines and after:
        yield lines, after


def _write_attachments(store: int, page: Sequence[Kept], beside: Path) -> None:
    """Each under its hash: what is there already was written whole."""
    for sha2 in {sha2 for kept in page for sha2 in attached(kept.text)}:
        content = None if (beside / sha2).exists() else attachment_content(store, sha2)
        if content is not None:  # one that has a fileUrl may never have come here
            beside.mkdir(mode=0o700, exist_ok=True)
            _complete(beside / sha2, lambda draft, content=content: draft.write_bytes(content))  # type: ignore[misc]  # as above


def _complete(path: Path, write: Callable[[Path], object]) -> None:
    """The file is there whole or not at all, whatever stops."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        write(draft)
        with draft.open("rb") as content:
            os.fsync(content.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _finished(path: Path, writer: Writer, parts: Sequence[Path], *, rows: int, until: datetime) -> Exported:
    """The file made of its parts, with its checksums; the parts go last, so that a kill leaves something to resume."""
    _complete(path, lambda draft: writer.join(draft, parts))
    digest = _sha256(path)
    contents = sorted(one for one in _beside(path, "attachments").glob("*") if not one.name.startswith("."))
    sums = [(digest, path.name), *((_sha256(one), f"{one.parent.name}/{one.name}") for one in contents)]
    told = "".join(f"{digest}  {name}\n" for digest, name in sums)
    _complete(_beside(path, "sha256"), lambda draft: draft.write_text(told))
    gone = _beside(path, "parts").rename(_beside(path, "done"))  # at once: parts without their question would be taken for an export
    shutil.rmtree(gone)
    return Exported(path, rows, digest, until, len(contents))


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
