"""Files to work on in M18: twelve photos of one feast by four people, each with its light, its lean and its spots, and two to practise on."""

import io
import math
import random
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

LIST = """Photo;Défaut à enlever;À garder
01;Rien;Les guirlandes
02;Photo penchée;Le public en entier
03;Poussières dans le ciel;Les guirlandes
04;Rayure blanche;Le public
05;Photo penchée;Le musicien à gauche
06;Poussières dans le ciel;Les guirlandes
07;Sac posé au sol, à droite;Le public
08;Rien;Les guirlandes
09;Poussières dans le ciel;Les guirlandes
10;Rayure blanche;Le musicien à gauche
11;Rien;Le public
12;Photo penchée;Les guirlandes
"""
CARD = """Photo;Photographe;Problème principal;Correction faite;Défauts enlevés;Profil;Temps;Contrôlée à 100 %
01;A;;;;;;
02;B;;;;;;
03;D;;;;;;
04;C;;;;;;
05;A;;;;;;
06;D;;;;;;
07;B;;;;;;
08;C;;;;;;
09;D;;;;;;
10;A;;;;;;
11;C;;;;;;
12;B;;;;;;
"""
TAKEN_BY = "ABDCADBCDACB"
LEANING, SCRATCHED, BAGGED, SMALL = {2: 3.0, 5: -2.5, 12: 2.0}, {4, 10}, {7}, {11}
COATS = ((40, 70, 120), (199, 125, 18), (11, 92, 85), (120, 60, 110), (236, 236, 232), (90, 90, 96))
SKINS = ((232, 190, 160), (196, 150, 120), (140, 98, 74), (96, 66, 50))
# By photographer: what each band is multiplied by, the darkest and the lightest value left, the curve of the middle.
LIGHTS = {
    "A": ((1.0, 1.0, 1.0), 0, 255, 1.0),
    "B": ((1.0, 0.88, 0.66), 0, 255, 1.0),
    "C": ((0.9, 1.0, 0.9), 0, 150, 1.25),
    "D": ((0.9, 0.97, 1.0), 70, 205, 0.9),
}


def make(folder: Path) -> None:
    """Write the files of M18 into `folder`. A is well lit, B too warm, C too dark and greenish, D grey and dusty; 11 is too small for the card."""
    photos = [(f"musique_{number:02}_{by}.jpg", _jpeg(_taken(number, by), 45)) for number, by in enumerate(TAKEN_BY, 1)]
    with zipfile.ZipFile(folder / "douze-photos.zip", "w", zipfile.ZIP_DEFLATED) as held:
        for name, data in photos:
            held.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
    (folder / "essai-lumiere.jpg").write_bytes(_jpeg(_leaning(_lit(_feast((1200, 800), 31), "C"), 3.5), 50))
    marked = _lit(_feast((1200, 800), 32), "A")
    _dust(marked)
    ImageDraw.Draw(marked).line((760, 0, 640, 800), (238, 238, 232), 3)
    (folder / "essai-defauts.jpg").write_bytes(_jpeg(marked, 55))
    for name, text in (("liste-de-paul.csv", LIST), ("fiche.csv", CARD)):
        (folder / name).write_text(text, encoding="utf-8-sig")


def _taken(number: int, by: str) -> Image.Image:
    """One photo of the lot, with what its list says is to be taken away."""
    photo = _feast((1500, 1000), number)
    if number in SMALL:
        photo = photo.resize((900, 600), Image.Resampling.LANCZOS)
    if number in BAGGED:
        ImageDraw.Draw(photo).polygon([(1270, 960), (1290, 840), (1330, 800), (1390, 850), (1410, 960)], fill=(52, 60, 72))
    photo = _lit(photo, by)
    if number in SCRATCHED:
        ImageDraw.Draw(photo).line((180, 0, 420, 1000), (238, 238, 232), 3)
    if by == "D":
        _dust(photo)
    return _leaning(photo, LEANING[number]) if number in LEANING else photo


def _feast(size: tuple[int, int], seed: int) -> Image.Image:
    """A square on the evening of a feast: sky, white wall, garlands, people, a musician on the left. The wall is a true neutral."""
    width, height = size
    rng = random.Random(seed)
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    for row in range(int(height * 0.5)):
        part = row / (height * 0.5)
        draw.line((0, row, width, row), (int(120 + 100 * part), int(160 + 62 * part), int(206 + 20 * part)))
    draw.rectangle((0, height * 0.34, width, height * 0.72), fill=(224, 224, 224))
    for index in range(6):
        left = width * (0.04 + index * 0.165)
        draw.rectangle((left, height * 0.4, left + width * 0.07, height * 0.54), fill=(84, 96, 112))
        draw.line((left, height * 0.47, left + width * 0.07, height * 0.47), (210, 210, 210), 4)
    draw.rectangle((0, height * 0.72, width, height), fill=(150, 146, 140))
    last = (0.0, height * 0.2)
    for index in range(1, 15):
        point = (width * index / 14, height * (0.2 + 0.08 * math.sin(index * 1.1 + seed)))
        draw.line((*last, *point), (40, 40, 44), 3)
        draw.ellipse(
            (point[0] - 14, point[1], point[0] + 14, point[1] + 28), fill=rng.choice(((246, 214, 120), (230, 120, 60), (120, 190, 170)))
        )
        last = point
    for index in range(7):
        tall, x = height * rng.uniform(0.3, 0.4), width * (0.22 + index * 0.11 + rng.uniform(-0.01, 0.01))
        _body(draw, x, height * 0.95, tall, rng.choice(COATS), rng.choice(SKINS))
    _body(draw, width * 0.09, height * 0.97, height * 0.46, (236, 236, 232), SKINS[seed % 4])
    draw.ellipse((width * 0.07, height * 0.66, width * 0.16, height * 0.8), fill=(150, 86, 40))
    draw.line((width * 0.12, height * 0.72, width * 0.22, height * 0.58), (60, 36, 24), 12)
    return image.filter(ImageFilter.GaussianBlur(0.6))


def _body(draw: ImageDraw.ImageDraw, x: float, foot: float, tall: float, coat: tuple[int, int, int], skin: tuple[int, int, int]) -> None:
    wide = tall * 0.27
    draw.rounded_rectangle((x, foot - tall, x + wide, foot), wide * 0.4, fill=coat)
    draw.ellipse((x + wide * 0.14, foot - tall - wide * 0.66, x + wide * 0.86, foot - tall + wide * 0.1), fill=skin)
    draw.pieslice((x + wide * 0.12, foot - tall - wide * 0.72, x + wide * 0.88, foot - tall + wide * 0.04), 180, 360, fill=(38, 32, 30))


def _lit(photo: Image.Image, by: str) -> Image.Image:
    parts, low, high, curve = LIGHTS[by]
    bands = []
    for band, part in zip(photo.split(), parts, strict=True):
        table = [min(255, int(part * (low + (high - low) * (value / 255) ** curve))) for value in range(256)]
        bands.append(band.point(table))
    return Image.merge("RGB", bands)


def _dust(photo: Image.Image) -> None:
    """The same specks at the same places, as dust on a lens does."""
    rng, draw = random.Random(9), ImageDraw.Draw(photo)
    for _speck in range(9):
        x, y = rng.uniform(0.05, 0.95) * photo.width, rng.uniform(0.03, 0.3) * photo.height
        draw.ellipse((x, y, x + 11, y + 11), fill=(70, 76, 84))


def _leaning(photo: Image.Image, angle: float) -> Image.Image:
    """Turned, with no empty corner left."""
    grown = photo.resize((int(photo.width * 1.1), int(photo.height * 1.1)), Image.Resampling.LANCZOS).rotate(
        angle, Image.Resampling.BICUBIC
    )
    left, top = (grown.width - photo.width) // 2, (grown.height - photo.height) // 2
    return grown.crop((left, top, left + photo.width, top + photo.height))


def _jpeg(photo: Image.Image, quality: int) -> bytes:
    held = io.BytesIO()
    photo.save(held, "JPEG", quality=quality, dpi=(300, 300))
    return held.getvalue()
