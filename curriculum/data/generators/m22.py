"""Files to work on in M22: a memory card of five shots, a copy of it that is not whole, the log and delivery sheets."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw, ImageFont

from curriculum.data.generators import film
from curriculum.data.generators.sound import Samples, at, mix, note, silence

INK, PAPER, GREEN, OCHRE, MINT = (29, 43, 42), (251, 249, 244), (11, 92, 85), (199, 125, 18), (215, 232, 228)
# name, words on the picture, size, frames a second, seconds, with sound
SHOTS = (
    ("CAM1/C0001.MP4", "Porte", (640, 360), 25, 2, True),
    ("CAM1/C0002.MP4", "Estrade", (640, 360), 25, 2, True),
    ("CAM2/MVI_0041.MP4", "Danse", (320, 180), 50, 2, True),
    ("CAM2/MVI_0042.MP4", "Dessert", (320, 180), 50, 2, False),
    ("TEL/20260613_1502.MP4", "Enfants", (180, 320), 30, 3, True),
)
LOG = "Carte;Fichier;Durée (s);Définition;Cadence;Son (oui / non);Poids (ko);Ce que l'on voit;Note (bon / moyen / non)\n"
COPY = """Fiche de copie;;;;
Projet;fete;Date;;
Carte;Nombre de fichiers sur la carte;Nombre sur la copie 1;Nombre sur la copie 2;Tailles pareilles ? (oui / non)
CAM1;;;;
CAM2;;;;
TEL;;;;
Fichiers ouverts;premier :;milieu :;dernier :;
Écarts trouvés;;;;
Accord pour vider, donné par;;Date;;
"""
DELIVERY = """Fiche technique;;;;;;
Fichier;Conteneur;Codec image;Définition;Cadence;Débit;Durée
;;;;;;
;;;;;;
;;;;;;
Poids calculé;;;Poids réel;;;
Image contrôlée en entier ? ;;;Son contrôlé ? ;;;
Sous-titres contrôlés ? ;;;Version et date;;;
"""


def make(folder: Path) -> None:
    """Write the files of M22 into `folder`. The copy lacks CAM2/MVI_0042.MP4, and TEL's shot stops before its end."""
    shots = {}
    with TemporaryDirectory() as place:
        for name, words, size, rate, seconds, heard in SHOTS:
            path = Path(place) / "shot.mp4"
            film.write(path, _frames(words, size, rate * seconds, rate), rate, _sound(seconds) if heard else None)
            shots[name] = path.read_bytes()
    _zip(folder / "carte-fete.zip", shots)
    whole = shots.pop("TEL/20260613_1502.MP4")
    del shots["CAM2/MVI_0042.MP4"]
    _zip(folder / "copie-fete.zip", shots | {"TEL/20260613_1502.MP4": whole[: len(whole) // 3]})
    (folder / "liste-des-rushs.csv").write_text(LOG, encoding="utf-8-sig")
    (folder / "fiche-de-copie.csv").write_text(COPY, encoding="utf-8-sig")
    (folder / "fiche-technique.csv").write_text(DELIVERY, encoding="utf-8-sig")


def _zip(path: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
        for name, content in sorted(files.items()):
            made.writestr(zipfile.ZipInfo(name, (2026, 6, 13, 18, 0, 0)), content)


def _frames(words: str, size: tuple[int, int], count: int, rate: int) -> Iterator[Image.Image]:
    """A place, its name, and a ball that hops five times a second."""
    base = _place(words, size)
    step = rate // 5
    hops = max(count // step - 1, 1)
    for hop in range(-(-count // step)):
        image = base.copy()
        left = 16 * round((size[0] - 64) * hop / hops / 16) + 8
        top = size[1] * 5 // 8 - (16 if hop % 2 else 0)
        ImageDraw.Draw(image).ellipse((left, top, left + 32, top + 32), fill=OCHRE)
        if hop == 0:
            image.info["cut"] = True
        yield from [image] * min(step, count - hop * step)


def _place(words: str, size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, MINT)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, size[1] * 3 // 4, size[0], size[1]), fill=GREEN)
    for flag in range(size[0] // 80):
        left = flag * 80 + 36
        draw.polygon([(left, 0), (left + 24, 0), (left + 12, 20)], fill=OCHRE if flag % 2 else INK)
    draw.text((16, 32), words, INK, ImageFont.load_default(32))
    return image


def _sound(seconds: int) -> Samples:
    tune = [at(rank / 2, note(pitch, 0.5, 0.3)) for rank, pitch in enumerate((392, 494, 587, 494, 440, 392)[: seconds * 2])]
    return mix(silence(seconds), *tune)[: seconds * 8000]
