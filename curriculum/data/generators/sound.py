"""Sounds for the files to work on, made of nothing but arithmetic: a voice that has the rhythm of a text, noises, notes. All mono, 8 kHz."""

import io
import math
import random
import re
import wave
from collections.abc import Iterable
from pathlib import Path

RATE = 8000
Samples = list[float]  # between -1 and 1

# Two formants a vowel. A voice without lips: one hears the tune and the pauses of the text, not the words.
FORMANTS = {
    "a": (750, 1350), "e": (420, 1500), "é": (400, 2100), "i": (290, 2300), "o": (450, 850), "u": (300, 1800), "ou": (320, 750),
    "on": (500, 900), "an": (650, 1100), "in": (600, 1700),
}  # fmt: skip
SOUNDS = re.compile(r"ou|on|an|en|in|[aeéèêiouyà]|[szcfvjxh]+|[ptkqbdglmnr]+|[,;:]|[.!?…]|\s")
PAUSES = {",": 0.22, ";": 0.25, ":": 0.25, ".": 0.45, "!": 0.45, "?": 0.45, "…": 0.6}
SPELLED = {"è": "é", "ê": "é", "y": "i", "à": "a", "en": "an"}


def silence(seconds: float) -> Samples:
    return [0.0] * round(seconds * RATE)


def noise(seconds: float, level: float, seed: int = 1) -> Samples:
    """A breath of air, as a fan or an empty room makes it."""
    chance, last, made = random.Random(seed), 0.0, []
    for _ in range(round(seconds * RATE)):
        last = 0.6 * last + 0.4 * chance.uniform(-1, 1)
        made.append(level * last)
    return made


def note(pitch: float, seconds: float, level: float = 0.5) -> Samples:
    """A plucked string: it dies away."""
    step = 2 * math.pi * pitch / RATE
    return [
        level * math.exp(-3 * at / RATE) * (0.7 * math.sin(step * at) + 0.3 * math.sin(2 * step * at))
        for at in range(round(seconds * RATE))
    ]


def hum(seconds: float, level: float) -> Samples:
    """The 50 Hz of a badly plugged cable, and its second and third."""
    return [level * sum(math.sin(2 * math.pi * 50 * rank * at / RATE) / rank for rank in (1, 2, 3)) for at in range(round(seconds * RATE))]


def click(level: float = 0.9) -> Samples:
    return [level, -level, level * 0.5, -level * 0.5, level * 0.2, 0.0]


def voice(text: str, *, pitch: float = 120, level: float = 0.35, seed: int = 1) -> Samples:
    """The text as a murmur: each vowel its own colour, each sign of the text its own pause."""
    chance, made = random.Random(seed), []
    for sound in SOUNDS.findall(text.lower()):
        sound = SPELLED.get(sound, sound)
        if sound in FORMANTS:
            made += _vowel(FORMANTS[sound], pitch * chance.uniform(0.92, 1.12), chance.uniform(0.1, 0.15))
        elif sound in PAUSES or sound.isspace():
            made += silence(PAUSES.get(sound, 0.02))
        elif sound[0] in "szcfvjxh":
            made += noise(0.07, 0.22, chance.randrange(1 << 30))
        else:
            made += silence(0.03)
    top = max(map(abs, made))
    return [sample * level / top for sample in made]


def _vowel(formants: tuple[int, int], pitch: float, seconds: float) -> Samples:
    count, period = round(seconds * RATE), round(RATE / pitch)
    source = [(1.0 if at % period == 0 else 0.0) for at in range(count)]
    made = [one + 0.6 * two for one, two in zip(_ring(source, formants[0], 90), _ring(source, formants[1], 120), strict=True)]
    rise = max(count // 6, 1)
    return [sample * min(1, at / rise, (count - at) / rise) for at, sample in enumerate(made)]


def _ring(source: Samples, pitch: float, width: float) -> Samples:
    """Two poles: what rings at that pitch."""
    keep = math.exp(-math.pi * width / RATE)
    one, two = 2 * keep * math.cos(2 * math.pi * pitch / RATE), -keep * keep
    last, before, made = 0.0, 0.0, []
    for sample in source:
        last, before = sample + one * last + two * before, last
        made.append(last)
    return made


def mix(*tracks: Samples) -> Samples:
    """All together, the shorter ones ending in silence."""
    made = silence(0) + [0.0] * max(map(len, tracks))
    for track in tracks:
        for at, sample in enumerate(track):
            made[at] += sample
    return made


def at(seconds: float, samples: Samples) -> Samples:
    return silence(seconds) + samples


def louder(samples: Samples, times: float) -> Samples:
    return [sample * times for sample in samples]


def packed(samples: Iterable[float]) -> list[int]:
    """As whole numbers of 16 bits. What goes over the ceiling is cut, as a card does."""
    return [max(-32768, min(32767, round(sample * 32767))) for sample in samples]


def write(path: Path, samples: Samples) -> None:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(value.to_bytes(2, "little", signed=True) for value in packed(samples)))
    path.write_bytes(content.getvalue())
