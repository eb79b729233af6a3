"""Files to work on in M08: a jumble of 30 files to learn on, one of 120 to put in order, an inventory and a log to fill."""

import io
import random
import struct
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

THINGS = ("tasse", "lampe", "livre", "boite", "balle", "assiette", "vase", "chaussure", "lunettes", "panier")
COLOURS = ((11, 92, 85), (199, 125, 18), (60, 90, 140), (120, 60, 110), (90, 110, 70))
INVENTORY = (
    "ancien dossier;ancien nom;ce que c'est;état : source, travail, livrable, message, illisible;nouveau nom;nouveau dossier;remarque\n"
)
LOG = """Projet :
Date ; version ; ce qui a changé ; initiales

Copies de sécurité
Date ; disque ; nombre d'éléments ; taille ; trois fichiers ouverts ; initiales
"""
RULE = """Ressourcerie « Seconde Main du Noyer Doré » : la règle du projet

Nom : ndo_objet_numero_version.extension
Exemple : ndo_tasse_01_v2.xcf
- minuscules, sans accent, sans espace ;
- numéro à deux chiffres : 01 est la première photo de l'objet, 02 la deuxième ;
- version de travail : v1, v2, v3 ;
- une photo reçue garde le nom donné par la cliente ;
- deux fichiers du même nom : ajoute a et b au numéro, puis demande.

Dossiers : 1_commande, 2_sources, 3_travail, 4_livrables. Un doute va dans 9_a_trier.
"""
MESSAGES = (
    ("message nadia 1.txt", "De : Nadia\nDate : 3 mars\n\nBonjour, voici les photos des dix objets. Je veux des PNG sans le fond.\n"),
    ("Re message.txt", "De : Nadia\nDate : 9 mars\n\nLa tasse est belle. L'anse de la tasse garde un peu de fond, pouvez-vous revoir ?\n"),
    ("SANS TITRE.txt", "De : Nadia\nDate : 12 mars\n\nMerci pour la tasse v2. Pour le vase, gardez la première version.\n"),
    ("nadia lampe.txt", "De : Nadia\nDate : 20 mars\n\nLe pied de la lampe est trop sombre. La deuxième photo est meilleure.\n"),
    ("note équipe.txt", "De : l'équipe\nDate : 22 mars\n\nLampe refaite en v2 avec la deuxième photo. Livrée le 23.\n"),
    (
        "Nadia URGENT.txt",
        "De : Nadia\nDate : 2 juin\n\nJe ne trouve plus la lampe. Pouvez-vous me renvoyer la v2 livrée, et la reprendre en plus clair ?\n",
    ),
)
File = tuple[str, bytes]


def make(folder: Path) -> None:
    """Write the files of M08 into `folder`.

    The whole jumble: 40 photos, 50 XCF, 20 PNG, 6 messages, 4 files that do not open, in three folders. Several names come twice, with
    another picture inside. The lamp that Nadia asks for is « lampe ok.png », in « bureau ».
    """
    _zip(folder / "vrac-120.zip", _whole())
    _zip(folder / "vrac-30.zip", _small())
    for name, text in (("inventaire.csv", INVENTORY), ("suivi.txt", LOG)):
        (folder / name).write_text(text, encoding="utf-8-sig")


def _whole() -> list[File]:
    rng = random.Random(8)
    places = ("bureau", "cle usb", "vieux")
    files: list[File] = []
    for number in range(40):  # four photos a thing; two cameras, so that names come twice
        thing, turn = THINGS[number % 10], number // 10 + 1
        name = f"IMG_{4032 + number % 20}.jpg" if number % 3 else f"DSC_{100 + number % 21:04}.JPG"
        files.append((f"{places[number // 14]}/{name}", _jpeg(thing, f"photo {turn}")))
    ways = ("{t}.xcf", "{t} (2).xcf", "{t} v2 bon.xcf", "{T}_FINAL.xcf", "copie de {t}.xcf")
    for number in range(50):
        thing, turn = THINGS[number % 10], number // 10
        name = ways[turn].format(t=thing, T=thing.title())
        files.append((f"{places[(number + turn) % 3]}/{name}", _xcf(thing, turn + 1)))
    for number in range(20):
        thing, turn = THINGS[number % 10], number // 10
        name = f"{thing} ok.png" if turn else f"{thing}.png"
        place = "bureau" if (thing, turn) == ("lampe", 1) else places[(number * 2) % 3]
        files.append((f"{place}/{name}", _png(thing, f"v{turn + 1}")))
    files += [(f"{places[number % 3]}/{name}", text.encode()) for number, (name, text) in enumerate(MESSAGES)]
    broken = ("vase final.xcf", "IMG_4099.jpg", "panier.psd.xcf", "sans nom.png")
    files += [(f"vieux/{name}", bytes(rng.randrange(256) for _ in range(700))) for name in broken]
    return files


def _small() -> list[File]:
    files: list[File] = [("lisez_moi.txt", RULE.encode())]
    files += [(f"IMG_{2011 + number}.jpg", _jpeg(THINGS[number % 4], f"photo {number // 4 + 1}")) for number in range(12)]
    names = ("tasse", "tasse 2", "Tasse bon", "lampe", "lampe NEW", "livre", "livre (1)", "boite", "boîte finale", "boite2")
    files += [(f"{name}.xcf", _xcf(name.lower().replace("î", "i")[:5].strip(), index % 3 + 1)) for index, name in enumerate(names)]
    files += [(f"{name}.png", _png(name.split()[0], "v1")) for name in ("tasse ok", "lampe", "livre fini", "boite", "boite copie")]
    return [*files, *((name, text.encode()) for name, text in MESSAGES[:2])]


def _picture(thing: str, word: str, back: tuple[int, int, int, int], size: tuple[int, int]) -> Image.Image:
    """A card that says what the photo would show, so that a file can be known by opening it."""
    picture = Image.new("RGBA", size, back)
    draw = ImageDraw.Draw(picture)
    width, height = size
    colour = COLOURS[sum(thing.encode()) % 5]
    draw.rounded_rectangle((width * 0.14, height * 0.16, width * 0.86, height * 0.84), height * 0.1, fill=(*colour, 255))
    draw.text((width / 2, height * 0.42), thing, (251, 249, 244, 255), ImageFont.load_default(height // 5), anchor="mm")
    draw.text((width / 2, height * 0.65), word, (251, 249, 244, 255), ImageFont.load_default(height // 7), anchor="mm")
    return picture


def _jpeg(thing: str, word: str) -> bytes:
    held = io.BytesIO()
    _picture(thing, word, (196, 200, 196, 255), (240, 180)).convert("RGB").save(held, "JPEG", quality=55)
    return held.getvalue()


def _png(thing: str, word: str) -> bytes:
    held = io.BytesIO()
    _picture(thing, word, (0, 0, 0, 0), (240, 180)).save(held, "PNG", optimize=True)
    return held.getvalue()


def _xcf(thing: str, version: int) -> bytes:
    """GIMP's working file, of the first version: one layer with transparency, each band of each tile one long run."""
    picture = _picture(thing, f"travail {version}", (0, 0, 0, 0), (128, 96))
    crops = [picture.crop((x, y, min(x + 64, 128), min(y + 64, 96))) for y in (0, 64) for x in (0, 64)]
    tiles = [b"".join(struct.pack(">BH", 128, band.width * band.height) + band.tobytes() for band in crop.split()) for crop in crops]
    head = b"gimp xcf file\0" + struct.pack(">3I", 128, 96, 0) + struct.pack(">IIB", 17, 1, 1) + struct.pack(">II", 0, 0)
    name = thing.encode() + b"\0"
    values = ((6, 255), (8, 1), (7, 0))  # opacity, visible, mode
    layer = struct.pack(">3I", 128, 96, 1) + struct.pack(">I", len(name)) + name
    layer += (
        b"".join(struct.pack(">3I", key, 4, value) for key, value in values) + struct.pack(">4I", 15, 8, 0, 0) + struct.pack(">II", 0, 0)
    )
    layer_at = len(head) + 12
    hierarchy_at = layer_at + len(layer) + 8
    level_at = hierarchy_at + 20
    tile_at = level_at + 8 + 4 * (len(tiles) + 1)
    places = [tile_at + sum(map(len, tiles[:number])) for number in range(len(tiles))]
    return b"".join((
        head, struct.pack(">3I", layer_at, 0, 0), layer, struct.pack(">II", hierarchy_at, 0),
        struct.pack(">5I", 128, 96, 4, level_at, 0), struct.pack(">2I", 128, 96), struct.pack(f">{len(places) + 1}I", *places, 0), *tiles,
    ))  # fmt: skip


def _zip(path: Path, files: list[File]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as held:
        for name, data in files:
            info = zipfile.ZipInfo(name, (2025, 3, 1 + len(data) % 28, 9, 0, 0))
            held.writestr(info, data, zipfile.ZIP_DEFLATED)
