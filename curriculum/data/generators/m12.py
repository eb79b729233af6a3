"""Files to work on in M12: twelve pictures of an association, of many sizes, formats and states, one photo to convert, a table to fill."""

import io
import random
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

TABLE = """Fichier;Définition (pixels);Mode;Format;Poids;Impression à 300 ppp (cm);État à 100 %;Décision;Pourquoi
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
Images à refaire (nombre);;Taux (%);;;;;;
Poids du lot entier;;;;;;;;
Temps passé (h et min);;Tarif par heure;;Prix;;;;
"""


def make(folder: Path) -> None:
    """Write the files of M12 into `folder`.

    01 says 72 ppp although it has enough pixels; 09 was enlarged from a thumbnail; 10 was squeezed too much; 06 is blurred,
    07 cut, 08 stained; 04 is the logo without its transparency.
    """
    big = _place(2400, 1600, 1)
    pictures = [
        ("01_maison.jpg", _jpeg(big, 64, 72)),
        ("02_fete.jpg", _jpeg(_place(800, 533, 2), 85, 300)),
        ("03_logo.png", _png(_logo(1200))),
        ("04_logo.jpg", _jpeg(_flat(_logo(300)), 40, 72)),
        ("05_ancienne.tif", _tiff(_place(1772, 1181, 3).convert("L"))),
        ("06_atelier.jpg", _jpeg(_place(1800, 1200, 4).filter(ImageFilter.GaussianBlur(6)), 55, 300)),
        ("07_groupe.jpg", _jpeg(_place(1500, 1000, 5).crop((0, 517, 1500, 1000)), 75, 300)),
        ("08_jardin.jpg", _jpeg(_stained(_place(1500, 1000, 6)), 50, 300)),
        ("09_affiche.jpg", _jpeg(_place(160, 107, 7).resize((1800, 1200), Image.Resampling.BICUBIC), 40, 300)),
        ("10_cour.jpg", _jpeg(_place(1600, 1067, 8), 4, 300)),
        ("11_portrait.jpg", _jpeg(_person(1200, 1800), 75, 300)),
        ("12_sortie.png", _png(_place(1240, 827, 9).quantize(48))),
    ]
    with zipfile.ZipFile(folder / "douze-images.zip", "w", zipfile.ZIP_DEFLATED) as held:
        for name, data in pictures:
            held.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
    _place(1500, 1000, 10).quantize(64).save(folder / "place-du-marche.png", optimize=True, dpi=(300, 300))
    (folder / "tableau.csv").write_text(TABLE, encoding="utf-8-sig")


def _place(width: int, height: int, seed: int) -> Image.Image:
    """A drawn square: sky, houses, people, leaves, with enough fine detail to tell a sharp picture from a soft one."""
    rng = random.Random(seed)
    image = Image.new("RGB", (width, height), rng.choice(((198, 220, 230), (232, 224, 200), (212, 220, 236))))
    draw = ImageDraw.Draw(image)
    left = 0.0
    while left < width:
        across, top = width * rng.uniform(0.1, 0.18), height * rng.uniform(0.2, 0.45)
        draw.rectangle((left, top, left + across, height * 0.72), fill=tuple(rng.randint(120, 215) for _ in range(3)))
        for row in range(4):
            for column in range(4):
                x, y = left + across * (0.1 + column * 0.22), top + height * (0.03 + row * 0.07)
                draw.rectangle((x, y, x + across * 0.13, y + height * 0.045), fill=(60, 74, 90))
                draw.line((x + across * 0.065, y, x + across * 0.065, y + height * 0.045), (230, 230, 230), max(1, width // 900))
        left += across
    draw.rectangle((0, height * 0.72, width, height), fill=(158, 150, 136))
    for index in range(7):
        x, tall = width * (0.06 + index * 0.13), height * rng.uniform(0.3, 0.4)
        coat = rng.choice(((40, 70, 120), (199, 125, 18), (11, 92, 85), (120, 60, 110), (230, 230, 225)))
        draw.rounded_rectangle((x, height * 0.95 - tall, x + width * 0.06, height * 0.95), width * 0.02, fill=coat)
        for stripe in range(6):
            y = height * 0.95 - tall + tall * (0.2 + stripe * 0.12)
            draw.line((x + width * 0.008, y, x + width * 0.052, y), (30, 40, 40), max(1, width // 700))
        draw.ellipse((x + width * 0.01, height * 0.95 - tall - width * 0.042, x + width * 0.05, height * 0.95 - tall), fill=(196, 150, 120))
    return image


def _person(width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height), (215, 232, 228))
    draw = ImageDraw.Draw(image)
    draw.pieslice((width * 0.05, height * 0.62, width * 0.95, height * 1.5), 180, 360, fill=(11, 92, 85))
    draw.rectangle((width * 0.42, height * 0.5, width * 0.58, height * 0.68), fill=(176, 128, 98))
    draw.ellipse((width * 0.27, height * 0.16, width * 0.73, height * 0.6), fill=(196, 150, 120))
    draw.pieslice((width * 0.25, height * 0.12, width * 0.75, height * 0.56), 180, 360, fill=(40, 30, 26))
    for eye in (0.4, 0.6):
        draw.ellipse((width * (eye - 0.02), height * 0.37, width * (eye + 0.02), height * 0.39), fill=(30, 30, 30))
    draw.arc((width * 0.4, height * 0.4, width * 0.6, height * 0.52), 25, 155, (120, 60, 50), 10)
    return image


def _logo(side: int) -> Image.Image:
    logo = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(logo)
    draw.ellipse((side * 0.05, side * 0.05, side * 0.95, side * 0.95), fill=(11, 92, 85, 255))
    draw.polygon([(side * 0.5, side * 0.2), (side * 0.78, side * 0.48), (side * 0.22, side * 0.48)], fill=(251, 249, 244, 255))
    draw.rectangle((side * 0.3, side * 0.48, side * 0.7, side * 0.76), fill=(251, 249, 244, 255))
    draw.rectangle((side * 0.44, side * 0.56, side * 0.56, side * 0.76), fill=(199, 125, 18, 255))
    return logo


def _flat(logo: Image.Image) -> Image.Image:
    flat = Image.new("RGB", logo.size, "white")
    flat.paste(logo, mask=logo)
    return flat


def _stained(image: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(image)
    draw.ellipse((620, 300, 840, 470), outline=(120, 90, 50), width=26)
    draw.line((0, 700, 1500, 640), (240, 240, 240), 5)
    return image


def _jpeg(image: Image.Image, quality: int, dpi: int) -> bytes:
    held = io.BytesIO()
    image.save(held, "JPEG", quality=quality, dpi=(dpi, dpi))
    return held.getvalue()


def _png(image: Image.Image) -> bytes:
    held = io.BytesIO()
    image.save(held, "PNG", optimize=True, dpi=(300, 300))
    return held.getvalue()


def _tiff(image: Image.Image) -> bytes:
    held = io.BytesIO()
    image.save(held, "TIFF", compression="tiff_adobe_deflate", dpi=(300, 300))
    return held.getvalue()
