"""HTML that others wrote: a stem of ours, plain text, the pictures and sounds in it, and what is lost on the way.

nh3 reads whatever it is given and writes it well-formed; what is done here works on that, with one expression per tag.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Final, Literal, TypeAlias

import nh3
from django.utils.translation import gettext as _

from lms.files.formats.texts import printable
from lms.refusal import Refused

STEM: Final = frozenset({"p", "b", "ul", "ol", "li", "a"})
SCHEMES: Final = {"http", "https", "mailto"}
BLOCKS: Final = frozenset({
    "p", "div", "section", "article", "table", "tr", "blockquote", "pre", "figure", "figcaption", "dl", "dt", "dd", "center", "caption",
    "header", "footer", "main", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "br",
})  # fmt: skip
CELLS: Final = frozenset({"td", "th"})
TITLES: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
MEDIA: Final = frozenset({"img", "audio", "video", "source", "track"})
# Left out with a word of it: what they showed is not in their text.
SHOWN: Final = frozenset({"iframe", "object", "embed", "svg", "math", "canvas", "form", "input", "select", "textarea", "button", "script"})
WIDE: Final = STEM | BLOCKS | CELLS | MEDIA | {"strong", "sup", "sub", "thead", "tbody", "tfoot", "span"}
ATTRIBUTES: Final = {
    "a": {"href"}, "img": {"src", "alt"}, "audio": {"src", "title", "aria-label"}, "video": {"src", "title", "aria-label"},
    "source": {"src"},
}  # fmt: skip
MOST_TAGS: Final = 3000
TOKEN: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+=\"[^\"]*\")*)\s*>|([^<]+)")
ATTRIBUTE: Final = re.compile(r"([a-z-]+)=\"([^\"]*)\"")
OPENED: Final = re.compile(r"<\s*([a-zA-Z][a-zA-Z0-9]*)")
FORMULA: Final = re.compile(r"\$\$[^$]+\$\$|\\\([^\n]{1,500}?\\\)|\\\[[^\n]{1,500}?\\\]")
RAISED: Final = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
LOWERED: Final = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
EMPTY: Final = re.compile(r"<p>(?:\s|&nbsp;)*</p>|<b>\s*</b>")
OURS: Final = re.compile(r"<p>(?:<img(?:\s[a-z-]+=\"[^\"]*\")*>|<(audio|video)(?:\s[a-z-]+=\"[^\"]*\")*></\1>)</p>")

Kind: TypeAlias = Literal["image", "audio", "video"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, a sound or a film met in a text: where it is, and its words."""

    kind: Kind
    source: str
    words: str


@dataclass(slots=True)
class Read:
    """A text as ours: `html` for a stem, `text` for the rest; what it showed; sentences about what it lost."""

    html: str = ""
    text: str = ""
    shown: list[Shown] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Token:
    """A tag opened (« p »), closed (« /p ») or a text (« »), unescaped."""

    name: str
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


def clean_stem(html: str) -> str:
    """Only what a stem may hold."""
    return nh3.clean(html, tags=set(STEM), attributes={"a": {"href"}}, link_rel=None, url_schemes=SCHEMES, url_relative="deny")


def read_html(html: str) -> Read:
    """What a piece of HTML says. A clean stem comes back as it is, its pictures and sounds apart.

    Refused: more tags than a question needs.
    """
    opened = OPENED.findall(html)
    if len(opened) > MOST_TAGS:
        raise Refused(
            "markup_long", _("Ce texte a trop de balises HTML. Collez-le sans mise en forme dans l'autre logiciel, puis exportez-le.")
        )
    wide = _wide(printable(html))
    tokens = list(_tokens(wide))
    found = Read(shown=list(_shown(tokens)), lost=_lost({name.lower() for name in opened}, wide))
    said = list(_said(tokens))
    bare = OURS.sub("", wide)
    found.text, found.html = _plain(said), bare if clean_stem(bare) == bare == _in_paragraphs(bare) else _stem(said)
    if any(token.name == "a" and token.attributes and not _leads_outside(token) for token in tokens):
        found.lost.append(_("Un lien vers un fichier joint est devenu du texte."))
    return found


def read_as(text: str, form: str) -> Read:
    """A text whose author's tool names its form: html, plain (letter by letter), markdown, or lines that may hold HTML."""
    if form == "plain":
        return Read(html=read_plain(text).html, text=printable(text))
    is_html = form == "html" or "<" in text
    found = read_html(text if form == "html" else text.replace("\n", "<br>")) if is_html else read_plain(text)
    if form == "markdown":
        found.lost.append(_("La mise en forme Markdown reste écrite comme elle est."))
    return found


def read_plain(text: str) -> Read:
    """A text without markup: one paragraph a block of lines."""
    kept = printable(text).strip()
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", kept)]
    return Read(html="".join(f"<p>{escape(part, quote=False)}</p>" for part in parts if part), text=kept)


def media_html(shown: Shown) -> str:
    """The paragraph that shows a file, and that `read_html` finds again."""
    source, words = escape(shown.source), escape(shown.words)
    if shown.kind == "image":
        return f'<p><img src="{source}" alt="{words}"></p>'
    return f'<p><{shown.kind} src="{source}" title="{words}" controls="true"></{shown.kind}></p>'


def _wide(html: str) -> str:
    attributes = {name: set(found) for name, found in ATTRIBUTES.items()}
    return nh3.clean(html, tags=set(WIDE), attributes=attributes, link_rel=None, url_schemes={*SCHEMES, "data"})


def _tokens(html: str) -> Iterator[_Token]:
    for closing, name, attributes, text in TOKEN.findall(html):
        if text:
            yield _Token("", unescape(text))
        else:
            yield _Token(closing + name, attributes={key: unescape(value) for key, value in ATTRIBUTE.findall(attributes)})


def _said(tokens: list[_Token]) -> Iterator[_Token]:
    """Without what stands inside a sound or a film: it is for programs that cannot play them."""
    inside = ""
    for token in tokens:
        if token.name in ("audio", "video"):
            inside = token.name
        elif inside and token.name == f"/{inside}":
            inside = ""
        elif not inside:
            yield token


def _leads_outside(token: _Token) -> bool:
    return token.attributes.get("href", "").partition(":")[0].lower() in SCHEMES


def _lost(names: set[str], wide: str) -> list[str]:
    lost = []
    if "table" in names:
        lost.append(_("Un tableau est devenu des lignes de texte."))
    if names & SHOWN:
        lost.append(_("Un contenu intégré (%(what)s) est resté dehors.") % {"what": ", ".join(sorted(names & SHOWN))})
    if FORMULA.search(wide):
        lost.append(_("Une formule LaTeX reste écrite comme elle est : elle ne sera pas dessinée."))
    return lost


def _shown(tokens: list[_Token]) -> Iterator[Shown]:
    """The files shown; a sound or a film has its address on itself or on its first source."""
    holder: Kind | None = None
    words = ""
    for token in tokens:
        source = token.attributes.get("src", "")
        if token.name == "img" and source:
            yield Shown("image", source, token.attributes.get("alt", ""))
        elif token.name in ("audio", "video"):
            holder = "audio" if token.name == "audio" else "video"
            words = token.attributes.get("title") or token.attributes.get("aria-label", "")
            if source:
                yield Shown(holder, source, words)
                holder = None
        elif token.name == "source" and holder and source:
            yield Shown(holder, source, words)
            holder = None


def _plain(tokens: list[_Token]) -> str:
    """Lines of text: a block, a line break and an item of a list begin one; cells are parted."""
    parts: list[str] = []
    scale = ""
    for token in tokens:
        name = token.name.lstrip("/")
        if not name:
            parts.append(_scaled(token.text.replace("\n", " "), scale))
        elif name in BLOCKS or name in ("ul", "ol", "li"):
            parts.append("\n")
        elif name in CELLS and token.name == name:
            parts.append(" · ")
        elif name in ("sup", "sub"):
            scale = token.name if token.name == name else ""
    lines = (" ".join(line.split()).removeprefix("· ") for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _scaled(text: str, scale: str) -> str:
    """« m<sup>2</sup> » says m², never m2."""
    if not scale or not text.strip():
        return text
    moved = text.strip().translate(RAISED if scale == "sup" else LOWERED)
    if not any(one.isascii() for one in moved):
        return moved
    return ("^" if scale == "sup" else "_") + (text if len(text) == 1 else f"({text})")


def _stem(tokens: list[_Token]) -> str:
    """Paragraphs and lists made of what was written. What is bold stays so, links too; a title is a bold paragraph."""
    parts: list[str] = []
    scale, leads = "", False
    for token in tokens:
        name, closes = token.name.lstrip("/"), token.name.startswith("/")
        if name in ("sup", "sub"):
            scale = "" if closes else name
            continue
        if name == "a":
            if not (leads if closes else _leads_outside(token)):
                continue
            leads = not closes
        parts.append(escape(_scaled(token.text, scale), quote=False) if not name else _tag(name, token, closes=closes))
    html = clean_stem("".join(parts))
    html = re.sub(r"[ \n\t]+", " ", html)
    html = re.sub(r"\s*(</?(?:p|ul|ol|li)>)\s*", r"\1", html)
    return _in_paragraphs(html)


def _tag(name: str, token: _Token, *, closes: bool) -> str:
    if name in TITLES:
        return "</b></p>" if closes else "<p><b>"
    if name in BLOCKS:
        return "<p>"
    if name in CELLS:
        return "" if closes else " "
    name = "b" if name == "strong" else name
    if name not in STEM:
        return ""
    href = f' href="{escape(token.attributes["href"])}"' if name == "a" and not closes else ""
    return f"</{name}>" if closes else f"<{name}{href}>"


def _in_paragraphs(html: str) -> str:
    """Loose text goes into paragraphs; empty ones go."""
    parts, depth, loose = [], 0, ""
    for part in re.split(r"(</?(?:p|ul|ol)>)", html):
        tag = re.fullmatch(r"<(/?)(?:p|ul|ol)>", part)
        if tag and not tag[1] and depth == 0 and loose.strip():
            parts.append(f"<p>{loose.strip()}</p>")
        if tag:
            loose = ""
            depth += -1 if tag[1] else 1
            parts.append(part)
        elif depth > 0:
            parts.append(part)
        else:
            loose += part
    if loose.strip():
        parts.append(f"<p>{loose.strip()}</p>")
    return EMPTY.sub("", clean_stem(EMPTY.sub("", "".join(parts))))
