"""How a list of people is read from what was pasted. What each line will do is decided by `rules.plan_import`."""

import csv

from django.utils.translation import gettext as _

from lms.people.rules import PastedLine, folded
from lms.refusal import Refused

MAX_LINES = 100  # 100 accounts are made in about 5 s; a longer list is pasted in parts
MAX_LINE = 400


def read_people(text: str) -> list[PastedLine]:
    """The lines of a pasted list: cells between tabs, else semicolons, else commas; blank lines and a line of titles left out.

    Refused: nothing in it, more than MAX_LINES people, a line longer than MAX_LINE characters.
    """
    lines = [
        PastedLine(number, _cells(line))
        for number, line in enumerate(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1)
        if line.strip(" \t;,\u00a0")
    ]
    if lines and folded(lines[0].cell(0)) in ("prenom", "prenoms", "first name"):
        lines = lines[1:]
    if not lines:
        raise Refused("list_empty", _("Collez au moins une ligne : prénom ; nom ; rôle."))
    if len(lines) > MAX_LINES:
        sentence = _("La liste a %(count)s lignes. Collez-la en plusieurs fois, %(most)s lignes au plus.")
        raise Refused("list_long", sentence % {"count": len(lines), "most": MAX_LINES})
    return lines


def _cells(line: str) -> tuple[str, ...]:
    if len(line) > MAX_LINE:
        raise Refused("line_long", _("Une ligne est trop longue : « %(start)s… ». Une personne par ligne.") % {"start": line[:30]})
    separator = next((mark for mark in ("\t", ";") if mark in line), ",")
    cells = [" ".join(cell.split()) for cell in next(csv.reader([line], delimiter=separator))]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)
