"""Files to work on in M11: six media of one poster, drawn, with what is known of each; a picture full of data to mask; an empty rights sheet."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

INK, PAPER, GREEN, OCHRE = (29, 43, 42), (251, 249, 244), (11, 92, 85), (199, 125, 18)
MINT, SAND, GREY = (215, 232, 228), (247, 233, 207), (139, 150, 148)
KNOWN = """media;fichier;ce que Moussa en dit
1;media-1.png;Photo prise par un bénévole, Luc. Quatre adultes reconnaissables. Luc est d'accord pour l'affiche.
2;media-2.png;Photo d'enfants, de face, à la fête de l'an dernier. On a l'accord d'une maman.
3;media-3.png;Dessin de Nina Roy, CC BY-NC 4.0, trouvé sur Openverse. L'affiche annonce une buvette payante.
4;media-4.jpg;Photo de l'immeuble, prise par Moussa. On lit une plaque de voiture et un nom sur une boîte aux lettres.
5;media-5.png;Image copiée d'un moteur de recherche. On ne sait rien d'autre.
6;media-6.png;Gravure de 1890. L'auteur est mort en 1912. Numérisée par la bibliothèque, qui demande « Source : bibliothèque municipale ».
Usage : affiche A3 imprimée et page du site du centre social, pendant deux mois.
"""
SHEET = "media;auteur;licence ou accord;usage permis ?;personnes visibles et accords;donnees lisibles;ce qui manque;decision;credit a imprimer\n"
PLACE = (48.0, 45.0, 0.0), (2.0, 18.0, 0.0)


def make(folder: Path) -> None:
    """Write the files of M11 into `folder`. Media 4 also holds a position in its Exif data."""
    _people((70, 270, 470, 670), 1.0).save(folder / "media-1.png", optimize=True)
    _people((120, 330, 540, 720), 0.7).save(folder / "media-2.png", optimize=True)
    _drawing().save(folder / "media-3.png", optimize=True)
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825).update({1: "N", 2: PLACE[0], 3: "E", 4: PLACE[1]})
    _street().save(folder / "media-4.jpg", quality=88, exif=exif)
    _balloons().save(folder / "media-5.png", optimize=True)
    _engraving().save(folder / "media-6.png", optimize=True)
    _desk().save(folder / "bureau-a-masquer.png", optimize=True)
    (folder / "six-medias.csv").write_text(KNOWN, encoding="utf-8-sig")
    (folder / "fiche-de-droits.csv").write_text(SHEET, encoding="utf-8-sig")


def _scene() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    scene = Image.new("RGB", (900, 600), MINT)
    draw = ImageDraw.Draw(scene)
    draw.rectangle((0, 470, 900, 600), fill=GREY)
    return scene, draw


def _people(lefts: tuple[int, ...], size: float) -> Image.Image:
    scene, draw = _scene()
    for index, left in enumerate(lefts):
        wide, top = int(150 * size), int(470 - 300 * size)
        draw.rounded_rectangle(
            (left, top + int(110 * size), left + wide, 520), 40, fill=GREEN if index % 2 else OCHRE, outline=INK, width=4
        )
        draw.ellipse((left + wide // 5, top, left + wide * 4 // 5, top + int(105 * size)), fill=SAND, outline=INK, width=4)
        for eye in (2, 3):
            middle = left + wide * eye // 5
            draw.ellipse((middle - 5, top + int(40 * size), middle + 5, top + int(40 * size) + 10), fill=INK)
        draw.arc((left + wide * 2 // 5, top + int(50 * size), left + wide * 3 // 5, top + int(82 * size)), 20, 160, INK, 4)
    return scene


def _drawing() -> Image.Image:
    drawing = Image.new("RGB", (900, 600), PAPER)
    draw = ImageDraw.Draw(drawing)
    for index in range(9):
        left = index * 100
        draw.polygon([(left, 100), (left + 80, 100), (left + 40, 190)], fill=OCHRE if index % 2 else GREEN)
    draw.line((0, 100, 900, 100), INK, 5)
    draw.rounded_rectangle((150, 360, 750, 420), 12, fill=SAND, outline=INK, width=5)
    draw.line((220, 420, 190, 560), INK, 12)
    draw.line((680, 420, 710, 560), INK, 12)
    draw.text((740, 570), "N. Roy", INK, ImageFont.load_default(26))
    return drawing


def _street() -> Image.Image:
    scene, draw = _scene()
    draw.rectangle((60, 60, 560, 480), fill=SAND, outline=INK, width=5)
    for row in range(3):
        for column in range(4):
            draw.rectangle((95 + column * 115, 95 + row * 115, 165 + column * 115, 175 + row * 115), fill=MINT, outline=INK, width=4)
    draw.rectangle((585, 330, 720, 400), fill=PAPER, outline=INK, width=4)
    draw.text((652, 365), "M. COSTA", INK, ImageFont.load_default(24), anchor="mm")
    draw.rounded_rectangle((520, 430, 880, 550), 30, fill=GREEN, outline=INK, width=5)
    draw.rectangle((610, 490, 800, 535), fill=PAPER, outline=INK, width=3)
    draw.text((705, 512), "AB-123-CD", INK, ImageFont.load_default(32), anchor="mm")
    return scene


def _balloons() -> Image.Image:
    scene, draw = _scene()
    for index in range(6):
        left, top = 90 + index * 130, 110 + (index % 3) * 50
        draw.line((left + 45, top + 110, left + 45, 480), INK, 3)
        draw.ellipse((left, top, left + 90, top + 115), fill=OCHRE if index % 2 else GREEN, outline=INK, width=4)
    return scene


def _engraving() -> Image.Image:
    plate = Image.new("L", (900, 600), 240)
    draw = ImageDraw.Draw(plate)
    for line in range(0, 600, 6):
        draw.line((0, line, 900, line), 205, 1)
    draw.polygon([(120, 480), (450, 140), (780, 480)], fill=240, outline=40, width=5)
    for step in range(0, 330, 10):
        draw.line((450 + step, 150 + step * 34 // 33, 450 + step, 480), 70, 2)
    draw.rectangle((400, 360, 500, 480), outline=40, width=5)
    draw.text((700, 560), "1890", 40, ImageFont.load_default(28))
    return plate


def _desk() -> Image.Image:
    """A desk photographed for a site: letter, screen, badge and phone list show what should not be shown. The font has no accents."""
    scene = Image.new("RGB", (1200, 800), SAND)
    draw = ImageDraw.Draw(scene)
    papers = (
        ((60, 90, 545, 410), ("Mme A. COSTA", "12 rue des Lilas", "92160 ANTONY", "", "Rendez-vous chez le docteur")),
        ((590, 60, 1140, 420), ("Client : M. DIALLO", "Mot de passe du site :", "soleil-2026", "", "Planning du mardi")),
        ((80, 470, 420, 730), ("BADGE", "Samia R.", "Accueil")), ((520, 500, 1120, 730), ("Yann 06 39 98 00 01", "Farida 06 39 98 00 02", "Cantine : pain, lait")),
    )  # fmt: skip
    for (left, top, right, bottom), lines in papers:
        draw.rectangle((left, top, right, bottom), fill=PAPER, outline=INK, width=4)
        for index, line in enumerate(lines):
            draw.text((left + 30, top + 25 + index * 56), line, INK, ImageFont.load_default(34))
    return scene
