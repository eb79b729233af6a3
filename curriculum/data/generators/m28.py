"""Files to work on in M28: a season's words, photos, logo and rules, what the printer asks, three documents to control, a control card."""

import random
import zipfile
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from curriculum.data.generators import sheets
from curriculum.data.generators.sheets import Sheet

LEAF, AMBER, CREAM, WHITE, INK = (31, 95, 74), (224, 137, 43), (250, 245, 234), (255, 255, 255), (29, 43, 42)
EVENTS = """Samedi 2 octobre 2027, 15 h | Fête de rentrée | Place des Tilleuls | Gratuit | Stands, musique et goûter partagé.
Jeudi 14 octobre 2027, 18 h 30 | Cuisine du monde : le Mali | Cuisine du centre | 3 euros | On cuisine, on mange, on note la recette.
Samedi 6 novembre 2027, 14 h | Réparer son vélo | Atelier du centre | Gratuit | Apporte ton vélo. Les outils sont sur place.
Jeudi 25 novembre 2027, 19 h | Lecture à voix haute | Médiathèque | Gratuit | Trois lecteurs, trois langues.
Vendredi 11 décembre 2027, 16 h | Marionnettes d'hiver | Salle bleue | 2 euros | Dès quatre ans. Durée : 40 minutes.
Samedi 15 janvier 2028, 20 h | Concert de la chorale | Église Saint-Jean | Gratuit | Trente voix, dont dix du quartier.
Jeudi 3 février 2028, 18 h | Coudre un sac | Atelier du centre | 3 euros | Tissu fourni. Douze places.
Samedi 26 février 2028, 14 h | Jeux en famille | | Gratuit | Jeux de plateau pour tous les âges.
Jeudi 16 mars 2028, 18 h 30 | Parler de son droit | Salle bleue | Gratuit | Une juriste répond à tes questions.
Samedi 8 avril 2028, 10 h | Semer et planter | Jardin partagé | Gratuit | Bottes conseillées.
Samedi 13 mai 2028, 14 h | Portes ouvertes | Tout le centre | Gratuit | Huit ateliers à essayer.
Samedi 17 juin 2028, 19 h | Bal de quartier | Place des Tilleuls | Gratuit | Orchestre et pique-nique.
"""
WORDS = f"""CENTRE SOCIAL DES TILLEULS
Programme de la saison 2027-2028

PAGE 2 : Bienvenue
Cette saison, douze rendez-vous ouverts à tous. Viens seul, viens en famille, viens comme tu es. La plupart sont gratuits.
Un prix t'arrête ? Parle-nous. Nous trouverons.

PAGES 3 À 6 : Les rendez-vous
(date | titre | lieu | prix | une phrase)
{EVENTS}
PAGE 7 : Venir, s'inscrire
Centre social des Tilleuls, 4 allée des Tilleuls, Antony. Ouvert du mardi au samedi, de 10 h à 18 h.
Inscription : 01 99 00 12 34, bonjour@tilleuls.example. Accès de plain-pied. Boucle magnétique dans la salle bleue.

PAGE 8 : dernière de couverture
Logo, adresse, et la phrase : « Un quartier, mille idées. »

Un souhait de la présidente : écrire toutes les dates en orange, c'est plus joyeux.
"""
PRINTER = """Imprimerie du Parc : consignes
Brochure A5 fermée, 8 pages, agrafée, papier 135 g.
Format fini : 148 x 210 mm. Fond perdu : 3 mm de chaque côté.
Un seul PDF, pages dans l'ordre, une par une. Ne pas monter en planches.
Norme : PDF/X-4. Profil : ISO Coated v2 300 %.
Images : 300 ppp à la taille imprimée, 225 ppp au moins. Affiche A3 : 150 ppp au moins.
Polices incorporées. Texte noir : noir seul, à 100 %.
Encre totale : 300 % au plus.
Traits de coupe : oui. Textes à 5 mm du bord au moins.
"""
HELD = """Fichier;Image : largeur en pixels;Largeur imprimée (mm);Mode de couleur;PPP calculés;Page mesurée (mm);Polices incorporées ?;Ce qui ne va pas;Ce que j'écris au client
essai-a.pdf;1748;148;RVB;;;;;
essai-b.pdf;436;154;CMJN;;;;;
essai-c.pdf;1819;154;CMJN;;;;;
"""
CARD = """Contrôle;Ce que demande l'imprimeur;Ce que j'ai mesuré;Accord ou correction;Vérifié par
Format fini;;;;
Fond perdu;;;;
Nombre et ordre des pages;;;;
Image la plus faible (ppp);;;;
Polices;;;;
Texte noir;;;;
Norme et profil;;;;
Marge des textes;;;;
Dates, lieux, prix relus;;;;
Bon à tirer signé le;;;;
"""
# Name, size in pixels, wall, floor, people, what stands on the table.
PHOTOS = (
    ("01_couverture_place", (1819, 2551), (156, 196, 214), (120, 152, 110), 6, ""), ("02_cuisine", (1181, 787), (236, 214, 180), (150, 112, 80), 3, "pots"),
    ("03_velo", (1181, 787), (196, 204, 208), (120, 124, 128), 2, "wheels"), ("04_lecture", (1181, 787), (206, 190, 170), (110, 90, 80), 3, "books"),
    ("05_marionnettes", (787, 1181), (96, 84, 130), (60, 50, 80), 2, "puppets"), ("06_chorale", (480, 320), (200, 186, 150), (120, 96, 70), 5, ""),
    ("07_couture", (1181, 787), (222, 206, 214), (140, 120, 130), 2, "cloth"), ("08_jardin", (1181, 787), (190, 214, 190), (110, 92, 66), 3, "pots"),
)  # fmt: skip
COATS = ((31, 95, 74), (224, 137, 43), (64, 96, 150), (130, 70, 110), (236, 230, 220), (90, 96, 104))
SKINS = ((232, 190, 160), (196, 150, 120), (140, 98, 74), (96, 66, 50))


def make(folder: Path) -> None:
    """Write the files of M28 into `folder`. One date is not on its day, one event has no place, one photo is small; each PDF has one fault or two."""
    with zipfile.ZipFile(folder / "photos-saison.zip", "w", zipfile.ZIP_DEFLATED) as held:
        for number, (name, size, wall, floor, people, things) in enumerate(PHOTOS):
            data = BytesIO()
            _photo(size, wall, floor, people, things, number).save(data, "JPEG", quality=72, dpi=(300, 300))
            held.writestr(zipfile.ZipInfo(f"{name}.jpg", (2026, 1, 1, 0, 0, 0)), data.getvalue())
    for name, words in (("textes-saison.txt", WORDS), ("consignes-imprimeur.txt", PRINTER)):
        (folder / name).write_text(words, encoding="utf-8")
    for name, words in (("controle-trois-pdf.csv", HELD), ("fiche-de-controle.csv", CARD)):
        (folder / name).write_text(words, encoding="utf-8-sig")
    (folder / "logo-tilleuls.svg").write_text(_logo_svg(), encoding="utf-8")
    sheets.write(folder / "charte-tilleuls.pdf", (_logo_page(), _rules_page()))
    sheets.write(folder / "essai-a.pdf", (_flat(148, 210, 0, 1748, "RGB"),))
    sheets.write(folder / "essai-b.pdf", (_flat(148, 210, 3, 436, "CMYK"),))
    sheets.write(folder / "essai-c.pdf", (_typed(),))


def _photo(
    size: tuple[int, int], wall: tuple[int, int, int], floor: tuple[int, int, int], people: int, things: str, seed: int
) -> Image.Image:
    """People around a table, or standing together."""
    rng, (wide, high) = random.Random(seed), size
    unit = min(wide, high) / 100
    image = Image.new("RGB", size, wall)
    draw = ImageDraw.Draw(image)
    ground = high * 0.7
    draw.rectangle((0, ground, wide, high), fill=floor)
    for step in range(4):
        left = wide * (0.06 + step * 0.25)
        draw.rounded_rectangle(
            (left, high * 0.08, left + wide * 0.16, high * 0.36), unit, fill=tuple(min(value + 16, 255) for value in wall)
        )
    for place in range(people):
        middle = wide * (place + 0.7) / (people + 0.4) + rng.uniform(-2, 2) * unit
        head, tall = unit * rng.uniform(6.4, 7.4), unit * rng.uniform(34, 42)
        draw.rounded_rectangle(
            (middle - head * 1.6, ground - tall + head, middle + head * 1.6, ground + unit * 12), head, fill=rng.choice(COATS)
        )
        draw.ellipse((middle - head, ground - tall - head, middle + head, ground - tall + head), fill=rng.choice(SKINS))
        draw.pieslice((middle - head, ground - tall - head * 1.1, middle + head, ground - tall + head * 0.7), 180, 360, fill=(50, 40, 36))
    if things:
        draw.rectangle((wide * 0.08, ground + unit * 4, wide * 0.92, ground + unit * 10), fill=(236, 226, 206))
        draw.rectangle((wide * 0.12, ground + unit * 10, wide * 0.88, high), fill=(150, 120, 90))
        for place in range(5):
            _thing(draw, things, wide * (0.16 + place * 0.17), ground + unit * 4, unit, COATS[(place + seed) % 6])
    return image.filter(ImageFilter.GaussianBlur(unit * 0.12))


def _thing(draw: ImageDraw.ImageDraw, things: str, left: float, base: float, unit: float, colour: tuple[int, int, int]) -> None:
    if things == "wheels":
        draw.ellipse((left, base - unit * 12, left + unit * 12, base), outline=(40, 44, 46), width=int(unit * 1.4))
    elif things == "books":
        draw.rectangle((left, base - unit * 10, left + unit * 3, base), fill=colour)
        draw.rectangle((left + unit * 3.4, base - unit * 8, left + unit * 6, base), fill=COATS[3])
    elif things == "puppets":
        draw.polygon([(left, base), (left + unit * 5, base - unit * 14), (left + unit * 10, base)], fill=colour)
        draw.ellipse((left + unit * 2, base - unit * 18, left + unit * 8, base - unit * 12), fill=(240, 214, 190))
    elif things == "cloth":
        draw.polygon(
            [(left, base), (left + unit * 2, base - unit * 5), (left + unit * 11, base - unit * 4), (left + unit * 13, base)], fill=colour
        )
    else:
        draw.rounded_rectangle((left, base - unit * 8, left + unit * 9, base), unit, fill=colour)


def _logo(sheet: Sheet, x: float, y: float, high: float, leaf: sheets.Colour, trunk: sheets.Colour) -> None:
    """Three leaves on a trunk."""
    unit = high / 10
    sheet.rect(x + 4.5 * unit, y + 5 * unit, unit, 5 * unit, trunk)
    for left, top in ((3, 4), (7, 4), (5, 2.4)):
        sheet.disc(x + left * unit, y + top * unit, 2.4 * unit, leaf)


def _logo_svg() -> str:
    leaves = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="2.4"/>' for x, y in ((3, 4), (7, 4), (5, 2.4)))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="30mm" height="30mm" viewBox="0 0 10 10">\n'
        f'<rect x="4.5" y="5" width="1" height="5" fill="#e0892b"/><g fill="#1f5f4a">{leaves}</g>\n</svg>\n'
    )


def _logo_page() -> Sheet:
    page = Sheet(210, 148)
    page.text(12, 18, 18, "Centre social des Tilleuls : la charte, page 1", LEAF, bold=True)
    page.rect(12, 28, 90, 50, CREAM)
    _logo(page, 42, 38, 30, LEAF, AMBER)
    page.rect(110, 28, 88, 50, LEAF)
    _logo(page, 139, 38, 30, WHITE, AMBER)
    rules = (
        "Le logo : en vert sur un fond clair, en blanc sur le vert.", "Hauteur minimum : 12 mm. Espace libre : une feuille tout autour.",
        "Interdit : étirer, pencher, entourer d’un trait, poser sur une photo.", "Toujours sur la première et la dernière page.",
    )  # fmt: skip
    for line, words in enumerate(rules):
        page.text(12, 92 + line * 11, 12, words, INK)
    return page


def _rules_page() -> Sheet:
    page = Sheet(210, 148)
    page.text(12, 18, 18, "Centre social des Tilleuls : la charte, page 2", LEAF, bold=True)
    for place, (colour, words) in enumerate(
        ((LEAF, "Vert : CMJN 80 35 70 40"), (AMBER, "Orange : CMJN 0 50 95 0"), (CREAM, "Crème : CMJN 0 2 8 0"))
    ):
        page.rect(12 + place * 64, 26, 58, 24, colour)
        page.text(12 + place * 64, 57, 11, words, INK)
    rules = (
        "L’orange sert aux formes et aux filets. Jamais pour un texte.", "Police : Atkinson Hyperlegible. Titres en Bold, textes en Regular.",
        "Texte courant : corps 10 au moins, en noir. Interligne : 14.", "Un titre commence à gauche. Pas de texte en capitales.",
        "Une photo a des coins droits. Pas d’ombre, pas de cadre.", "Un doute ? Écrire à la coordinatrice, Mme Haddad.",
    )  # fmt: skip
    for line, words in enumerate(rules):
        page.text(12, 74 + line * 11, 12, words, INK)
    return page


def _flat(width: float, height: float, bleed: float, pixels: int, mode: str) -> Sheet:
    """A page that is one picture, words and all."""
    sheet = Sheet(width, height, bleed)
    image = Image.new("RGB", (pixels, round(pixels * (height + 2 * bleed) / (width + 2 * bleed))), LEAF)
    draw, unit = ImageDraw.Draw(image), pixels / 100
    draw.ellipse((30 * unit, 10 * unit, 120 * unit, 100 * unit), fill=AMBER)
    draw.text((8 * unit, 20 * unit), "Concert", WHITE, ImageFont.load_default(18 * unit))
    draw.text((8 * unit, 112 * unit), "samedi 15 janvier, 20 h", WHITE, ImageFont.load_default(7 * unit))
    sheet.picture(-bleed, -bleed, width + 2 * bleed, height + 2 * bleed, image.convert(mode))
    return sheet


def _typed() -> Sheet:
    """A page with its bleed and a good picture, whose font is not in the file."""
    sheet = Sheet(148, 210, 3)
    image = _photo((1819, 1300), (200, 186, 150), (120, 96, 70), 5, "", 9).quantize(48).convert("RGB").convert("CMYK")
    sheet.picture(-3, -3, 154, 110, image)
    sheet.rect(-3, 107, 154, 106, (0.8, 0.35, 0.7, 0.4))
    sheet.text(12, 140, 44, "Concert", (0, 0, 0, 0), bold=True)
    sheet.text(12, 158, 20, "samedi 15 janvier, 20 h", (0, 0, 0, 0))
    sheet.text(12, 198, 12, "Église Saint-Jean. Entrée gratuite.", (0, 0, 0, 0))
    return sheet
