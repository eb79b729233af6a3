"""What a saved export leaves of a kind: some columns, some rows, names or none. Row by row, nothing is asked of the database here but at first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from lms.exports.formats import Cell, Column, Row, Sheet
from lms.exports.kinds.kind import Kind
from lms.exports.rules.profiles import LEAST_PEOPLE, pseudonym, row_digest, text_digest
from lms.exports.selectors import Follower
from lms.exports.selectors.profiles import Moved, moved_since
from lms.records.rules.forwarding import outgoing
from lms.records.rules.texts import without

EVERY = "*"
AUTHORITY = frozenset({"authority"})
XAPI = "2.0.0"  # texts keep the version they have


@dataclass(frozen=True, slots=True)
class Option:
    """A column that may be chosen: `code` is what a profile keeps of it."""

    code: str
    title: str


def options_of(kind: Kind) -> list[tuple[str, list[Option]]]:
    """The sheets of a kind and the columns of each that may be chosen; none where it holds texts."""
    sheets = kind.sheets([]) if kind.sheets else ()
    found = [(str(sheet.name), [Option(_code(sheet, column), str(column.title)) for column in sheet.columns]) for sheet in sheets]
    if kind.more_columns:
        name, options = found[0]
        options.append(Option(f"{name}/{EVERY}", str(kind.more_columns)))
    return found


def sheets_left(kind: Kind, columns: Sequence[str], *, hides_people: bool) -> list[str]:
    """The sheets of which these columns leave something. None for a kind that holds texts."""
    dropped = {
        _code(sheet, column)
        for sheet in (kind.sheets([]) if kind.sheets else ())
        for column in sheet.columns
        if column.personal == "dropped"
    }
    gone = dropped if hides_people else set()
    return [
        name
        for name, options in options_of(kind)
        if any(option.code not in gone and option.code in (columns or [option.code]) for option in options)
    ]


def _code(sheet: Sheet, column: Column) -> str:
    return f"{sheet.name}/{column.title}"


class _Stored(msgspec.Struct):
    stored: datetime


@dataclass
class Chosen:
    """One run of a profile. `digests` fills up with what every row says, sent or not: the next mark, where it sends changes."""

    kind: Kind
    about: Sequence[Follower]
    parameters: Mapping[str, Any]
    key: bytes
    known: frozenset[bytes]
    digests: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        since = self.parameters["since"]
        self._since = datetime.fromisoformat(since) if since else None
        self._hides, self._changes = bool(self.parameters["hides_people"]), bool(self.parameters["changes"])
        sheets = self.kind.sheets(self.about) if self.kind.sheets else ()
        fixed = {option.code for _name, options in options_of(self.kind) for option in options}
        wanted = set(self.parameters["columns"]) or fixed
        kept = [[place for place, column in enumerate(sheet.columns) if self._is_kept(sheet, column, wanted, fixed)] for sheet in sheets]
        self._columns = [[sheet.columns[place] for place in places] for sheet, places in zip(sheets, kept, strict=True)]
        self._titles = [[str(column.title) for column in columns] for columns in self._columns]
        self._places = kept
        left = [number for number, places in enumerate(kept) if places]
        self._number = {number: place for place, number in enumerate(left)}
        self.sheets: Sequence[Sheet] = [replace(sheets[number], columns=self._columns[number]) for number in left]
        self._small = _small_groups(self.about) if self._hides else frozenset()

    def _is_kept(self, sheet: Sheet, column: Column, wanted: set[str], fixed: set[str]) -> bool:
        if self._hides and column.personal == "dropped":
            return False
        code = _code(sheet, column)
        return code in wanted or (code not in fixed and f"{sheet.name}/{EVERY}" in wanted)

    def rows(self, rows: Iterable[Row]) -> Iterator[Row]:
        """What leaves of the kind's rows."""
        moved = self._moved()
        for sheet, cells in rows:
            if sheet not in self._number or (moved and self.kind.has_moved and not self.kind.has_moved((sheet, cells), moved)):
                continue
            if self._is_known(row_digest(sheet, self._titles[sheet], cells)):
                continue
            chosen = [cells[place] for place in self._places[sheet]]
            yield self._number[sheet], self._hidden(self._columns[sheet], chosen) if self._hides else chosen

    def texts(self, texts: Iterable[str]) -> Iterator[str]:
        """What leaves of the kind's statements; without names, one that cannot be hidden (signed, or naming somebody in its words) stays."""
        for text in texts:
            if self._since and msgspec.json.decode(text, type=_Stored).stored < self._since:
                continue
            if self._is_known(text_digest(text)):
                continue
            told = self._hidden_text(text) if self._hides else text
            if told:
                yield told

    def _hidden_text(self, text: str) -> str:
        """Less who vouches for it, which is this site, whose name is in many a text."""
        return outgoing(without(text.encode(), AUTHORITY).decode(), version=XAPI, key=self.key).text

    def _moved(self) -> Moved | None:
        return moved_since({follower.trainee for follower in self.about}, self._since) if self._since else None

    def _is_known(self, digest: bytes) -> bool:
        if not self._changes:
            return False
        self.digests.append(digest)
        return digest in self.known

    def _hidden(self, columns: Sequence[Column], cells: Sequence[Cell]) -> list[Cell]:
        return [self._hidden_cell(column, cell) for column, cell in zip(columns, cells, strict=True)]

    def _hidden_cell(self, column: Column, cell: Cell) -> Cell:
        if column.personal == "pseudonym" and isinstance(cell, UUID):
            return pseudonym(self.key, cell)
        return None if column.personal == "group" and cell in self._small else cell


def _small_groups(about: Sequence[Follower]) -> frozenset[str]:
    """Cohorts and sites of fewer people than may be told from one another."""
    people: dict[str, set[int]] = {}
    for follower in about:
        for name in (follower.cohort, follower.site):
            people.setdefault(name, set()).add(follower.trainee)
    return frozenset(name for name, those in people.items() if len(those) < LEAST_PEOPLE)
