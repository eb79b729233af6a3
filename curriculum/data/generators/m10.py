"""Files to work on in M10: a text without styles, a messy list of equipment with its result, two tables to fill in."""

from pathlib import Path

from curriculum.data.generators import papers

GUIDE = (
    "Guide des machines du chantier", "Le scanner", "À quoi il sert", "Il transforme une page en image. On s'en sert pour les photos, les lettres et les bulletins.",
    "L'allumer", "Appuie sur le bouton vert. Attends que le voyant ne clignote plus.", "Faire attention", "La vitre se raye. Pose la page, ne la glisse pas.",
    "Essuie avec un chiffon sec.", "Le micro", "À quoi il sert", "Il enregistre une voix. Il est réglé pour une personne assise.",
    "L'allumer", "Branche le câble à la carte son. Ouvre Audacity. Choisis l'entrée du micro.", "Faire attention",
    "Ne tape pas dessus pour l'essayer. Parle à une main de distance.", "L'imprimante", "À quoi elle sert",
    "Elle imprime en A4 et en A3, en couleur.", "L'allumer", "Appuie une fois. Elle chauffe une minute.", "Faire attention",
    "Une page de couleur coûte plus cher. Regarde l'aperçu avant.", "Range le papier à plat, au sec.",
)  # fmt: skip
# (site as written, object as written, brand, date as written, price as written, price meant): some cells hold two things.
ROWS = (
    ("Antony", "scanner à plat", "Canex", "2023-09-12", "180", 180), ("antony", "casque", "Sonal", "12/09/2023", "40", 40),
    ("ANT", "casque", "Sonal", "12/09/2023", "40 €", 40), ("Antony", "casque", "Sonal", "2023-09-12", "40", 40),
    ("Paris", "micro 90 €", "Voxa", "2024-01-20", "", 90), ("Paris", "carte son", "Voxa", "20 janvier 2024", "140", 140),
    ("PARIS", "casque", "Sonal", "2024-01-20", "40", 40), ("Paris", "casque", "Sonal", "2024-01-20", "40", 40),
    ("Antony", "écran 24 pouces", "Lumo", "2022-11-03", "165", 165), ("Antony", "écran 24 pouces", "Lumo", "2022-11-03", "165", 165),
    ("Antony", "clavier", "Tapo", "2022-11-03", "22,50", 22.5), ("Antony", "souris", "Tapo", "2022-11-03", "15", 15),
    ("Antony", "imprimante A3 acheté 2021", "Papyr", "?", "420", 420), ("Paris", "disque externe 2 To", "Memo", "2025-02-14", "85", 85),
    ("Paris", "disque externe 2 To", "Memo", "2025-02-14", "85", 85), ("Antony", "disque externe 2 To", "Memo", "2025-02-14", "85", 85),
    ("Antony", "trépied", "Stabi", "2023-05-30", "35", 35), ("Antony", "appareil photo", "Optia", "2023-05-30", "520", 520),
    ("Antony", "lampe", "Stabi", "2023-05-30", "48", 48), ("Antony", "lampe", "Stabi", "2023-05-30", "48", 48),
    ("Paris", "pied de micro", "Voxa", "2024-01-20", "30", 30), ("Paris", "enceinte", "Sonal", "2024-03-08", "110", 110),
    ("Paris", "enceinte", "Sonal", "2024-03-08", "110", 110), ("Antony", "tablette 210", "Optia", "2024-06-17", "?", 210),
)  # fmt: skip
TWICE = (3, 9)  # these two lines are written a second time, with the same number
HEADS = "numero;site;objet;marque;etat;date d'achat;prix (euros)\n"
HISTORY = "date;qui;ce qui a change;version\n"


def make(folder: Path) -> None:
    """Write the files of M10 into `folder`. The list of equipment has two lines written twice and three cells holding two things."""
    lines = [f"{number};{';'.join(row[:5])}" for number, row in enumerate(ROWS, start=1)]
    lines += [lines[index] for index in TWICE]
    text = "numero;site;objet;marque;date d'achat;prix\n" + "\n".join(lines) + "\n"
    (folder / "materiel-en-vrac.csv").write_text(text, encoding="utf-8-sig")
    sites = {name: sum(row[5] for row in ROWS if row[0].lower()[:3] == name[:3].lower()) for name in ("Antony", "Paris")}
    result = f"Nombre d'objets, sans les doublons : {len(ROWS)}\n"
    result += "".join(f"Total {name} : {_euros(value)}\n" for name, value in sites.items()) + f"Total : {_euros(sum(sites.values()))}\n"
    (folder / "resultat-a-ouvrir-apres.txt").write_text(result, encoding="utf-8")
    (folder / "inventaire-vide.csv").write_text(HEADS, encoding="utf-8-sig")
    (folder / "historique-vide.csv").write_text(HISTORY, encoding="utf-8-sig")
    papers.write(folder / "guide-sans-style.odt", *map(papers.paragraph, GUIDE))


def _euros(value: float) -> str:
    return f"{value:.2f} €".replace(".", ",")
