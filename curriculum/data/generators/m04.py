"""Files to work on in M04: a folder that is not ready to be passed on, a first version and its remarks, an empty passage book."""

import io
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw

ORDER = """Fiche de commande
Client : ressourcerie du Moulin, Mme Faure
Quoi : une affiche A4 en hauteur, PDF
Pour qui : les habitants, dans le hall
Texte : Atelier vélo, samedi 16 mai, 14 h, gratuit
Logo obligatoire, en bas
Police du titre : celle du client, dans le dossier polices
"""
POSTER = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="210mm" height="297mm" viewBox="0 0 210 297">
<rect width="210" height="297" fill="#fbf9f4"/>
<text x="105" y="45" font-family="Atelier Moulin" font-size="22" text-anchor="middle" fill="#0b5c55">Atelier vélo</text>
<image xlink:href="../2_sources/photo_velo.png" x="25" y="70" width="160" height="110"/>
<text x="105" y="215" font-family="sans-serif" font-size="12" text-anchor="middle" fill="#1d2b2a">samedi 15 mai, 14 h, gratuit</text>
<image xlink:href="../2_sources/logo.png" x="80" y="240" width="50" height="37"/>
</svg>
"""
FIRST = """<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297">
<rect width="210" height="297" fill="#fbf9f4"/>
<rect x="15" y="15" width="180" height="8" fill="#c77d12"/>
<text x="105" y="48" font-family="sans-serif" font-size="11" text-anchor="middle" fill="#1d2b2a">Nos bénévoles</text>
<g font-family="sans-serif" font-size="7" text-anchor="middle" fill="#1d2b2a">
<circle cx="60" cy="100" r="26" fill="#d7e8e4"/><text x="60" y="138">Lina : le prêt de livres</text>
<circle cx="150" cy="100" r="26" fill="#f7e9cf"/><text x="150" y="138">Paul : la cuisine</text>
<circle cx="60" cy="190" r="26" fill="#f7e9cf"/><text x="60" y="228">Aïssa : le jardin</text>
<circle cx="150" cy="190" r="26" fill="#d7e8e4"/><text x="150" y="228">Marc : le jardin</text>
<text x="105" y="275">Appelez Rosa le mardi</text>
</g>
</svg>
"""
REMARKS = """numero;remarque de Rosa;qui la traite;etat;question ou reponse
1;Le titre se lit mal de loin;;;
2;Lina s'écrit Linna, avec deux n;;;
3;Paul ne veut plus être sur le panneau;;;
4;Il faudrait que ce soit plus vivant;;;
5;Marc s'occupe des vélos, pas du jardin;;;
6;Ajoutez mon numéro de téléphone;;;
7;Le bandeau en vert, comme notre logo;;;
8;Non, gardez le bandeau en ocre;;;
"""
PASSAGES = """date;fichier;de qui;à qui;ce qui est fait;ce qui reste;ce qui manque
"""


def make(folder: Path) -> None:
    """Write the files of M04 into `folder`. The folder to pass on lacks a picture, a font, a version number, a note, and has a wrong day."""
    parts = {
        "affiche/1_commande/fiche.txt": ORDER.encode(), "affiche/2_sources/logo.png": _logo(),
        "affiche/3_travail/affiche finale.svg": POSTER.encode(), "affiche/polices/a_demander.txt": "Police pas encore reçue.\n".encode(),
    }  # fmt: skip
    with zipfile.ZipFile(folder / "dossier-a-passer.zip", "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    (folder / "panneau-v1.svg").write_text(FIRST, encoding="utf-8")
    (folder / "remarques.csv").write_text(REMARKS, encoding="utf-8-sig")
    (folder / "carnet-de-passage.csv").write_text(PASSAGES, encoding="utf-8-sig")


def _logo() -> bytes:
    """A wheel and a leaf, 300 pixels wide."""
    logo = Image.new("RGB", (300, 222), (251, 249, 244))
    draw = ImageDraw.Draw(logo)
    draw.ellipse((30, 30, 190, 190), outline=(11, 92, 85), width=16)
    draw.line((110, 30, 110, 190), (11, 92, 85), 6)
    draw.line((30, 110, 190, 110), (11, 92, 85), 6)
    draw.ellipse((180, 60, 280, 130), fill=(199, 125, 18))
    data = io.BytesIO()
    logo.save(data, "PNG", optimize=True)
    return data.getvalue()
