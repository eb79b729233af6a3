"""A framework to a CFPackage. Deterministic: the same framework gives the same bytes."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from competencies.formats import AssociationData, FrameworkData, ItemData, Written
from competencies.formats.case.names import (
    ONLY_IN_11,
    OWN,
    PLACE,
    TYPES_ONLY_IN_11,
    Object,
    address,
    document_link,
    links_of,
    moment,
    own_document,
    own_item,
)
from competencies.formats.shaping import unshaped
from competencies.selectors import place_identifier
from lms.files.formats import Refusal


def write10(data: FrameworkData) -> Written:
    return _written(data, "1.0")


def write11(data: FrameworkData) -> Written:
    return _written(data, "1.1")


def _written(data: FrameworkData, version: str) -> Written:
    package, lost = package_of(data, version)
    return Written(msgspec.json.format(msgspec.json.encode(package), indent=1), lost)


def package_of(data: FrameworkData, version: str) -> tuple[Object, list[Refusal]]:
    """The CFPackage as an object, and what this version of CASE has no room for."""
    lost: list[Refusal] = []
    tree = list(_tree(data))
    others = {name: value for name, value in data.source.get("case", {}).items() if name != "CFDocument"}
    items = [_item(data, item, version) for item, _parent, _rank in tree]
    associations = []
    for one in _associations(data, tree):
        if version == "1.0" and one["associationType"] in TYPES_ONLY_IN_11:
            lost.append(Refusal(one["identifier"], _("CASE 1.0 n'a pas le lien « %(kind)s ».") % {"kind": one["associationType"]}))
        else:
            associations.append(_fitting(one, "CFAssociation", version))
    if version == "1.0":
        lost += _lost(data)
        others.pop("extensions", None)
    return {"CFDocument": document_of(data, version), "CFItems": items, "CFAssociations": associations, **others}, lost


def _lost(data: FrameworkData) -> Iterator[Refusal]:
    if data.scale and "case" not in data.source:
        yield Refusal(data.title, _("CASE 1.0 n'a pas de place pour l'échelle. Prenez CASE 1.1 ou YAML."))
    if any(item.references for item, _parent in data.all_items()):
        yield Refusal(data.title, _("CASE 1.0 n'a pas de place pour les références des compétences. Prenez CASE 1.1 ou YAML."))


def _tree(data: FrameworkData) -> Iterator[tuple[ItemData, str, int]]:
    """Each item with the identifier of what holds it and its rank there, from the top down; the block made for the document left out."""
    waiting = [(item, str(data.uuid), rank) for rank, item in reversed(list(enumerate(unshaped(data.items), 1)))]
    while waiting:
        item, parent, rank = waiting.pop()
        yield item, parent, rank
        waiting += [(child, str(item.uuid), place) for place, child in reversed(list(enumerate(item.items, 1)))]


def _fitting(one: Object, what: str, version: str) -> Object:
    """Without what is absent, nor what 1.0 does not know."""
    left_out = ONLY_IN_11[what] if version == "1.0" else frozenset[str]()
    return {name: value for name, value in one.items() if value is not None and name not in left_out}


def _changed(one: FrameworkData | ItemData, kept: Object) -> str:
    return kept.get("lastChangeDateTime") or one.source.get("at") or moment(one.changed_at)


def _extended(kept: Object, ours: Object) -> Object:
    """Our part put beside the extensions of others."""
    extensions = {**(kept.get("extensions") or {}), **({OWN: ours} if ours else {})}
    return {"extensions": extensions} if extensions else {}


def document_of(data: FrameworkData, version: str) -> Object:
    """The CFDocument alone: the items need not be there."""
    kept: Object = data.source.get("case", {}).get("CFDocument", {})
    ours: Object = {
        name: value
        for name in ("certifier", "certification_type", "certification_code")
        if (value := getattr(data, name))
    }  # fmt: skip
    if "case" not in data.source or data.source.get("ours"):
        ours |= {"code": data.code, "scale": msgspec.to_builtins(data.scale)} if data.scale else {"code": data.code}
    columns = {"title": data.title, "version": data.version, "language": data.language, "description": data.description or None}
    if "version" in kept and kept["version"] is None and data.version == "1.0.0":
        columns["version"] = None
    if "language" in kept and kept["language"] is None and data.language == "fr":
        columns["language"] = None
    one = {
        "identifier": str(data.uuid), **own_document(data), **kept, "lastChangeDateTime": _changed(data, kept), **columns, **_extended(kept, ours),
    }  # fmt: skip
    return _fitting(one, "CFDocument", version)


def _item(data: FrameworkData, item: ItemData, version: str) -> Object:
    kept: Object = item.source.get("case", {})
    made, came = item.source.get("code") or ("", "")
    plain = item.plain_label if item.plain_label not in ("", item.label) else kept.get("abbreviatedStatement")
    columns = {
        "fullStatement": item.label, "humanCodingScheme": came if item.code == made else item.code, "abbreviatedStatement": plain or None,
        "notes": item.aim or kept.get("notes"),
    }  # fmt: skip
    one = {
        "identifier": str(item.uuid), **own_item(item), "CFDocumentURI": document_link(data), **kept, **columns,
        "lastChangeDateTime": _changed(item, kept), **_extended(kept, {"references": item.references} if item.references else {}),
    }  # fmt: skip
    return _fitting(one, "CFItem", version)


def _associations(data: FrameworkData, tree: Sequence[tuple[ItemData, str, int]]) -> Iterator[Object]:
    """Where each item stands, by the association that came with it or by one of ours; then all the others."""
    names, document = links_of(data), document_link(data)
    kept = {(one.origin, one.destination): one for one in data.associations or [] if one.is_place}
    ranks = _ranks(tree, kept)
    for item, parent, rank in tree:
        origin = str(item.uuid)
        one = kept.get((origin, parent)) or _own(item, origin, parent)
        found = _association(one, names, document)
        if "sequenceNumber" in one.source or not ranks[parent]:
            found["sequenceNumber"] = one.source.get("sequenceNumber") if ranks[parent] else rank
        yield found
    for one in data.associations or []:
        if not one.is_place:
            yield _association(one, names, document)


def _own(item: ItemData, origin: str, parent: str) -> AssociationData:
    uuid = place_identifier(origin, parent)
    kept = {"uri": address("CFAssociations", uuid), "lastChangeDateTime": _changed(item, item.source.get("case", {}))}
    return AssociationData(uuid, PLACE, origin, parent, True, kept)  # noqa: FBT003  the dataclass's own order


def _ranks(tree: Sequence[tuple[ItemData, str, int]], kept: dict[tuple[str, str], AssociationData]) -> dict[str, bool]:
    """Under each parent, whether the numbers that came still say the order of its children; else they are numbered anew."""
    found: dict[str, list[Any]] = {}
    for item, parent, _rank in tree:
        one = kept.get((str(item.uuid), parent))
        found.setdefault(parent, []).append(one.source.get("sequenceNumber", float("inf")) if one else None)
    return {parent: None not in numbers and numbers == sorted(numbers) for parent, numbers in found.items()}


def _association(one: AssociationData, names: dict[str, Object], document: Object) -> Object:
    source = dict(one.source)
    return {
        "identifier": str(one.uuid), "associationType": one.kind, "uri": source.pop("uri", None),
        "originNodeURI": source.pop("originNodeURI", None) or names.get(one.origin) or _stranger(one.origin),
        "destinationNodeURI": source.pop("destinationNodeURI", None) or names.get(one.destination) or _stranger(one.destination),
        "CFDocumentURI": document, **source,
    }  # fmt: skip


def _stranger(identifier: str) -> Object:
    return {"title": identifier, "identifier": identifier, "uri": address("CFItems", identifier)}
