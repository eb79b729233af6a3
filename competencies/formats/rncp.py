"""France compétences' XML of the RNCP: each sheet is a framework of its blocks; blocks are terms to link as well."""

import re
from typing import Final

from django.utils.translation import gettext as _

from competencies.formats import FrameworkData, ItemData, Package, TermData
from lms.files.formats import Refusal
from lms.files.formats.texts import one_line, printable
from lms.files.formats.trees import Node, UnreadableError, tree_of

MARK: Final = re.compile(r"^[\s•●▪◦*–—-]+|^\(?\d{1,2}[.)]\s+")
LONGEST: Final = 1000


def read(data: bytes, name: str) -> Package:
    """Sheets with blocks. A sheet without any is named and left; XML that is not the register's is refused."""
    try:
        root = tree_of(data)
    except UnreadableError as refusal:
        return Package(refused=[Refusal(_("ligne %(number)s") % {"number": refusal.line}, refusal.message)], read=1)
    sheets = [root] if root.name == "FICHE" else [node for one in (root, *root.all("FICHES")) for node in one.all("FICHE")]
    package = Package()
    if not sheets:
        package.refused.append(Refusal(name, _("Ce XML n'est pas un export du RNCP : il n'a pas de « FICHE ».")))
    for sheet in sheets:
        _keep(package, sheet)
    return package


def _keep(package: Package, sheet: Node) -> None:
    package.read += 1
    number, title = one_line(sheet.said("NUMERO_FICHE")), one_line(sheet.said("INTITULE"))
    where = number or _("ligne %(number)s") % {"number": sheet.line}
    blocks = list(sheet.first("BLOCS_COMPETENCES").all("BLOC_COMPETENCES"))
    if not number or not title:
        package.refused.append(Refusal(where, _("La fiche n'a pas de numéro (« NUMERO_FICHE ») ou d'intitulé (« INTITULE »).")))
        return
    if not blocks:
        package.notes.append(Refusal(where, _("La fiche n'a pas de bloc de compétences : elle n'entre pas.")))
        return
    kept = {name: sheet.said(name) for name in ("ABREGE", "NOMENCLATURE_EUROPE", "DATE_FIN_ENREGISTREMENT", "ACTIF") if sheet.said(name)}
    framework = FrameworkData(
        title=title, code=number.lower(), certification_type="RNCP", certification_code=number, where=where,
        source={"rncp": {**kept, "rome": [one_line(rome.said("CODE")) for rome in sheet.first("CODES_ROME").all("ROME")]}},
        certifier=one_line(sheet.first("CERTIFICATEURS").first("CERTIFICATEUR").said("NOM_CERTIFICATEUR"))[:200],
    )  # fmt: skip
    for block in blocks:
        _keep_block(package, framework, block)
    package.frameworks.append(framework)


def _keep_block(package: Package, framework: FrameworkData, block: Node) -> None:
    package.read += 1
    code, label = one_line(block.said("CODE")), one_line(block.said("LIBELLE"))
    where = code or _("ligne %(number)s") % {"number": block.line}
    if not code or not label:
        package.refused.append(Refusal(where, _("Le bloc n'a pas de code (« CODE ») ou de libellé (« LIBELLE »).")))
        return
    skills = _skills(block.said("LISTE_COMPETENCES"))
    package.read += len(skills)
    items = [ItemData("competency", f"{code}.{place}", text, where=f"{where} · {place}") for place, text in enumerate(skills, 1)]
    way = printable(block.said("MODALITES_EVALUATION"))
    framework.items.append(
        ItemData("block", code, label, items=items, where=where, source={"rncp": {"MODALITES_EVALUATION": way}} if way else {})
    )
    package.terms.append(TermData("rncp", code, label, kind="bloc", where=where))


def _skills(text: str) -> list[str]:
    """A line each, without its bullet. Paragraphs in HTML are lines too."""
    lines = re.sub(r"<\s*(br|/p|/li)\s*/?>", "\n", text).replace("<", "\n<")
    bare = [one_line(MARK.sub("", re.sub(r"<[^>]{0,200}>", "", line))) for line in printable(lines).split("\n")]
    return [line for line in bare if line]
