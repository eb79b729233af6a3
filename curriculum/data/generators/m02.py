"""Files to work on in M02: the sheet to place oneself, a first story to improve with its remarks, twelve proofs to sort."""

from pathlib import Path

from curriculum.data.generators import papers

LEVELS = "0 pas encore vu, 1 je découvre, 2 avec un rappel, 3 sans aide, 4 sur une vraie commande"
SHEET = (
    ("Bloc", "Mon niveau, de 0 à 4", "Ce qui le montre", "Avis du formateur"),
    ("Agir en professionnel dans une équipe", "", "", ""), ("Utiliser un poste, des fichiers, des règles de droit", "", "", ""),
    ("Numériser et préparer des images", "", "", ""), ("Son, vidéo et sous-titres", "", "", ""),
    ("Texte, affiches et dessin", "", "", ""), ("Sites web et petites commandes", "", "", ""),
    ("Mes trois objectifs : action, nombre, date", "", "", ""), ("Mon idée de suite et mon premier pas", "", "", ""),
)  # fmt: skip
STORY = """Récit de Nora, version 1

J'ai fait des trucs pour l'association de ma tante. Elle organise des sorties.
C'était l'an dernier je crois. On a fait un flyer avec une copine.
Elle a mis les couleurs et moi le reste. Les gens ont aimé.
Je suis quelqu'un de motivé et j'apprends vite.

Remarques de la conseillère
1. Quelle sortie, à quelle date ?
2. Combien de flyers, sur quel papier ?
3. « Le reste », c'est quoi exactement ?
4. Combien de personnes sont venues ?
5. Enlève la dernière phrase : elle ne se vérifie pas.
6. Garde tout en moins d'une minute à l'oral.

Ce que Nora répond quand on l'interroge
Sortie à la mer le 22 juin. 150 flyers, en A6. Nora a écrit le texte, choisi la photo
et appelé l'imprimeur. Le car de 53 places était plein. La tante a gardé un flyer.
"""
PROOFS = """numero;piece;date;qui peut le dire
1;Photo d'une affiche accrochée;2025-05-12;le club
2;"« Je suis sérieux »";;
3;Vidéo de 40 secondes montée sur téléphone;2025-11-02;un cousin
4;Attestation de bénévolat signée;2025-09-30;l'association
5;Capture d'écran d'un jeu;;
6;Planning de garde tenu trois mois;2025-12-20;une voisine
7;Fichier d'une carte de visite, version 2;2026-01-15;le garage
8;Photo floue sans date;;
9;Certificat Pix;2025-06-18;le collège
10;Message de merci d'une cliente;2026-01-16;la cliente
11;"« J'aime les ordinateurs »";;
12;Enregistrement d'une annonce de match;2025-10-08;le stade
"""


def make(folder: Path) -> None:
    """Write the files of M02 into `folder`. Four of the twelve proofs prove nothing."""
    papers.write(folder / "je-me-situe.odt", papers.title("Je me situe"), papers.paragraph(f"Niveaux : {LEVELS}."), papers.table(SHEET))
    (folder / "recit-de-nora.txt").write_text(STORY, encoding="utf-8")
    (folder / "douze-pieces.csv").write_text(PROOFS, encoding="utf-8-sig")
