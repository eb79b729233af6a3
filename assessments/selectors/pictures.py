"""Pictures and pages of a work with the marks that judgements hold on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONArray
from django.db.models.sql.compiler import SQLCompiler

from assessments.models import PictureMark
from assessments.rules import Drawn
from lms.prepared import prepared

# The first three are an order.
COLUMNS = ("file__position", "page", "position", "file__file__uuid", "file__file__name", "shape", "x", "y", "w", "h", "text")


@dataclass(frozen=True, slots=True)
class Pin:
    """A mark as it is drawn over its picture, in hundredths of it, and as the list under it says it. `number` from 1."""

    number: int
    drawn: Drawn

    @property
    def is_rect(self) -> bool:
        return self.drawn.shape == "rect"

    @property
    def x(self) -> str:
        return _share(self.drawn.x)

    @property
    def y(self) -> str:
        return _share(self.drawn.y)

    @property
    def w(self) -> str:
        return _share(self.drawn.w)

    @property
    def h(self) -> str:
        return _share(self.drawn.h)


def _share(value: float) -> str:
    return f"{value * 100:g}%"


@dataclass(slots=True)
class MarkedPicture:
    """One picture (`page` 0) or page of a PDF with the marks of one judgement, in their order. `key` names it in a page's addresses."""

    key: str
    file: UUID
    name: str
    page: int
    pins: list[Pin] = field(default_factory=list)

    @property
    def marks(self) -> list[Drawn]:
        return [pin.drawn for pin in self.pins]


def pins_of(marks: Iterable[Drawn]) -> list[Pin]:
    """Marks with their numbers."""
    return [Pin(number, mark) for number, mark in enumerate(marks, 1)]


class _Rows(Aggregate):
    """Every row as one JSON array, in no order."""

    function = "JSONB_AGG"

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **extra)


def drawn_by(judgement: str) -> Subquery:
    """What the judgement of each row points at, as one value for `pictures_from`: a thread asks it within a query it makes anyway."""
    rows = PictureMark.objects.filter(judgement=OuterRef(judgement)).order_by().values("judgement")
    return Subquery(rows.annotate(drawn=_Rows(JSONArray(*COLUMNS), output_field=JSONField())).values("drawn"))


def pictures_from(drawn: list[list[Any]] | None, prefix: str) -> list[MarkedPicture]:
    """The pictures that `drawn_by` found, in the order of the files, their pages and their marks. `prefix` begins their keys."""
    return _pictures(sorted(drawn or [], key=lambda row: tuple(row[:3])), prefix)


def pictures_in(judgement: int) -> list[MarkedPicture]:
    """What one judgement points at. One query."""
    return _pictures(_of_judgement(judgement), "d")


@prepared
def _of_judgement(judgement: int) -> QuerySet[PictureMark, Any]:
    return PictureMark.objects.filter(judgement=judgement).values_list(*COLUMNS).order_by(*COLUMNS[:3])


def _pictures(rows: Iterable[Sequence[Any]], prefix: str) -> list[MarkedPicture]:
    pictures: dict[tuple[int, int], MarkedPicture] = {}
    for place, page, _position, file, name, *drawn in rows:
        one = pictures.get((place, page))
        if one is None:
            one = pictures[place, page] = MarkedPicture(f"{prefix}-{len(pictures) + 1}", UUID(str(file)), name, page)
        one.pins.append(Pin(len(one.pins) + 1, Drawn(*drawn)))
    return list(pictures.values())
