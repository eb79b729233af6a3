"""Files to work on in M13: bulletins to print and scan, one strip scanned three ways, an empty lot slip."""

import random
import time
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

LINES = (
    "Le local ouvre mardi soir.", "Apportez vos photos du quartier.", "Le bus 197 passe devant la tour.",
    "Un tournoi de foot aura lieu samedi.", "Merci aux parents pour la soupe.", "Le jardin a besoin de bras.",
    "La bourse aux jouets revient.", "Le prochain bal aura lieu au local.", "Signez la lettre sur le chauffage.",
)  # fmt: skip
MONTHS = ("janvier", "mars", "mai", "juin", "octobre", "novembre", "avril", "mars")
PAPERS = ((214, 232, 228), (247, 233, 207), (226, 232, 214), (236, 226, 238))
SHEET = (874, 1240)
EPOCH = time.gmtime(0)
SLIP = """Bordereau de lot;;;;;
Client;;Date d'entrée;;Date de sortie;
Document;Pages annoncées;Pages comptées à l'entrée;État, agrafes, plis;Images faites;Pages rendues
Bulletin 1;4;;;;
Bulletin 2;4;;;;
Bulletin 3;4;;;;
Bulletin 4;4;;;;
Bulletin 5;4;;;;
Bulletin 6;4;;;;
Bulletin 7;4;;;;
Bulletin 8;4;;;;
Total;32;;;;
Réglages : résolution, mode, format;;;;;
Signature du client;;;Signature de l'opérateur;;
"""


def make(folder: Path) -> None:
    """Write the files of M13 into `folder`. In the print file, bulletin 5 has no page 3 and bulletin 7 has two pages swapped."""
    pages = [(number, page) for number in range(1, 9) for page in _order(number)]
    sheets = [_page(number, page) for number, page in pages]
    sheets[0].save(
        folder / "bulletins-a-imprimer.pdf", save_all=True, append_images=sheets[1:], resolution=150,
        creationDate=EPOCH, modDate=EPOCH,
    )  # fmt: skip
    strip = _strip(12)
    strip.resize((315, 157), Image.Resampling.BOX).save(folder / "essai-a-100ppp-gris.png", dpi=(100, 100), optimize=True)
    strip.resize((945, 472), Image.Resampling.BOX).save(folder / "essai-b-300ppp-gris.png", dpi=(300, 300), optimize=True)
    black = strip.resize((945, 472), Image.Resampling.BOX).point(lambda value: 255 if value > 128 else 0).convert("1")
    black.save(folder / "essai-c-300ppp-noir.png", dpi=(300, 300), optimize=True)
    (folder / "bordereau.csv").write_text(SLIP, encoding="utf-8-sig")


def _order(number: int) -> tuple[int, ...]:
    return {5: (1, 2, 4), 7: (1, 3, 2, 4)}.get(number, (1, 2, 3, 4))


def _page(number: int, page: int) -> Image.Image:
    """One A5 page at 150 ppp: a coloured cover, or black text."""
    seed = random.Random(number * 10 + page)
    date = f"{MONTHS[number - 1]} {1984 + number}"
    sheet = _cover(number, date, seed) if page == 1 else _text(number, date, seed)
    ImageDraw.Draw(sheet).text((795, 1170), str(page), 0, ImageFont.load_default(33), anchor="ra")
    return sheet


def _cover(number: int, date: str, seed: random.Random) -> Image.Image:
    sheet = Image.new("RGB", SHEET, PAPERS[number % 4])
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((60, 60, 814, 225), fill=(11, 92, 85))
    draw.text((90, 115), "L’AMICALE DES LOCATAIRES", (251, 249, 244), ImageFont.load_default(45))
    draw.text((90, 265), f"Bulletin n° {number} - {date}", (29, 43, 42), ImageFont.load_default(39))
    for index in range(4):
        left, top = 105 + index * 172, 960 - seed.randint(180, 450)
        draw.rectangle((left, top, left + 142, 960), fill=(199, 125, 18) if index % 2 else (60, 110, 120))
        for window in range(3):
            draw.rectangle((left + 22, top + 24 + window * 54, left + 52, top + 54 + window * 54), fill=(251, 249, 244))
    return sheet


def _text(number: int, date: str, seed: random.Random) -> Image.Image:
    sheet = Image.new("1", SHEET, 1)
    draw = ImageDraw.Draw(sheet)
    draw.text((75, 75), f"Bulletin n° {number} - {date}", 0, ImageFont.load_default(33))
    draw.line((75, 126, 800, 126), 0, 3)
    for index in range(14):
        draw.text((75, 165 + index * 66), seed.choice(LINES), 0, ImageFont.load_default(33))
    return sheet


def _strip(size: int) -> Image.Image:
    """Eight by four centimetres of small print and a soft grey picture, drawn at 600 ppp."""
    strip = Image.new("L", (1890, 944), 244)
    draw = ImageDraw.Draw(strip)
    for index, text in enumerate(LINES[:6]):
        draw.text((60, 60 + index * 140), text, 40, ImageFont.load_default((size - index) * 7))
    for step in range(256):
        draw.rectangle((1400, 60 + step * 3, 1820, 63 + step * 3), fill=255 - step)
    return strip
