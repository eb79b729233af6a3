"""Which works a trainee joins to their dossier. Pure."""

from collections.abc import Collection
from typing import TypeVar

from lms.refusal import Refused

MAX_WHY = 300  # signs

T = TypeVar("T")


def joined_of(judged: Collection[T], chosen: Collection[T]) -> set[T]:
    """Of the works judged, those that are joined: the chosen ones; all of them where none of those is chosen."""
    return set(judged) & set(chosen) or set(judged)


def check_choice(chosen: Collection[T], judged: Collection[T], words: Collection[str]) -> None:
    """Refused: a work that no assessor judged, or words too long to be kept whole."""
    if not set(chosen) <= set(judged):
        raise Refused("work_unknown", "Un travail coché n'est pas parmi ceux qui ont été évalués. Regarde la liste, puis garde ton choix.")
    if any(len(one) > MAX_WHY for one in words):
        raise Refused("why_too_long", f"Un de tes mots dépasse {MAX_WHY} signes. Raccourcis-le un peu.")
