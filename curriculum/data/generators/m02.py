"""Files to work on in M02: the sheet to place oneself, a first story to improve with its remarks, twelve proofs to sort."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

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
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
URN = "urn:oasis:names:tc:opendocument:xmlns"


def make(folder: Path) -> None:
    """Write the files of M02 into `folder`. Four of the twelve proofs prove nothing."""
    _document(folder / "je-me-situe.odt")
    (folder / "recit-de-nora.txt").write_text(STORY, encoding="utf-8")
    (folder / "douze-pieces.csv").write_text(PROOFS, encoding="utf-8-sig")


def _document(path: Path) -> None:
    """A text document of one title, one line and one table, to fill in with LibreOffice Writer."""
    rows = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in SHEET)
    spaces = " ".join(f'xmlns:{name}="{URN}:{name}:1.0"' for name in ("office", "text", "table"))
    content = (
        f'{HEAD}<office:document-content {spaces} office:version="1.2"><office:body><office:text>'
        f'<text:h text:outline-level="1">Je me situe</text:h><text:p>Niveaux : {LEVELS}.</text:p>'
        f'<table:table table:name="Fiche"><table:table-column table:number-columns-repeated="4"/>{rows}</table:table><text:p/>'
        "</office:text></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    entries = ((kind, "/"), ("text/xml", "content.xml"))
    listed = "".join(f'<manifest:file-entry manifest:media-type="{media}" manifest:full-path="{name}"/>' for media, name in entries)
    manifest = f'{HEAD}<manifest:manifest xmlns:manifest="{URN}:manifest:1.0" manifest:version="1.2">{listed}</manifest:manifest>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (("mimetype", kind), ("content.xml", content), ("META-INF/manifest.xml", manifest)):
            archive.writestr(zipfile.ZipInfo(name), text)


def _cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
