"""Files to work on in M01: the arrival sheet, a plan of the site to mark, five instructions to say again."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from curriculum.data.generators import papers

INK, PAPER, GREEN, SAND = (29, 43, 42), (251, 249, 244), (11, 92, 85), (247, 233, 207)
SHEET = (
    ("Mon prénom", ""), ("Mes jours et mes heures", ""), ("Qui je préviens, à quel numéro, avant quelle heure", ""),
    ("La sortie, l’extincteur, la trousse de secours : où ?", ""), ("Mon poste : numéro, six gestes, contrôlé par", ""),
    ("Deux choses confiées que je garde pour le chantier", ""), ("Ma question sur le règlement", ""), ("Date et signature", ""),
)  # fmt: skip
ORDERS = """Cinq consignes à redire avec tes mots
Pour chacune, écris ta phrase. S'il manque une information, écris aussi ta question.

1. Scanne les 12 pages du carnet bleu en gris, à 300 ppp, avant jeudi midi.
2. Range les photos du marché dans le dossier de la médiathèque.
3. Fais une affiche A4 pour le loto du samedi 14 mars, à 15 heures.
4. Appelle M. Costa pour la vidéo.
5. Renomme les 30 fichiers du lot avec la règle du projet, puis préviens Samia.
"""
ROOMS = (
    (40, 40, 360, 300, "Accueil"), (360, 40, 860, 300, "Salle des postes"), (40, 300, 260, 560, "Toilettes"),
    (260, 300, 560, 560, "Salle commune"), (560, 300, 860, 560, "Stock"),
)  # fmt: skip
DOORS = ((40, 140, 40, 200), (360, 140, 360, 200), (130, 300, 190, 300), (310, 300, 350, 300), (620, 300, 680, 300), (860, 120, 860, 180))


def make(folder: Path) -> None:
    """Write the files of M01 into `folder`."""
    papers.write(folder / "fiche-arrivee.odt", papers.title("Ma fiche d’arrivée"), papers.table(SHEET))
    _plan().save(folder / "plan-a-completer.png", optimize=True)
    (folder / "consignes.txt").write_text(ORDERS, encoding="utf-8")


def _plan() -> Image.Image:
    """The ground floor of an invented site, with rooms and doors and nothing for safety: that is to be found and drawn. The font has no accents."""
    plan = Image.new("RGB", (900, 680), PAPER)
    draw = ImageDraw.Draw(plan)
    for left, top, right, bottom, name in ROOMS:
        draw.rectangle((left, top, right, bottom), outline=INK, width=6, fill=SAND if name == "Stock" else None)
        draw.text(((left + right) // 2, (top + bottom) // 2), name, INK, ImageFont.load_default(26), anchor="mm")
    for x0, y0, x1, y1 in DOORS:
        draw.line((x0, y0, x1, y1), PAPER, 12)
    for seat in range(4):
        draw.rectangle((440 + seat * 100, 60, 510 + seat * 100, 100), outline=GREEN, width=4)
    draw.text((40, 590), "Dessine : sortie, extincteur, trousse de secours, point de rassemblement.", INK, ImageFont.load_default(24))
    draw.text((40, 630), "Trace en vert ton chemin vers la sortie.", INK, ImageFont.load_default(24))
    return plan
