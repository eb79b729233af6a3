"""XML as a tree that knows its lines, whatever version it is written in. Read by defusedxml, without DTD, entity or outside file (B07)."""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException, sax
from django.utils.translation import gettext as _

from assessments.formats.qti.names import plain_name
from lms.refusal import Refused

MAX_LIST: Final = 5 * 1024 * 1024
MAX_ITEM: Final = 512 * 1024
MAX_NODES: Final = 100_000
MAX_DEPTH: Final = 60
ENCODINGS: Final = frozenset({"utf-8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})
DECLARED: Final = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
UNWRITABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Unreadable(Refused):
    """Reading stops at this line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__("xml_unreadable", message)
        self.line = line


@dataclass(slots=True)
class Node:
    """An element. Names are those of QTI 2 (`plain_name`), prefixes left out; `children` are nodes and texts."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)
    line: int = 0

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def nodes(self, *names: str) -> "list[Node]":
        """The elements right under this one, of these names if any is given."""
        return [child for child in self.children if isinstance(child, Node) and (not names or child.name in names)]

    def first(self, *names: str) -> "Node | None":
        return next(iter(self.nodes(*names)), None)

    def walk(self) -> "Iterator[Node]":
        """This element and all under it, in the order of the text."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.nodes())

    def every(self, *names: str) -> "list[Node]":
        return [node for node in self.walk() if node.name in names]

    def add(self, name: str, attributes: Mapping[str, str] | None = None, *children: "Node | str") -> "Node":
        """A new element under this one."""
        made = Node(name, dict(attributes or {}), list(children))
        self.children.append(made)
        return made

    def text(self) -> str:
        """All its text, as it stands."""
        parts: list[str] = []
        waiting: list[Node | str] = [self]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                parts.append(one)
            else:
                waiting += reversed(one.children)
        return "".join(parts)


class _Builder(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.top = Node("")
        self.open = [self.top]
        self.count = 0
        self.locator: object = None

    @property
    def line(self) -> int:
        number = getattr(self.locator, "getLineNumber", lambda: 1)()
        return int(number or 1)

    def setDocumentLocator(self, locator: object) -> None:  # noqa: N802 - SAX names it
        self.locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX names it
        self.count += 1
        if self.count > MAX_NODES:
            raise Unreadable(self.line, _("Ce fichier a plus de %(most)s balises. Coupez-le en plusieurs.") % {"most": MAX_NODES})
        if len(self.open) > MAX_DEPTH:
            raise Unreadable(self.line, _("Trop de balises les unes dans les autres. Simplifiez la question."))
        node = Node(plain_name(name), {plain_name(key): value for key, value in attrs.items()}, line=self.line)
        self.open[-1].children.append(node)
        self.open.append(node)

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802 - SAX names it and gives the name
        self.open.pop()

    def characters(self, content: str) -> None:
        self.open[-1].children.append(content)


def parsed(data: bytes, most: int = MAX_ITEM) -> Node:
    """The root element. `Unreadable` with its line for what is too long, is not sound XML, or is XML that plays tricks."""
    if len(data) > most:
        raise Unreadable(1, _("Ce fichier dépasse %(most)s Ko. Coupez-le en plusieurs.") % {"most": most // 1024})
    declared = DECLARED.match(data.removeprefix(codecs.BOM_UTF8))
    if data.startswith(b"+/v") or (declared and declared[1].decode().lower() not in ENCODINGS):
        raise Unreadable(1, _("Ce fichier est écrit dans un codage que nous ne lisons pas. Enregistrez-le en UTF-8."))
    builder = _Builder()
    try:
        sax.parseString(data, builder, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except SAXParseException as error:
        raise Unreadable(error.getLineNumber() or 1, _("Ce n'est pas du XML : une balise manque ou n'est pas fermée ici.")) from error
    except DefusedXmlException as error:
        raise Unreadable(builder.line, _("Une définition (DTD, entité) n'est pas permise. Enlevez la ligne « <!DOCTYPE ».")) from error
    except (ValueError, LookupError) as error:
        raise Unreadable(builder.line, _("Ce fichier est écrit dans un codage que nous ne lisons pas. Enregistrez-le en UTF-8.")) from error
    return builder.top.nodes()[0]


def written(node: Node) -> bytes:
    """The XML of a tree whose names are already spelled, in UTF-8. A line an element where white space tells nothing."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    _write(node, parts)
    parts.append("\n")
    return "".join(parts).encode()


def _write(node: Node, parts: list[str]) -> None:
    parts.append("<" + node.name + "".join(f' {name}="{_escaped(value, quoted=True)}"' for name, value in node.attributes.items()))
    if not node.children:
        parts.append("/>")
        return
    parts.append(">")
    for child in node.children:
        if isinstance(child, str):
            parts.append(_escaped(child))
        else:
            _write(child, parts)
    parts.append(f"</{node.name}>")


def _escaped(text: str, *, quoted: bool = False) -> str:
    if UNWRITABLE.search(text):
        raise Refused("xml_sign", _("La question a un signe invisible que le XML ne porte pas. Effacez-le."))
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return safe.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;") if quoted else safe
