"""Files to work on in M31: texts received from an association, four pictures with what is known of each, a small site whose links are to follow, sheets."""

import io
import random
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

INK, PAPER, GREEN, OCHRE = (29, 43, 42), (251, 249, 244), (11, 92, 85), (199, 125, 18)
MINT, SAND, GREY = (215, 232, 228), (247, 233, 207), (139, 150, 148)
TEXTS = """Textes reçus de l'association Les Voisins du Square (Hélène, secrétaire). Rien n'est publié pour l'instant.

=== 1. ATELIER VELO !!!
Bonjour, voilà pour le site : l'atelier vélo reprend samedi 14 mars 2026, de 14 h à 17 h, dans la cour du 8 rue des Lilas.
On répare ensemble, les outils sont prêtés. Pour s'inscrire appelez Mme Ferrand sur son portable au 06 39 98 00 12
ou l'accueil au 01 99 00 00 34. Inscription aussi en cliquant ici : http://voisins-square.example/inscription
Photo : photo-1.jpg

=== 2. Compte rendu de la chorale
Bravo à Léo, 9 ans, qui habite au 12 rue des Lilas et va à l'école Jules-Ferry : il a chanté seul ! 40 personnes sont venues
le 21 février 2026. M. Diallo était absent, il est hospitalisé. Prochaine répétition mardi 3 mars, 19 h.
Photo : photo-2.png

=== 3. Le jardin partagé
On cherche dix jardiniers. Réunion jeudi 19 mars 2026 à 18 h 30, salle du square. Venir avec des bottes.
Le règlement du jardin est là : reglement_final_v3_OK.pdf (180 Ko)
Photo : photo-3.png (dessin trouvé sur Openverse)

=== 4. Merci aux bénévoles
Voici la liste de ceux qui ont aidé à la fête, avec leurs courriels pour leur écrire : karima@courrier.example, paul@courrier.example.
La fête a réuni 200 voisins. 850 euros ont été récoltés pour les sorties des enfants.
Photo : photo-4.png

=== Et aussi
Les horaires changent : l'accueil ouvre du mardi au vendredi de 9 h 30 à 12 h 30, et le samedi de 10 h à 12 h (avant : lundi, 9 h - 12 h).
"""
KNOWN = """photo;ce qu'Hélène en dit
photo-1.jpg;"Prise par Luc Petit, bénévole. Il est d'accord pour le site. Les deux adultes ont signé un accord pour le site."
photo-2.png;"Un enfant de face. Sa mère a dit oui par téléphone. Auteur : une maman, on ne sait pas laquelle."
photo-3.png;"Dessin « Carottes », de Nina Roy, CC BY 4.0, trouvé sur Openverse. Adresse : openverse.example/carottes"
photo-4.png;"Prise par Hélène. Personne dessus. La liste des inscrits est au mur."
"""
SHEETS = {
    "journal.csv": "date;page et adresse;action (créer, mettre à jour, archiver);demandé par;relu par;validé par (écrit, date);en ligne le;contrôlé sur téléphone\n"
    + ";;;;;;;\n" * 8,
    "redirections.csv": "page;adresse actuelle;décision (garder, mettre à jour, archiver);pourquoi;nouvelle adresse;pages qui y mènent;redirection testée\n"
    + ";;;;;;\n" * 8,
    "fiche-de-droits.csv": "image;auteur;licence ou accord;personnes visibles et accords;données lisibles;décision;texte de remplacement;crédit à publier\n"
    + ";;;;;;;\n" * 6,
}
PAGE = """<!DOCTYPE html>
<html lang="fr">
<head><meta charset="utf-8"><title>{title} - Les Voisins du Square</title>
<style>body{{font-family:sans-serif;max-width:42em;margin:1em auto;padding:0 1em;background:#fbf9f4;color:#1d2b2a;line-height:1.5}} nav a{{margin-right:1em}}</style>
</head>
<body>
<nav>{menu}</nav>
<h1>{title}</h1>
{body}
<p>Les Voisins du Square, 8 rue des Lilas. <a href="mentions.html">Mentions légales</a></p>
</body>
</html>
"""
MENU = (("accueil", "Accueil"), ("actualites", "Actualités"), ("horaires", "Horaires"), ("fete-2024", "La fête"), ("contact", "Contact"))
SITE = {
    "accueil": ("Bienvenue", ('<p>Rencontrer ses voisins, apprendre, jardiner. Le programme de <a href="fete-2024.html">la fête</a> est en ligne.</p>\n'
                '<p>Voir aussi <a href="bourse-2023.html">la bourse aux jouets</a> et <a href="horaires.html">les horaires</a>.</p>')),
    "actualites": ("Actualités", ('<ul>\n<li><a href="fete-2024.html">La fête du 8 juin 2024</a></li>\n'
                   '<li><a href="bourse-2023.html">Bourse aux jouets, 2 décembre 2023</a></li>\n'
                   '<li><a href="chorale-rentree.html">La chorale recrute</a></li>\n</ul>')),
    "horaires": ("Horaires", "<p>L'accueil ouvre le lundi, de 9 h à 12 h.</p>\n<p>Mis à jour le 3 septembre 2024.</p>"),
    "fete-2024": ("La fête du 8 juin 2024", ("<p>Inscrivez-vous avant le 1er juin 2024. Musique, jeux, repas partagé.</p>\n"
                  '<p>Photos de <a href="fete-2023.html">la fête 2023</a>.</p>')),
    "bourse-2023": ("Bourse aux jouets", "<p>Samedi 2 décembre 2023, de 10 h à 17 h. Réservez votre table.</p>"),
    "atelier-couture": ("Atelier couture", "<p>Tous les mardis jusqu'en juin 2022, avec Rosa. L'atelier est terminé.</p>"),
    "contact": ("Contact", ('<p>Accueil : 01 99 00 00 34.</p>\n<p>Notre <a href="atelier-couture.html">atelier couture</a> et '
                '<a href="http://voisins-square.example/plan">cliquez ici</a>.</p>')),
    "mentions": ("Mentions légales", "<p>Directrice de la publication : la présidente de l'association. Hébergeur : à compléter.</p>"),
}  # fmt: skip
CHECK = """<p>l'atelier vélo reprend bientot. On répare ensemble, les outils sont prétés.</p>
<p><b>QUAND</b></p>
<p>Samedi, de 14 h à 17 h. Appelez Mme Ferrand chez elle : 01 99 00 00 77.</p>
<p><img src="DSC_0042.JPG"></p>
<p>Pour s'inscrire, <a href="inscripton.html">cliquez ici</a>. Les horaires sont <a href="horaires.html">ici</a>.</p>
"""


def make(folder: Path) -> None:
    """Write the files of M31 into `folder`.

    The site has two dead links (chorale-rentree, fete-2023) and three pages to archive: fete-2024 is reached from the menu of every page, from
    the home page and from the news; bourse-2023 from the home page and the news; atelier-couture from the contact page only.
    The page to check has ten faults: capital, two accents, no summary, a bold line for a heading, no date, a private number, a picture that is
    missing, without alt and with the name the camera gave, a misspelt address, two « ici ».
    """
    _repair().save(folder / "photo-1.jpg", quality=95)
    _child().save(folder / "photo-2.png", optimize=True)
    _carrots().save(folder / "photo-3.png", optimize=True)
    _wall().save(folder / "photo-4.png", optimize=True)
    (folder / "textes-recus.txt").write_text(TEXTS, encoding="utf-8")
    (folder / "photos.csv").write_text(KNOWN.replace('"', ""), encoding="utf-8-sig")
    for name, text in SHEETS.items():
        (folder / name).write_text(text, encoding="utf-8-sig")
    menu = " ".join(f'<a href="{name}.html">{label}</a>' for name, label in MENU)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, (title, body) in SITE.items():
            archive.writestr(
                zipfile.ZipInfo(f"site-voisins/{name}.html", (2026, 3, 2, 9, 0, 0)), PAGE.format(title=title, body=body, menu=menu)
            )
    (folder / "site-voisins.zip").write_bytes(made.getvalue())
    (folder / "page-a-controler.html").write_text(PAGE.format(title="atelier", body=CHECK, menu=menu), encoding="utf-8")


def _person(draw: ImageDraw.ImageDraw, x: int, y: int, size: float, shirt: tuple[int, int, int]) -> None:
    draw.rounded_rectangle((x - 75 * size, y + 55 * size, x + 75 * size, y + 300 * size), 30, fill=shirt, outline=INK, width=4)
    draw.ellipse((x - 45 * size, y - 55 * size, x + 45 * size, y + 60 * size), fill=SAND, outline=INK, width=4)
    for side in (-1, 1):
        draw.ellipse((x + side * 16 * size - 5, y - 10, x + side * 16 * size + 5, y), fill=INK)


def _repair() -> Image.Image:
    """Two adults and a bicycle, too large and with the grain of a camera: heavy."""
    image = Image.new("RGB", (2000, 1333), MINT)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 960, 2000, 1333), fill=GREY)
    for x in (620, 1180):
        draw.ellipse((x - 210, 700, x + 210, 1120), outline=INK, width=22)
    draw.line((620, 910, 830, 620, 1180, 910, 900, 910, 620, 910), fill=OCHRE, width=24)
    _person(draw, 300, 420, 1.9, GREEN)
    _person(draw, 1580, 420, 1.9, OCHRE)
    seed = random.Random(31)
    grain = Image.frombytes("L", (500, 333), bytes(seed.randrange(112, 145) for _ in range(500 * 333))).resize(image.size)
    return Image.blend(image.filter(ImageFilter.GaussianBlur(2)), Image.merge("RGB", (grain, grain, grain)), 0.1)


def _child() -> Image.Image:
    image = Image.new("RGB", (900, 600), SAND)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 900, 120), fill=GREEN)
    draw.text((300, 36), "LA CHORALE", PAPER, ImageFont.load_default(48))
    _person(draw, 450, 300, 1.0, OCHRE)
    draw.ellipse((435, 322, 465, 345), fill=INK)
    return image


def _carrots() -> Image.Image:
    image = Image.new("RGB", (900, 600), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 300, 900, 600), fill=(122, 92, 66))
    for x in (180, 380, 580, 760):
        draw.polygon(((x - 45, 300), (x + 45, 300), (x, 540)), fill=OCHRE)
        for lean in (-50, 0, 50):
            draw.line((x, 300, x + lean, 150), fill=GREEN, width=14)
    return image


def _wall() -> Image.Image:
    """A hall with the list of those who came, names and numbers, on the wall."""
    image = Image.new("RGB", (900, 600), MINT)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 470, 900, 600), fill=GREY)
    for x in (80, 230):
        draw.rectangle((x, 370, x + 110, 500), fill=OCHRE, outline=INK, width=4)
    draw.rectangle((500, 90, 800, 390), fill=PAPER, outline=INK, width=4)
    lines = ("INSCRITS", "Karima B. 06 39 98 00 21", "Paul M.  06 39 98 00 22", "Awa D.   06 39 98 00 23")
    for rank, line in enumerate(lines):
        draw.text((520, 110 + rank * 62), line, INK, ImageFont.load_default(22))
    return image
