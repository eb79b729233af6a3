"""The picture of a badge, drawn from the product's own colours, and a credential baked into it (Open Badges 3.0 §5.3)."""

import io
from html import escape
from pathlib import Path

from django.contrib.staticfiles import finders
from openbadgeslib import baking
from PIL import Image, ImageDraw, ImageFont

from lms.badges.rules import wrapped
from lms.badges.selectors import Achievement

SIDE = 600  # points; the SVG is drawn on the same square
MAIN, SOFT, PAPER, ACCENT, INK = "#0c5249", "#e0eeea", "#fffefb", "#d9952b", "#1b2321"  # the tokens of tremplin.css
FACE = "vendor/atkinson-hyperlegible-latin-700-normal.woff2"
WIDTH, LINES, FIRST, STEP = 20, 3, 318, 50  # characters a line, lines, height of the first, from one to the next
BOARD = ((196, 196), (404, 128), (404, 168), (196, 236))  # the springboard


def svg(what: Achievement, issuer: str) -> bytes:
    """The picture as SVG: the code, the words, who gives it."""
    lines = "".join(
        f'<text x="300" y="{FIRST + number * STEP}" font-size="42" font-weight="700" fill="{INK}">{escape(line)}</text>'
        for number, line in enumerate(wrapped(what.label, WIDTH, LINES))
    )
    board = " ".join(f"{x},{y}" for x, y in BOARD)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}" role="img"'
        f' font-family="Atkinson Hyperlegible, Verdana, sans-serif" text-anchor="middle">'
        f"<title>{escape(what.code)} {escape(what.label)}</title>"
        f'<circle cx="300" cy="300" r="296" fill="{MAIN}"/><circle cx="300" cy="300" r="270" fill="{PAPER}"/>'
        f'<circle cx="300" cy="300" r="258" fill="{SOFT}"/><polygon points="{board}" fill="{MAIN}"/>'
        f'<circle cx="392" cy="94" r="26" fill="{ACCENT}"/>'
        f'<text x="300" y="270" font-size="34" font-weight="700" fill="{MAIN}">{escape(what.code)}</text>{lines}'
        f'<text x="300" y="492" font-size="26" fill="{MAIN}">{escape(issuer)}</text></svg>'
    ).encode()


def png(what: Achievement, issuer: str) -> bytes:
    """The same picture as PNG."""
    scale = 2  # drawn twice as large and brought down: its edges are smooth
    picture = Image.new("RGBA", (SIDE * scale, SIDE * scale))
    draw = ImageDraw.Draw(picture)
    for radius, colour in ((296, MAIN), (270, PAPER), (258, SOFT)):
        draw.circle((300 * scale, 300 * scale), radius * scale, fill=colour)
    draw.polygon([(x * scale, y * scale) for x, y in BOARD], fill=MAIN)
    draw.circle((392 * scale, 94 * scale), 26 * scale, fill=ACCENT)
    texts = [(270, 34, MAIN, what.code), (492, 26, MAIN, issuer)]
    texts += [(FIRST + number * STEP, 42, INK, line) for number, line in enumerate(wrapped(what.label, WIDTH, LINES))]
    for height, size, colour, text in texts:
        draw.text((300 * scale, height * scale), text, fill=colour, font=_face(size * scale), anchor="ms")
    out = io.BytesIO()
    picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _face(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    found = finders.find(FACE)
    return ImageFont.truetype(found, size) if isinstance(found, str) and Path(found).is_file() else ImageFont.load_default(size)


def baked_svg(picture: bytes, token: str) -> bytes:
    """The SVG with the token in its `openbadges:credential`."""
    return baking.bake_svg(picture, token, element=baking.SVG_ELEMENT_OB3, namespace=baking.SVG_NS_OB3)


def baked_png(picture: bytes, token: str) -> bytes:
    """The PNG with the token in an iTXt chunk named `openbadgecredential`."""
    return baking.bake_png(picture, token, keyword=baking.ITXT_KEYWORD_OB3)
