"""One `<question>` being read: its texts, the files in them, what is lost."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from django.utils.translation import gettext as _

from assessments.formats.markup import Read, Shown, read_as
from assessments.formats.media import KINDS, checked_media
from assessments.formats.texts import free_name, number_of
from assessments.rules.questions import Media
from lms.files.formats.trees import Node
from lms.files.rules import extension_of, shown_name
from lms.refusal import Refused

HERE: Final = "@@PLUGINFILE@@/"
FORMS: Final = {"html": "html", "plain_text": "plain", "markdown": "markdown"}
TRUE: Final = ("1", "true")


@dataclass(slots=True)
class Source:
    """A question node, the names its files may not take, and what is found in it."""

    node: Node
    taken: Mapping[str, bytes]
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def own(self) -> dict[str, str]:
        """What Tremplin wrote beside what Moodle reads."""
        return self.node.first("tremplin").attributes

    def is_on(self, name: str, *, default: bool = False) -> bool:
        said = self.node.said(name)
        return said.lower() in TRUE if said else default

    def number(self, name: str, default: float) -> float:
        said = self.node.said(name)
        return number_of(said) if said else default


def read_text(source: Source, node: Node) -> Read:
    """A text with the format Moodle gives it: HTML, plain, or lines that may hold HTML."""
    found = read_as(node.first("text").text, FORMS.get(node.attributes.get("format", "html"), "lines"))
    source.notes += found.lost
    return found


def plain_text(source: Source, node: Node) -> str:
    """A text of which only the words are kept; a picture in it is told."""
    found = read_text(source, node)
    if found.shown:
        source.notes.append(_("Une image ou un son d'un retour ou d'un indice est resté dehors."))
    return found.text


def text_with_medium(source: Source, node: Node) -> tuple[str, Media | None]:
    """The words of an option and the one file it shows."""
    found = read_text(source, node)
    media = media_in(source, node, found)
    if len(media) > 1:
        raise Refused("media_many", _("Une réponse montre plusieurs fichiers. Gardez-en un."))
    return found.text, media[0] if media else None


def media_in(source: Source, node: Node, found: Read) -> tuple[Media, ...]:
    """The files that a text shows, taken out of the question. Refused: one that is not in it, or of another kind."""
    held = {(one.attributes.get("path") or "/").strip("/") + "/" + one.attributes.get("name", ""): one for one in node.all("file")}
    media = tuple(_medium(source, held, shown) for shown in found.shown)
    left = [name for name, one in held.items() if not one.attributes.get("used")]
    if left:
        source.notes.append(_("Un fichier joint que le texte ne montre pas est resté dehors : %(name)s.") % {"name": shown_name(left[0])})
    return media


def _medium(source: Source, held: dict[str, Node], shown: Shown) -> Media:
    if shown.source.startswith("data:"):
        name, content = _inline(shown.source)
    elif shown.source.startswith(HERE):
        path = unquote(shown.source.removeprefix(HERE).partition("?")[0])
        node = held.get(path if "/" in path else f"/{path}")
        if node is None:
            raise Refused("media_missing", _("Le fichier « %(name)s » n'est pas dans l'export.") % {"name": shown_name(path)})
        node.attributes["used"] = "1"
        name, content = path.rpartition("/")[2], _bytes(node.text, path)
    else:
        raise Refused(
            "media_outside",
            _("Une image est sur un autre site (%(where)s). Mettez-la dans la question, puis exportez.") % {"where": shown.source[:80]},
        )
    name = shown_name(name)
    kind = checked_media(name, content)
    if kind != shown.kind and not (kind in ("audio", "video") and shown.kind in ("audio", "video")):
        raise Refused("media_kind", _("« %(name)s » n'est pas ce que la question montre.") % {"name": name})
    return Media(shown.kind, placed(source, name, content), shown.words)


def placed(source: Source, name: str, content: bytes) -> str:
    """The name of the file in the package; the same name with other bytes becomes another name."""
    known = {**source.taken, **source.files}
    found = name if known.get(name, content) == content else free_name(name, known)
    source.files[found] = content
    return found


def _inline(address: str) -> tuple[str, bytes]:
    head, _comma, body = address.partition(",")
    kind = head.removeprefix("data:").partition(";")[0].rpartition("/")[2].lower()
    extension = {"jpeg": "jpg", "mpeg": "mp3", "x-wav": "wav"}.get(kind, kind)
    if extension_of(f"x.{extension}") not in KINDS or "base64" not in head:
        raise Refused("media_kind", _("Une image écrite dans le texte n'est pas d'un type que Tremplin sait montrer."))
    return f"image.{extension}", _bytes(unquote(body), "image")


def _bytes(text: str, name: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("media_content", _("Le fichier « %(name)s » est abîmé dans l'export.") % {"name": shown_name(name)}) from error
