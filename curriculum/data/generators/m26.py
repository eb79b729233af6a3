"""Files to work on in M26: three posters to look at, colours to measure, a club's rules, its logo and its words, two sheets to fill in."""

from pathlib import Path

from curriculum.data.generators import papers, sheets
from curriculum.data.generators.sheets import Sheet

NIGHT, SUN, WHITE, INK, GREY = (22, 50, 79), (242, 183, 5), (255, 255, 255), (29, 43, 42), (227, 232, 237)
GREEN, SAND, OCHRE = (11, 92, 85), (247, 233, 207), (199, 125, 18)
# The letters N, D and F of the logo, on a square of ten: a shape each, a hole for the D.
LETTERS = (
    (((0, 10), (0, 0), (2.4, 0), (5.6, 6), (5.6, 0), (8, 0), (8, 10), (5.6, 10), (2.4, 4), (2.4, 10)),),
    (
        ((10, 0), (15, 0), (18, 3), (18, 7), (15, 10), (10, 10)),
        ((12.4, 2.2), (14.2, 2.2), (15.6, 3.8), (15.6, 6.2), (14.2, 7.8), (12.4, 7.8)),
    ),
    (((20, 0), (27, 0), (27, 2.2), (22.4, 2.2), (22.4, 4), (26, 4), (26, 6.2), (22.4, 6.2), (22.4, 10), (20, 10)),),
)
STAR = ((5, 1.6), (8.2, 4), (7, 7.8), (3, 7.8), (1.8, 4))
WORDS = """Bonjour,

Voici les textes de l'affiche. Merci de ne rien changer aux mots.

TOURNOI DE FUTSAL DES FAMILLES
Samedi 6 juin, de 10 h à 17 h
Gymnase du Noyer, 12 rue des Sports, Antony
Gratuit. De 8 à 88 ans. Équipes de cinq.
Inscription sur place, dès 9 h 30
Buvette et tombola
Noyer Doré Futsal : 06 39 98 10 20, contact@futsal.example

Une idée : mettez le nom du tournoi en jaune sur fond blanc, c'est plus gai.
Et le logo peut être étiré sur toute la largeur, on le verra mieux.

Inès, secrétaire du club
"""
LOOK = """Affiche;Ce que je retiens en 3 secondes;Zones visibles yeux plissés;Polices;Tailles;Couleurs;Alignements;Ce qui marche;Une chose à changer
A;;;;;;;;
B;;;;;;;;
C;;;;;;;;
"""
PAIRS = """Couleur du texte;Couleur du fond;Mon avis à l'œil;Contraste mesuré;Texte courant (4,5);Grand titre (3)
#16324F;#FFFFFF;;;;
#F2B705;#FFFFFF;;;;
#16324F;#F2B705;;;;
#767676;#FFFFFF;;;;
#8AA0B4;#FFFFFF;;;;
#3F7FAE;#FFFFFF;;;;
"""


def make(folder: Path) -> None:
    """Write the files of M26 into `folder`. The secretary's two ideas go against the rules of her own club."""
    sheets.write(folder / "trois-affiches.pdf", (_ranked(), _crowded(), _drowned()))
    sheets.write(folder / "charte-futsal.pdf", (_logo_page(), _colour_page()))
    (folder / "logo-futsal.svg").write_text(_logo_svg(), encoding="utf-8")
    for name, text in (("grille-affiches.csv", LOOK), ("contrastes.csv", PAIRS)):
        (folder / name).write_text(text, encoding="utf-8-sig")
    (folder / "textes.txt").write_text(WORDS, encoding="utf-8")
    rules = (
        "Logo : versions, taille, espace libre",
        "Couleurs : rôle et codes",
        "Polices : titre, texte",
        "Interdits",
        "Ce que la charte ne dit pas",
    )
    ideas = [("Demande du client", "Règle de la charte", "Ma proposition", "Accord reçu le"), ("", "", "", ""), ("", "", "", "")]
    papers.write(
        folder / "releve-de-charte.odt", papers.title("Relevé de charte"), papers.paragraph("Client :"), papers.paragraph("Date :"),
        papers.table([("Règle", "Ce que dit la charte", "Page"), *((rule, "", "") for rule in rules)]),
        papers.title("Écarts à faire valider"), papers.table(ideas),
    )  # fmt: skip


def _ranked() -> Sheet:
    """One thing first, two sizes after it, all on one left edge."""
    page = Sheet(210, 297)
    page.rect(0, 0, 210, 183, GREEN)
    for left, top, size in ((129, 95, 51), (158, 71, 37), (108, 122, 41)):
        page.rect(left, top, size, size, SAND)
        page.rect(left, top + size / 2, size, 2.4, OCHRE)
    page.text(17, 46, 86, "Vide-grenier", WHITE, bold=True)
    page.text(17, 72, 40, "Tout à petit prix", SAND)
    page.text(17, 212, 40, "Dimanche 12 avril", INK, bold=True)
    page.text(17, 230, 40, "9 h à 18 h, place du Marché", INK)
    page.text(17, 280, 20, "Entrée libre. Renseignements à la mairie.", INK)
    return page


def _crowded() -> Sheet:
    """Everything of one size, four colours, nothing on a common edge."""
    page = Sheet(210, 297)
    page.rect(0, 0, 210, 297, (250, 240, 190))
    colours = ((120, 60, 110), (60, 120, 180), (200, 120, 20), (40, 130, 90))
    said = (
        ("L’ASSOCIATION DES VOISINS", 10), ("A LE PLAISIR DE VOUS INVITER", 32), ("À SON GRAND LOTO ANNUEL", 14), ("LE VENDREDI 20 MARS À 20 H", 41),
        ("SALLE DES FÊTES DU PARC", 22), ("DE NOMBREUX LOTS À GAGNER", 8), ("CRÊPES ET BOISSONS", 56), ("2 EUROS LE CARTON", 71), ("VENEZ NOMBREUX", 34),
    )  # fmt: skip
    for line, (words, left) in enumerate(said):
        page.text(left, 27 + line * 30, 27 if line % 2 else 25, words, colours[line % 4], bold=line % 3 == 0)
        page.rect(left - 2, 31 + line * 30, 85, 1.4, colours[line % 4])
    for place in range(7):
        page.disc(15 + place * 30, 285, 8, colours[place % 4])
    return page


def _drowned() -> Sheet:
    """A good picture, and words that sink in it."""
    page = Sheet(210, 297)
    page.rect(0, 0, 210, 297, (178, 200, 196))
    page.rect(0, 254, 210, 43, (150, 172, 160))
    for book in range(9):
        high = 71 + (book * 17) % 44
        page.rect(10 + book * 21, 254 - high, 17, high, ((168, 190, 150), (214, 190, 140), (150, 176, 196))[book % 3])
        page.rect(10 + book * 21, 262 - high, 17, 3, (230, 226, 206))
    for top, size, words in (
        (180, 74, "Fête du livre"),
        (210, 28, "Samedi 23 mai, 14 h"),
        (226, 18, "Médiathèque, salle 2"),
        (280, 18, "Lectures, rencontres"),
    ):
        page.text(20, top, size, words, (214, 222, 210), bold=size > 70)
    return page


def _logo(
    sheet: Sheet, x: float, y: float, wide: float, ground: tuple[int, int, int], mark: tuple[int, int, int], star: tuple[int, int, int]
) -> None:
    """The ball, its star and the letters, 40 units wide and 10 high."""
    unit = wide / 40
    sheet.disc(x + 5 * unit, y + 5 * unit, 5 * unit, mark)
    sheet.shape([(x + left * unit, y + top * unit) for left, top in STAR], star)
    for letter in LETTERS:
        for place, outline in enumerate(letter):
            sheet.shape([(x + (13 + left) * unit, y + top * unit) for left, top in outline], ground if place else mark)


def _logo_page() -> Sheet:
    page = Sheet(297, 210)
    page.text(15, 22, 24, "Noyer Doré Futsal : la charte, page 1, le logo", NIGHT, bold=True)
    page.rect(15, 35, 125, 70, GREY)
    page.rect(25, 45, 105, 50, WHITE)
    _logo(page, 37.5, 60, 80, WHITE, NIGHT, SUN)
    page.rect(155, 35, 127, 70, NIGHT)
    _logo(page, 178, 60, 80, NIGHT, WHITE, SUN)
    page.text(15, 114, 12, "Version bleue : sur fond blanc.", INK)
    page.text(155, 114, 12, "Version blanche : sur fond bleu nuit.", INK)
    rules = (
        "Espace libre autour du logo : la moitié de la largeur du ballon, de chaque côté.", "Largeur minimum : 30 mm sur papier, 120 pixels à l’écran.",
        "Interdit : étirer, pencher, changer les couleurs, ajouter une ombre.", "Interdit : poser le logo sur une photo ou sur un fond jaune.",
        "Place : en bas, à gauche ou à droite.",
    )  # fmt: skip
    for line, words in enumerate(rules):
        page.text(15, 132 + line * 12, 15, words, INK)
    return page


def _colour_page() -> Sheet:
    page = Sheet(297, 210)
    page.text(15, 22, 24, "Noyer Doré Futsal : la charte, page 2, couleurs et lettres", NIGHT, bold=True)
    codes = (
        (NIGHT, "Bleu nuit", "#16324F", "RVB 22 50 79", "CMJN 100 75 35 35", "Titres, textes, fonds"),
        (SUN, "Jaune but", "#F2B705", "RVB 242 183 5", "CMJN 0 27 100 0", "Fonds, formes. Jamais en texte sur blanc"),
    )  # fmt: skip
    for place, (colour, *lines) in enumerate(codes):
        page.rect(15 + place * 138, 32, 126, 40, colour)
        for line, words in enumerate(lines):
            page.text(15 + place * 138, 81 + line * 7.5, 13, words, INK, bold=not line)
    rules = (
        "Un neutre est permis en plus : blanc, noir ou un gris.", "Police des titres : Open Sans, graisse ExtraBold.",
        "Police des textes : Open Sans, graisse Regular. Corps 12 au moins sur une affiche.", "Pas de texte en capitales sur plus d’une ligne.",
        "Interdit : dégradés, contours autour des lettres, autres polices.", "Tout autre choix se demande par écrit à la secrétaire du club.",
    )  # fmt: skip
    for line, words in enumerate(rules):
        page.text(15, 132 + line * 12, 15, words, INK)
    return page


def _logo_svg() -> str:
    def path(outlines: tuple[tuple[tuple[float, float], ...], ...]) -> str:
        return " ".join(f"M{' L'.join(f'{13 + x:g} {y:g}' for x, y in outline)}Z" for outline in outlines)

    letters = "".join(f'<path fill-rule="evenodd" d="{path(letter)}"/>' for letter in LETTERS)
    star = " ".join(f"{x:g},{y:g}" for x, y in STAR)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="80mm" height="20mm" viewBox="0 0 40 10">\n'
        f'<g fill="#16324f"><circle cx="5" cy="5" r="5"/>{letters}</g><polygon points="{star}" fill="#f2b705"/>\n</svg>\n'
    )
