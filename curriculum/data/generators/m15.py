"""Files to work on in M15: a small lot, a whole lot with what is wrong in it, the pages to scan again, keywords, control sheet and index."""

import io
import random
import time
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

EPOCH = time.gmtime(0)
SHEET = (420, 594)
ARTICLES = (
    ("Le tournoi de foot du parc", "Parc Heller", "sport"), ("La fête des voisins", "Cour du bloc C", "fête de quartier"),
    ("Un potager au pied des tours", "Bloc A", "jardin"), ("Le car part à la mer", "Deauville", "sortie"),
    ("Des cours pour lire et écrire", "Local commun", "école"), ("Le chauffage coupé trois jours", "Bloc B", "logement"),
    ("La bourse aux jouets", "Local commun", "entraide"), ("Un arrêt de bus devant la tour", "Rue de Massy", "transport"),
    ("La chorale cherche des voix", "Salle du Cèdre", "musique"), ("Des murs peints par les jeunes", "Bloc D", "art"),
    ("Les mères tiennent la cantine", "École du Noyer", "école"), ("Un feu sans blessé", "Bloc C", "sécurité"),
    ("Le loto du nouvel an", "Salle du Cèdre", "fête de quartier"), ("Le ramassage du verre", "Parc Heller", "propreté"),
    ("Un médecin au rez-de-chaussée", "Bloc A", "santé"), ("La lettre sur les loyers", "Mairie", "logement"),
)  # fmt: skip
LINES = (
    "Nous étions plus de cent.", "Merci à ceux qui ont aidé.", "La mairie a répondu en mai.", "Les enfants ont porté les tables.",
    "Il reste deux places à prendre.", "Parlez-en à vos voisins.", "Le prochain rendez-vous est jeudi.", "On se retrouve au local.",
    "La gardienne garde les clés.", "Une boîte à idées est ouverte.",
)  # fmt: skip
MONTHS = {"03": "mars", "10": "octobre"}
ISSUES = [(year, month) for year in range(1993, 2001) for month in MONTHS]
MARKS = {
    "\u0301": ((-0.03, 0.02, 0.13, -0.14),),
    "\u0300": ((-0.11, -0.14, 0.05, 0.02),),
    "\u0302": ((-0.1, 0.02, 0.0, -0.12), (0.0, -0.12, 0.1, 0.02)),
}

KEYWORDS = """mot-clé;ne pas écrire
art;dessin, peinture, fresque
école;scolaire, cantine, classe
entraide;solidarité, don, bourse
fête de quartier;fêtes, kermesse, loto, voisins
jardin;potager, fleurs, jardinage
logement;loyer, chauffage, appartement
musique;chant, chorale, concert
propreté;déchets, tri, verre
santé;médecin, soins
sécurité;incendie, feu, accident
sommaire;couverture, une, page de garde
sortie;voyage, car, excursion
sport;foot, tournoi, match
transport;bus, arrêt, RER
"""
CONTROL = """Fiche de contrôle;;;;
Lot;;Contrôlé par;;Date
Pages annoncées;;Fichiers trouvés;;Écart
Fichier;Défaut : manque, double, ordre, flou, coupé, penché, tache, sens, sombre;Reprise faite le;Contrôlée par;Remarque
;;;;
Total des reprises;;Taux : reprises ÷ total × 100;;
"""
INDEX = """fichier;date;titre;lieu;mots-clés;remarque
amicale_1993-03_p01.png;1993-03;Sommaire;;sommaire;
"""
README = """Lot confié par l'amicale : 16 bulletins de 4 pages, de mars 1993 à octobre 2000.
Deux bulletins par an : mars et octobre. Le bordereau annonce 64 pages.
Nom attendu : amicale_AAAA-MM_pNN.png
Ces images sont des copies légères, pour l'exercice.
"""

Change = Callable[[Image.Image], Image.Image]


def make(folder: Path) -> None:
    """Write the files of M15 into `folder`.

    The whole lot has 64 announced pages and 64 files: page 3 of 1995-10 is missing, page 2 of 1997-10 comes twice (once as « copie »),
    pages 2 and 3 of 1998-03 have each other's name, and nine images are to be scanned again.
    The small lot announces 12 pages and has 11: page 2 of 1993-10 is missing, one page is blurred and one is upside down.
    """
    faults: dict[tuple[str, int], Change] = {
        ("1993-10", 2): _blurred, ("1994-03", 3): _leaning, ("1994-10", 4): _cut, ("1996-03", 2): _turned, ("1996-10", 3): _stained,
        ("1997-03", 4): _blurred, ("1998-10", 2): _dark, ("1999-10", 3): _leaning, ("2000-03", 4): _blurred,
    }  # fmt: skip
    whole, again = [], []
    for number, (year, month) in enumerate(ISSUES):
        date = f"{year}-{month}"
        for page in range(1, 5):
            image = _page(number, page)
            name = f"amicale_{date}_p{_named(date, page):02}.png"
            if (date, page) in faults or (date, page) == ("1995-10", 3):
                again.append(image)
            if (date, page) != ("1995-10", 3):
                whole.append((name, _png(faults.get((date, page), _same)(image))))
            if (date, page) == ("1997-10", 2):
                whole.append((f"amicale_{date}_p02 copie.png", _png(image)))
    _zip(folder / "lot-64-pages.zip", [("lisez_moi.txt", README.encode()), *whole])
    small = [
        (f"amicale_{year}-{month}_p{page:02}.png", _png(_small_fault(number, page)(_page(number, page))))
        for number, (year, month) in enumerate(ISSUES[:3])
        for page in range(1, 5)
        if (number, page) != (1, 2)
    ]
    _zip(folder / "petit-lot-12-pages.zip", small)
    sheets = [image.resize((840, 1188), Image.Resampling.LANCZOS).convert("1", dither=Image.Dither.NONE) for image in again]
    sheets[0].save(
        folder / "pages-a-rescanner.pdf", save_all=True, append_images=sheets[1:], resolution=144, creationDate=EPOCH, modDate=EPOCH
    )  # fmt: skip
    for name, text in (("mots_cles_v2.csv", KEYWORDS), ("fiche-de-controle.csv", CONTROL), ("index.csv", INDEX)):
        (folder / name).write_text(text, encoding="utf-8-sig")


def _named(date: str, page: int) -> int:
    return {2: 3, 3: 2}.get(page, page) if date == "1998-03" else page


def _small_fault(number: int, page: int) -> Change:
    return {(0, 3): _blurred, (2, 4): _turned}.get((number, page), _same)


def _page(number: int, page: int) -> Image.Image:
    """One page of a bulletin: the cover with what is inside, or one article."""
    year, month = ISSUES[number]
    image = Image.new("L", SHEET, 247)
    draw = ImageDraw.Draw(image)
    stories = [ARTICLES[(number * 3 + index) % len(ARTICLES)] for index in range(3)]
    if page == 1:
        draw.rectangle((24, 24, 396, 104), fill=60)
        _write(draw, (40, 48), "L'AMICALE", 30, 247)
        _write(draw, (40, 130), f"Bulletin de {MONTHS[month]} {year}", 22)
        for index, (title, _place, _theme) in enumerate(stories):
            _write(draw, (40, 220 + index * 60), f"p. {index + 2}  {title}", 18)
    else:
        title, place, _theme = stories[page - 2]
        rng = random.Random(number * 10 + page)
        _write(draw, (24, 28), f"{MONTHS[month]} {year}", 16)
        _write(draw, (24, 66), title, 23)
        _write(draw, (24, 104), place, 18)
        draw.line((24, 136, 396, 136), 60, 2)
        for index, line in enumerate(rng.sample(LINES, 8)):
            _write(draw, (24, 156 + index * 46), line, 18)
    _write(draw, (376, 560), str(page), 18)
    return image


def _write(draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, ink: int = 30) -> None:
    """Text with its accents, which the font that comes with Pillow lacks."""
    font = ImageFont.load_default(size)
    left: float = at[0]
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        base, marks = parts[0], parts[1:]
        draw.text((left, at[1]), base, ink, font)
        x0, top, x1, bottom = font.getbbox(base)
        middle, top, bottom = left + (x0 + x1) / 2, at[1] + top - size * 0.06, at[1] + bottom
        for mark in marks:
            for ax, ay, bx, by in MARKS.get(mark, ()):
                draw.line((middle + ax * size, top + ay * size, middle + bx * size, top + by * size), ink, max(1, size // 12))
            if mark == "\u0327":
                draw.line((middle, bottom, middle - size * 0.08, bottom + size * 0.18), ink, 2)
        left += font.getlength(base)


def _same(image: Image.Image) -> Image.Image:
    return image


def _blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(2.6)).quantize(24).convert("L")


def _leaning(image: Image.Image) -> Image.Image:
    return image.rotate(3.2, Image.Resampling.BICUBIC, fillcolor=150)


def _cut(image: Image.Image) -> Image.Image:
    cut = Image.new("L", SHEET, 150)
    cut.paste(image, (70, 0))
    return cut


def _turned(image: Image.Image) -> Image.Image:
    return image.transpose(Image.Transpose.ROTATE_180)


def _stained(image: Image.Image) -> Image.Image:
    stained = image.copy()
    ImageDraw.Draw(stained).ellipse((90, 250, 300, 420), fill=120)
    return stained


def _dark(image: Image.Image) -> Image.Image:
    return image.point(lambda value: value * 2 // 5)


def _png(image: Image.Image) -> bytes:
    held = io.BytesIO()
    image.quantize(16).save(held, "PNG", optimize=True, dpi=(72, 72))
    return held.getvalue()


def _zip(path: Path, files: list[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as held:
        for name, data in files:
            held.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
