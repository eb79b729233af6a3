"""A CFPackage to a framework."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from competencies.formats import AssociationData, FrameworkData, ItemData, Kind, Package, ScaleData
from competencies.formats.case.names import (
    OWN,
    PLACE,
    Object,
    address,
    document_link,
    links_of,
    own_document,
    own_item,
    package_link,
)
from competencies.formats.shaping import kind_said, shape
from competencies.selectors import place_identifier
from lms.files.formats import Refusal
from lms.files.formats.texts import decoded, one_line, printable, shortened
from lms.refusal import Refused

MANY: Final = 200_000


@dataclass(slots=True)
class Reading:
    """A package being read: its items by identifier, those that are refused, its associations."""

    package: Package
    items: dict[str, ItemData] = field(default_factory=dict)
    links: list[Object] = field(default_factory=list)
    said: dict[int, Kind | None] = field(default_factory=dict)

    def refuse(self, where: str, why: str) -> None:
        self.package.refused.append(Refusal(where, why))


def read(data: bytes, name: str) -> Package:
    """The framework of a CFPackage. What cannot be held is refused by its identifier; what CASE or a vendor adds is kept."""
    package = Package(read=1)
    try:
        told = _object(data)
        framework = _framework(told)
    except Refused as refusal:
        package.refused.append(Refusal(name, refusal.message))
        return package
    reading = Reading(package)
    for place, one in enumerate(_list(told, "CFItems"), 1):
        _keep_item(reading, one, place, framework)
    for place, one in enumerate(_list(told, "CFAssociations"), 1):
        _keep_link(reading, one, place)
    _build(reading, framework)
    package.frameworks.append(framework)
    return package


def _object(data: bytes) -> Object:
    text = decoded(data)
    if "\\u0000" in text:
        raise Refused("case_nul", _("Ce fichier a un caractère nul (\\u0000). Enlevez-le."))
    try:
        told = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise Refused("case_json", _("Ce fichier n'est pas du JSON lisible (%(error)s).") % {"error": shortened(str(error), 80)}) from error
    told = told.get("CFPackage", told) if isinstance(told, dict) else told
    if not isinstance(told, dict) or not isinstance(told.get("CFDocument"), dict):
        raise Refused("case_document", _("Ce JSON n'est pas un paquet CASE : il lui manque « CFDocument »."))
    return told


def _list(told: Object, name: str) -> list[Any]:
    found = told.get(name)
    return found[:MANY] if isinstance(found, list) else []


def _identifier(one: Any) -> UUID:
    try:
        return UUID(one["identifier"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused("case_identifier", _("« identifier » manque, ou n'est pas un UUID.")) from error


def _said(one: Object, name: str) -> str:
    found = one.get(name)
    return one_line(found) if isinstance(found, str) else ""


def _framework(told: Object) -> FrameworkData:
    """The document. A field that the column would not give back as it was stays in `source` beside it."""
    document = dict(told["CFDocument"])
    uuid, title = _identifier(document), _said(document, "title")
    if not title:
        raise Refused("case_title", _("Le document n'a pas de titre (« title »)."))
    ours = _taken_extension(document)
    data = FrameworkData(
        title=title, code=str(ours.get("code") or ""), version=_said(document, "version") or "1.0.0", language=_said(document, "language") or "fr",
        description=printable(str(document.get("description") or "")), certifier=str(ours.get("certifier") or ""),
        certification_type=str(ours.get("certification_type") or ""), certification_code=str(ours.get("certification_code") or ""),
        scale=_scale(ours.get("scale")), uuid=uuid, where=title,
    )  # fmt: skip
    columns = {"title": data.title, "version": data.version, "language": data.language, "description": data.description}
    kept = {name: value for name, value in document.items() if name != "identifier" and columns.get(name) != value}
    kept |= dict.fromkeys({"version", "language", *own_document(data)} - document.keys())
    others = {name: value for name, value in told.items() if name not in ("CFDocument", "CFItems", "CFAssociations")}
    data.source = {"case": {"CFDocument": kept, **others}}
    if ours:
        data.source["ours"] = True
    if kept.get("CFPackageURI") == package_link(data):
        del kept["CFPackageURI"]
    own: Object = {**own_document(data), "lastChangeDateTime": kept.get("lastChangeDateTime", "")}
    if not others and all(own.get(name) == value or (name, value) == ("caseVersion", None) for name, value in kept.items()):
        data.source = {"at": own["lastChangeDateTime"]}
    return data


def _taken_extension(one: Object) -> Object:
    """Our part of the extensions, taken out of the object."""
    extensions = one.get("extensions")
    if not isinstance(extensions, dict) or not isinstance(extensions.get(OWN), dict):
        return {}
    one["extensions"] = {name: value for name, value in extensions.items() if name != OWN}
    if not one["extensions"]:
        del one["extensions"]
    return dict(extensions[OWN])


def _scale(told: Any) -> ScaleData | None:
    try:
        return msgspec.convert(told, ScaleData) if told else None
    except msgspec.ValidationError:
        return None


def _keep_item(reading: Reading, one: Any, place: int, framework: FrameworkData) -> None:
    reading.package.read += 1
    try:
        uuid = _identifier(one)
        if str(uuid) in reading.items or uuid == framework.uuid:
            raise Refused("case_twice", _("Cet identifiant est déjà celui d'un autre élément du fichier."))
        item = _item(dict(one), uuid, framework)
    except Refused as refusal:
        name = _said(one, "humanCodingScheme") or _said(one, "identifier") if isinstance(one, dict) else ""
        reading.refuse(_("CFItem %(place)s") % {"place": place} + (f" · {name[:60]}" if name else ""), refusal.message)
        return
    reading.items[str(uuid)] = item
    reading.said[id(item)] = kind_said(one.get("CFItemType"))


def _item(one: Object, uuid: UUID, framework: FrameworkData) -> ItemData:
    label, code = _said(one, "fullStatement"), _said(one, "humanCodingScheme")
    if not label:
        raise Refused("case_statement", _("« fullStatement » manque."))
    ours = _taken_extension(one)
    references = ours.get("references")
    item = ItemData(
        "block", code, label, plain_label=_said(one, "abbreviatedStatement"), uuid=uuid, where=code or str(uuid),
        references=references if isinstance(references, dict) else None,
    )  # fmt: skip
    columns = {"fullStatement": item.label, "humanCodingScheme": code or None, "abbreviatedStatement": item.plain_label}
    kept = {name: value for name, value in one.items() if name != "identifier" and (name not in columns or columns[name] != value)}
    if item.plain_label == label:
        kept["abbreviatedStatement"] = label
    kept |= dict.fromkeys({"uri", "CFItemType", "CFDocumentURI"} - one.keys())
    if kept["CFDocumentURI"] == document_link(framework):
        del kept["CFDocumentURI"]
    item.source = {"case": kept}
    return item


def _keep_link(reading: Reading, one: Any, place: int) -> None:
    try:
        _identifier(one)
        ends = [one.get(name) for name in ("originNodeURI", "destinationNodeURI")]
        if not all(isinstance(end, dict) and isinstance(end.get("identifier"), str) and end["identifier"] for end in ends):
            raise Refused("case_ends", _("L'association n'a pas ses deux bouts (« originNodeURI », « destinationNodeURI »)."))
        if not _said(one, "associationType"):
            raise Refused("case_type", _("« associationType » manque."))
    except Refused as refusal:
        reading.refuse(_("CFAssociation %(place)s") % {"place": place}, refusal.message)
        return
    reading.links.append(one)


def _build(reading: Reading, framework: FrameworkData) -> None:
    """Hang each item under its first parent, in the order of the sequence numbers; what turns in a circle is refused."""
    places: dict[str, Object] = {}
    top = str(framework.uuid)
    for one in sorted(reading.links, key=_sequence):
        origin, parent = one["originNodeURI"]["identifier"], one["destinationNodeURI"]["identifier"]
        if one["associationType"] == PLACE and origin in reading.items and (parent == top or parent in reading.items):
            places.setdefault(origin, one)
    children: dict[str, list[str]] = {}
    for identifier, one in sorted(places.items(), key=lambda pair: _sequence(pair[1])):
        children.setdefault(one["destinationNodeURI"]["identifier"], []).append(identifier)
    orphans = [identifier for identifier in reading.items if identifier not in places]
    found, waiting = set[str](), [*children.get(top, []), *orphans]
    for identifier in waiting:  # grows as it is walked
        found.add(identifier)
        item = reading.items[identifier]
        item.items = [reading.items[child] for child in children.get(identifier, [])]
        waiting += children.get(identifier, [])
    for identifier in reading.items.keys() - found:
        reading.refuse(reading.items[identifier].where, _("Cet élément est, de parent en parent, sous lui-même."))
    if reading.package.refused:
        return
    for identifier in orphans:
        why = _("Cet élément n'a pas de parent : il est placé sous le document.")
        reading.package.notes.append(Refusal(reading.items[identifier].where, why))
    tops = [reading.items[identifier] for identifier in [*children.get(top, []), *orphans]]
    framework.items = shape(tops, reading.said, reading.package.refused)
    _give_codes(framework)
    _settle(framework)
    framework.associations = _associations(reading, framework, {one["identifier"] for one in places.values()})


def _sequence(one: Object) -> float:
    number = one.get("sequenceNumber")
    return number if isinstance(number, int | float) else float("inf")


def _give_codes(framework: FrameworkData) -> None:
    """A code to what has none, another to one that a neighbour has: the scheme stays as it came, in `source`."""
    known = Counter[tuple[int | str, str]]()
    for item, parent in framework.all_items():
        scope: int | str = "block" if item.kind == "block" else id(parent)
        said = item.code
        item.code = said or f"_{str(item.uuid)[:8]}"
        known[scope, item.code] += 1
        if known[scope, item.code] > 1:
            item.code = f"{said or ''}_{str(item.uuid)[:8]}"
        if item.code != said:
            item.source["code"] = [item.code, said or None]


def _settle(framework: FrameworkData) -> None:
    """The aim of blocks to its column; nothing kept of what this site would say by itself."""
    for item, _parent in framework.all_items():
        kept = item.source.get("case")
        if kept is None:
            continue  # the block that stands for the document
        notes = kept.get("notes")
        if item.kind == "block" and isinstance(notes, str) and notes and printable(notes) == notes:
            item.aim = kept.pop("notes")
        if item.kind != "competency" and item.plain_label:
            kept["abbreviatedStatement"], item.plain_label = item.plain_label, ""
        rest = {name: value for name, value in kept.items() if name != "lastChangeDateTime"}
        if rest == own_item(item) and "code" not in item.source:
            item.source = {"at": kept.get("lastChangeDateTime", "")}


def _associations(reading: Reading, framework: FrameworkData, places: set[str]) -> list[AssociationData]:
    """All but those that this site would make by itself, the same, to say where an item stands."""
    names = links_of(framework)
    found: dict[UUID, AssociationData] = {}
    for one in reading.links:
        kept = {name: value for name, value in one.items() if name not in ("identifier", "associationType")}
        ends = [kept[name]["identifier"] for name in ("originNodeURI", "destinationNodeURI")]
        for name, end in zip(("originNodeURI", "destinationNodeURI"), ends, strict=True):
            if kept[name] == names.get(end):
                del kept[name]
        kept |= dict.fromkeys({"uri", "CFDocumentURI"} - one.keys())
        if kept["CFDocumentURI"] == document_link(framework):
            del kept["CFDocumentURI"]
        uuid, is_place = UUID(one["identifier"]), one["identifier"] in places
        if not (is_place and uuid == place_identifier(*ends) and _is_own(kept, uuid)):
            found[uuid] = AssociationData(uuid, one["associationType"][:60], ends[0], ends[1], is_place, kept)
    return list(found.values())


def _is_own(kept: Object, uuid: UUID) -> bool:
    return kept.keys() <= {"uri", "sequenceNumber", "lastChangeDateTime"} and kept["uri"] == address("CFAssociations", uuid)
