"""Files to work on in M06: twelve sums with their results, ten times measured, three pictures of known sizes, an empty estimate."""

import math
from pathlib import Path

from PIL import Image, ImageDraw

INCH = 2.54
TIMES = ("2:50", "3:05", "2:40", "3:20", "2:55", "3:10", "3:00", "2:45", "3:15", "3:00")
PICTURES = {"image-a": (1772, 1181), "image-b": (900, 600), "image-c": (3544, 2363)}
ESTIMATE = """poste;nombre;temps par unite (min);heures;tarif (euros/h);montant (euros)
;;;;;
;;;;;
;;;;;
Fournitures;;;;;
Total;;;;;
"""


def make(folder: Path) -> None:
    """Write the files of M06 into `folder`. The ten times have a mean of exactly three minutes."""
    sums = _sums()
    for name, column in (("douze-calculs", 1), ("douze-resultats", 2)):
        head = "numero;question;" + ("ton calcul;ton resultat" if column == 1 else "resultat")
        rows = [f"{number};{row[0]};{';' if column == 1 else row[1]}" for number, row in enumerate(sums, start=1)]
        (folder / f"{name}.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8-sig")
    times = [f"photo {number:02};{time}" for number, time in enumerate(TIMES, start=1)]
    (folder / "temps-mesures.csv").write_text("\n".join(["essai;duree (min:s)", *times, ""]), encoding="utf-8-sig")
    (folder / "chiffrage-vide.csv").write_text(ESTIMATE, encoding="utf-8-sig")
    for name, size in PICTURES.items():
        _picture(size).save(folder / f"{name}.png", dpi=(72, 72), optimize=True)


def _sums() -> list[tuple[str, str]]:
    """Each question and its result, worked out here."""
    return [
        ("2400 pixels à 300 ppp : combien de cm ?", f"{_number(2400 / 300 * INCH)} cm"),
        ("3600 pixels à 150 ppp : combien de cm ?", f"{_number(3600 / 150 * INCH)} cm"),
        ("15 cm à 300 ppp : combien de pixels ?", f"{math.ceil(15 / INCH * 300)} pixels"),
        ("42 cm à 150 ppp : combien de pixels ?", f"{math.ceil(42 / INCH * 150)} pixels"),
        ("1200 pixels imprimés sur 20 cm : combien de ppp ?", f"{round(1200 / (20 / INCH))} ppp"),
        ("Une photo de 4000 × 3000 remplit-elle un A4 à 300 ppp ?", "Oui : il faut 3508 × 2481 pixels"),
        ("1 min 45 + 2 min 30 + 50 s", _time(105 + 150 + 50)),
        ("Douze extraits de 1 min 20", _time(12 * 80)),
        ("85 images de 6 Mo : combien de Mo ?", f"{85 * 6} Mo"),
        ("Une clé de 8 Go, un quart gardé libre : combien d'images de 25 Mo ?", f"{8000 * 3 // 4 // 25} images"),
        ("7 h 30 à 20 € de l'heure", f"{_number(7.5 * 20)} €"),
        ("150 pages à 2 min : combien d'heures, et quel prix à 18 € ?", f"{150 * 2 // 60} h et {150 * 2 // 60 * 18} €"),
    ]


def _number(value: float) -> str:
    return f"{round(value, 1):g}".replace(".", ",")


def _time(seconds: int) -> str:
    return f"{seconds // 60} min {seconds % 60:02} s"


def _picture(size: tuple[int, int]) -> Image.Image:
    """Houses in flat colours, so that the file stays small at any size."""
    picture = Image.new("RGB", size, (214, 232, 228))
    draw = ImageDraw.Draw(picture)
    wide, high = size
    for index in range(5):
        left, top = wide * index // 5 + wide // 50, high * (40 + 7 * (index % 3)) // 100
        colour = (11, 92, 85) if index % 2 else (199, 125, 18)
        draw.rectangle((left, top, left + wide // 7, high * 85 // 100), fill=colour)
        draw.rectangle((left + wide // 40, top + high // 12, left + wide // 18, top + high // 5), fill=(251, 249, 244))
    draw.rectangle((0, high * 85 // 100, wide, high), fill=(139, 150, 148))
    return picture
