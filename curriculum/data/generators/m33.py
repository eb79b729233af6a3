"""Files to work on in M33: a site of three pages to check and mend, pictures to describe, captions to complete, a mock-up, lists of points."""

import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw, ImageFont

from curriculum.data.generators import film
from curriculum.data.generators.people import FPS, GREEN, INK, MINT, OCHRE, PAPER, SAND, face, talking
from curriculum.data.generators.sound import RATE, silence, voice

WHEN = (2026, 3, 2, 9, 0, 0)
SAID = ("Bonjour, je suis Farida, du bureau.", "Les inscriptions ferment le 30 avril.", "Venez nous voir le samedi matin.")
HOME = """<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, user-scalable=no">
  <title>Document</title>
  <link rel="stylesheet" href="style.css">
</head>
<body>
  <header>
    <a href="accueil.html"><img src="images/logo.png" width="120"></a>
    <nav><a href="accueil.html">Accueil</a> <a href="inscription.html">Inscription</a> <a href="contact.html">Contact</a></nav>
  </header>
  <main>
    <h1>Les parents des Lilas</h1>
    <img src="images/trait.png" alt="trait vert décoratif" width="600">
    <h4>Le bal de l'école</h4>
    <img src="images/affiche.png" alt="IMG_2041" width="300">
    <p>Pour tout savoir, <a href="inscription.html">cliquez ici</a>.</p>
    <p class="gros"><b>Le mot du bureau</b></p>
    <video src="mot-du-bureau.mp4" width="320" controls></video>
    <p class="leger">La cantine a de nouveaux menus. <a href="contact.html">En savoir plus</a></p>
    <img src="images/cantine.png" alt="" width="400">
  </main>
  <footer><p class="leger">Association des parents, 3 rue des Lilas</p></footer>
</body>
</html>
"""
JOIN = """<!DOCTYPE html>
<html lang="fr">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Inscription - Les parents des Lilas</title>
  <link rel="stylesheet" href="style.css">
</head>
<body>
  <header>
    <a href="accueil.html"><img src="images/logo.png" alt="Accueil, Les parents des Lilas" width="120"></a>
    <nav><a href="accueil.html">Accueil</a> <a href="inscription.html">Inscription</a> <a href="contact.html">Contact</a></nav>
  </header>
  <main>
    <h1>Inscription</h1>
    <p>Les champs en orange sont obligatoires.</p>
    <form>
      <p><input type="text" placeholder="Nom" class="orange"></p>
      <p><input type="email" placeholder="Courriel" class="orange"></p>
      <p><input type="text" placeholder="Téléphone"></p>
      <div class="bouton" onclick="alert('Merci !')">Envoyer</div>
    </form>
    <h1>Combien ça coûte</h1>
    <p class="leger">10 euros par famille et par an.</p>
    <p>Le dossier papier : <a href="dossier.txt">dossier_v4.txt</a></p>
  </main>
  <footer><p class="leger">Association des parents, 3 rue des Lilas</p></footer>
</body>
</html>
"""
CONTACT = """<!DOCTYPE html>
<html lang="fr">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Contact - Les parents des Lilas</title>
  <link rel="stylesheet" href="style.css">
</head>
<body>
  <header>
    <a href="accueil.html"><img src="images/logo.png" alt="Accueil, Les parents des Lilas" width="120"></a>
    <nav><a href="accueil.html">Accueil</a> <a href="inscription.html">Inscription</a> <a href="contact.html">Contact</a></nav>
  </header>
  <main>
    <h1>Nous trouver</h1>
    <h2>L'adresse</h2>
    <img src="images/plan.png" width="800">
    <h2>Les permanences</h2>
    <img src="images/horaires.png" alt="horaires" width="400">
    <h5>Nous écrire</h5>
    <p><a>bureau@parents-lilas.example</a></p>
  </main>
  <footer><p class="leger">Association des parents, 3 rue des Lilas</p></footer>
</body>
</html>
"""
STYLE = """body { font-family: sans-serif; background: #fbf9f4; color: #1d2b2a; margin: 16px; }
h1 { color: #0b5c55; }
a { color: #0b5c55; }
a:focus, input:focus { outline: none; }
.gros { font-size: 24px; }
.leger { color: #9aa6a4; }
.orange { border: 2px solid #c77d12; }
input { border: 1px solid #d7e8e4; font-size: 16px; padding: 8px; }
.bouton { display: inline-block; background: #7fa8a3; color: #fbf9f4; padding: 6px 10px; }
"""
BUTTON = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="460" height="240" viewBox="0 0 460 240" font-family="sans-serif">
  <title>Maquette du bouton, taille réelle : normal, puis au clavier</title>
  <rect width="460" height="240" fill="#fbf9f4"/>
  <rect x="30" y="30" width="150" height="50" rx="8" fill="#0b5c55"/>
  <text x="105" y="61" font-size="18" fill="#fbf9f4" text-anchor="middle">Envoyer</text>
  <text x="220" y="50" font-size="16" fill="#1d2b2a">fond #0b5c55, texte #fbf9f4</text>
  <text x="220" y="74" font-size="16" fill="#1d2b2a">18 px, coins 8 px, hauteur 50 px</text>
  <rect x="25.5" y="135.5" width="159" height="59" rx="11" fill="none" stroke="#1d2b2a" stroke-width="3"/>
  <rect x="30" y="140" width="150" height="50" rx="8" fill="#0b5c55"/>
  <text x="105" y="171" font-size="18" fill="#fbf9f4" text-anchor="middle">Envoyer</text>
  <text x="220" y="160" font-size="16" fill="#1d2b2a">au clavier : trait de 3 px</text>
  <text x="220" y="184" font-size="16" fill="#1d2b2a">#1d2b2a, à 3 px du bord</text>
</svg>
"""
POINTS = (
    ("La langue de la page est le français", "Code : lang"), ("Le titre de l'onglet dit la page et le site", "Onglet"),
    ("Un seul h1, puis des niveaux dans l'ordre", "Plan des titres"), ("Chaque image utile a un texte qui la remplace", "Inspecteur"),
    ("Chaque image de décor a un texte vide", "Inspecteur"), ("Chaque lien dit où il mène", "Lire les liens seuls"),
    ("Texte courant : 4,5 pour 1 au moins", "Mesure"), ("Bouton, contour de champ, grand texte : 3 pour 1 au moins", "Mesure"),
    ("Aucune information par la couleur seule", "Regarder en gris"), ("Tout s'atteint et s'active au clavier", "Tab, Entrée, Espace"),
    ("Le focus se voit toujours", "Tab"), ("Chaque champ a une étiquette visible et liée", "Clic sur l'étiquette"),
    ("À 200 % et à 360 px, rien ne disparaît", "Zoom, téléphone"), ("Chaque vidéo parlée a des sous-titres complets", "Lecture"),
)  # fmt: skip
USES = """image;où elle est posée;je la garde ? (utile / décor / lien / texte);mon texte de remplacement;relu par
logo.png;en haut de chaque page, c'est un lien vers l'accueil;;;
trait.png;sous le titre, pour séparer;;;
affiche.png;à côté de l'annonce du bal : la date n'est écrite que dans l'image;;;
cantine.png;à côté du texte sur les nouveaux menus;;;
plan.png;page contact, sous le titre « L'adresse » : le local est au 3, entre le métro Lilas et le parc;;;
horaires.png;page contact : les horaires ne sont écrits que dans l'image;;;
"""
CONTRASTS = (
    "page;élément;couleur du texte;couleur du fond;rapport mesuré;seuil (4,5 ou 3);état;couleur proposée;nouveau rapport\n"
    + ";;;;;;;;\n" * 8
)


def make(folder: Path) -> None:
    """Write the files of M33 into `folder`.

    Home: lang, tab title, zoom forbidden, logo without alt, decoration with one, poster with a file name, useful picture left empty, h1 then h4,
    bold for a heading, two vague links, a light text (2.4), a film without captions. Join: labels, colour alone, fields whose border is light,
    a button that is a div (contrast 2.5), two h1, a link with a file name. Contact: map without alt and too wide, hours only in a picture,
    h2 then h5, a link without href. Everywhere: focus hidden. The captions lack the last sentence.
    """
    images = {f"images/{name}.png": _png(image) for name, image in _pictures().items()}
    said = [voice(text, pitch=200, level=0.34, seed=rank + 33) for rank, text in enumerate(SAID)]
    speech = silence(0.4)
    cues = ["WEBVTT\n"]
    for rank, (text, samples) in enumerate(zip(SAID, said, strict=True)):
        start = len(speech) / RATE
        speech = speech + samples + silence(0.5)
        if rank < 2:
            cues.append(f"{_time(start)} --> {_time(start + len(samples) / RATE + 0.3)}\n{text}\n")
    with TemporaryDirectory() as place:
        path = Path(place) / "film.mp4"
        film.write(path, talking((face(0), face(1)), speech, round(len(speech) / RATE * FPS)), FPS, speech)
        moving = path.read_bytes()
    pages = {
        "accueil.html": HOME,
        "inscription.html": JOIN,
        "contact.html": CONTACT,
        "style.css": STYLE,
        "mot-du-bureau.vtt": "\n".join(cues),
    }
    pages["dossier.txt"] = "Dossier d'inscription : nom de l'enfant, classe, nom du parent, signature.\n"
    pages["mot-du-bureau-texte.txt"] = "\n".join(SAID) + "\n"
    files = {name: text.encode() for name, text in pages.items()} | images | {"mot-du-bureau.mp4": moving}
    with zipfile.ZipFile(folder / "site-parents.zip", "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"parents/{name}", WHEN), content)
    with zipfile.ZipFile(folder / "images-a-decrire.zip", "w", zipfile.ZIP_STORED) as archive:
        for name, content in images.items():
            archive.writestr(zipfile.ZipInfo(name.removeprefix("images/"), WHEN), content)
    lines = [
        "n°;point;comment je vérifie;accueil : état;accueil : preuve;inscription : état;inscription : preuve;contact : état;contact : preuve;correction"
    ]
    lines += [f"{rank};{point};{how};;;;;;;" for rank, (point, how) in enumerate(POINTS, start=1)]
    lines += ["État : conforme, à corriger, ne s'applique pas;;;;;;;;;"]
    (folder / "liste-de-points.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    (folder / "contrastes.csv").write_text(CONTRASTS, encoding="utf-8-sig")
    (folder / "textes-de-remplacement.csv").write_text(USES, encoding="utf-8-sig")
    (folder / "maquette-bouton.svg").write_text(BUTTON, encoding="utf-8")


def _time(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    return f"00:00:{thousandths // 1000:02}.{thousandths % 1000:03}"


def _png(image: Image.Image) -> bytes:
    made = io.BytesIO()
    image.save(made, "PNG", optimize=True)
    return made.getvalue()


def _pictures() -> dict[str, Image.Image]:
    return {"logo": _logo(), "trait": _line(), "affiche": _poster(), "cantine": _meal(), "plan": _map(), "horaires": _hours()}


def _new(size: tuple[int, int], colour: tuple[int, int, int]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", size, colour)
    return image, ImageDraw.Draw(image)


def _logo() -> Image.Image:
    image, draw = _new((240, 120), GREEN)
    for x, y in ((60, 50), (100, 35), (140, 50)):
        draw.ellipse((x, y, x + 40, y + 40), fill=MINT)
    draw.line((120, 70, 120, 115), fill=OCHRE, width=8)
    return image


def _line() -> Image.Image:
    image, draw = _new((600, 16), PAPER)
    draw.line((0, 8, 600, 8), fill=GREEN, width=6)
    return image


def _poster() -> Image.Image:
    image, draw = _new((600, 800), SAND)
    draw.rectangle((0, 0, 600, 220), fill=GREEN)
    draw.text((300, 110), "BAL DES LILAS", PAPER, ImageFont.load_default(64), anchor="mm")
    for rank, text in enumerate(("Samedi 6 juin 2026", "14 h - 18 h", "Cour du 3 rue des Lilas")):
        draw.text((300, 320 + rank * 80), text, INK, ImageFont.load_default(46), anchor="mm")
    for rank, x in enumerate((120, 300, 480)):
        draw.ellipse((x - 50, 590, x + 50, 690), fill=OCHRE if rank % 2 else GREEN)
        draw.line((x, 690, x, 790), fill=INK, width=4)
    return image


def _meal() -> Image.Image:
    """A tray: vegetables, rice, an apple, water."""
    image, draw = _new((800, 500), MINT)
    draw.rounded_rectangle((60, 60, 740, 440), 30, fill=PAPER, outline=INK, width=6)
    draw.ellipse((110, 120, 430, 400), fill=(255, 255, 255), outline=INK, width=5)
    for x, y in ((180, 200), (230, 175), (205, 250), (260, 230)):
        draw.ellipse((x, y, x + 50, y + 50), fill=GREEN)
    for x, y in ((300, 280), (330, 310), (280, 320), (340, 270), (310, 250)):
        draw.ellipse((x, y, x + 26, y + 12), fill=SAND, outline=INK)
    draw.ellipse((490, 130, 600, 240), fill=OCHRE, outline=INK, width=4)
    draw.rectangle((630, 240, 700, 390), fill=MINT, outline=INK, width=4)
    return image


def _map() -> Image.Image:
    """The place between the underground station and the park."""
    image, draw = _new((1600, 800), PAPER)
    draw.rectangle((0, 360, 1600, 460), fill=SAND)
    draw.rectangle((700, 0, 780, 800), fill=SAND)
    draw.rectangle((1000, 60, 1560, 330), fill=MINT)
    draw.rectangle((820, 480, 1080, 640), fill=GREEN)
    draw.ellipse((120, 370, 200, 450), fill=OCHRE)
    for x, y, text in ((160, 410, "M"), (160, 500, "Lilas"), (1280, 190, "Parc"), (950, 560, "Au 3"), (400, 330, "rue des Lilas")):
        draw.text((x, y), text, PAPER if text in ("Au 3", "M") else INK, ImageFont.load_default(48), anchor="mm")
    draw.line((200, 410, 820, 500), fill=OCHRE, width=10)
    return image


def _hours() -> Image.Image:
    image, draw = _new((800, 300), SAND)
    for rank, text in enumerate(("Mardi : 17 h - 19 h", "Samedi : 10 h - 12 h", "Local du 3 rue des Lilas")):
        draw.text((400, 70 + rank * 80), text, INK, ImageFont.load_default(52), anchor="mm")
    return image
