"""Rows of many cells, joined at once: a loop of the template language costs ten times more, and a cohort has hundreds of cells."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from curriculum.rules import duration
from lms.exports.selectors import Hours

register = template.Library()
HEAT_CELL = '<td class="heat heat-%d"><a href="%s">%d</a></td>'
EMPTY_CELL = '<td class="heat heat-0">0</td>'  # nothing is proven: nothing to explain


@register.simple_tag
def heat_cells(cells: Iterable[tuple[int, str]]) -> SafeString:
    """Levels as heat cells, each leading to its proof: (level, address). Nothing to escape: numbers, and addresses that `reverse` made."""
    return SafeString("".join(HEAT_CELL % (level, url, level) if level else EMPTY_CELL for level, url in cells))


@register.simple_tag
def figure_rows(rows: Iterable[Sequence[str | int]], links: Sequence[Sequence[str]] = ()) -> SafeString:
    """The numbers of a figure as table rows, each named by its first cell; `links` say where cells lead, row by row."""
    return SafeString("".join(_row(row, to) for row, to in zip_longest(rows, links, fillvalue=())))


def _row(row: Sequence[str | int], links: Sequence[str]) -> str:
    name, *numbers = (_linked(cell, url) for cell, url in zip_longest(row, links))
    cells = "".join(f'<td class="num">{cell}</td>' for cell in numbers)
    return f'<tr><th scope="row">{name}</th>{cells}</tr>'


def _linked(cell: str | int, url: str | None) -> str:
    return f'<a href="{escape(url)}">{escape(cell)}</a>' if url else escape(cell)


@register.simple_tag
def hours_cells(kinds: Mapping[str, Hours]) -> SafeString:
    """Three cells a kind: planned, done, proven. A dash where the module has none of that kind, « non renseigné » where nothing records them."""
    unknown = escape(_("non renseigné"))
    cells = (cell for hours in kinds.values() for cell in _said(hours, unknown))
    return SafeString("".join(f'<td class="num">{cell}</td>' for cell in cells))


def _said(hours: Hours, unknown: str) -> tuple[str, str, str]:
    if hours.is_empty:
        return "–", "–", "–"
    done, proven = (unknown if minutes is None else duration(minutes) for minutes in (hours.done, hours.proven))
    return duration(hours.planned), done, proven
