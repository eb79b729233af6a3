"""Files to work on in M24: a voice to set subtitles on, its text, a subtitle file with seven faults, a check sheet."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw

from curriculum.data.generators import film
from curriculum.data.generators.people import FPS, GREEN, INK, OCHRE, face, talking
from curriculum.data.generators.sound import RATE, Samples, silence, voice

LINES = (
    "Bonjour. Je m'appelle Rosa.", "Je viens au jardin depuis six ans.", "Au début, il n'y avait que du béton.", "On a cassé le béton à la main.",
    "Maintenant, on a trente carrés de terre.", "Mes tomates sont là-bas, près du mur.", "Les enfants de l'école plantent des radis.",
    "Le dimanche, on mange tous ensemble.", "Venez. Il reste deux carrés libres.",
)  # fmt: skip
# Faults, in their order: overlaps the next, a dot for the comma, a number jumps, ends before it begins, no empty line, 58 signs, too short.
FAULTY = """1
00:00:01,000 --> 00:00:03,900
Bonjour. Je m'appelle Rosa.

2
00:00:03,600 --> 00:00:05.800
Je viens au jardin depuis six ans.

4
00:00:06,400 --> 00:00:08,600
Au début, il n'y avait que du béton.

5
00:00:11,200 --> 00:00:09,300
On a cassé le béton à la main.
6
00:00:12,000 --> 00:00:14,600
Maintenant, nous avons trente beaux carrés de bonne terre.

7
00:00:15,200 --> 00:00:15,500
Mes tomates sont là-bas.
"""
SHEET = """Fiche de contrôle des trois relectures;;;
Vidéo;;Durée;
Nombre de sous-titres;;Logiciel;
Relecture;Temps;Ce qui ne va pas;Corrigé ? (oui / non)
1. Le texte seul;;;
1. Le texte seul;;;
2. L'image sans le son;;;
2. L'image sans le son;;;
3. L'image avec le son;;;
3. L'image avec le son;;;
SRT ouvert sur un autre poste ? ;;WebVTT ouvert sur un autre poste ? ;
Noms confirmés par le client ? ;;Date et version;
"""


def make(folder: Path) -> None:
    """Write the files of M24 into `folder`."""
    said = _said()
    film.write(folder / "exercice-calage.mp4", _frames(said), FPS, said)
    (folder / "exercice-texte.txt").write_text("\n".join(LINES) + "\n", encoding="utf-8")
    (folder / "sous-titres-a-reparer.srt").write_text(FAULTY, encoding="utf-8")
    (folder / "fiche-de-controle.csv").write_text(SHEET, encoding="utf-8-sig")


def _said() -> Samples:
    """A second of nothing, then each line, and a pause that is never the same."""
    made = silence(1)
    for rank, line in enumerate(LINES):
        made += voice(line, pitch=190, level=0.35, seed=240 + rank) + silence(0.5 + 0.3 * (rank % 3))
    return made


def _frames(said: Samples) -> Iterator[Image.Image]:
    return talking((_rosa(0), _rosa(1)), said, len(said) * FPS // RATE)


def _rosa(mouth: int) -> Image.Image:
    """At the left, a row of plants behind her."""
    image = face(mouth, shirt=OCHRE, x=64)
    draw = ImageDraw.Draw(image)
    for left in (208, 256):
        draw.rectangle((left + 14, 96, left + 18, 180), fill=GREEN)
        draw.ellipse((left, 80, left + 32, 112), fill=GREEN, outline=INK)
    return image
