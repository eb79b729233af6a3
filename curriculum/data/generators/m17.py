"""Files to work on in M17: twelve portraits of dancers with hard hair, one to practise on, a leafy branch, a plan to fill."""

import io
import math
import random
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

PLAN = """Portrait;Difficulté de 1 à 3;Méthode;Temps prévu (min);Temps passé (min);Contrôle bleu nuit;Contrôle crème;Remarque de Leïla;Traitée le
01;;;;;;;;
02;;;;;;;;
03;;;;;;;;
04;;;;;;;;
05;;;;;;;;
06;;;;;;;;
07;;;;;;;;
08;;;;;;;;
09;;;;;;;;
10;;;;;;;;
11;;;;;;;;
12;;;;;;;;
Essais : 1, 2, 3;;;;;;;;
Moyenne;;;;;;;;
Total prévu, avec un quart en plus;;;;;;;;
Point du jour : fait, reste, risque;;;;;;;;
"""
WALLS = ((92, 140, 120), (120, 150, 186), (178, 170, 150), (150, 168, 96))
SKINS = ((232, 190, 160), (196, 150, 120), (140, 98, 74), (96, 66, 50))
HAIRS = ((40, 30, 26), (92, 60, 36), (26, 24, 28), (150, 104, 56))
TOPS = ((40, 70, 120), (199, 125, 18), (11, 92, 85), (120, 60, 110), (236, 236, 232))
CUTS = ("short", "long", "curly", "round", "tail", "braids", "long", "round", "short", "curly", "tail", "braids")
SCALE = 2  # drawn twice as large, then made smaller: strands as fine as real ones


def make(folder: Path) -> None:
    """Write the files of M17 into `folder`. The walls have a colour that is left on the strands; portraits 1 and 9 are the plain ones."""
    with zipfile.ZipFile(folder / "douze-portraits.zip", "w", zipfile.ZIP_DEFLATED) as held:
        for number, cut in enumerate(CUTS, 1):
            info = zipfile.ZipInfo(f"danse_src_{number:02}.jpg", (2026, 1, 1, 0, 0, 0))
            held.writestr(info, _jpeg(_portrait(cut, number), 82))
    (folder / "essai-cheveux.jpg").write_bytes(_jpeg(_portrait("curly", 40), 84))
    (folder / "essai-feuillage.jpg").write_bytes(_jpeg(_branch(), 74))
    (folder / "plan-et-suivi.csv").write_text(PLAN, encoding="utf-8-sig")


def _portrait(cut: str, seed: int) -> Image.Image:
    rng = random.Random(seed)
    wall, skin, hair = WALLS[seed % 4], SKINS[(seed * 3 + 1) % 4], HAIRS[seed % 3 if seed % 5 else 3]
    width, height = 750 * SCALE, 1000 * SCALE
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for row in range(height):
        part = 1.12 - 0.3 * row / height
        draw.line((0, row, width, row), tuple(min(255, int(value * part)) for value in wall))
    middle, crown = width // 2, int(height * 0.14)
    if cut in ("long", "braids"):
        _strands(draw, rng, middle, crown, hair, 620, height * (0.58 if cut == "long" else 0.34), 0.5)
    draw.pieslice((int(width * 0.1), int(height * 0.68), int(width * 0.9), int(height * 1.4)), 180, 360, fill=TOPS[seed % 5])
    draw.rectangle((middle - 110, int(height * 0.55), middle + 110, int(height * 0.74)), fill=tuple(int(value * 0.9) for value in skin))
    draw.ellipse((middle - 270, int(height * 0.18), middle + 270, int(height * 0.62)), fill=skin)
    for eye in (-105, 105):
        draw.ellipse((middle + eye - 26, int(height * 0.385), middle + eye + 26, int(height * 0.4)), fill=(34, 30, 30))
    draw.arc((middle - 90, int(height * 0.44), middle + 90, int(height * 0.54)), 25, 155, (130, 70, 60), 12)
    _cap(draw, rng, cut, middle, crown, hair)
    image = image.resize((750, 1000), Image.Resampling.LANCZOS)
    return image.filter(ImageFilter.GaussianBlur(0.5))


def _cap(draw: ImageDraw.ImageDraw, rng: random.Random, cut: str, middle: int, crown: int, hair: tuple[int, int, int]) -> None:
    """The hair above the face, by its cut."""
    draw.pieslice((middle - 290, crown, middle + 290, crown + 700), 180, 360, fill=hair)
    if cut in ("curly", "round"):
        reach = 150 if cut == "round" else 110
        for _curl in range(300):
            angle = rng.uniform(math.pi * 0.95, math.pi * 2.05)
            far = rng.uniform(220, 290 + reach * 0.7)
            x, y, size = middle + far * math.cos(angle), crown + 340 + far * 1.1 * math.sin(angle), rng.uniform(18, 46)
            draw.arc((x - size, y - size, x + size, y + size), rng.randint(0, 180), rng.randint(200, 400), hair, rng.randint(5, 12))
        for _fill in range(160):
            angle, far = rng.uniform(math.pi, math.pi * 2), rng.uniform(230, 250 + reach * 0.55)
            x, y = middle + far * math.cos(angle), crown + 330 + far * 1.05 * math.sin(angle)
            draw.ellipse((x - 34, y - 34, x + 34, y + 34), fill=hair)
    if cut == "tail":
        draw.ellipse((middle - 90, crown - 110, middle + 90, crown + 60), fill=hair)
        _strands(draw, rng, middle, crown - 60, hair, 110, 330, 1.6)
    if cut == "braids":
        for side in (-1, 1):
            for knot in range(13):
                x, y = middle + side * (290 + 8 * math.sin(knot)), crown + 330 + knot * 66
                draw.ellipse((x - 40, y - 44, x + 40, y + 44), fill=tuple(min(255, value + (knot % 2) * 14) for value in hair))
    _strands(draw, rng, middle, crown + 20, hair, 70 if cut == "short" else 190, 120, 1.0)


def _strands(
    draw: ImageDraw.ImageDraw, rng: random.Random, x: float, y: float, hair: tuple[int, int, int], count: int, long: float, wild: float
) -> None:
    """Fine curved hairs that leave the head all around its top, or fall along it."""
    for _strand in range(count):
        side = rng.uniform(-1, 1)
        start = (x + side * 280, y + 330 - 330 * math.sqrt(max(0.0, 1 - side * side)))
        drift, lift = side * rng.uniform(40, 130) * wild, rng.uniform(-90, 20) * wild
        fall = long * rng.uniform(0.7, 1.0) if long > 400 else 0
        points = []
        for step in range(9):
            part = step / 8
            points.append(
                (start[0] + drift * part + 14 * math.sin(part * 5 + side * 9), start[1] + lift * math.sin(part * 3) + fall * part)
            )
        shade = tuple(min(255, max(0, value + rng.randint(-8, 24))) for value in hair)
        draw.line(points, shade, rng.choice((2, 2, 3, 4 if fall else 2)))


def _branch() -> Image.Image:
    """Leaves against a bright sky, with light between them."""
    rng = random.Random(3)
    image = Image.new("RGB", (1800, 1200))
    draw = ImageDraw.Draw(image)
    for row in range(1200):
        draw.line((0, row, 1800, row), (214 + row // 60, 228 + row // 90, 240))
    for branch in range(5):
        start, end = (900, 1200), (150 + branch * 370, rng.randint(120, 380))
        draw.line((*start, *end), (64, 48, 36), 16)
        for leaf in range(90):
            part = rng.uniform(0.25, 1.05)
            x = start[0] + (end[0] - start[0]) * part + rng.uniform(-130, 130)
            y = start[1] + (end[1] - start[1]) * part + rng.uniform(-110, 110)
            angle, size = rng.uniform(0, math.pi), rng.uniform(24, 48)
            tip, side = (size * math.cos(angle), size * math.sin(angle)), (size * 0.4 * math.sin(angle), -size * 0.4 * math.cos(angle))
            green = (rng.randint(20, 60), rng.randint(70, 120), rng.randint(30, 60))
            draw.polygon(
                [(x - tip[0], y - tip[1]), (x + side[0], y + side[1]), (x + tip[0], y + tip[1]), (x - side[0], y - side[1])], fill=green
            )
            if leaf % 3 == 0:
                draw.line((x, y, x + tip[0] * 1.8, y + tip[1] * 1.8), (64, 48, 36), 3)
    return image.resize((900, 600), Image.Resampling.LANCZOS)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    held = io.BytesIO()
    image.save(held, "JPEG", quality=quality, dpi=(300, 300))
    return held.getvalue()
