"""Files to work on in M32: texts, four pictures, a mock-up at its true size, the change a client asks for, a page to repair, sheets."""

import io
import random
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

INK, PAPER, GREEN, OCHRE = (29, 43, 42), (251, 249, 244), (11, 92, 85), (199, 125, 18)
MINT, SAND, GREY = (217, 236, 232), (247, 233, 207), (139, 150, 148)
WHEN = (2026, 3, 2, 9, 0, 0)
SKELETON = """<!DOCTYPE html>
<html lang="fr">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Atelier couture</title>
  <link rel="stylesheet" href="style.css">
</head>
<body>
  <h1>Atelier couture</h1>
  <p>Chaque mardi à 18 h.</p>
</body>
</html>
"""
TEXTS = """Textes du site « Couture solidaire » - validés par l'association

EN-TÊTE (sur chaque page)
Couture solidaire - Paris 14e

MENU
Accueil / Ateliers / Contact

PAGE ACCUEIL
Apprends à coudre avec tes voisins.
Ouvert à tous, débutants compris. Les machines et le tissu sont prêtés.
Horaires
- Mardi, de 18 h à 20 h
- Mercredi, de 14 h à 17 h
- Samedi, de 10 h à 12 h

PAGE ATELIERS
Carte 1 : Atelier couture - Chaque mardi, de 18 h à 20 h. - Bouton : S'inscrire
Carte 2 : Atelier réparation - Chaque samedi, de 10 h à 12 h. - Bouton : S'inscrire

PAGE CONTACT
8 rue des Tisserands, 75014 Paris
Téléphone : 01 99 00 00 58
Courriel : bonjour@couture-solidaire.example

PIED (sur chaque page)
Photos : Awa Koné, pour Couture solidaire, avec l'accord des personnes.

IMAGES
atelier.jpg : deux personnes cousent côte à côte (accueil)
machine.jpg : une machine à coudre et une bobine (carte 1)
reparation.jpg : un jean avec une pièce cousue au genou (carte 2)
facade.jpg : la porte de l'atelier, avec son enseigne (contact)

COULEURS
Vert #0b5c55 - Vert clair #d9ece8 - Sable #f7e9cf - Encre #1d2b2a - Papier #fbf9f4
"""
CHANGE = """De : Awa Koné, Couture solidaire
Objet : trois changements sur le site

Bonjour,
La page d'accueil nous plaît. Pouvez-vous changer trois choses ?
1. Le mercredi, on commence maintenant à 13 h 30 (et non 14 h).
2. Sur les deux boutons, écrire « Venir essayer » à la place de « S'inscrire ».
3. Le titre des horaires en vert, comme le titre de la page.
Merci ! Awa
"""
BROKEN = """<!DOCTYPE html>
<html>
<head>
  <meta charset="utf-8">
  <title>Atelier vélo</title>
  <link rel="stylesheet" href="style.css">
</head>
<body>
  <header>
    <p>Les Voisins du Square</p>
  </header>
  <main>
    <h1>Atelier vélo</h1>
    <img src="images/velo.png">
    <h2 id="horaires">Horaires</h3>
    <ul>
      <li>Samedi, de 14 h à 17 h</li>
      <p>Mardi, de 18 h à 20 h</p>
    </ul>
    </div>
    <h2 id="horaires">Où</h2>
    <p class="adresse">8 rue des Lilas</p>
  </main>
  <footer>
    <p><a href="contact.html>Nous écrire</a></p>
  </footer>
</body>
</html>
"""
STYLE = """body { font-family: sans-serif; background: #fbf9f4; color: #1d2b2a; }
main { width: 900px; }
h1 { color: #0b5c55; }
img { width: 900px; }
.addresse { font-size: 18px; }
"""
CARD = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="460" height="342" viewBox="0 0 460 342" font-family="sans-serif">
  <title>Maquette de la carte, taille réelle : 420 pixels de large</title>
  <rect width="460" height="342" fill="#fbf9f4"/>
  <rect x="21" y="21" width="418" height="300" rx="8" fill="#d9ece8" stroke="#0b5c55" stroke-width="2"/>
  <rect x="46" y="46" width="368" height="110" fill="#f7e9cf"/>
  <path d="M46 156 L150 82 L220 132 L290 92 L414 156 Z" fill="#c77d12"/>
  <text x="46" y="196" font-size="28" font-weight="bold" fill="#0b5c55">Atelier couture</text>
  <text x="46" y="230" font-size="18" fill="#1d2b2a">Chaque mardi, de 18 h à 20 h.</text>
  <rect x="46" y="250" width="170" height="46" rx="8" fill="#0b5c55"/>
  <text x="131" y="279" font-size="18" fill="#fbf9f4" text-anchor="middle">S’inscrire</text>
</svg>
"""
SHEETS = {
    "fiche-de-controle.csv": "page;titre de l'onglet;liens testés;alt de chaque image;erreurs au validateur;360 px;768 px;1280 px;vrai téléphone (lequel);texte à 200 %\n"
    "index.html;;;;;;;;;\nateliers.html;;;;;;;;;\ncontact.html;;;;;;;;;\n",
    "modifications.csv": "date;demande;fichier;ligne ou élément;avant;après;pourquoi;vérifié\n" + ";;;;;;;\n" * 6,
}


def make(folder: Path) -> None:
    """Write the files of M32 into `folder`.

    The page to repair: no lang and no viewport, a picture without alt, an h2 shut as h3, a p in a ul, a stray div, an id twice, a quotation mark
    that never ends; its style holds 900 pixels twice and a class that is misspelt.
    """
    pictures = {
        "atelier.jpg": (_sewing(), 98),
        "machine.jpg": (_machine(), 85),
        "reparation.jpg": (_mended(), 85),
        "facade.jpg": (_front(), 85),
    }
    files = {f"images/{name}": _jpeg(image, quality) for name, (image, quality) in pictures.items()}
    _zip(folder / "images-couture.zip", files)
    broken = {"velo/index.html": BROKEN.encode(), "velo/style.css": STYLE.encode(), "velo/images/velo.png": _png(_bike())}
    _zip(folder / "page-a-reparer.zip", {**broken, "velo/contact.html": SKELETON.replace("Atelier couture", "Contact").encode()})
    for name, text in (
        ("maquette-carte.svg", CARD),
        ("squelette.html", SKELETON),
        ("textes-couture.txt", TEXTS),
        ("modification.txt", CHANGE),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    for name, text in SHEETS.items():
        (folder / name).write_text(text, encoding="utf-8-sig")


def _zip(path: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, WHEN), content)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    made = io.BytesIO()
    image.save(made, "JPEG", quality=quality)
    return made.getvalue()


def _png(image: Image.Image) -> bytes:
    made = io.BytesIO()
    image.save(made, "PNG", optimize=True)
    return made.getvalue()


def _scene(colour: tuple[int, int, int]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (1200, 800), colour)
    return image, ImageDraw.Draw(image)


def _machine_at(draw: ImageDraw.ImageDraw, x: int, y: int, size: float) -> None:
    for left, top, right, bottom in ((0, 210, 420, 270), (300, 0, 420, 210), (0, 0, 420, 80), (30, 80, 80, 150)):
        draw.rectangle((x + left * size, y + top * size, x + right * size, y + bottom * size), fill=INK)
    draw.line((x + 55 * size, y + 150 * size, x + 55 * size, y + 205 * size), fill=GREY, width=max(3, round(8 * size)))
    draw.ellipse((x + 325 * size, y + 90 * size, x + 395 * size, y + 160 * size), fill=OCHRE)


def _sewing() -> Image.Image:
    """Two people who sew, with the grain of a camera: too heavy for the site."""
    image, draw = _scene(MINT)
    draw.rectangle((0, 560, 1200, 800), fill=SAND)
    for x, shirt in ((260, GREEN), (860, OCHRE)):
        draw.rounded_rectangle((x - 120, 330, x + 120, 640), 50, fill=shirt)
        draw.ellipse((x - 75, 150, x + 75, 340), fill=SAND, outline=INK, width=5)
        _machine_at(draw, x - 60, 470, 0.5)
    seed = random.Random(32)
    grain = Image.frombytes("L", (600, 400), bytes(seed.randrange(100, 157) for _ in range(600 * 400))).resize(image.size)
    return Image.blend(image.filter(ImageFilter.GaussianBlur(2)), Image.merge("RGB", (grain, grain, grain)), 0.12)


def _machine() -> Image.Image:
    image, draw = _scene(SAND)
    draw.rectangle((0, 600, 1200, 800), fill=GREEN)
    _machine_at(draw, 250, 240, 1.4)
    draw.rectangle((950, 470, 1050, 600), fill=OCHRE)
    for x in (935, 1040):
        draw.rectangle((x, 455, x + 25, 600), fill=INK)
    return image


def _mended() -> Image.Image:
    image, draw = _scene(PAPER)
    draw.polygon(((380, 60), (820, 60), (880, 780), (660, 780), (600, 320), (540, 780), (320, 780)), fill=(60, 96, 130))
    draw.rectangle((380, 420, 520, 560), fill=OCHRE)
    for step in range(8):
        for x, y in ((380 + step * 18, 412), (380 + step * 18, 564)):
            draw.line((x, y, x + 10, y), fill=PAPER, width=5)
    return image


def _front() -> Image.Image:
    image, draw = _scene(MINT)
    draw.rectangle((150, 120, 1050, 800), fill=SAND)
    draw.rectangle((150, 120, 1050, 250), fill=GREEN)
    draw.text((600, 186), "COUTURE SOLIDAIRE", PAPER, ImageFont.load_default(72), anchor="mm")
    draw.rectangle((480, 360, 720, 800), fill=INK)
    draw.ellipse((670, 570, 700, 600), fill=OCHRE)
    for x in (210, 780):
        draw.rectangle((x, 360, x + 210, 600), fill=PAPER, outline=INK, width=8)
    return image


def _bike() -> Image.Image:
    image = Image.new("RGB", (900, 500), SAND)
    draw = ImageDraw.Draw(image)
    for x in (260, 640):
        draw.ellipse((x - 140, 190, x + 140, 470), outline=INK, width=14)
    draw.line((260, 330, 400, 150, 640, 330, 450, 330, 260, 330), fill=OCHRE, width=16)
    return image
