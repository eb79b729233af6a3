"""Tables as text, with « ; », « , » or tabs between their cells: their lines, the names of their columns, cells a spreadsheet would run."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from lms.refusal import Refused

# What a spreadsheet takes for the start of a formula, full-width forms included (promises.md S17).
FORMULA_STARTS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def folded(text: str) -> str:
    """A word of the table as it is compared: no accents, no capitals, one space."""
    bare = "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
    return " ".join(bare.casefold().replace("_", " ").split())


def lines_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something, each with the number where it begins. Refused: a quote that is never closed."""
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=head.count), strict=True)
    at = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            where = _("ligne %(number)s") % {"number": at}
            raise Refused(where, _("Un guillemet est mal placé ou n'est pas fermé : rien n'est lu à partir d'ici.")) from error
        if any(cell.strip() for cell in cells):
            yield at, cells
        at = reader.line_num + 1


def guarded(text: str) -> str:
    """The text behind an apostrophe when a spreadsheet could run it; one that has apostrophes already gets another."""
    return f"'{text}" if _is_formula(text) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _is_formula(text) else text


def _is_formula(text: str) -> bool:
    return text.lstrip("' \u00a0").startswith(FORMULA_STARTS)
