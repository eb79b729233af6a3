"""An item being read: its texts, its pictures and sounds, and what of it is left aside."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from posixpath import dirname, normpath
from typing import Final
from urllib.parse import unquote

from django.utils.translation import gettext as _

from assessments.formats.markup import Kind, clean_stem, read_html
from assessments.formats.media import checked_media
from assessments.formats.packages import shown
from assessments.formats.qti.names import MARK, TOOL, from_identifier
from assessments.formats.qti.responses import Declared, Rules, declared, number, rules_of
from assessments.formats.qti.tree import Node, Unreadable
from assessments.rules.questions import Media

MAX_TEXT: Final = 100_000
FOLDER: Final = "media/"
SHOWING: Final = frozenset({"img", "object", "audio", "video"})
STEM: Final = frozenset({"p", "b", "ul", "ol", "li", "a"})
VOID: Final = frozenset({"br", "hr"})
ASIDE: Final = frozenset({
    "feedbackInline", "feedbackBlock", "templateInline", "templateBlock", "stylesheet", "catalogInfo", "endAttemptInteraction", "rt", "rp",
})  # fmt: skip
UNREAD: Final = {
    "math": "une formule MathML", "include": "un texte inclus d'un autre fichier", "printedVariable": "une valeur calculée",
    "svg": "un dessin SVG", "hottext": "un texte à cliquer", "gapImg": "une image à placer",
}  # fmt: skip
SPACE: Final = re.compile(r"\s+")
AROUND: Final = re.compile(r"\s*(</?(?:p|ul|ol|li)>)\s*")  # white space that shows nothing
ELSEWHERE: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|/")


@dataclass(slots=True)
class Source:
    """One item: `path` in its package, `files` of that package, and what it brings with it once read."""

    root: Node
    path: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    used: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    responses: dict[str, Declared] = field(default_factory=dict)
    modals: dict[tuple[str, str], str] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        self.responses = {node.get("identifier"): declared(node) for node in self.root.nodes("responseDeclaration")}
        for node in self.root.every("modalFeedback", "feedbackInline", "feedbackBlock"):
            if node.get("showHide", "show") == "show":
                self.modals[node.get("outcomeIdentifier"), node.get("identifier")] = self.text(node)
        self.rules = rules_of(self.root, self.modals)

    @property
    def is_ours(self) -> bool:
        return self.root.get("toolName") == TOOL

    @property
    def body(self) -> Node:
        found = self.root.first("itemBody")
        if found is None:
            raise Unreadable(self.root.line, _("Cet item n'a pas de texte (itemBody)."))
        return found

    def declared_of(self, node: Node) -> Declared:
        found = self.responses.get(node.get("responseIdentifier"))
        if found is None:
            raise Unreadable(node.line, _("Cette question ne dit pas quelle réponse elle attend (responseDeclaration)."))
        return found

    def name(self, identifier: str) -> str:
        """An identifier as ours."""
        return from_identifier(identifier) if self.is_ours else identifier

    def text(self, node: Node) -> str:
        """What a node says, as plain text; feedback written inside is left out."""
        if self.is_ours:
            return _exact(node)
        return read_html(self.html(node.children)).text

    def said(self, node: Node) -> tuple[str, Media | None]:
        """What an option says and shows: one picture or sound at most."""
        showing = [one for one in node.walk() if one.name in SHOWING]
        if len(showing) > 1:
            raise Unreadable(showing[1].line, _("Une réponse montre plusieurs images ou sons. Gardez-en un."))
        return self.text(node), self.media(showing[0]) if showing else None

    def media(self, node: Node) -> Media:
        """The picture, sound or film that a node shows."""
        kind, href, words = media_of(node)
        if not self.is_ours:
            words = " ".join(words.split())
        return self.kept(kind, href, words, node.line)

    def kept(self, kind: Kind, href: str, words: str, line: int) -> Media:
        """The file behind a link, kept with the question. Refused: another site's, one that is not in the package, one that lies."""
        path = self.inside(href, line)
        key = from_identifier(path.removeprefix(FOLDER)) if self.is_ours and path.startswith(FOLDER) else path
        if key != path and key in self.files:
            key = path
        sort = checked_media(path, self.files[path])
        if sort != kind:
            raise Unreadable(line, _("« %(name)s » n'est pas ce que l'item annonce.") % {"name": shown(path)})
        self.used[key] = self.files[path]
        return Media(kind, key, words)

    def inside(self, href: str, line: int) -> str:
        if ELSEWHERE.match(href.strip()) or "\\" in href:
            raise Unreadable(line, _("« %(name)s » est hors du paquet. Mettez le fichier dans le paquet.") % {"name": shown(href)})
        path = normpath(f"{dirname(self.path)}/{unquote(href.partition('#')[0].partition('?')[0].strip())}").lstrip("/")
        if path not in self.files:
            raise Unreadable(line, _("« %(name)s » n'est pas dans le paquet. Exportez le paquet entier.") % {"name": shown(href)})
        return path

    def stem(self, nodes: Sequence[Node | str]) -> tuple[str, tuple[Media, ...]]:
        """A stem, and what it shows."""
        read = read_html(self.html(nodes))
        self.notes += read.lost
        return AROUND.sub(r"\1", read.html).strip() if read.text else "", self.showing(nodes)

    def showing(self, nodes: Sequence[Node | str]) -> tuple[Media, ...]:
        """What some nodes show, outside what is left aside."""
        found: list[Media] = []
        waiting = [node for node in reversed(nodes) if isinstance(node, Node)]
        while waiting:
            node = waiting.pop()
            if node.name in SHOWING:
                found.append(self.media(node))
            elif not _is_aside(node):
                waiting += reversed(node.nodes("prompt") if node.name.endswith("Interaction") else node.nodes())
        return tuple(found)

    def html(self, nodes: Iterable[Node | str], holes: Mapping[str, str] | None = None) -> str:
        """The HTML of some nodes, interactions left out but for their prompts. `holes`: the number of each hole, by its identifier."""
        nodes = list(nodes)
        html = "".join(escape(SPACE.sub(" ", node)) if isinstance(node, str) else self._element(node, holes or {}) for node in nodes)
        if len(html) > MAX_TEXT:
            line = next((node.line for node in nodes if isinstance(node, Node)), self.root.line)
            raise Unreadable(line, _("Un texte de l'item est trop long pour une question. Mettez-en une partie dans la leçon."))
        return html

    def _element(self, node: Node, holes: Mapping[str, str]) -> str:
        if node.name in UNREAD:
            raise Unreadable(node.line, _("L'item a %(what)s, que Tremplin ne montre pas.") % {"what": UNREAD[node.name]})
        hole = holes.get(node.get("responseIdentifier") or node.get("identifier"))
        if hole and node.name in {"gap", "textEntryInteraction", "inlineChoiceInteraction"}:
            return f"[[{hole}]]"
        if node.name in SHOWING or _is_aside(node):
            return " "
        if node.name.endswith("Interaction"):
            prompts = node.nodes("prompt")
            return f"<div>{self.html(prompts, holes)}</div>" if prompts else ""
        if node.name in VOID:
            return f"<{node.name}>"
        href = f' href="{escape(node.get("href"))}"' if node.name == "a" else ""
        name = node.name if node.name.isalnum() and node.name.islower() else "div"
        return f"<{name}{href}>{self.html(node.children, holes)}</{name}>"


def _is_aside(node: Node) -> bool:
    return node.name in ASIDE or (node.name == "rubricBlock" and "candidate" not in node.get("view").split())


def media_of(node: Node) -> tuple[Kind, str, str]:
    """The kind, the address and the words of what a node shows."""
    source = node.first("source") or Node("")
    href = node.get("src") or node.get("data") or source.get("src")
    words = node.get("alt") or node.get("ariaLabel") or node.get("aria-label") or node.get("title") or node.text()
    kind = node.get("type").partition("/")[0]
    if node.name == "audio" or (node.name == "object" and kind == "audio"):
        return "audio", href, words
    return ("video" if node.name == "video" or (node.name == "object" and kind == "video") else "image"), href, words


def _exact(node: Node) -> str:
    """The text of a node of ours, to the letter: a line break is one, what it shows says nothing."""
    parts: list[str] = []
    waiting: list[Node | str] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            parts.append(one)
        elif one.name == "br":
            parts.append("\n")
        elif one is node or one.name not in SHOWING:
            waiting += reversed(one.children)
    return "".join(parts)


def exact_html(node: Node) -> str:
    """The stem of an item of ours: its HTML as it was, once it is clean."""
    return clean_stem(_inner(node))


def _inner(node: Node) -> str:
    parts = []
    for child in node.children:
        if isinstance(child, str):
            parts.append(escape(child, quote=False))
        elif child.name in STEM:
            href = f' href="{escape(child.get("href"))}"' if child.name == "a" and "href" in child.attributes else ""
            parts.append(f"<{child.name}{href}>{_inner(child)}</{child.name}>")
        else:
            parts.append(_inner(child))
    return "".join(parts)


def marks_of(node: Node) -> dict[str, str]:
    """What we wrote in the classes of a node: `tremplin-typos-1` is `typos`: `1`."""
    found = {}
    for word in node.get("class").split():
        if word.startswith(MARK):
            name, _dash, value = word.removeprefix(MARK).partition("-")
            found[name] = value
    return found


def points_of(root: Node) -> float:
    """What an item counts for: the most its score can be, else 1."""
    for name, attribute in (("SCORE", "normalMaximum"), ("MAXSCORE", "")):
        for node in root.nodes("outcomeDeclaration"):
            if node.get("identifier") == name:
                found = number(node.get(attribute) if attribute else node.text(), 0.0)
                if 0 < found <= 100:
                    return found
    return 1.0
