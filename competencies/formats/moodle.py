"""Moodle's competency framework as CSV (`admin/tool/lpimportcsv`): one line for the framework, one for each competency, columns found by header.

Moodle's tree has one kind of item. Ours say theirs by the class of the paragraph they write in the description; foreign ones get it by
their place. What Moodle says and we have no column for (rules, cross-references, description in HTML) is kept and written again.
"""

import csv
import html
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec
import nh3
from django.utils.text import slugify
from django.utils.translation import gettext as _

from competencies.formats import FrameworkData, ItemData, Kind, Package, ScaleData, Written
from competencies.formats.shaping import shape, unshaped
from lms.files.formats import Refusal
from lms.files.formats.tables import folded, lines_of
from lms.files.formats.texts import decoded, one_line, printable, shortened
from lms.refusal import Refused

COLUMNS: Final = {
    "parent": "Parent ID number", "id": "ID number", "name": "Short name", "description": "Description", "format": "Description format",
    "scale": "Scale values", "marker": "Scale configuration", "rule": "Rule type (optional)", "outcome": "Rule outcome (optional)",
    "config": "Rule config (optional)", "related": "Cross-referenced competency ID numbers", "export": "Exported ID (optional)",
    "framework": "Is framework", "taxonomy": "Taxonomy",
}  # fmt: skip
HEADERS: Final = {
    **{folded(title): name for name, title in COLUMNS.items()},
    "numero d'identification du parent": "parent", "numero d'identification parent": "parent", "numero d'identification": "id",
    "nom abrege": "name", "nom court": "name", "format de description": "format", "format de la description": "format",
    "valeurs du bareme": "scale", "valeurs de bareme": "scale", "configuration du bareme": "marker", "configuration de bareme": "marker",
    "type de regle (facultatif)": "rule", "resultat de la regle (facultatif)": "outcome", "configuration de la regle (facultatif)": "config",
    "numeros d'identification des competences liees": "related", "numeros d'identification de competences associees": "related",
    "identifiant exporte (facultatif)": "export", "id exporte (facultatif)": "export", "est un referentiel": "framework", "taxonomie": "taxonomy",
}  # fmt: skip
KEPT: Final = ("format", "rule", "outcome", "config", "related", "export", "taxonomy")
LONGEST_NAME: Final = 100
MARKED: Final = re.compile(r'(?:<p class="tremplin-label">([^<]*)</p>)?<p class="tremplin-(block|competency|criterion)">([^<]*)</p>')
NO: Final = ("", "0", "false", "non", "no")
LEVELS: Final = 5
USUAL: Final = {"format": "1", "taxonomy": "domain,competency,indicator,indicator"}  # what we write by ourselves


@dataclass(slots=True)
class Line:
    """A line of the table: its number and its cells by our names of the columns."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def where(self) -> str:
        return _("ligne %(number)s") % {"number": self.number}


@dataclass(slots=True)
class Table:
    """What was read: the framework's line, the others by their identifier, in order."""

    package: Package
    head: Line | None = None
    items: dict[str, tuple[Line, ItemData]] = field(default_factory=dict)
    said: dict[int, Kind | None] = field(default_factory=dict)

    def refuse(self, line: Line, why: str) -> None:
        self.package.refused.append(Refusal(line.where, why))


def read(data: bytes, name: str) -> Package:
    """The framework of the file. Every line that cannot come in is named."""
    table = Table(Package())
    try:
        for line in _lines(decoded(data), table.package):
            table.package.read += 1
            _keep(table, line)
    except Refused as refusal:
        table.package.refused.append(Refusal(_("ligne 1") if refusal.code == "columns" else refusal.code, refusal.message))
        return table.package
    if table.head is None:
        table.package.refused.append(Refusal(name, _("Aucune ligne n'est celle du référentiel (colonne « Is framework » à 1).")))
        return table.package
    framework = _framework(table, table.head)
    _hang(table, framework)
    if not table.package.refused:
        table.package.frameworks.append(framework)
    return table.package


def _lines(text: str, package: Package) -> Iterator[Line]:
    lines = lines_of(text)
    _number, heads = next(lines, (1, []))
    names = [HEADERS.get(folded(head), "") for head in heads]
    missing = [COLUMNS[name] for name in ("parent", "id", "name", "framework") if name not in names]
    if missing:
        raise Refused(
            "columns", _("Il manque des colonnes d'un export de compétences de Moodle : %(missing)s.") % {"missing": ", ".join(missing)}
        )
    package.notes += [
        Refusal(_("ligne 1"), _("La colonne « %(name)s » n'est pas lue.") % {"name": head[:40]})
        for head, name in zip(heads, names, strict=True)
        if head.strip() and not name
    ]
    for number, cells in lines:
        yield Line(number, {name: printable(cell).strip() for name, cell in zip(names, cells, strict=False) if name})


def _keep(table: Table, line: Line) -> None:
    if line["framework"].lower() not in NO:
        if table.head:
            table.refuse(line, _("C'est le deuxième référentiel du fichier. Mettez-le dans un autre fichier."))
        table.head = table.head or line
        return
    identifier, label = one_line(line["id"]), one_line(line["name"])
    if not identifier or not label:
        table.refuse(line, _("Il manque l'identifiant (« ID number ») ou le nom (« Short name »)."))
    elif identifier in table.items:
        other = table.items[identifier][0].number
        table.refuse(line, _("L'identifiant « %(id)s » est déjà à la ligne %(number)s.") % {"id": identifier[:60], "number": other})
    else:
        item = ItemData("block", identifier, label, where=line.where)
        table.said[id(item)] = _read_description(item, line)
        table.items[identifier] = (line, item)


def _read_description(item: ItemData, line: Line) -> Kind | None:
    """What the description says of the item when it is ours: its kind, its whole label, its aim or plain words. Else it is kept as it is."""
    kept = {name: line[name] for name in KEPT if line[name] and USUAL.get(name) != line[name]}
    found = MARKED.fullmatch(line["description"])
    if found is None:
        kept |= {"description": line["description"]} if line["description"] else {}
        item.aim = _plain(line["description"])
        item.source = {"moodle": kept}
        return None
    label, kind, text = (html.unescape(part or "") for part in found.groups())
    item.label = label or item.label
    item.aim = item.plain_label = text
    item.source = {"moodle": kept} if kept else {}
    return kind  # type: ignore[return-value]  # one of the three the expression names


def _plain(text: str) -> str:
    return html.unescape(nh3.clean(text, tags=set())).strip() if "<" in text else html.unescape(text)


def _framework(table: Table, line: Line) -> FrameworkData:
    """`code@version` is how we name ours; another identifier becomes a code."""
    said = one_line(line["id"])
    code, at, version = said.partition("@")
    is_ours = bool(at and version and code == slugify(code))
    kept = {name: line[name] for name in KEPT if line[name] and USUAL.get(name) != line[name]}
    description = _plain(line["description"])
    if html.escape(description) != line["description"]:
        kept["description"] = line["description"]
    scale = _scale(line)
    if scale is None or _scale_cells(scale) != (line["scale"], line["marker"]):
        kept |= {"scale": line["scale"], "marker": line["marker"]}
    if not is_ours:
        kept["id"] = said
    if scale is None:
        table.package.notes.append(
            Refusal(line.where, _("Le barème n'a pas de 2 à 5 valeurs dont une est « acquise » : l'échelle du site est prise."))
        )
    return FrameworkData(
        title=one_line(line["name"]), code=code if is_ours else (slugify(said)[:60].strip("-") or ""), version=version if is_ours else "1.0.0",
        language="", description=description, scale=scale, source={"moodle": kept} if kept else {}, where=line.where,
    )  # fmt: skip


def _scale(line: Line) -> ScaleData | None:
    values = [one_line(value) for value in line["scale"].split(",") if value.strip()]
    try:
        marks = msgspec.json.decode(line["marker"] or "[]", type=list[dict[str, int | str | None]])
    except (msgspec.DecodeError, RecursionError):
        return None
    proficient = [int(one["id"] or 0) for one in marks if one.get("proficient") in (1, "1") and str(one.get("id") or "").isdecimal()]
    first = min(proficient, default=0) - 1
    if not 2 <= len(values) <= LEVELS or not 1 <= first < len(values):
        return None
    title = shortened(", ".join(values), 110)
    return ScaleData(title, first, tuple((number, value, value) for number, value in enumerate(values)))


def _hang(table: Table, framework: FrameworkData) -> None:
    """Each item under its parent, in the order of the file; one whose parent is not there, or that is under itself, is refused."""
    tops = _tops(table)
    reached: list[ItemData] = list(tops)
    for item in reached:  # grows as it is walked
        reached += item.items
    known = {id(item) for item in reached}
    for line, item in table.items.values():
        if id(item) not in known and not table.package.refused:
            table.refuse(line, _("Cet élément est, de parent en parent, sous lui-même."))
    if table.package.refused:
        return
    for item in reached:
        for child in item.items:
            child.code = child.code.removeprefix(f"{item.code}/") or child.code
    framework.items = shape(tops, table.said, table.package.refused)
    for item, _parent in framework.all_items():
        _settle(item)


def _tops(table: Table) -> list[ItemData]:
    """The items that no other holds; the others are put under theirs."""
    head = one_line(table.head["id"]) if table.head else ""
    tops: list[ItemData] = []
    for line, item in table.items.values():
        parent = one_line(line["parent"])
        if parent in ("", head):
            tops.append(item)
        elif parent in table.items:
            table.items[parent][1].items.append(item)
        else:
            table.refuse(line, _("Le parent « %(parent)s » n'est pas dans le fichier.") % {"parent": parent[:60]})
    return tops


def _settle(item: ItemData) -> None:
    """The description is the aim of a block, the plain words of a competency of ours."""
    if item.kind != "block":
        item.aim = ""
    elif "description" in item.source.get("moodle", {}) and item.source["moodle"]["description"] == _paragraph(item):
        del item.source["moodle"]["description"]
    if item.kind != "competency":
        item.plain_label = ""


def write(data: FrameworkData) -> Written:
    """A table that Moodle reads again. Cells are written as they are: an apostrophe before a formula would be a sign of the text there."""
    out = io.StringIO()
    rows = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    lost: list[Refusal] = []
    rows.writerow(_head(data, lost))
    names: set[str] = set()
    waiting = [(item, "", "") for item in reversed(unshaped(data.items))]
    codes = Counter(item.code for item, _parent in data.all_items())
    while waiting:
        item, parent, path = waiting.pop()
        identifier = item.code if codes[item.code] == 1 else f"{path}/{item.code}" if path else item.code
        if identifier in names or len(identifier) > LONGEST_NAME:
            lost.append(Refusal(item.code, _("Moodle veut un identifiant unique, de %(most)s signes au plus.") % {"most": LONGEST_NAME}))
        names.add(identifier)
        rows.writerow(_row(item, identifier, parent))
        waiting += [(child, identifier, identifier) for child in reversed(item.items)]
    if any(item.references for item, _parent in data.all_items()):
        lost.append(Refusal(data.title, _("Moodle n'a pas de place pour les références des compétences.")))
    if data.associations:
        lost.append(Refusal(data.title, _("Moodle n'a pas de place pour les liens CASE.")))
    return Written(out.getvalue().encode(), lost)


def _head(data: FrameworkData, lost: list[Refusal]) -> dict[str, str]:
    kept = data.source.get("moodle", {})
    values, marker = _scale_cells(data.scale) if data.scale else ("", "")
    if data.scale and any("," in label for _value, label, _plain_label in data.scale.levels):
        lost.append(Refusal(data.scale.title, _("Moodle sépare les niveaux par des virgules : celles des libellés deviennent des tirets.")))
    return {
        "parent": "", "id": kept.get("id") or f"{data.code}@{data.version}", "name": shortened(data.title, LONGEST_NAME), "format": "1",
        "scale": values, "marker": marker, "framework": "1", "taxonomy": USUAL["taxonomy"], **kept,
        "description": kept["description"] if "description" in kept and _plain(kept["description"]) == data.description else html.escape(data.description),
    }  # fmt: skip


def _scale_cells(scale: ScaleData) -> tuple[str, str]:
    levels = [label.replace(", ", " – ").replace(",", "–") for _value, label, _plain_label in scale.levels]
    marks: list[dict[str, int | str]] = [{"scaleid": "1"}]
    for number, (value, _label, _plain_label) in enumerate(scale.levels, 1):
        marks.append({"id": number, "scaledefault": int(value == scale.acquired_at), "proficient": int(value >= scale.acquired_at)})
    return ",".join(levels), msgspec.json.encode(marks).decode()


def _row(item: ItemData, identifier: str, parent: str) -> dict[str, str]:
    kept = dict(item.source.get("moodle", {}))
    raw = kept.pop("description", None)
    is_same = raw is not None and len(item.label) <= LONGEST_NAME and (item.kind != "block" or _plain(raw) == item.aim)
    is_foreign = "moodle" in item.source and raw is None and not item.aim and item.plain_label in ("", item.label)
    return {
        "parent": parent, "id": identifier, "name": shortened(item.label, LONGEST_NAME), "format": "1", "framework": "", **kept,
        "description": raw if is_same else "" if is_foreign and len(item.label) <= LONGEST_NAME else _paragraph(item),
    }  # fmt: skip


def _paragraph(item: ItemData) -> str:
    label = f'<p class="tremplin-label">{html.escape(item.label)}</p>' if len(item.label) > LONGEST_NAME else ""
    text = item.aim if item.kind == "block" else item.plain_label if item.kind == "competency" else ""
    return f'{label}<p class="tremplin-{item.kind}">{html.escape(text)}</p>'
