"""Files to work on in M23: eight shots of a bicycle workshop, an interview with a clap and its sound apart, remarks to treat."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw, ImageFont

from curriculum.data.generators import film
from curriculum.data.generators.people import FPS, GREEN, INK, MINT, OCHRE, PAPER, SAND, SIZE, Draw, face, talking
from curriculum.data.generators.sound import RATE, Samples, at, louder, mix, noise, note, silence, voice, write

SAID = "Moi, c'est Malik. Ici, on ne jette rien. On apprend à réparer, ensemble."
CLAP_SEEN, CLAP_HEARD, SPEAKS = 1.2, 2.0, 0.8  # seconds into the film, into the sound apart, from the clap to the voice
REMARKS = """Remarques du client sur la version 1;;;;
Numéro;Temps;Remarque;Ce que j'ai changé;Fait ? (oui / non)
1;0 min 04 s;« On voit deux fois la façade, c'est long. »;;
2;0 min 09 s;« Le son arrive après les lèvres. »;;
3;0 min 15 s;« Le plan bouge, on a mal au cœur. »;;
4;0 min 22 s;« Malik s'écrit avec un k, pas avec un c. »;;
5;0 min 27 s;« La musique couvre la dernière phrase. »;;
6;fin;« C'est sympa, mais il manque quelque chose. »;;
"""
LOG = "Plan;Taille (large / moyen / gros);Ce que l'on voit;Début utile;Fin utile;Note (bon / moyen / non);Pourquoi\n"


def make(folder: Path) -> None:
    """Write the files of M23 into `folder`. Shot 7 shakes, shot 5 is the same as shot 4. In the interview the clap shuts at 1.2 s."""
    with zipfile.ZipFile(folder / "plans-velo.zip", "w", zipfile.ZIP_STORED) as made:
        for rank, shot in enumerate((_front, _inside, _mends, _wheel, _wheel, _two, _shaken, _sign), start=1):
            with TemporaryDirectory() as place:
                path = Path(place) / "shot.mp4"
                film.write(path, _moved(shot), FPS)
                made.writestr(zipfile.ZipInfo(f"velo_plan{rank:02}.mp4", (2026, 3, 14, 10, 0, 0)), path.read_bytes())
    said = voice(SAID, pitch=110, level=0.34, seed=23)
    heard = mix(at(CLAP_HEARD, _clap()), at(CLAP_HEARD + SPEAKS, said))
    write(folder / "interview-son.wav", heard + silence(0.4))
    far = heard[round((CLAP_HEARD - CLAP_SEEN) * RATE) :]
    far = [round(sample * 40) / 200 for sample in far]  # the camera's own microphone: far, rough
    film.write(folder / "interview-image.mp4", _interview(said, len(far) / RATE), FPS, far)
    tune = [at(rank * 0.4, note(pitch, 1.2, 0.25)) for rank, pitch in enumerate((262, 330, 392, 523, 392, 330, 262))]
    write(folder / "musique-atelier.wav", mix(*tune)[: 4 * RATE])
    (folder / "derushage.csv").write_text(LOG, encoding="utf-8-sig")
    (folder / "remarques.csv").write_text(REMARKS, encoding="utf-8-sig")


def _clap() -> Samples:
    return louder(noise(0.02, 1.6, 4), 0.9) + louder(noise(0.05, 0.5, 5), 0.6)


# --- Shots: two seconds, drawn afresh twice a second, or four times --------------------------------------------------------
def _moved(shot: Callable[[Draw, int], None]) -> Iterator[Image.Image]:
    beats = 8 if shot is _shaken else 4
    for beat in range(beats):
        image = Image.new("RGB", SIZE, MINT)
        shot(ImageDraw.Draw(image), beat)
        if beat == 0:
            image.info["cut"] = True
        yield from [image] * (50 * (beat + 1) // beats - 50 * beat // beats)


def _bike(draw: Draw, x: int, y: int, size: int) -> None:
    for left in (x, x + size * 3 // 2):
        draw.ellipse((left, y, left + size, y + size), outline=INK, width=3)
    draw.line((x + size // 2, y + size // 2, x + size, y - size // 4, x + size * 2, y + size // 2), fill=OCHRE, width=4)


def _someone(draw: Draw, x: int, y: int, colour: tuple[int, int, int]) -> None:
    draw.ellipse((x, y, x + 32, y + 32), fill=SAND, outline=INK)
    draw.rectangle((x - 8, y + 34, x + 40, y + 90), fill=colour)


def _front(draw: Draw, beat: int) -> None:
    draw.rectangle((48, 32, 272, 160), fill=SAND)
    draw.rectangle((112, 80, 176, 160), fill=GREEN)
    draw.text((64, 44), "ATELIER", INK, ImageFont.load_default(28))
    _bike(draw, 16 * beat - 16, 144, 32)


def _inside(draw: Draw, beat: int) -> None:
    draw.rectangle((0, 144, 320, 180), fill=GREEN)
    for left in (24, 128, 232):
        _bike(draw, left, 96, 32)
    draw.rectangle((16 + 8 * (beat % 2), 48, 32 + 8 * (beat % 2), 80), fill=INK)


def _mends(draw: Draw, beat: int) -> None:
    draw.rectangle((0, 144, 320, 180), fill=GREEN)
    _someone(draw, 64, 48, OCHRE)
    _bike(draw, 152, 96, 48)
    draw.line((104, 96, 168, 88 + 16 * (beat % 2)), fill=INK, width=6)


def _wheel(draw: Draw, beat: int) -> None:
    draw.ellipse((80, 10, 240, 170), outline=INK, width=8)
    reach = ((72, 0), (51, 51), (0, 72), (-51, 51))[beat % 4]
    draw.line((160 - reach[0], 90 - reach[1], 160 + reach[0], 90 + reach[1]), fill=OCHRE, width=5)


def _two(draw: Draw, beat: int) -> None:
    draw.rectangle((0, 144, 320, 180), fill=GREEN)
    _someone(draw, 80, 56 + 4 * (beat % 2), OCHRE)
    _someone(draw, 200, 56, INK)


def _shaken(draw: Draw, beat: int) -> None:
    shift = (0, 24, -16, 16, -24, 8, -16, 24)[beat]
    draw.rectangle((0, 144 + shift // 2, 320, 180), fill=GREEN)
    _someone(draw, 136 + shift, 48 - shift // 2, OCHRE)


def _sign(draw: Draw, _beat: int) -> None:
    draw.rectangle((40, 30, 280, 150), fill=PAPER, outline=INK, width=3)
    draw.text((64, 48), "Samedi", INK, ImageFont.load_default(34))
    draw.text((64, 96), "10 h - 18 h", INK, ImageFont.load_default(30))


# --- The interview ---------------------------------------------------------------------------------------------
def _interview(said: Samples, seconds: float) -> Iterator[Image.Image]:
    """A clap that shuts, then a face whose mouth follows the voice."""
    faces = (face(0), face(1))
    boards = [_board(faces[0], lifted) for lifted in (1, 0)]
    boards[0].info["cut"] = True
    shut, gone = round(CLAP_SEEN * FPS), round((CLAP_SEEN + 0.4) * FPS)
    for frame, image in enumerate(talking(faces, said, round(seconds * FPS), CLAP_SEEN + SPEAKS)):
        yield boards[frame >= shut] if frame < gone else image


def _board(shown: Image.Image, lifted: int) -> Image.Image:
    image = shown.copy()
    draw = ImageDraw.Draw(image)
    draw.rectangle((96, 96, 240, 168), fill=INK)
    draw.text((112, 112), "VELO 1 / 1", PAPER, ImageFont.load_default(22))
    draw.line((96, 92, 240, 92 - 40 * lifted), fill=OCHRE, width=10)
    return image
