"""The list that a package begins with: which items it holds, with their keywords and competencies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from posixpath import normpath
from typing import Final
from urllib.parse import unquote

from django.utils.translation import gettext as _

from assessments.formats.packages import shown
from assessments.formats.qti.names import Version
from assessments.formats.qti.source import ELSEWHERE
from assessments.formats.qti.tree import Node, Unreadable
from assessments.rules.questions import QuestionData

NAME: Final = "imsmanifest.xml"
LOM: Final = "http://ltsc.ieee.org/xsd/LOM"
ITEMS: Final = ("imsqti_item_", "imsqti_apipitem_")
COMPETENCY: Final = frozenset({"competency", "educational objective"})


@dataclass(frozen=True, slots=True)
class Listed:
    """An item of a package: its path, the line that names it, its keywords and competencies."""

    path: str
    line: int
    tags: tuple[str, ...] = ()
    competencies: tuple[str, ...] = ()


def items_of(root: Node, files: Mapping[str, bytes], folder: str = "") -> tuple[list[Listed], list[Unreadable]]:
    """The items a manifest lists, and why others do not come in. A test or a text shared by items is only told of."""
    if root.name != "manifest":
        raise Unreadable(root.line, _("imsmanifest.xml n'est pas la liste d'un paquet : il faut « manifest »."))
    listed: list[Listed] = []
    refused: list[Unreadable] = []
    seen: set[str] = set()
    for node in (one for group in root.nodes("resources") for one in group.nodes("resource")):
        if not node.get("type").startswith(ITEMS):
            continue
        try:
            path = _path(node, files, folder)
            if path in seen or node.get("identifier") in seen:
                raise Unreadable(
                    node.line, _("« %(name)s » est deux fois dans la liste.") % {"name": shown(node.get("identifier") or path)}
                )
        except Unreadable as refusal:
            refused.append(refusal)
            continue
        seen |= {path, node.get("identifier")}
        listed.append(Listed(path, node.line, _keywords(node), _competencies(node)))
    return listed, refused


def _path(node: Node, files: Mapping[str, bytes], folder: str) -> str:
    href = node.get("href")
    if not href.strip():
        raise Unreadable(node.line, _("Un item de la liste n'a pas d'adresse (href)."))
    if ELSEWHERE.match(href.strip()) or "\\" in href:
        raise Unreadable(node.line, _("« %(name)s » est hors du paquet. Mettez l'item dans le paquet.") % {"name": shown(href)})
    path = normpath(folder + unquote(href.partition("?")[0].strip()))
    if path not in files:
        raise Unreadable(node.line, _("« %(name)s » est dans la liste, pas dans le paquet.") % {"name": shown(href)})
    return path


def _keywords(node: Node) -> tuple[str, ...]:
    return tuple(text.text() for one in node.every("keyword") for text in one.nodes("string", "langstring"))


def _competencies(node: Node) -> tuple[str, ...]:
    """Codes that the item is classified under: LOM's competencies, then curriculum standards."""
    codes = [
        code.text()
        for one in node.every("classification")
        if any(purpose.text().strip() in COMPETENCY for chosen in one.nodes("purpose") for purpose in chosen.nodes("value"))
        for taxon in one.every("taxon")
        for code in taxon.nodes("id")
    ]
    return tuple(codes or [one.text().strip() for one in node.every("GUID")])


def manifest(rows: Sequence[tuple[QuestionData, str, Sequence[str]]], version: Version) -> Node:
    """The list of a package. `rows`: a question, the path of its item, the files it shows."""
    root = Node("manifest", {"xmlns": version.package, "xmlns:imsmd": LOM, "identifier": "tremplin-questions"})
    told = root.add("metadata")
    told.add("schema", {}, version.schema)
    told.add("schemaversion", {}, version.schema_version)
    root.add("organizations")
    resources = root.add("resources")
    for count, (question, path, used) in enumerate(rows, start=1):
        resource = resources.add("resource", {"identifier": f"item{count}", "type": version.resource, "href": path})
        _told(resource.add("metadata").add("imsmd:lom"), question)
        for file in (path, *used):
            resource.add("file", {"href": file})
    return root


def _told(lom: Node, question: QuestionData) -> None:
    general = lom.add("imsmd:general")
    general.add("imsmd:title").add("imsmd:string", {"language": "fr"}, question.content.title)
    for tag in question.tags:
        general.add("imsmd:keyword").add("imsmd:string", {"language": "fr"}, tag)
    if question.competencies:
        classified = lom.add("imsmd:classification")
        purpose = classified.add("imsmd:purpose")
        purpose.add("imsmd:source", {}, "LOMv1.0")
        purpose.add("imsmd:value", {}, "competency")
        path = classified.add("imsmd:taxonPath")
        for code in question.competencies:
            path.add("imsmd:taxon").add("imsmd:id", {}, code)
