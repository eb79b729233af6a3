"""The columns of the table and the words in its cells. A question is a line; an answer is four cells, repeated."""

from typing import Final

from assessments.rules.questions import KINDS
from lms.files.formats.tables import folded

HEAD: Final = (
    "code", "type", "titre", "énoncé", "texte", "points", "indice", "retour", "étiquettes", "compétences", "réglages", "unité", "grille",
    "guide",
)  # fmt: skip
EACH: Final = ("réponse", "part", "avec", "retour")  # « réponse 1 », « part 1 »… `avec`: what goes with it, by kind
LEAST_ANSWERS: Final = 4
OPTION: Final = "choix"  # the part of a text that a hole only offers
YES: Final = "vrai"
NO: Final = "non"


KIND_NAMES: Final = {**{folded(words): kind for kind, words in KINDS.items()}, **{kind: kind for kind in KINDS}}
