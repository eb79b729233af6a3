"""Files to work on in M25: a small scene full of sounds, its subtitles without them, a WebVTT model with colours, two sheets."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw

from curriculum.data.generators import film
from curriculum.data.generators.people import FPS, GREEN, INK, MINT, OCHRE, PAPER, SAND, SIZE, draw_face
from curriculum.data.generators.sound import RATE, Samples, at, louder, mix, noise, note, silence, voice, write

LENGTH = 19.0
KNOCKS, CREAK, COMES, MUSIC, RINGS = 1.0, 6.4, 7.2, 8.0, 14.4
# Who, when, what. Samir is behind the door until it opens.
SAID = (
    ("Lise", 2.4, "Qui est là ?"), ("Samir", 4.2, "C'est moi, Samir."), ("Samir", 9.4, "Tu écoutes quoi ?"),
    ("Lise", 11.4, "Rien, c'est la radio."), ("Lise", 16.2, "Réponds, c'est pour toi."),
)  # fmt: skip
MODEL = """WEBVTT

STYLE
::cue(.jaune) { color: yellow; }
::cue(.rouge) { color: red; }
::cue(.magenta) { color: magenta; }

NOTE Modèle : remplace les temps et les textes par les tiens.

00:00:01.000 --> 00:00:02.200
<c.rouge>On sonne.</c>

00:00:02.400 --> 00:00:04.000
Entrez !

00:00:04.200 --> 00:00:05.900
<c.jaune>Bonjour, madame.</c>

00:00:06.100 --> 00:00:08.000
<c.magenta>Musique douce</c>
"""
SOUNDS = """Feuille de sons;;;;
Temps;Ce que j'entends;Utile pour comprendre ? (oui / non);Pourquoi;Le texte que j'écris
;;;;
;;;;
;;;;
;;;;
;;;;
;;;;
"""
SHEET = """Fiche technique;;;
Fichier;Format;Durée;Version
;WebVTT;;
;SRT;;
;MP4 incrusté;;
Définition;;Cadence;
Codec image;;Codec son;
Débit;;Poids;
Nombre de sous-titres;;Vitesse la plus haute;
Lecteur 1 (lequel ?);;Lecteur 2 (lequel ?);
Image contrôlée en entier ? ;;Son contrôlé ? ;
Sous-titres contrôlés en entier ? ;;Relecture par (nom) ;
Remarques;;;
"""


def make(folder: Path) -> None:
    """Write the files of M25 into `folder`."""
    voices = {(who, when): voice(what, pitch=195 if who == "Lise" else 110, level=0.3, seed=round(when * 10)) for who, when, what in SAID}
    heard = [at(when, said) for (_who, when), said in voices.items()]
    sound = mix(*heard, at(KNOCKS, _knocks()), at(CREAK, _creak()), at(MUSIC, _radio()), at(RINGS, _rings()), silence(LENGTH))
    film.write(folder / "scene.mp4", _frames(voices), FPS, sound)
    cues = [
        f"{rank}\n{_time(when)} --> {_time(when + len(voices[who, when]) / RATE + 0.3)}\n{what}\n"
        for rank, (who, when, what) in enumerate(SAID, start=1)
    ]
    (folder / "scene-sans-les-sons.srt").write_text("\n".join(cues), encoding="utf-8")
    (folder / "modele-couleurs.vtt").write_text(MODEL, encoding="utf-8")
    (folder / "feuille-de-sons.csv").write_text(SOUNDS, encoding="utf-8-sig")
    (folder / "fiche-technique.csv").write_text(SHEET, encoding="utf-8-sig")
    write(folder / "scene-son-seul.wav", sound[: round(9 * RATE)])


def _time(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    return f"00:00:{thousandths // 1000:02},{thousandths % 1000:03}"


# --- Sounds ----------------------------------------------------------------------------------------------------
def _knocks() -> Samples:
    return mix(*(at(rank * 0.28, mix(note(95, 0.15, 0.7), noise(0.03, 0.5, rank + 1))) for rank in range(3)))


def _creak() -> Samples:
    return mix(*(at(rank * 0.05, note(380 + 22 * rank, 0.07, 0.16)) for rank in range(14)))


def _radio() -> Samples:
    """Soft, and it goes on to the end."""
    tune = (330, 392, 494, 392, 440, 523, 494, 392)
    return mix(*(at(rank * 0.7, note(tune[rank % 8], 1.4, 0.09)) for rank in range(14)))[: round((LENGTH - MUSIC) * RATE)]


def _rings() -> Samples:
    one = [sample for rank in range(20) for sample in louder(note(1050 if rank % 2 else 1320, 0.04), 0.4)]
    return one + silence(0.5) + one


# --- Pictures --------------------------------------------------------------------------------------------------
def _frames(voices: dict[tuple[str, float], Samples]) -> Iterator[Image.Image]:
    for frame in range(round(LENGTH * FPS)):
        now = (frame - frame % 3) / FPS
        mouths = {who: any(_loud(said, now - when) for (one, when), said in voices.items() if one == who) for who in ("Lise", "Samir")}
        yield _room(now >= CREAK, now >= COMES, now >= RINGS, mouths["Lise"], mouths["Samir"] and now >= COMES)


def _loud(said: Samples, now: float) -> bool:
    start = round(now * RATE)
    return max(map(abs, said[max(start, 0) : max(start + 3 * RATE // FPS, 0)]), default=0) > 0.08


@cache
def _room(opened: bool, came: bool, rings: bool, lise: bool, samir: bool) -> Image.Image:  # noqa: FBT001
    image = Image.new("RGB", SIZE, MINT)
    draw = ImageDraw.Draw(image)
    draw.rectangle((192, 16, 288, 180), fill=INK if opened else SAND, outline=INK, width=3)
    if not opened:
        draw.ellipse((204, 96, 212, 104), fill=INK)
    draw_face(draw, int(lise), shirt=GREEN, x=32)
    if came:
        draw_face(draw, int(samir), shirt=OCHRE, x=192)
    draw.rectangle((144, 144, 176, 164), fill=OCHRE if rings else PAPER, outline=INK, width=2)
    return image
