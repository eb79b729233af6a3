"""Files to work on in M14: prints of three sizes to cut out, a strip of negatives scanned on its wrong side, a medal under a warm lamp, a lot slip."""

import random
import time
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

EPOCH = time.gmtime(0)
A4 = (1240, 1754)  # 150 ppp
FAMILIES = {1: 4, 2: 4, 3: 4}  # the slip announces 5 for family 2
SIZES = ((15.0, 10.0), (9.0, 6.0), (12.0, 9.0))
SKIES = ((196, 218, 226), (232, 222, 196), (214, 206, 222), (222, 226, 204))
SLIP = """Bordereau par famille;;;;;;
Famille;Type;Annoncé;Compté à l'entrée;État : pli, adhésif, tache;Images faites;Rendu
1;Tirages;4;;;;
2;Tirages;5;;;;
3;Tirages;4;;;;
1;Négatifs (une bande);6;;;;
;Objets;;;;;
Réglages tirages : ppp, couleur, format;;;;;;
Réglages négatifs : ppp, couleur, format;;;;;;
Réglages objets : lampes, sensibilité, ouverture;;;;;;
Signature de la famille, entrée et retour;;;;;;
"""
PATCHES = (
    (115, 82, 68), (194, 150, 130), (98, 122, 157), (87, 108, 67), (133, 128, 177), (103, 189, 170),
    (243, 243, 242), (200, 200, 200), (160, 160, 160), (122, 122, 121), (85, 85, 85), (52, 52, 52),
)  # fmt: skip


def make(folder: Path) -> None:
    """Write the files of M14 into `folder`. Family 2 has one print less than announced; its third print has old tape on it."""
    sheets = _sheets()
    sheets[0].save(
        folder / "tirages-a-imprimer.pdf", save_all=True, append_images=sheets[1:], resolution=150,
        creationDate=EPOCH, modDate=EPOCH,
    )  # fmt: skip
    _strip().save(folder / "bande-brute.png", optimize=True)
    _medal().save(folder / "medaille-lampe-chaude.png", optimize=True)
    _chart().save(folder / "mire-a-imprimer.png", dpi=(150, 150), optimize=True)
    (folder / "bordereau.csv").write_text(SLIP, encoding="utf-8-sig")


def _scene(size: tuple[int, int], seed: int) -> Image.Image:
    """A drawn souvenir: a sky, a block of flats, a hill, people in a row."""
    width, height = size
    rng = random.Random(seed)
    image = Image.new("RGB", size, SKIES[seed % 4])
    draw = ImageDraw.Draw(image)
    draw.ellipse((width * 0.72, height * 0.08, width * 0.72 + height * 0.16, height * 0.24), fill=(236, 190, 90))
    draw.polygon([(0, height * 0.7), (width * rng.uniform(0.2, 0.5), height * 0.35), (width, height * 0.7)], fill=(96, 132, 96))
    left = width * rng.uniform(0.05, 0.5)
    draw.rectangle((left, height * 0.25, left + width * 0.22, height * 0.7), fill=(200, 178, 150))
    for row in range(4):
        for column in range(3):
            x, y = left + width * (0.03 + column * 0.065), height * (0.29 + row * 0.1)
            draw.rectangle((x, y, x + width * 0.035, y + height * 0.05), fill=(70, 84, 100))
    draw.rectangle((0, height * 0.7, width, height), fill=(150, 140, 120))
    for index in range(rng.randint(2, 5)):
        x, tall = width * (0.15 + index * 0.16), height * rng.uniform(0.3, 0.42)
        coat = rng.choice(((40, 70, 120), (170, 110, 40), (60, 110, 90), (120, 60, 110)))
        draw.rounded_rectangle((x, height * 0.95 - tall, x + width * 0.09, height * 0.95), width * 0.03, fill=coat)
        draw.ellipse(
            (x + width * 0.015, height * 0.95 - tall - width * 0.06, x + width * 0.075, height * 0.95 - tall), fill=(206, 160, 130)
        )
    return image


def _sheets() -> list[Image.Image]:
    """Two prints a page, each with its family and number under it, to write on the envelope once it is cut out."""
    prints = [(family, number) for family, count in FAMILIES.items() for number in range(1, count + 1)]
    sheets = []
    for start in range(0, len(prints), 2):
        sheet = Image.new("RGB", A4, "white")
        for place, (family, number) in enumerate(prints[start : start + 2]):
            across, down = (round(side / 2.54 * 150) for side in SIZES[(family + number) % 3])
            picture, top = _scene((across, down), family * 10 + number), 120 + place * 820
            sheet.paste(picture, (150, top))
            draw = ImageDraw.Draw(sheet)
            draw.rectangle((150, top, 150 + across, top + down), outline=(120, 120, 120))
            if (family, number) == (2, 3):
                draw.polygon([(120, top + 40), (300, top - 30), (320, top + 20), (140, top + 90)], fill=(214, 190, 120))
            draw.text((150, top + down + 20), f"Famille {family} - tirage {number}", (60, 60, 60), ImageFont.load_default(28))
        sheets.append(sheet)
    return sheets


def _strip() -> Image.Image:
    """Six frames of colour negative, orange as the film is, laid on the glass on the wrong side: the writing of the edge is mirrored."""
    strip = Image.new("RGB", (6 * 380 + 20, 360), (236, 150, 84))
    draw = ImageDraw.Draw(strip)
    for index in range(6):
        left = 20 + index * 380
        strip.paste(_negative(_scene((360, 240), 40 + index)), (left, 60))
        for hole in range(8):
            for top in (18, 314):
                draw.rounded_rectangle((left + hole * 46, top, left + hole * 46 + 24, top + 28), 5, fill=(255, 255, 255))
        draw.text((left + 130, 301), f"{index + 1}   SAFETY", (90, 40, 20), ImageFont.load_default(13))
    rng = random.Random(5)
    for _speck in range(60):
        x, y = rng.randint(0, strip.width), rng.randint(60, 300)
        draw.ellipse((x, y, x + rng.randint(1, 3), y + rng.randint(1, 3)), fill=(20, 10, 5))
    return strip.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _negative(image: Image.Image) -> Image.Image:
    turned = ImageChops.invert(image)
    bands = zip(turned.split(), ((70, 236), (40, 150), (20, 84)), strict=True)
    return Image.merge(
        "RGB", [band.point(lambda value, low=low, high=high: low + value * (high - low) // 255) for band, (low, high) in bands]
    )


def _chart() -> Image.Image:
    """Twelve patches and a ruler of ten centimetres, at 150 ppp."""
    chart = Image.new("RGB", (650, 420), (250, 250, 250))
    draw = ImageDraw.Draw(chart)
    for index, colour in enumerate(PATCHES):
        left, top = 30 + index % 6 * 99, 30 + index // 6 * 99
        draw.rectangle((left, top, left + 90, top + 90), fill=colour)
    for millimetre in range(101):
        mark = 30 + millimetre * 150 / 25.4
        draw.line((mark, 290, mark, 290 + (46 if millimetre % 10 == 0 else 22)), fill=(30, 30, 30), width=2)
    for centimetre in range(0, 11, 5):
        draw.text((30 + centimetre * 1500 / 25.4, 346), str(centimetre), (30, 30, 30), ImageFont.load_default(30), anchor="ma")
    return chart


def _medal() -> Image.Image:
    """A medal and the chart under a lamp that turns everything orange."""
    photo = Image.new("RGB", (1200, 800), (226, 226, 224))
    draw = ImageDraw.Draw(photo)
    draw.ellipse((120, 200, 540, 620), fill=(150, 150, 152))
    draw.ellipse((140, 220, 520, 600), fill=(204, 204, 206))
    draw.ellipse((200, 280, 460, 540), fill=(176, 176, 178))
    draw.text((330, 410), "1986", (90, 90, 92), ImageFont.load_default(80), anchor="mm")
    photo.paste(_chart().resize((488, 315)), (640, 260))
    photo = photo.filter(ImageFilter.GaussianBlur(0.8))
    bands = zip(photo.split(), (1.0, 0.82, 0.55), strict=True)
    return Image.merge("RGB", [band.point(lambda value, part=part: int(value * part)) for band, part in bands])
