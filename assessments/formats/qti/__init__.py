"""QTI 2.1, 2.2 and 3.0: one item, or a package of items with their pictures and sounds. One mapping of names reads all three."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from msgspec.structs import replace

from assessments.formats import Package, Written
from assessments.formats.keeping import Built, keep, named
from assessments.formats.packages import Bounds, Unsafe, closed, is_zip, opened, shown
from assessments.formats.qti import manifest
from assessments.formats.qti.building import spelled
from assessments.formats.qti.kinds import item
from assessments.formats.qti.names import QTI21, QTI22, QTI30, Version
from assessments.formats.qti.reading import read_item
from assessments.formats.qti.tree import MAX_LIST, Node, Unreadable, parsed, written
from assessments.formats.texts import checked_code
from assessments.rules.questions import QuestionData
from assessments.rules.soundness import check_question
from lms.files.formats import Refusal
from lms.refusal import Refused

BOUNDS: Final = Bounds()


def read(data: bytes) -> Package:
    """What a QTI file brings: an item's XML, or a package. What cannot come in is refused with its line; nothing is half there."""
    package = Package()
    if not is_zip(data):
        _read_item(package, data, manifest.Listed("", 1), {})
        return package
    try:
        files = opened(data, BOUNDS)
    except Unsafe as refusal:
        package.refused.append(Refusal(refusal.where, refusal.message))
        return package
    name = min((one for one in files if one.rpartition("/")[2] == manifest.NAME), key=lambda one: one.count("/"), default="")
    if not name:
        package.refused.append(Refusal(_("paquet"), _("imsmanifest.xml manque : ce n'est pas un paquet QTI. Exportez-le à nouveau.")))
        return package
    try:
        listed, refused = manifest.items_of(parsed(files[name], MAX_LIST), files, name.removesuffix(manifest.NAME))
    except Unreadable as refusal:
        package.refused.append(Refusal(_where(name, refusal.line), refusal.message))
        return package
    package.read += len(refused)
    package.refused += [Refusal(_where(name, one.line), one.message) for one in refused]
    if not listed and not refused:
        package.refused.append(Refusal(name, _("La liste du paquet ne nomme aucun item QTI.")))
    for one in listed:
        _read_item(package, files[one.path], one, files)
    return package


def _read_item(package: Package, data: bytes, listed: manifest.Listed, files: Mapping[str, bytes]) -> None:
    line = 1

    def build() -> Built:
        nonlocal line
        root = parsed(data)
        line = root.line
        question, source = read_item(root, listed.path, files)
        return Built(replace(question, tags=listed.tags, competencies=listed.competencies), source.used, source.notes)

    try:
        built = build()
    except Unreadable as refusal:
        package.read += 1
        package.refused.append(Refusal(_where(listed.path, refusal.line), refusal.message))
    except Refused as refusal:
        package.read += 1
        package.refused.append(Refusal(_where(listed.path, line), refusal.message))
    else:
        keep(package, where=_where(listed.path, line), build=lambda: built)


def _where(path: str, line: int) -> str:
    where = _("ligne %(line)s") % {"line": line}
    return f"{shown(path)}, {where}" if path else where


def write21(questions: Sequence[QuestionData], files: Mapping[str, bytes]) -> Written:
    return _write(questions, files, QTI21)


def write22(questions: Sequence[QuestionData], files: Mapping[str, bytes]) -> Written:
    return _write(questions, files, QTI22)


def write30(questions: Sequence[QuestionData], files: Mapping[str, bytes]) -> Written:
    return _write(questions, files, QTI30)


@dataclass(slots=True)
class _Packing:
    """What a package holds so far: its items, its files, and the names and codes that are taken."""

    version: Version
    files: Mapping[str, bytes]
    rows: list[tuple[QuestionData, str, Sequence[str]]] = field(default_factory=list)
    packed: dict[str, bytes] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    places: dict[str, str] = field(default_factory=dict)
    size: int = 0


def _write(questions: Sequence[QuestionData], files: Mapping[str, bytes], version: Version) -> Written:
    """A package; the same questions make the same bytes. Refused by name: what would not come back equal."""
    packing, refused = _Packing(version, files), []
    for question in questions:
        try:
            _pack(packing, question)
        except Refused as refusal:
            refused.append(Refusal(named(question), refusal.message))
    listing = written(manifest.manifest(packing.rows, version))
    return Written(closed({manifest.NAME: listing, **packing.packed}), refused)


def _pack(packing: _Packing, question: QuestionData) -> None:
    if question.code in packing.codes:
        raise Refused("code_twice", _("Une autre question porte ce code. Changez-en un."))
    if not question.code or checked_code(question.code) != question.code:
        raise Refused("code_odd", _("Le code de cette question a des espaces en trop ou manque. Écrivez-le à nouveau."))
    check_question(question.content)
    node, used = item(question, packing.version, packing.files)
    xml = written(spelled(node, packing.version))
    written(Node("told", {}, [*question.tags, *question.competencies]))
    new = {place: packing.files[name] for name, place in used.items() if place not in packing.packed}
    size = packing.size + len(xml) + sum(map(len, new.values()))
    if len(packing.packed) + len(new) + 2 > BOUNDS.files or size > BOUNDS.total * 9 // 10:
        raise Refused("package_full", _("Le paquet est plein. Exportez le reste des questions à part."))
    alike = {place.casefold(): place for place in used.values()}
    if len(alike) < len(used) or any(packing.places.get(folded, place) != place for folded, place in alike.items()):
        raise Refused("name_twice", _("Deux fichiers ont presque le même nom. Renommez-en un."))
    path = f"items/q{len(packing.rows) + 1:04}.xml"
    packing.packed |= {path: xml, **new}
    packing.places |= alike
    packing.codes.add(question.code)
    packing.size = size
    packing.rows.append((question, path, list(used.values())))
