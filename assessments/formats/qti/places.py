"""Places on an image: to be chosen among, or pointed at. Ours are in fractions of the image, QTI's in its points."""

import io
import warnings
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image

from assessments.formats.qti.answers import credits_of, feedback_of
from assessments.formats.qti.responses import number
from assessments.formats.qti.source import SHOWING, Source, marks_of
from assessments.formats.qti.tree import Node, Unreadable
from assessments.rules.questions import Content, Hotspot, Media, Zone

SIDE = 1000  # what an image that does not tell its size is taken to measure


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height of an image, read from its head; a square where it does not tell."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content)) as image:
                return max(1, image.width), max(1, image.height)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        return SIDE, SIDE


def hotspot(source: Source, node: Node, shared: dict[str, Any]) -> Content:
    found = source.declared_of(node)
    image, width, height = _image(source, node)
    options = node.nodes("hotspotChoice")
    names = [one.get("identifier") for one in options]
    several = found.cardinality == "multiple"
    worth = credits_of(source, found, names, node.line, is_single=not several)
    zones = []
    for count, (one, name) in enumerate(zip(options, names, strict=True), start=1):
        label = one.get("hotspotLabel") or _nameless(source, count)
        shape, coords = _shape(one, width, height)
        told = feedback_of(source, found.name, name, is_right=worth[name] > 0)
        zones.append(Zone(source.name(name), label, shape, coords, worth[name], told))
    return Hotspot(**shared, image=image, zones=tuple(zones), several=several)


def select_point(source: Source, node: Node, shared: dict[str, Any]) -> Content:
    """Points to show: the areas that count become places to choose."""
    found = source.declared_of(node)
    image, width, height = _image(source, node)
    most = max((value for _shape, _coords, value in found.areas if value > 0), default=1.0)
    several = found.cardinality == "multiple"
    whole = (found.upper or sum(value for _shape, _coords, value in found.areas if value > 0)) if several else most
    zones = []
    for count, (kind, places, value) in enumerate(found.areas, start=1):
        area = Node("areaMapEntry", {"shape": kind, "coords": places}, line=node.line)
        shape, coords = _shape(area, width, height)
        zones.append(Zone(f"z{count}", _nameless(source, count), shape, coords, max(-1.0, min(1.0, value / (whole or 1.0)))))
    return Hotspot(**shared, image=image, zones=tuple(zones), several=several)


def _nameless(source: Source, count: int) -> str:
    note = _("Les zones n'ont pas de nom : nommez-les pour qui ne voit pas l'image.")
    if note not in source.notes:
        source.notes.append(note)
    return _("Zone %(count)s") % {"count": count}


def _image(source: Source, node: Node) -> tuple[Media, float, float]:
    shown = next((one for one in node.walk() if one.name in SHOWING), None)
    if shown is None:
        raise Unreadable(node.line, _("L'image de cette question manque."))
    image = source.media(shown)
    told = number(shown.get("width"), 0.0), number(shown.get("height"), 0.0)
    width, height = told if min(told) > 0 else size_of(source.used[image.file])
    return image, width, height


def _shape(node: Node, width: float, height: float) -> tuple[Any, tuple[float, ...]]:
    """The shape and its fractions. What we wrote comes back exactly while its points still say the same."""
    kind = node.get("shape")
    if kind == "default":
        return "rect", (0.0, 0.0, 1.0, 1.0)
    if kind not in {"rect", "circle", "poly"}:
        raise Unreadable(node.line, _("Une zone de l'image est d'une forme que Tremplin n'a pas (ellipse). Faites-en un cercle."))
    told = node.get("coords").split(",")
    exact = tuple(number(one) for one in marks_of(node).get("at", "").split("_") if one)
    if exact and pixels(kind, exact, width, height) == told:
        return kind, exact
    sizes = (width, height, width) if kind == "circle" else (width, height) * len(told)
    return kind, tuple(_fraction(one, size) for one, size in zip(told, sizes, strict=False))


def _fraction(text: str, size: float) -> float:
    value = number(text.strip().removesuffix("%"), -1.0)
    return round(min(1.0, value / 100 if text.strip().endswith("%") else value / size), 6)


def pixels(kind: str, coords: tuple[float, ...], width: float, height: float) -> list[str]:
    """Fractions of an image as its points."""
    sizes = (width, height, width) if kind == "circle" else (width, height) * len(coords)
    return [str(round(one * size)) for one, size in zip(coords, sizes, strict=False)]
