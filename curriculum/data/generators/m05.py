"""Files to work on in M05: five tilted photos to time oneself on, a client's message, a plan and a follow-up to fill in, one to read."""

import random
from pathlib import Path

from PIL import Image, ImageDraw

MESSAGE = """De : Karim, comité des fêtes
Objet : album de la fête

Bonjour, la fête de quartier s'est bien passée. On a 60 photos sur une clé.
On voudrait un album PDF de 20 pages pour remercier les habitants.
On le montre à la réunion du vendredi 19 juin à 18 h.
Il y a des enfants sur des photos, je crois qu'on a demandé à presque tout le monde.
Vous pouvez commencer le lundi 8 juin. Je ne lis mes messages que le soir.
Merci ! Karim
"""
SURPRISE = """De : Karim, comité des fêtes
Date : mercredi 10 juin, 19 h
Objet : encore une chose

Bonjour, le maire voudrait huit pages de plus, avec les 25 photos du concert.
C'est toujours pour le vendredi 19, à 18 h. Merci d'avance !
"""
PLAN = """etape;qui;duree estimee (h);imprevu (h);debut;fin;accord attendu de;duree reelle (h);accord recu le
Lire la commande et la reformuler;;;;;;;;
;;;;;;;;
;;;;;;;;
Total;;;;;;;;
"""
FOLLOW = """jour;fait aujourd'hui;temps passe (h);reste a faire (h);temps disponible (h);alerte oui/non;a qui
lundi;;;;;;
mardi;;;;;;
mercredi;;;;;;
jeudi;;;;;;
vendredi;;;;;;
"""
READ = """Suivi de Lina : 40 vignettes pour un site, remise vendredi 17 h
jour;fait aujourd'hui;temps passe (h);reste a faire (h);temps disponible (h)
lundi;8 vignettes;4;16;16
mardi;8 vignettes;4;12;12
mercredi;3 vignettes, panne de 2 h;4;10,5;8
jeudi;8 vignettes;4;6,5;4
vendredi;8 vignettes, 5 non faites;4;2,5;0
"""
SKY = ((214, 232, 228), (230, 232, 214), (247, 233, 207), (223, 229, 240), (236, 226, 238))


def make(folder: Path) -> None:
    """Write the files of M05 into `folder`. Each photo leans by its own angle; the follow-up to read should have warned on Wednesday."""
    for number, angle in enumerate((3, -4, 6, -2, 5), start=1):
        _photo(number, angle).save(folder / f"IMG_{4030 + number}.png", optimize=True)
    for name, text in (("message-de-karim.txt", MESSAGE), ("message-du-mercredi.txt", SURPRISE)):
        (folder / name).write_text(text, encoding="utf-8")
    for name, text in (("planning.csv", PLAN), ("suivi.csv", FOLLOW), ("suivi-de-lina.csv", READ)):
        (folder / name).write_text(text, encoding="utf-8-sig")


def _photo(number: int, angle: int) -> Image.Image:
    """A street with stalls and flags, leaning."""
    seed = random.Random(number)
    scene = Image.new("RGB", (1100, 780), SKY[number - 1])
    draw = ImageDraw.Draw(scene)
    draw.rectangle((0, 560, 1100, 780), fill=(139, 150, 148))
    for stall in range(4):
        left, top = 60 + stall * 260, 380 - seed.randint(0, 60)
        draw.rectangle((left, top, left + 200, 590), fill=(251, 249, 244), outline=(29, 43, 42), width=5)
        draw.polygon([(left - 20, top), (left + 220, top), (left + 100, top - 90)], fill=(11, 92, 85) if stall % 2 else (199, 125, 18))
    for flag in range(12):
        left = flag * 92
        draw.polygon([(left, 90), (left + 60, 90), (left + 30, 150)], fill=(199, 125, 18) if flag % 2 else (11, 92, 85))
    draw.line((0, 90, 1100, 90), (29, 43, 42), 5)
    return scene.rotate(angle, Image.Resampling.NEAREST, fillcolor=(251, 249, 244)).crop((100, 60, 1000, 720))
