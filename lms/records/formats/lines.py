"""Statements as JSON Lines: one text a line, its line end a single LF. Read within bounds, whatever the file holds."""

import gzip
import shutil
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast
from uuid import UUID

from msgspec import Struct

from lms.records.rules.refusals import Declined

CHUNK = 1024 * 1024
# What a gzip file may grow to: statements shrink some twenty times, a bomb a thousand.
MOST_GROWTH, ALWAYS_ALLOWED = 200, 64 * 1024 * 1024


class Line(NamedTuple):
    """A statement as it is given back, and the one that voids it."""

    text: str
    voided_by: UUID | None


class Writer(NamedTuple):
    """A format of an export. It is written in parts, so that it can be resumed: `write` makes one, `join` makes the file of them all."""

    name: str
    write: Callable[[Path, Sequence[Line]], None]
    join: Callable[[Path, Sequence[Path]], None]


def _write(path: Path, lines: Sequence[Line]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{line.text}\n" for line in lines)


def _join(path: Path, parts: Sequence[Path]) -> None:
    with path.open("wb") as out:
        for part in parts:
            with part.open("rb") as content:
                shutil.copyfileobj(content, out, CHUNK)


JSONL = Writer("jsonl", _write, _join)


class Place(Struct, frozen=True):
    """How far a file is read: lines, bytes once unpacked (`size`), and the CRC of those bytes, by which it is known again."""

    line: int = 0
    size: int = 0
    crc: int = 0

    def past(self, content: bytes, *, lines: int = 0) -> "Place":
        return Place(self.line + lines, self.size + len(content), zlib.crc32(content, self.crc))


def lines_after(path: Path, place: Place, *, longest: int) -> Iterator[tuple[bytes | None, Place]]:
    """Each line after `place` less its end, or None where it is over `longest` bytes, and the place it ends at. `.gz` is unpacked.

    Declined: the file no longer begins with what was read of it, cannot be unpacked, or unpacks to more than a text would.
    """
    with ExitStack() as stack:
        packed = stack.enter_context(path.open("rb"))
        content: BinaryIO = packed
        if path.suffix == ".gz":
            content = cast("BinaryIO", stack.enter_context(gzip.GzipFile(fileobj=packed)))
        try:
            _pass_over(content, place)
            while (first := content.readline(longest + 2)) != b"":
                place = place.past(first, lines=1)
                last = first
                while not last.endswith(b"\n") and (more := content.readline(CHUNK)) != b"":
                    place, last = place.past(more), more
                    _check_growth(place.size, packed)
                _check_growth(place.size, packed)
                line = first.rstrip(b"\r\n")
                yield (line if last is first and len(line) <= longest else None), place
        except (OSError, EOFError, zlib.error) as error:
            raise Declined(400, f"The file cannot be read past line {place.line}: {type(error).__name__}.") from None


def _pass_over(content: BinaryIO, place: Place) -> None:
    seen = Place()
    while seen.size < place.size and (chunk := content.read(min(CHUNK, place.size - seen.size))):
        seen = seen.past(chunk)
    if (seen.size, seen.crc) != (place.size, place.crc):
        raise Declined(409, "The file is not the one whose import stopped: it no longer begins with the lines that were read.")


def _check_growth(unpacked: int, packed: BinaryIO) -> None:
    if unpacked > ALWAYS_ALLOWED and unpacked > MOST_GROWTH * packed.tell():
        raise Declined(413, f"The file unpacks to more than {MOST_GROWTH} times its size: no statements do.")
