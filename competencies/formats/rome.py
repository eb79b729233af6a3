"""ROME 4.0's open CSV files: job sheets, their names, skills and knowledge; terms to search and link, found by header."""

from typing import Final

from django.utils.translation import gettext as _

from competencies.formats import Package, TermData
from competencies.formats.terms import Line, read_terms

JOB: Final = ("libelle rome",)
OTHER: Final = ("libelle appellation long", "libelle competence", "libelle savoir", "libelle", "libelle texte", "libelle appellation court")
KINDS: Final = {"libelle appellation long": "appellation", "libelle competence": "compétence", "libelle savoir": "savoir"}


def read(data: bytes, name: str) -> Package:
    """A term a line: by its OGR code where it has one, else by its ROME code (E1205)."""
    return read_terms(data, name, (), _term)


def _term(line: Line) -> TermData | str:
    label_name = next((column for column in OTHER if line.cell(column)), "")
    ogr = line.cell("code ogr", "code ogr appellation", "code ogr competence", "code ogr savoir")
    if line.cell(*JOB) and not label_name:
        code, label, kind = line.cell("code rome"), line.cell(*JOB), "métier"
    else:
        code, label, kind = ogr or line.cell("code rome"), line.cell(label_name), KINDS.get(label_name, "")
    if not code or not label:
        return _("Il manque le code (« code_rome » ou « code_ogr ») ou le libellé.")
    kind = kind or line.cell("type competence", "type item", "categorie") or "terme"
    return TermData("rome", code, label, "", kind, "fr", line.where)
