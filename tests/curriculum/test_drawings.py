"""Drawings are read on a phone: their smallest words keep a floor at the width that the page gives them at least."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import parse
from django.conf import settings

from curriculum.formats import DATA_DIR

FLOOR = 11  # CSS pixels
DRAWINGS = sorted((DATA_DIR / "drawings").glob("M*/*.svg"))
STYLES = settings.BASE_DIR / "lms/static/lms/tremplin.css"
SCALE = re.compile(r"scale\(\s*([\d.]+)")


def narrowest() -> int:
    """Width that the stylesheet gives a drawing at least, on whatever screen: it moves under the finger there."""
    found = re.search(r"\.drawing a \{[^}]*max\(100%, (\d+)px\)", STYLES.read_text(encoding="utf-8"))
    assert found, "the stylesheet no longer says how wide a drawing is at least"
    return int(found[1])


def sizes(element: Element, size: float = 16, scale: float = 1) -> Iterator[float]:
    """The size of each text, in the drawing's units."""
    size = float(element.get("font-size", size))
    for factor in SCALE.findall(element.get("transform", "")):
        scale *= float(factor)
    if element.tag.rpartition("}")[2] in ("text", "tspan") and (element.text or "").strip():
        yield size * scale
    for child in element:
        yield from sizes(child, size, scale)


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_words_of_a_drawing_are_legible_on_a_phone(path: Path) -> None:
    root = parse(path).getroot()
    width = float(root.get("viewBox").split()[2])
    smallest = min(sizes(root), default=float(width))
    assert smallest * narrowest() / width >= FLOOR, f"{smallest} units of {width:.0f}: {smallest * narrowest() / width:.1f} px"
