"""Tables of terms, a term a line."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from competencies.formats import Package, TermData
from lms.files.formats import Refusal
from lms.files.formats.tables import folded, lines_of
from lms.files.formats.texts import decoded, one_line
from lms.refusal import Refused


@dataclass(slots=True)
class Line:
    """A line of the table: its number and its cells by folded header (`code_rome` is « code rome »)."""

    number: int
    cells: dict[str, str]

    def cell(self, *names: str) -> str:
        """The first of these columns that says something."""
        return next((said for name in names if (said := one_line(self.cells.get(name, "")))), "")

    @property
    def where(self) -> str:
        return _("ligne %(number)s") % {"number": self.number}


def read_terms(data: bytes, name: str, columns: tuple[str, ...], term: Callable[[Line], TermData | str]) -> Package:
    """The terms that `term` makes of each line, or why not. Refused whole: one of `columns` is missing, no line at all."""
    package = Package()
    try:
        lines = lines_of(decoded(data))
        _first, heads = next(lines, (1, []))
        names = [folded(head) for head in heads]
        missing = [column for column in columns if column not in names]
        if missing or len(names) < 2:
            raise Refused(_("ligne 1"), _("Ce tableau n'a pas les colonnes attendues. Prenez le fichier CSV tel qu'il est publié."))
        for number, cells in lines:
            package.read += 1
            line = Line(number, dict(zip(names, cells, strict=False)))
            found = term(line)
            if isinstance(found, str):
                package.refused.append(Refusal(line.where, found))
            else:
                package.terms.append(found)
    except Refused as refusal:
        package.refused.append(Refusal(refusal.code if refusal.code.startswith(_("ligne")) else name, refusal.message))
    if not package.read and not package.refused:
        package.refused.append(Refusal(name, _("Le tableau n'a aucune ligne.")))
    return package
