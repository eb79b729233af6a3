"""ESCO's CSV files of skills and occupations, of 2020 (7 columns) and after (13): terms to search and link, found by header."""

from typing import Final

from django.utils.translation import gettext as _

from competencies.formats import Package, TermData
from competencies.formats.terms import Line, read_terms

LABEL: Final = ("preferredlabel",)


def read(data: bytes, name: str) -> Package:
    """A term a line. The language is that of the file's name (`skills_fr.csv`), else French."""
    language = next((code for code in ("fr", "en") if name.lower().rpartition(".")[0].endswith(f"_{code}")), "fr")
    return read_terms(data, name, ("concepturi", *LABEL), lambda line: _term(line, language))


def _term(line: Line, language: str) -> TermData | str:
    uri, label = line.cell("concepturi"), line.cell(*LABEL)
    code = uri.rstrip("/").rpartition("/")[2]
    if not uri.startswith(("http://", "https://")) or not code:
        return _("« conceptUri » n'est pas une adresse.")
    if not label:
        return _("« preferredLabel » est vide.")
    kind = line.cell("skilltype") or line.cell("concepttype")
    return TermData("esco", code, label, uri, kind, language, line.where)
