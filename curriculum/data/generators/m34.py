"""Files to work on in M34: a script to read, three that stop with a message, one to set, and the one of the scanning team with its lot."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

COUNT = """# compter.py : compte les images d'un dossier
from pathlib import Path

DOSSIER = "photos"
FIN = ".png"


def est_une_image(fichier):
    return fichier.name.endswith(FIN)


total = 0
for fichier in Path(DOSSIER).iterdir():
    if est_une_image(fichier):
        total = total + 1

print("Images trouvées :", total)
"""
FIRST = """# panne_1.py : doit afficher les quatre jours d'ouverture
jours = ["mardi", "mercredi", "vendredi", "samedi"]

for jour in jours
    print("Ouvert le", jour)
"""
SECOND = """# panne_2.py : doit afficher le nombre de pages du lot
feuilles = 24
pages = feuilles * 2

print("Pages à scanner :", page)
"""
THIRD = """# panne_3.py : doit afficher le texte d'accueil
from pathlib import Path

FICHIER = "acceuil.txt"

texte = Path(FICHIER).read_text(encoding="utf-8")
print(texte)
"""
WEIGHTS = """# poids.py : montre les images trop lourdes pour le site
from pathlib import Path

DOSSIER = "images"
LIMITE = 500  # en kilo-octets


def poids_de(image):
    return image.stat().st_size / 1000


for image in sorted(Path(DOSSIER).glob("*.png")):
    if poids_de(image) > LIMITE:
        print("Trop lourde :", image.name, poids_de(image), "Ko")
"""
RENAME = """# renommer.py, version 1, écrit par Sofia
# Copie les scans dans un autre dossier, avec un nouveau nom.
from pathlib import Path
import shutil

DOSSIER = "scans"       # où sont les scans
SORTIE = "renommes"     # où vont les copies
DEBUT = "bulletin"      # le début du nouveau nom
CHIFFRES = 2            # 2 donne 01, 02, 03


def nouveau_nom(numero):
    return DEBUT + "-" + str(numero).zfill(CHIFFRES) + ".tif"


def scans():
    return sorted(Path(DOSSIER).glob("*.tif"))


Path(SORTIE).mkdir()
numero = 1
for scan in scans():
    copie = Path(SORTIE) / nouveau_nom(compteur)
    shutil.copy2(scan, copie)
    numero = numero + 1

print("Fini.")
"""
HINTS = """Coups de pouce : lis-en un seul, essaie, puis reviens si tu en as besoin.

1. Le premier message
   La dernière ligne dit le mot que Python ne connaît pas.
   Cherche dans le script le mot qui compte les scans. Les deux doivent être pareils.

2. Un autre message au deuxième essai
   Le dossier des copies existe déjà. Deux solutions :
   supprime ce dossier avant chaque essai,
   ou écris : Path(SORTIE).mkdir(exist_ok=True)

3. Les numéros ne suivent pas les pages
   Python a rangé les noms comme des mots : page_10 vient avant page_2.
   Ajoute cette fonction au-dessus de scans() :

       def numero_de(scan):
           return int(scan.stem.split("_")[1])

   Puis trie avec elle, dans scans() :

       return sorted(Path(DOSSIER).glob("*.tif"), key=numero_de)

   stem est le nom sans la fin. split le coupe au trait bas. int en fait un nombre.

4. Il manque un scan
   Compare les deux dossiers. Regarde la fin des noms, lettre par lettre.
   Sur un Mac, Python ne confond pas .tif et .TIF. Une solution, dans scans() :

       trouves = [scan for scan in Path(DOSSIER).iterdir() if scan.suffix.lower() == ".tif"]
       return sorted(trouves, key=numero_de)

   suffix est la fin du nom. lower la met en minuscules.
   Si le script prend un fichier en trop, dis-le à l'équipe : elle sait ce qu'il est.

5. Le compte rendu
   print peut afficher un nombre : print("Scans copiés :", total)
   len(liste) dit combien d'éléments contient une liste.
"""
REQUEST = """De : Sofia, équipe de numérisation
Objet : notre script ne passe plus

Bonjour,
On scanne 300 pages par semaine pour le fonds d'Antony. Un petit script Python
donne leur nom aux fichiers. Quelqu'un l'a changé : il s'arrête avec un message.
Et la règle a changé. Avant : bulletin-01.tif. Maintenant : fonds_antony_0001.tif,
avec un trait bas et quatre chiffres. La page 1 porte le numéro 0001, et ainsi de suite.
On voudrait aussi une ligne à la fin : combien de scans trouvés, combien copiés.
Je joins un lot d'essai de 20 pages. Le numéro de la page est écrit sur l'image.
Personne ici ne programme. Expliquez-nous le script, partie par partie, sur une page.
On reprend le scan dans deux semaines. Merci ! Sofia
"""
READING = """ligne;ce qu'elle fait, avec mes mots;pièce : variable, condition, boucle, fonction, commentaire, autre
1;;
2;;
4;;
5;;
8 et 9;;
12;;
13;;
14;;
15;;
17;;
"""
JOURNAL = """essai;version;ligne changée;valeur ou texte d'avant;valeur ou texte d'après;ce que j'attends;ce qui arrive;je garde : oui ou non
1;;;;;;;
2;;;;;;;
3;;;;;;;
"""
INK, PAPER, GREEN, OCHRE = (29, 43, 42), (251, 249, 244), (11, 92, 85), (199, 125, 18)
File = tuple[str, bytes]


def make(folder: Path) -> None:
    """Write the files of M34 into `folder`.

    In the lot of the team, page 13 ends in capitals, so the script finds 19 of 20, and it sorts page 10 before page 2. Of the images to
    weigh, one is just under 200 kB, one exactly that and one just over.
    """
    photos = [(f"photos/photo_{number}.png", _png(str(number))) for number in range(1, 6)]
    _zip(folder / "compter.zip", [("compter.py", COUNT.encode()), *photos, ("photos/liste.txt", "Cinq photos du marché.\n".encode())])
    stops = [(f"panne_{number}.py", text.encode()) for number, text in enumerate((FIRST, SECOND, THIRD), start=1)]
    _zip(folder / "trois-pannes.zip", [*stops, ("accueil.txt", "Bienvenue à l'atelier. Ouvert du mardi au samedi.\n".encode())])
    images = [(f"images/{name}.png", _weighing(name, size)) for name, size in _sizes()]
    _zip(folder / "poids.zip", [("poids.py", WEIGHTS.encode()), *images])
    scans = [(f"scans/page_{number}.{'TIF' if number == 13 else 'tif'}", _scan(number)) for number in range(1, 21)]
    _zip(folder / "renommer.zip", [("renommer.py", RENAME.encode()), *scans])
    for name, text in (("message-de-sofia.txt", REQUEST), ("coups-de-pouce.txt", HINTS)):
        (folder / name).write_text(text, encoding="utf-8")
    for name, text in (("fiche-de-lecture.csv", READING), ("journal-des-essais.csv", JOURNAL)):
        (folder / name).write_text(text, encoding="utf-8-sig")


def _sizes() -> tuple[tuple[str, int], ...]:
    return (("affiche", 480_000), ("atelier", 199_000), ("facade", 200_000), ("jardin", 201_000), ("logo", 12_000))


def _png(text: str) -> bytes:
    image = Image.new("RGB", (160, 120), GREEN)
    draw = ImageDraw.Draw(image)
    draw.rectangle((12, 12, 148, 108), fill=PAPER)
    draw.text((80, 60), text, INK, ImageFont.load_default(28), anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _weighing(name: str, size: int) -> bytes:
    """A picture of so many bytes: a comment inside makes up the weight."""
    image, end = _png(name)[:-12], _png(name)[-12:]
    body = b"tEXtComment\0" + b"." * (size - len(image) - len(end) - 20)
    return image + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) + end


def _scan(number: int) -> bytes:
    """A page of a bulletin, its number at the bottom."""
    page = Image.new("L", (210, 297), 246)
    draw = ImageDraw.Draw(page)
    draw.rectangle((20, 20, 190, 50), fill=90)
    for line in range(9):
        draw.rectangle((20, 70 + line * 18, 190 - (number * 37 + line * 53) % 70, 76 + line * 18), fill=150)
    draw.text((105, 268), f"page {number}", 30, ImageFont.load_default(22), anchor="mm")
    out = io.BytesIO()
    page.save(out, "TIFF", dpi=(25, 25))
    return out.getvalue()


def _zip(path: Path, files: list[File]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(f"{path.stem}/{name}"), content, zipfile.ZIP_DEFLATED)
