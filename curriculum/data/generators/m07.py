"""Files to work on in M07: six screens with a message, the table of posts to fill in, eight poor fault reports to rewrite."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

INK, PAPER, GREEN, OCHRE = (29, 43, 42), (251, 249, 244), (11, 92, 85), (199, 125, 18)
# The font has no accents: the messages are chosen to do without.
SCREENS = {
    "ecran-1": ("Serveur du chantier", "Connexion au serveur impossible.", "Code 0x80070035"),
    "ecran-2": ("Imprimante couleur", "Aucun papier dans le bac 1.", "3 documents en attente"),
    "ecran-3": ("Ouvrir la session", "Mot de passe incorrect.", "Verrouillage des majuscules : actif"),
    "ecran-4": ("affiche_v2.odt", "Ce fichier est ouvert par Samia.", "Lecture seule"),
    "ecran-5": ("Enregistrer", "Espace disque insuffisant.", "Il reste 12 Mo sur le disque C"),
    "ecran-6": ("Son", "Sortie : casque Bluetooth (absent)", "Volume : 80"),
}
POSTS = """poste;session ouverte et fermee;dossier partage;GIMP;Audacity;navigateur;son du casque;page imprimee;cables et chaise;panne n°;teste par
1;;;;;;;;;;
2;;;;;;;;;;
3;;;;;;;;;;
4;;;;;;;;;;
5;;;;;;;;;;
6;;;;;;;;;;
7;;;;;;;;;;
8;;;;;;;;;;
"""
REPORTS = """numero;ce qui a ete ecrit;ce qui s'est vraiment passe;ta description en quatre lignes
1;Ça marche pas !!!;Poste 2, Antony. Le navigateur dit « Serveur introuvable ». Le voisin a internet. Câble réseau sorti.;
2;L'ordi est mort;Poste 5. L'écran est noir, le voyant de l'unité est allumé. Le câble de l'écran bouge.;
3;Imprimante HS;Poste 1, Paris. « Aucun papier dans le bac 1 ». Trois pages en attente.;
4;J'ai perdu mon fichier;Poste 3. Le fichier a été enregistré dans Téléchargements, pas dans le dossier partagé.;
5;Le son bug;Poste 4. La sortie choisie est un casque Bluetooth absent. Le casque à fil est branché.;
6;On m'a bloqué;Poste 6. « Mot de passe incorrect ». La touche de verrouillage des majuscules est allumée.;
7;C'est lent;Poste 8. Onze onglets et deux logiciels lourds ouverts. Le disque est presque plein.;
8;Je peux pas écrire;Poste 7. « Lecture seule : ouvert par Samia ». Samia est en pause.;
"""


def make(folder: Path) -> None:
    """Write the files of M07 into `folder`."""
    for name, lines in SCREENS.items():
        _screen(*lines).save(folder / f"{name}.png", optimize=True)
    (folder / "fiche-des-postes.csv").write_text(POSTS, encoding="utf-8-sig")
    (folder / "huit-signalements.csv").write_text(REPORTS, encoding="utf-8-sig")


def _screen(title: str, message: str, detail: str) -> Image.Image:
    """A window on a desktop, with a title, a message, a detail and a button."""
    screen = Image.new("RGB", (960, 540), (215, 232, 228))
    draw = ImageDraw.Draw(screen)
    draw.rectangle((150, 110, 810, 410), fill=PAPER, outline=INK, width=4)
    draw.rectangle((150, 110, 810, 165), fill=GREEN)
    draw.text((175, 121), title, PAPER, ImageFont.load_default(28))
    draw.ellipse((185, 205, 255, 275), fill=OCHRE)
    draw.text((220, 240), "!", PAPER, ImageFont.load_default(46), anchor="mm")
    draw.text((285, 205), message, INK, ImageFont.load_default(28))
    draw.text((285, 255), detail, INK, ImageFont.load_default(24))
    draw.rectangle((650, 335, 780, 385), outline=INK, width=3)
    draw.text((715, 360), "OK", INK, ImageFont.load_default(26), anchor="mm")
    draw.rectangle((0, 490, 960, 540), fill=INK)
    draw.text((890, 515), "10:42", PAPER, ImageFont.load_default(24), anchor="mm")
    return screen
