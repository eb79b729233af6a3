"""The shape of every kind of export."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from lms.exports.formats import Row, Sheet, StrOrPromise
from lms.exports.models import Export
from lms.exports.selectors import Follower
from lms.exports.selectors.profiles import Moved
from lms.people.rules import Role

Sheets: TypeAlias = Callable[[Sequence[Follower]], Sequence[Sheet]]
Rows: TypeAlias = Callable[[Sequence[Follower]], Iterable[Row]]
Write: TypeAlias = Callable[[Path, str, Mapping[str, Any], Callable[[int, int], None]], int]
OfOne: TypeAlias = Callable[[Path, Follower, Callable[[int, int], None]], int]
OfAll: TypeAlias = Callable[[Path, Sequence[Follower], Callable[[int, int], None]], int]
Texts: TypeAlias = Callable[[Sequence[Follower]], Iterable[str]]
HasMoved: TypeAlias = Callable[[Row, Moved], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file holds: tables (`sheets` and `rows`), or JSON `texts`, of the trainees it is given; or, of one trainee, what `of_one` makes,
    of all of them what `of_all` makes; or, of no one in particular, what `write` makes.

    `file_name` begins the name of the file; `roles` may ask for it, for the trainees they may read. `has_moved` says of a row whether what it
    tells moved in a span of time; `more_columns` names those that only the trainees decide.
    """

    code: str
    title: StrOrPromise
    explanation: StrOrPromise
    file_name: str
    formats: tuple[Export.Format, ...]
    sheets: Sheets | None = None
    rows: Rows | None = None
    texts: Texts | None = None
    write: Write | None = None
    of_one: OfOne | None = None
    of_all: OfAll | None = None
    has_several_sheets: bool = False
    has_moved: HasMoved | None = None
    more_columns: StrOrPromise = ""
    roles: frozenset[Role] = frozenset({Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER})

    def extension(self, chosen: str) -> str:
        """Several tables as CSV come in a ZIP."""
        return "zip" if chosen == Export.Format.CSV and self.has_several_sheets else chosen
