"""What a person may say of an answer that no rule can mark, and what it is worth. Pure."""

from collections.abc import Mapping
from typing import Final

from lms.refusal import Refused

WORDS: Final[dict[str, tuple[float, str]]] = {
    "yes": (1.0, "C'est bon"),
    "part": (0.5, "Une partie est là"),
    "again": (0.0, "À revoir ensemble"),
}
ACQUIRED: Final = 3  # a level from which an answer has its whole point
MAX_LEVEL: Final = 3  # the fourth asks for a real commission: no question is one


def share_of_word(word: str) -> float:
    """The share of the point that a word gives. Refused: none of the three."""
    if word not in WORDS:
        raise Refused("word_missing", "Choisissez ce que vaut cette réponse.")
    return WORDS[word][0]


def share_of_levels(levels: Mapping[int, int | None]) -> float:
    """From the level of each line, or none where it was not observed: the lowest decides, as in any judgement. Refused: nothing observed."""
    observed = [level for level in levels.values() if level is not None]
    if not observed:
        raise Refused("nothing_observed", "Donnez un niveau à au moins un critère avant d'envoyer.")
    if any(not 0 <= level <= MAX_LEVEL for level in observed):
        raise Refused("level_out_of_scale", "Un niveau va ici de 0 à 3 : le 4 demande une vraie commande.")
    return round(min(1.0, min(observed) / ACQUIRED), 6)
