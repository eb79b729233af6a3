"""Files to work on in M30: an interview to dress (its sound apart, four shots), a name strip to animate, a heavy opening picture, two sheets."""

import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from curriculum.data.generators import film
from curriculum.data.generators.people import FPS, GREEN, INK, MINT, OCHRE, PAPER, SAND, SIZE, Draw, face, talking
from curriculum.data.generators.sound import RATE, Samples, at, louder, mix, noise, silence, voice, write

SAID = "Moi, c'est Nadia. J'écris des pages web. Ici, j'ai repris confiance."
CLAP_SEEN, CLAP_HEARD, SPEAKS = 1.0, 1.6, 0.8  # seconds into the film, into the sound apart, from the clap to the voice
STRIP = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="1920" height="1080" viewBox="0 0 1920 1080">
  <title>Synthé de la série « Anciens »</title>
  <rect id="bande" x="96" y="826" width="760" height="200" fill="#0b5c55"/>
  <rect id="trait" x="96" y="826" width="16" height="200" fill="#c77d12"/>
  <text id="nom" x="144" y="918" font-family="sans-serif" font-size="72" font-weight="bold" fill="#fbf9f4">Prénom Nom</text>
  <text id="fonction" x="144" y="988" font-family="sans-serif" font-size="48" fill="#fbf9f4">ce que la personne fait</text>
</svg>
"""
KEYS = """Images clés du synthé (25 images par seconde);;;;
Moment;Image;Temps en secondes;Position (gauche, haut);Opacité
Début de l'entrée;0;0,00;;0 %
Fin de l'entrée;10;;0, 0;100 %
Début de la sortie;;;;
Fin de la sortie;125;5,00;;
"""
SHEET = """Fiche de l'habillage;;;;
Élément;Fichier;Durée ou définition;Poids;Contrôlé par
Ouverture animée;;;;
Synthé animé;;;;
Carton de fin;;;;
Ouverture 16:9;;1920 x 1080;;
Ouverture carrée;;1080 x 1080;;
Ouverture verticale;;1080 x 1920;;
Vidéo finale;;;;
;;;;
Remarques du client sur la version 1;;;;
Numéro;Temps;Remarque;Ce que j'ai changé;Fait ? (oui / non)
1;;;;
2;;;;
3;;;;
4;;;;
"""


def make(folder: Path) -> None:
    """Write the files of M30 into `folder`. In the interview the clap shuts at 1.0 s, in the sound apart at 1.6 s: 15 pictures. Shot 3 shakes."""
    said = voice(SAID, pitch=205, level=0.34, seed=30)
    heard = mix(at(CLAP_HEARD, _clap()), at(CLAP_HEARD + SPEAKS, said))
    write(folder / "nadia-son.wav", heard + silence(0.4))
    far = [round(sample * 40) / 200 for sample in heard[round((CLAP_HEARD - CLAP_SEEN) * RATE) :]]
    film.write(folder / "nadia-interview.mp4", _interview(said, len(far) / RATE), FPS, far)
    with zipfile.ZipFile(folder / "nadia-plans.zip", "w", zipfile.ZIP_STORED) as made:
        for rank, shot in enumerate((_front, _screen, _shaken, _types), start=1):
            with TemporaryDirectory() as place:
                path = Path(place) / "shot.mp4"
                film.write(path, _moved(shot), FPS)
                made.writestr(zipfile.ZipInfo(f"nadia_plan{rank:02}.mp4", (2026, 3, 14, 10, 0, 0)), path.read_bytes())
    _heavy().save(folder / "ouverture-fond.jpg", quality=95)
    (folder / "synthe-depart.svg").write_text(STRIP, encoding="utf-8")
    (folder / "images-cles.csv").write_text(KEYS, encoding="utf-8-sig")
    (folder / "fiche-habillage.csv").write_text(SHEET, encoding="utf-8-sig")


def _clap() -> Samples:
    return louder(noise(0.02, 1.6, 4), 0.9) + louder(noise(0.05, 0.5, 5), 0.6)


def _heavy() -> Image.Image:
    """Soft lights in a dusk, with the grain of a camera: heavy at this quality, light at 80."""
    seed = random.Random(30)
    image = Image.new("RGB", (1920, 1080), GREEN)
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        x, y, reach = seed.randrange(1920), seed.randrange(1080), seed.randrange(30, 130)
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=seed.choice((OCHRE, MINT, SAND, (60, 120, 112))))
    image = image.filter(ImageFilter.GaussianBlur(9))
    grain = Image.frombytes("L", (480, 270), bytes(seed.randrange(118, 139) for _ in range(480 * 270))).resize(image.size)
    return Image.blend(image, Image.merge("RGB", (grain, grain, grain)), 0.12)


# --- Shots: two seconds, drawn afresh twice a second, or four times ------------------------------------------------------
def _moved(shot: Callable[[Draw, int], None]) -> Iterator[Image.Image]:
    beats = 8 if shot is _shaken else 4
    for beat in range(beats):
        image = Image.new("RGB", SIZE, MINT)
        shot(ImageDraw.Draw(image), beat)
        if beat == 0:
            image.info["cut"] = True
        yield from [image] * (50 * (beat + 1) // beats - 50 * beat // beats)


def _front(draw: Draw, beat: int) -> None:
    draw.rectangle((48, 32, 272, 160), fill=SAND)
    draw.rectangle((112, 80, 176, 160), fill=INK)
    draw.text((64, 44), "AGENCE WEB", INK, ImageFont.load_default(26))
    draw.rectangle((16 + 48 * beat, 128, 32 + 48 * beat, 168), fill=GREEN)


def _screen(draw: Draw, beat: int) -> None:
    draw.rectangle((32, 16, 288, 164), fill=INK)
    for line in range(beat + 3):
        draw.rectangle((48, 32 + line * 18, 112 + line * 53 % 140, 40 + line * 18), fill=OCHRE if line % 3 == 0 else PAPER)


def _shaken(draw: Draw, beat: int) -> None:
    shift = (0, 24, -16, 16, -24, 8, -16, 24)[beat]
    draw.rectangle((80 + shift, 48 - shift // 2, 240 + shift, 144 - shift // 2), fill=INK)
    draw.rectangle((0, 152 + shift // 3, 320, 180), fill=GREEN)


def _types(draw: Draw, beat: int) -> None:
    draw.rectangle((48, 96, 272, 168), fill=PAPER, outline=INK, width=3)
    for key in range(24):
        left, top = 60 + key % 8 * 26, 104 + key // 8 * 20
        draw.rectangle((left, top, left + 18, top + 12), fill=OCHRE if key == 5 * beat + 3 else INK)
    for hand in (80, 192):
        draw.rectangle((hand + 8 * (beat % 2), 64, hand + 40 + 8 * (beat % 2), 112), fill=SAND, outline=INK)


# --- The interview -----------------------------------------------------------------------------------------------------
def _interview(said: Samples, seconds: float) -> Iterator[Image.Image]:
    faces = (face(0, shirt=OCHRE), face(1, shirt=OCHRE))
    boards = [_board(faces[0], lifted) for lifted in (1, 0)]
    boards[0].info["cut"] = True
    shut, gone = round(CLAP_SEEN * FPS), round((CLAP_SEEN + 0.4) * FPS)
    for frame, image in enumerate(talking(faces, said, round(seconds * FPS), CLAP_SEEN + SPEAKS)):
        yield boards[frame >= shut] if frame < gone else image


def _board(shown: Image.Image, lifted: int) -> Image.Image:
    image = shown.copy()
    draw = ImageDraw.Draw(image)
    draw.rectangle((96, 96, 240, 168), fill=INK)
    draw.text((112, 112), "NADIA 1 / 1", PAPER, ImageFont.load_default(20))
    draw.line((96, 92, 240, 92 - 40 * lifted), fill=OCHRE, width=10)
    return image
