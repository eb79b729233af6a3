"""Files to work on in M29: a poster to make smaller, its words and rules, a heavy photo, three pressings of one detail, a flat mark saved two ways, a table."""

import random
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from curriculum.data.generators import sheets
from curriculum.data.generators.sheets import Sheet

BLUE, SUN, WHITE, INK, SKY = (27, 77, 137), (255, 200, 69), (255, 255, 255), (29, 43, 42), (222, 234, 246)
COVERS = ((27, 77, 137), (255, 200, 69), (64, 130, 110), (150, 90, 140), (236, 228, 214), (90, 110, 150))
MESSAGE = """Bonjour,

Merci de décliner notre affiche pour le web. Les textes utiles :

Donne un livre, offre une histoire
Collecte de livres pour enfants
Du lundi 4 au samedi 16 octobre 2027
Médiathèque, 20 place des Tilleuls, Antony
Dépose tes livres à l'accueil, de 10 h à 18 h
pages-ouvertes.example/collecte

Deux souhaits de notre trésorier :
- mettre tout le texte de l'affiche dans la signature d'e-mail ;
- ajouter une pastille verte « GRATUIT » en haut de chaque visuel.

Lila, association Pages Ouvertes
"""
TABLE = """Support;Largeur (px);Hauteur (px);Zones à laisser libres;Ce que je garde;Ce que j'enlève;Nom du fichier;Poids (Ko);Texte de remplacement
Publication carrée;1080;1080;;;;;;
Publication en hauteur;1080;1350;;;;;;
Story;1080;1920;250 px en haut, 340 px en bas;;;;;
Lien partagé;1200;630;;;;;;
Bandeau de site;1600;500;;;;;;
Signature d'e-mail;600;150;;;;;;
"""
TRIALS = """Essai;Format;Qualité;Poids (Ko);Défaut vu à 100 %;Où ?;Bon pour quoi ?
Détail A;;;;;;
Détail B;;;;;;
Détail C;;;;;;
Marque en JPEG;;;;;;
Marque en PNG;;;;;;
Ma photo 1;;;;;;
Ma photo 2;;;;;;
Ma photo 3;;;;;;
"""


def make(folder: Path) -> None:
    """Write the files of M29 into `folder`. The treasurer's two wishes go against the rules of his own association."""
    photo = _photo()
    photo.save(folder / "photo-livres.jpg", quality=84, dpi=(300, 300))
    detail = photo.crop((560, 380, 1160, 780))
    for name, quality in (("a", 85), ("b", 55), ("c", 8)):
        detail.save(folder / f"detail-{name}.jpg", quality=quality)
    mark = _mark()
    mark.save(folder / "marque.jpg", quality=22)
    mark.quantize(16, dither=Image.Dither.NONE).save(folder / "marque.png", optimize=True)
    (folder / "affiche-livres.svg").write_text(_poster(), encoding="utf-8")
    sheets.write(folder / "charte-pages-ouvertes.pdf", (_rules(),))
    (folder / "message-de-lila.txt").write_text(MESSAGE, encoding="utf-8")
    for name, words in (("formats.csv", TABLE), ("essais.csv", TRIALS)):
        (folder / name).write_text(words, encoding="utf-8-sig")


def _photo() -> Image.Image:
    """Shelves of books and an open one in front, soft light and a little grain."""
    rng = random.Random(29)
    image = Image.new("RGB", (1800, 1200), (196, 170, 140))
    draw = ImageDraw.Draw(image)
    for row in range(3):
        draw.rectangle((0, 350 + row * 400, 1800, 386 + row * 400), fill=(120, 86, 60))
        left = 16
        while left < 1780:
            wide, high, colour = rng.randint(30, 78), rng.randint(220, 320), rng.choice(COVERS)
            draw.rectangle((left, 350 + row * 400 - high, left + wide, 350 + row * 400), fill=colour)
            draw.rectangle((left + 6, 350 + row * 400 - high + 34, left + wide - 6, 350 + row * 400 - high + 44), fill=(244, 240, 230))
            for stripe in range(rng.randint(1, 4)):
                draw.line((left + 8, 330 + row * 400 - stripe * 14, left + wide - 8, 330 + row * 400 - stripe * 14), (250, 246, 238), 3)
            left += wide + rng.randint(2, 12)
    draw.polygon([(480, 980), (900, 900), (900, 640), (500, 700)], fill=(250, 247, 240))
    draw.polygon([(1320, 980), (900, 900), (900, 640), (1300, 700)], fill=(240, 236, 226))
    for line in range(10):
        draw.line((540, 735 + line * 20, 860, 690 + line * 20), (120, 120, 124), 3)
        draw.line((940, 690 + line * 20, 1260, 735 + line * 20), (120, 120, 124), 3)
    image = image.filter(ImageFilter.GaussianBlur(1.2))
    light = Image.linear_gradient("L").resize(image.size).point(lambda value: 255 - value // 3)
    image = ImageChops.multiply(image, Image.merge("RGB", (light, light, light)))
    grain = Image.frombytes("L", (450, 300), bytes(rng.randint(120, 136) for _pixel in range(135_000))).resize(image.size)
    return ImageChops.overlay(image, Image.merge("RGB", (grain, grain, grain)))


def _mark() -> Image.Image:
    """The mark of the association on its blue: flat colours and clean edges."""
    image = Image.new("RGB", (1600, 800), BLUE)
    draw = ImageDraw.Draw(image)
    draw.polygon([(300, 260), (760, 340), (760, 620), (300, 540)], fill=WHITE)
    draw.polygon([(1260, 260), (800, 340), (800, 620), (1260, 540)], fill=SUN)
    for line in range(4):
        draw.line((380, 350 + line * 50, 680, 402 + line * 50), BLUE, 12)
        draw.line((880, 402 + line * 50, 1180, 350 + line * 50), BLUE, 12)
    return image.resize((800, 400), Image.Resampling.LANCZOS)


def _poster() -> str:
    """The printed poster, an A4 in four layers that Inkscape shows by name."""
    books = "".join(
        f'<rect x="{18 + place * 25}" y="{172 - high}" width="20" height="{high}" fill="{colour}"/><rect x="{21 + place * 25}" y="{180 - high}" width="14" height="3" fill="#ffffff"/>'
        for place, (high, colour) in enumerate(
            ((62, "#ffc845"), (78, "#ffffff"), (54, "#6fa3d8"), (84, "#ffc845"), (66, "#6fa3d8"), (74, "#ffffff"), (58, "#ffc845"))
        )
    )
    words = (
        (50, 17, "bold", "#ffffff", "Donne un livre,"), (72, 17, "bold", "#ffffff", "offre une histoire"), (206, 9, "bold", "#1d2b2a", "Collecte de livres pour enfants"),
        (222, 9, "normal", "#1d2b2a", "Du lundi 4 au samedi 16 octobre 2027"), (238, 7, "normal", "#1d2b2a", "Médiathèque, 20 place des Tilleuls, Antony"),
        (250, 7, "normal", "#1d2b2a", "Dépose tes livres à l’accueil, de 10 h à 18 h"), (282, 7, "bold", "#1b4d89", "pages-ouvertes.example/collecte"),
    )  # fmt: skip
    lines = "".join(
        f'<text x="18" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}">{said}</text>'
        for y, size, weight, fill, said in words
    )
    logo = (
        '<g transform="translate(160 264)"><path d="M0 2 15 5V20L0 17Z" fill="#1b4d89"/><path d="M32 2 17 5V20L32 17Z" fill="#ffc845"/></g>'
    )
    parts = (
        ("fond", '<rect width="210" height="297" fill="#ffffff"/><rect width="210" height="182" fill="#1b4d89"/>'),
        ("livres", f'{books}<rect x="10" y="172" width="190" height="4" fill="#ffffff"/>'), ("textes", f'<g font-family="Atkinson Hyperlegible, sans-serif">{lines}</g>'), ("logo", logo),
    )  # fmt: skip
    layers = "\n".join(f'<g inkscape:groupmode="layer" id="{name}" inkscape:label="{name}">{drawn}</g>' for name, drawn in parts)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        f'width="210mm" height="297mm" viewBox="0 0 210 297">\n{layers}\n</svg>\n'
    )


def _rules() -> Sheet:
    page = Sheet(297, 210)
    page.text(15, 22, 24, "Pages Ouvertes : la charte pour l’écran", BLUE, bold=True)
    for place, (colour, name, code) in enumerate(
        ((BLUE, "Bleu livre", "#1B4D89"), (SUN, "Jaune page", "#FFC845"), (SKY, "Bleu clair", "#DEEAF6"))
    ):
        page.rect(15 + place * 66, 32, 58, 34, colour)
        page.text(15 + place * 66, 74, 13, f"{name} {code}", INK)
    page.shape([(222, 36), (246, 41), (246, 65), (222, 60)], BLUE)
    page.shape([(274, 36), (250, 41), (250, 65), (274, 60)], SUN)
    page.text(222, 74, 13, "Le logo : un livre ouvert", INK)
    rules = (
        "Fonds : bleu livre, bleu clair ou blanc. Jaune : pour les formes, jamais pour un texte sur blanc.", "Autres couleurs : interdites. Photos : les nôtres seulement.",
        "Police : Atkinson Hyperlegible, Bold et Regular.", "Sur un visuel de 1080 pixels de large, un texte fait 40 pixels au moins.",
        "Logo : 120 pixels de large au moins, une demi-largeur libre autour, en bas à droite.", "Signature d’e-mail : le logo (60 pixels au moins), une phrase, l’adresse du site. Rien de plus.",
        "Texte sur une photo : toujours dans un aplat.", "Un écart ? Écrire à Lila, et attendre sa réponse.",
    )  # fmt: skip
    for line, words in enumerate(rules):
        page.text(15, 96 + line * 13, 15, words, INK)
    return page
