"""Files to work on in M16: ten photos of things to sell, two to practise on, a control card."""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

CARD = """Photo;Bord : net, fond uni, trou;Méthode choisie;Pourquoi;Temps passé (min);Fond clair;Fond foncé;Reprise
01;;;;;;;
02;;;;;;;
03;;;;;;;
04;;;;;;;
05;;;;;;;
06;;;;;;;
07;;;;;;;
08;;;;;;;
09;;;;;;;
10;;;;;;;
"""
OCHRE, DEEP, GREEN, LIGHT, DARK, CREAM = (199, 125, 18), (150, 92, 12), (11, 92, 85), (120, 176, 168), (40, 46, 48), (240, 230, 208)
Draw = ImageDraw.ImageDraw
BIG = (2400, 1800)  # drawn twice as large as given, for clean edges


def make(folder: Path) -> None:
    """Write the files of M16 into `folder`. Photos 5 to 7 have a plain background; 1, 8, 9 and 10 have holes where it shows through."""
    things: list[tuple[str, Callable[[Draw], None], bool]] = [
        ("tasse", _cup, False), ("lampe", _lamp, False), ("livre", _book, False), ("boite", _box, False), ("balle", _ball, True),
        ("assiette", _plate, True), ("vase", _vase, True), ("chaussure", _shoe, False), ("lunettes", _glasses, False), ("panier", _basket, False),
    ]  # fmt: skip
    with zipfile.ZipFile(folder / "dix-produits.zip", "w", zipfile.ZIP_DEFLATED) as held:
        for number, (name, thing, plain) in enumerate(things, 1):
            held.writestr(
                zipfile.ZipInfo(f"produit_{number:02}_{name}.jpg", (2026, 1, 1, 0, 0, 0)), _photo(thing, number, plain, quality=82)
            )
    (folder / "essai-tasse.jpg").write_bytes(_photo(_mug, 31, plain=False, quality=86))
    (folder / "essai-orange.jpg").write_bytes(_photo(_orange, 32, plain=True, quality=86))
    (folder / "fiche-de-controle.csv").write_text(CARD, encoding="utf-8-sig")


def _photo(thing: Callable[[Draw], None], seed: int, plain: bool, quality: int) -> bytes:  # noqa: FBT001
    """The thing on its table, with a shadow, a little soft and lit from the left."""
    rng = random.Random(seed)
    wall = (112, 152, 196) if plain else rng.choice(((206, 198, 182), (188, 200, 204), (214, 206, 208)))
    image = Image.new("RGB", BIG, wall)
    draw = ImageDraw.Draw(image)
    if not plain:
        draw.rectangle((0, 1250, 2400, 1800), fill=tuple(int(value * 0.78) for value in wall))
        for _mark in range(5):
            left, top, wide = rng.randint(0, 2200), rng.randint(60, 700), rng.randint(120, 420)
            draw.rectangle((left, top, left + wide, top + wide * 0.7), fill=tuple(int(value * rng.uniform(0.84, 0.95)) for value in wall))
        shade = Image.new("L", BIG, 0)
        ImageDraw.Draw(shade).ellipse((620, 1400, 1900, 1620), fill=110)
        image.paste((40, 40, 44), mask=shade.filter(ImageFilter.GaussianBlur(40)))
    thing(ImageDraw.Draw(image))
    image = image.resize((1200, 900), Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.5))
    held = io.BytesIO()
    image.save(held, "JPEG", quality=quality, dpi=(300, 300))
    return held.getvalue()


def _handle(draw: Draw, box: tuple[int, int, int, int], colour: tuple[int, int, int], width: int) -> None:
    draw.arc(box, -95, 95, colour, width)


def _mug(draw: Draw) -> None:
    _handle(draw, (1300, 680, 1840, 1260), DEEP, 90)
    draw.rounded_rectangle((760, 540, 1560, 1520), 150, fill=OCHRE)
    draw.rectangle((760, 540, 1560, 700), fill=OCHRE)
    draw.ellipse((760, 470, 1560, 620), fill=CREAM)
    draw.ellipse((810, 495, 1510, 600), fill=(96, 60, 30))


def _cup(draw: Draw) -> None:
    _handle(draw, (1420, 820, 1840, 1260), LIGHT, 70)
    draw.pieslice((700, 160, 1640, 1520), 0, 180, fill=GREEN)
    draw.ellipse((700, 770, 1640, 910), fill=LIGHT)
    draw.ellipse((760, 795, 1580, 890), fill=DARK)
    draw.ellipse((900, 1470, 1440, 1550), fill=GREEN)


def _lamp(draw: Draw) -> None:
    draw.polygon([(980, 320), (1420, 320), (1640, 860), (760, 860)], fill=CREAM)
    draw.line((760, 860, 1640, 860), OCHRE, 24)
    draw.rectangle((1165, 860, 1235, 1420), fill=DARK)
    draw.rounded_rectangle((880, 1400, 1520, 1530), 60, fill=OCHRE)


def _book(draw: Draw) -> None:
    draw.polygon([(700, 480), (1560, 420), (1640, 1480), (780, 1560)], fill=GREEN)
    draw.polygon([(1560, 420), (1640, 470), (1720, 1520), (1640, 1480)], fill=CREAM)
    draw.polygon([(860, 680), (1440, 640), (1452, 800), (872, 840)], fill=OCHRE)
    draw.line((740, 480, 818, 1556), LIGHT, 18)


def _box(draw: Draw) -> None:
    draw.polygon([(620, 760), (1300, 900), (1300, 1560), (620, 1380)], fill=OCHRE)
    draw.polygon([(1300, 900), (1840, 720), (1840, 1320), (1300, 1560)], fill=DEEP)
    draw.polygon([(620, 760), (1180, 620), (1840, 720), (1300, 900)], fill=CREAM)
    draw.line((900, 830, 900, 1460), CREAM, 30)


def _ball(draw: Draw) -> None:
    draw.ellipse((760, 460, 1640, 1340), fill=OCHRE)
    draw.chord((760, 460, 1640, 1340), 20, 160, fill=DEEP)
    draw.arc((560, 560, 1320, 1240), -60, 60, CREAM, 30)
    draw.ellipse((960, 560, 1120, 680), fill=(238, 200, 140))


def _orange(draw: Draw) -> None:
    draw.ellipse((760, 480, 1640, 1360), fill=(232, 130, 30))
    draw.ellipse((930, 600, 1130, 740), fill=(250, 214, 170))
    draw.line((1200, 500, 1230, 400), (80, 60, 30), 30)
    draw.polygon([(1230, 420), (1500, 340), (1420, 470)], fill=(70, 120, 50))


def _plate(draw: Draw) -> None:
    draw.ellipse((560, 260, 1840, 1540), fill=CREAM)
    draw.ellipse((640, 340, 1760, 1460), outline=GREEN, width=26)
    draw.ellipse((800, 500, 1600, 1300), fill=(250, 246, 236))


def _vase(draw: Draw) -> None:
    draw.ellipse((780, 680, 1620, 1560), fill=GREEN)
    draw.polygon([(1040, 360), (1360, 360), (1300, 640), (1420, 820), (980, 820), (1100, 640)], fill=GREEN)
    draw.ellipse((1040, 320, 1360, 400), fill=LIGHT)
    draw.arc((830, 900, 1570, 1300), 10, 170, OCHRE, 30)


def _shoe(draw: Draw) -> None:
    draw.polygon([(520, 760), (900, 700), (1180, 1000), (1640, 1120), (1860, 1260), (1880, 1420), (520, 1420)], fill=GREEN)
    draw.rounded_rectangle((490, 1390, 1910, 1510), 60, fill=CREAM)
    for step in range(4):
        draw.line((930 + step * 90, 800 + step * 76, 1060 + step * 90, 740 + step * 76), CREAM, 22)
    draw.arc((860, 420, 1140, 760), 150, 400, CREAM, 20)
    draw.arc((1040, 480, 1330, 760), 140, 390, CREAM, 20)


def _glasses(draw: Draw) -> None:
    for left in (560, 1300):
        draw.rounded_rectangle((left, 800, left + 540, 1180), 150, outline=DARK, width=52)
    draw.arc((1060, 780, 1340, 1000), 200, 340, DARK, 46)
    draw.line((560, 880, 420, 780), DARK, 46)
    draw.line((1840, 880, 1980, 780), DARK, 46)


def _basket(draw: Draw) -> None:
    draw.arc((760, 260, 1640, 1500), 180, 360, DEEP, 66)
    draw.polygon([(640, 880), (1760, 880), (1600, 1540), (800, 1540)], fill=OCHRE)
    for row in range(5):
        for column in range(8):
            left = 800 + column * 94 + (row % 2) * 40
            draw.rounded_rectangle((left, 930 + row * 118, left + 70, 990 + row * 118), 20, fill=DEEP)
    draw.rounded_rectangle((600, 840, 1800, 920), 40, fill=DEEP)
