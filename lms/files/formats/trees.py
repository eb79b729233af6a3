"""An XML file as nodes that know their line. defusedxml reads it: no DTD, no entity, nothing fetched."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from lms.refusal import Refused

DEEPEST: Final = 60
MOST_NODES: Final = 500_000


@dataclass(slots=True)
class Node:
    """An element: its name, its attributes, its line, its children, the text before the first of them."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    line: int = 0
    children: list["Node"] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> Iterator["Node"]:
        """The children of that name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> "Node":
        """The first child of that name, or an empty node."""
        return next(self.all(name), Node(name, line=self.line))

    def said(self, name: str, default: str = "") -> str:
        """The text of the first child of that name, which Moodle sometimes puts in a `text` of its own."""
        child = self.first(name)
        return (child.text.strip() or child.first("text").text.strip()) or default


class _Builder:
    """What the parser calls."""

    def __init__(self) -> None:
        self.parser: Any = None
        self.open: list[Node] = [Node("")]
        self.texts: list[list[str]] = [[]]
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) > DEEPEST or self.count > MOST_NODES:
            raise Refused("xml_deep", _("Ce fichier est trop profond ou trop long pour être lu."))
        node = Node(name, attributes, self.parser.CurrentLineNumber)
        self.open[-1].children.append(node)
        self.open.append(node)
        self.texts.append([])

    def end(self, _name: str) -> None:
        self.open.pop().text = "".join(self.texts.pop())

    def data(self, text: str) -> None:
        self.texts[-1].append(text)

    def close(self) -> Node:
        return self.open[0]


class UnreadableError(Refused):
    """The file is no XML: `line` says from where."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__("xml_unreadable", message)
        self.line = line


def tree_of(data: bytes) -> Node:
    """The root of the file. Raises `UnreadableError` with the line where reading stopped."""
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.parser = parser.parser
    try:
        parser.feed(data)
        parser.close()
    except ParseError as error:
        line = error.position[0]
        raise UnreadableError(line, _("Le fichier n'est pas du XML lisible : il est coupé ou abîmé à cet endroit.")) from error
    except DefusedXmlException as error:
        raise UnreadableError(
            builder.parser.CurrentLineNumber, _("Ce fichier déclare des entités ou une DTD : enregistrez-le sans elles.")
        ) from error
    except Refused as error:
        raise UnreadableError(builder.parser.CurrentLineNumber, error.message) from error
    except (ValueError, LookupError) as error:
        raise UnreadableError(1, _("Les lettres de ce fichier ne se lisent pas. Enregistrez-le en UTF-8.")) from error
    return next(iter(builder.close().children))
