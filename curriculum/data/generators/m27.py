"""Files to work on in M27: two sketches to trace, a shape with too many nodes, the list of pictograms, a test sheet."""

import itertools
import math
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

NAMES = (
    "accueil", "attente", "rendez-vous", "urgence", "dentiste", "sage-femme", "vaccin", "pharmacie", "ascenseur", "toilettes", "silence", "sortie",
)  # fmt: skip
INK, PAPER = 46, 236
Points = list[tuple[float, float]]


def make(folder: Path) -> None:
    """Write the files of M27 into `folder`. The house is for practice; the logo, a house with a leaf, is the director's."""
    house: list[Points] = [
        [(180, 560), (180, 1000), (900, 1000), (900, 560)],
        [(100, 620), (540, 200), (980, 620)],
        [(470, 1000), (470, 740), (620, 740), (620, 1000)],
    ]
    _sketch([*house], 27).save(folder / "croquis-maison.jpg", quality=60, dpi=(300, 300))
    leaf = _curve((540, 900), (330, 760), (420, 520), (660, 480)) + _curve((660, 480), (760, 680), (700, 840), (540, 900))
    logo: list[Points] = [
        [(200, 540), (200, 1000), (880, 1000), (880, 540)],
        [(120, 610), (540, 220), (960, 610)],
        leaf,
        [(540, 900), (640, 560)],
    ]
    _sketch(logo, 28).save(folder / "croquis-logo.jpg", quality=60, dpi=(300, 300))
    (folder / "goutte-a-nettoyer.svg").write_text(_drop(), encoding="utf-8")
    rows = "".join(f"{name};;;;;;\n" for name in NAMES)
    (folder / "fiche-de-test.csv").write_text(
        f"Pictogramme;Personne 1 a dit;Personne 2 a dit;Personne 3 a dit;Reconnu à 16 px;Nombre de nœuds;Changé ?\n{rows}",
        encoding="utf-8-sig",
    )


def _curve(start: tuple[float, float], near: tuple[float, float], far: tuple[float, float], end: tuple[float, float]) -> Points:
    places = [step / 40 for step in range(41)]
    return [
        (
            (1 - t) ** 3 * start[0] + 3 * (1 - t) ** 2 * t * near[0] + 3 * (1 - t) * t * t * far[0] + t**3 * end[0],
            (1 - t) ** 3 * start[1] + 3 * (1 - t) ** 2 * t * near[1] + 3 * (1 - t) * t * t * far[1] + t**3 * end[1],
        )
        for t in places
    ]


def _sketch(lines: list[Points], seed: int) -> Image.Image:
    """Lines of a felt pen, held by a hand, on nine centimetres of paper scanned at 300 ppp."""
    rng = random.Random(seed)
    image = Image.new("L", (1080, 1180), PAPER)
    draw = ImageDraw.Draw(image)
    for line in lines:
        for (x, y), (to_x, to_y) in itertools.pairwise(line):
            steps = max(int(math.dist((x, y), (to_x, to_y)) / 6), 1)
            sway = rng.uniform(4, 8)
            for step in range(steps + 1):
                part = step / steps
                off = sway * math.sin(part * math.pi * 2) + rng.uniform(-1.5, 1.5)
                left, top, radius = x + (to_x - x) * part + off, y + (to_y - y) * part + off, 13 + rng.uniform(-2, 2)
                draw.ellipse((left - radius, top - radius, left + radius, top + radius), fill=INK)
    for _speck in range(14):
        left, top = rng.randint(20, 1050), rng.randint(20, 1150)
        draw.ellipse((left, top, left + 5, top + 5), fill=150)
    return image.filter(ImageFilter.GaussianBlur(1.5))


def _drop() -> str:
    """A drop whose outline trembles: sixty nodes where five would do."""
    rng = random.Random(29)
    points = []
    for step in range(60):
        turn = step / 60 * math.tau
        x, y = 24 + 14 * math.sin(turn), 18 - 14 * math.cos(turn)
        if abs(turn - math.pi) < math.pi / 4:  # the tip, on two straight sides
            part = 1 - abs(turn - math.pi) / (math.pi / 4)
            x, y = 24 + (1 - part) * 9.9 * (1 if turn < math.pi else -1), 27.9 + part * 9.9
        points.append(f"{x + rng.uniform(-0.5, 0.5):.2f} {y + rng.uniform(-0.5, 0.5):.2f}")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48" viewBox="0 0 48 48">\n'
        f'<path d="M{" L".join(points)}Z" fill="#0b5c55"/>\n</svg>\n'
    )
