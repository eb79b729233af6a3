"""Files to work on in M35: the papers of a commission, a meeting to play, a week to hold, a return to treat, a delivery to check, a spare one."""

import io
import random
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from curriculum.data.generators import papers

ORDER = (
    ("Client : nom, rôle, téléphone, message", ""), ("Produit attendu, et combien", ""), ("Pour qui, pour faire quoi", ""),
    ("Format : type de fichier, taille, durée", ""), ("Ce qui existe déjà : textes, images, logo", ""),
    ("Droits : auteurs, accords des personnes visibles", ""), ("Ce que le client ne veut pas", ""),
    ("Date de la version à montrer", ""), ("Date et façon de livrer", ""), ("Qui valide (une seule personne)", ""),
    ("Temps prévu, imprévu compris", ""), ("Accord du client : date et trace", ""),
)  # fmt: skip
SLIP = (
    ("Fichier remis (nom et version)", "Format et taille", "Conforme à la fiche : oui ou non"), ("", "", ""), ("", "", ""), ("", "", ""), ("", "", ""),
    ("Remis le :", "Par :", "Reçu par (nom et signature) :"), ("Réserves du client :", "", ""),
)  # fmt: skip
OPINION = (
    ("Question", "Réponse, avec les mots du client"), ("Qu'est-ce qui vous sert le plus ?", ""), ("Qu'est-ce qui vous manque, ou vous gêne ?", ""),
    ("Nous confieriez-vous un autre travail ? Lequel ?", ""), ("Date, nom, accord pour citer cet avis : oui ou non", ""),
)  # fmt: skip
CARDS = """carte;ce que le client dit;ce qu'il sait, et dit seulement si on le demande;ce qu'il ne veut pas
1. Le fleuriste;Il me faut des images pour ma vitrine.;trois images, écran vertical de 1080 x 1920, prêtes le 2 du mois prochain;pas de prix sur les images
2. La crèche;On voudrait un petit film de la fête.;deux minutes, pour les parents, sur clé, deux familles ont dit non;pas de musique du commerce
3. Le club de lecture;Mettez notre cahier sur ordinateur.;80 pages, PDF où l'on peut chercher, cahier à rendre avant le 15;ne pas démonter la reliure
4. La maison de quartier;Notre page est vieille, il faut la changer.;une seule page, trois horaires, la directrice valide, en ligne dans dix jours;garder l'adresse de la page
"""
FOLLOW = """etape;qui;temps prevu (h);date prevue;temps passe (h);reste a faire (h);etat : a faire, en cours, fini;bloque par quoi;aide demandee a qui
Fiche de commande et accord;;;;;;;;
;;;;;;;;
;;;;;;;;
Imprevu (un quart);;;;;;;;
Total;;;;;;;;
"""
REGISTER = """date;qui valide;ce qui est valide;version;comment : message, signature, appel confirme par ecrit;ou est la trace
;;fiche de commande;;;1_commande
;;version a montrer;;;
;;livraison;;;
"""
EVENTS = """jour;ce qui arrive;a decider
lundi;La cliente confirme la fiche. Vous êtes deux, 2 heures par jour chacun, soit 20 heures. Le plan prévoit 16 heures.;Qui fait quoi ? Remplissez le suivi.
mardi matin;Huit photos sur quarante sont détourées, en 4 heures à vous deux.;Le plan tient-il ? Refaites le compte.
mercredi matin;Votre équipier est absent jusqu'à demain. Son fichier s'appelle « truc final 2.xcf ».;Que manque-t-il pour continuer ? Combien d'heures perdez-vous ?
mercredi soir;La cliente n'a pas répondu sur la couleur du fond.;Que faites-vous en attendant ? Écrivez le message.
jeudi;Une équipe voisine a fini. Elle propose deux heures d'aide.;Quel morceau donner ? Que faut-il passer avec ?
vendredi 14 h;Il reste six photos, et trois heures de travail à vous deux, contrôle compris.;Tient-on ? Qui prévenir, avec quelle proposition ?
"""
PROGRAMME = (
    "Compagnie du Toi Bleu", "Le bal des voisins", "Spectacle pour tous, dès six ans", "Samedi 14 juin, 20 heures", "Salle du Noyer, Antony",
    "Durée : 1 h 15", "Avec Lina Costa, Marc Petit, Awa Ndiaye", "Lumières : Karim Saïd", "Réservation : 01 99 00 12 34",
)  # fmt: skip
REMARKS = """numero;qui;remarque;ce que j'en fais : je change, je demande, hors fiche, la fiche dit qui decide;fait le, en version
1;Awa;Notre nom s'écrit Toit Bleu, avec un t à la fin de Toit.;;
2;Awa;C'est le samedi 13 juin, pas le 14.;;
3;Awa;Ajoutez l'auteur sous le titre : texte de Nina Morel.;;
4;Marc;Le haut de la page n'est pas assez vivant.;;
5;Awa;Le numéro de réservation finit par 43, pas par 34.;;
6;Marc;Enlevez la durée, cela fait peur.;;
7;Awa;Gardez bien la durée : les parents la demandent.;;
8;Marc;Ajoutez une vidéo de deux minutes pour notre site.;;
"""
SHEET = """FICHE DE COMMANDE (extrait)
Client : compagnie du Toit Bleu. Qui valide : Awa Ndiaye.
Produit : six photos du spectacle, pour le site.
Format : JPEG, 1200 x 800 pixels, moins de 300 Ko chacune.
Noms : toit_01_v2.jpg jusqu'à toit_06_v2.jpg
Avec : un fichier credits.txt, une ligne par photo, nom du photographe.
Livraison : le 9 juin à 12 heures, sur une clé.
"""
CREDITS = """toit_01 : photo Hugo Lam
toit_02 : photo Hugo Lam
toit_03 : photo Hugo Lam
toit_04 :
toit_05 : photo Hugo Lam
toit_06 : photo Hugo Lam
"""
SPARE = """De : Awa Ndiaye, compagnie du Toit Bleu
Objet : photos et affichette

Bonjour, notre spectacle « Le bal des voisins » se joue bientôt.
J'ai douze photos de répétition, prises un peu penchées et avec mon doigt dans un coin.
Il me les faudrait droites, recadrées en 900 x 600, pour notre page.
Et une affichette A4 à poser chez les commerçants, avec une des photos.
Je vous donne la date et le lieu quand on se voit. Je ne connais pas les formats.
Ah, et sur une ou deux photos, on voit des gens du public. Est-ce que c'est un souci ?
Je suis la seule à décider, mais Marc aime bien donner son avis. Merci ! Awa
"""
INK, PAPER, GREEN, OCHRE, MINT, SAND = (29, 43, 42), (251, 249, 244), (11, 92, 85), (199, 125, 18), (215, 232, 228), (247, 233, 207)
Draw = ImageDraw.ImageDraw


def make(folder: Path) -> None:
    """Write the files of M35 into `folder`.

    Six things differ from the sheet in the delivery to check: a size, a version, a type, a file that does not open, one missing, a credit.
    Of the spare photos, 05 and 11 show people of the audience.
    """
    papers.write(folder / "fiche-commande.odt", papers.title("Fiche de commande"), papers.table(ORDER))
    papers.write(
        folder / "bon-de-livraison.odt",
        papers.title("Bon de livraison"),
        papers.paragraph("Commande, client, version :"),
        papers.table(SLIP),
    )
    papers.write(folder / "avis-du-client.odt", papers.title("L'avis du client"), papers.table(OPINION))
    papers.write(folder / "programme-v1.odt", papers.title("Programme, version 1"), *(papers.paragraph(line) for line in PROGRAMME))
    for name, text in (
        ("cartes-du-rendez-vous.csv", CARDS), ("suivi-de-commande.csv", FOLLOW), ("registre-des-validations.csv", REGISTER),
        ("la-semaine.csv", EVENTS), ("huit-remarques.csv", REMARKS),
    ):  # fmt: skip
        (folder / name).write_text(text, encoding="utf-8-sig")
    _zip(folder / "livraison-a-controler.zip", _delivery())
    photos = [(f"photos/IMG_{2100 + number}.jpg", _jpeg(_leaning(number))) for number in range(1, 13)]
    _zip(folder / "commande-de-secours.zip", [("demande.txt", SPARE.encode()), *photos])


def _delivery() -> list[tuple[str, bytes]]:
    small = _scene(2).crop((0, 25, 1200, 775))
    broken = _jpeg(_scene(5))[:900].replace(b"\xff\xd8", b"\0\0", 1)
    picture = io.BytesIO()
    _scene(4).save(picture, "PNG", optimize=True)
    return [
        ("fiche.txt", SHEET.encode()), ("cle/credits.txt", CREDITS.encode()), ("cle/toit_01_v2.jpg", _jpeg(_scene(1))), ("cle/toit_02_v2.jpg", _jpeg(small)),
        ("cle/toit_03_v1.jpg", _jpeg(_scene(3))), ("cle/toit_04_v2.png", picture.getvalue()), ("cle/toit_05_v2.jpg", broken),
    ]  # fmt: skip


def _scene(number: int, size: tuple[int, int] = (1200, 800), audience: int = 0) -> Image.Image:
    """Actors under the lights of a stage, its number on the floor; heads of the audience at the bottom."""
    seed, (width, height) = random.Random(number), size
    image = Image.new("RGB", size, (44, 60, 66))
    draw = ImageDraw.Draw(image)
    for light in range(3):
        middle = width * (light + 1) // 4
        draw.polygon([(middle, 0), (middle - width // 9, height * 3 // 4), (middle + width // 9, height * 3 // 4)], fill=(74, 92, 96))
    draw.rectangle((0, height * 3 // 4, width, height), fill=(120, 92, 60))
    for left in (0, width - width // 8):
        draw.rectangle((left, 0, left + width // 8, height * 3 // 4), fill=GREEN)
    for actor in range(1 + number % 3):
        _actor(
            draw,
            width * (actor + 1) // (2 + number % 3) + seed.randint(-30, 30),
            height * 3 // 4,
            height // 3,
            seed.choice((OCHRE, MINT, SAND)),
        )
    for head in range(audience):
        left = width * (head + 1) // (audience + 1)
        draw.ellipse((left - 50, height - 190, left + 50, height - 70), fill=SAND, outline=INK, width=4)
        for eye in (-18, 18):
            draw.ellipse((left + eye - 6, height - 140, left + eye + 6, height - 128), fill=INK)
    draw.text((width // 2, height * 3 // 4 + 40), f"{number:02}", PAPER, ImageFont.load_default(40), anchor="mm")
    return image


def _actor(draw: Draw, x: int, floor: int, tall: int, colour: tuple[int, int, int]) -> None:
    draw.polygon([(x, floor - tall), (x - tall // 4, floor), (x + tall // 4, floor)], fill=colour)
    draw.ellipse((x - tall // 8, floor - tall - tall // 5, x + tall // 8, floor - tall + tall // 20), fill=SAND)
    draw.line((x - tall // 3, floor - tall * 2 // 3, x, floor - tall * 5 // 6, x + tall // 3, floor - tall), fill=SAND, width=tall // 14)


def _leaning(number: int) -> Image.Image:
    """A photo of the rehearsal that leans by its own angle, a finger in a corner."""
    angle = (4, -3, 5, -6, 3, -4, 6, -2, 4, -5, 3, -3)[number - 1]
    scene = _scene(number, (1340, 930), 3 if number in (5, 11) else 0).rotate(angle, Image.Resampling.BICUBIC, fillcolor=(44, 60, 66))
    photo = scene.crop((70, 65, 1270, 865))
    ImageDraw.Draw(photo).ellipse((1100, 700, 1310, 920), fill=(214, 170, 140))
    return photo


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=72)
    return out.getvalue()


def _zip(path: Path, files: list[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(f"{path.stem}/{name}"), content, zipfile.ZIP_DEFLATED)
