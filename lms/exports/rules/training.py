"""Who trains and what is done, as the papers of French vocational training name them: numbers that prove themselves, lists of the law. Pure."""

from collections.abc import Mapping

from curriculum.rules import COUNTED_KINDS
from lms.refusal import Refused

SIRET_DIGITS, LA_POSTE = 14, "356000000"
DECLARATION_SIGNS, DEPARTMENT = 11, slice(2, 4)
CORSICA = ("2A", "2B")
NSF_DIGITS = 3

# Code du travail, article L6313-1: what an action is.
NATURES = {
    "training": "action de formation",
    "review": "bilan de compétences",
    "prior": "action de validation des acquis de l'expérience",
    "apprenticeship": "action de formation par apprentissage",
}
# Bilan pédagogique et financier (Cerfa 10443*17): the rows of its frames F-1 and F-3.
TRAINEE_TYPES = {
    "a": "Salariés d'employeurs privés hors apprentis",
    "b": "Apprentis",
    "c": "Personnes en recherche d'emploi",
    "d": "Particuliers à leurs propres frais",
    "e": "Autres stagiaires",
}
AIMS = {
    "a68": "Diplôme ou titre au RNCP, niveau 6 à 8",
    "a5": "Diplôme ou titre au RNCP, niveau 5",
    "a4": "Diplôme ou titre au RNCP, niveau 4",
    "a3": "Diplôme ou titre au RNCP, niveau 3",
    "a2": "Diplôme ou titre au RNCP, niveau 2",
    "acqp": "CQP au RNCP, sans niveau",
    "b": "Certification ou habilitation au répertoire spécifique (RS)",
    "c": "CQP ni au RNCP ni au RS",
    "d": "Autre formation professionnelle",
    "e": "Bilan de compétences",
    "f": "Accompagnement à la VAE",
}
# Which hours are followed at a distance. An activity done there counts for the time that its author planned (R6313-3).
REMOTE_KINDS: Mapping[str, tuple[str, ...]] = {"none": (), "theory": ("theory",), "all": COUNTED_KINDS}
REMOTE = {"none": "Aucune : tout est en présentiel", "theory": "La théorie", "all": "Toutes"}


def checked_siret(typed: str) -> str:
    """The fourteen digits of a SIRET, spaces aside. Refused when they do not prove themselves (Luhn; La Poste sums its digits)."""
    digits = "".join(typed.split())
    if len(digits) != SIRET_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise Refused("siret_shape", "Un numéro SIRET a 14 chiffres. Recopiez-le de votre avis de situation (INSEE).")
    if _luhn(digits) % 10 and not (digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0):
        raise Refused("siret_wrong", "Ce SIRET contient une faute de frappe : ses chiffres ne vont pas ensemble. Recopiez-le.")
    return digits


def _luhn(digits: str) -> int:
    """The sum that ends in 0 for a sound number: every second digit from the right is doubled, and nine taken off above nine."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled)


def shown_siret(digits: str) -> str:
    """« 732 829 320 00074 », as it is printed; a number of another length as it is."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:9]} {digits[9:]}" if len(digits) == SIRET_DIGITS else digits


def checked_declaration(typed: str) -> str:
    """The eleven signs of a declaration of activity (NDA), spaces aside. Refused when they have another shape."""
    signs = "".join(typed.split()).upper()
    rest = signs[: DEPARTMENT.start] + signs[DEPARTMENT.stop :] if signs[DEPARTMENT] in CORSICA else signs
    if len(signs) != DECLARATION_SIGNS or not (rest.isascii() and rest.isdigit()):
        raise Refused("declaration_shape", "Un numéro de déclaration d'activité a 11 chiffres. Il est sur le récépissé de la DREETS.")
    return signs


def shown_declaration(signs: str) -> str:
    """« 11 75 01234 75 », as it is printed."""
    return f"{signs[:2]} {signs[2:4]} {signs[4:9]} {signs[9:]}" if len(signs) == DECLARATION_SIGNS else signs


def checked_speciality(typed: str) -> str:
    """The three digits of a training speciality (NSF), or nothing. Refused otherwise."""
    digits = typed.strip()
    if digits and not (len(digits) == NSF_DIGITS and digits.isascii() and digits.isdigit()):
        raise Refused("speciality_shape", "Un code de spécialité (NSF) a 3 chiffres. Exemple : 326 pour l'informatique.")
    return digits
