"""What the answers of a take show of each competency, and when that is worth keeping beside a level. Pure."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from msgspec import Struct

ASKED_AT_LEAST: Final = 3  # one or two right answers may be luck
SHARE_AT_LEAST: Final = 50  # per cent, where an author asks for less: more wrong than right shows nothing


class Given(Struct, frozen=True):
    """One question of a take and what it makes one work on. `score` 0 to 1, none where a person has yet to look; `is_carried`: the
    answer was given in an earlier take; `tries`: how often it was looked at in this one, `is_settled`: the last look ended it."""

    competencies: Collection[int]
    score: float | None
    tries: int = 0
    is_settled: bool = False
    is_carried: bool = False

    @property
    def is_right_at_first(self) -> bool:
        """Wholly right, and not found after being told that another answer was not."""
        return self.score == 1 and (not self.tries or (self.tries == 1 and self.is_settled))


class Shown(Struct, frozen=True):
    """How many of the questions asked on one competency were answered right at first."""

    right: int
    asked: int


def shown_in(given: Iterable[Given], *, passes_at: int) -> dict[int, Shown]:
    """The competencies on which at least three questions were asked and enough answered right: the quiz's own per cent, half at least.

    Each answer counts once, in the take it was given in: one carried on from an earlier take is not asked again. What a person
    judges is evidence of its own. Less than that shows nothing, and says nothing against anyone.
    """
    counts: dict[int, list[bool]] = {}
    for one in given:
        if one.score is not None and not one.is_carried:
            for competency in one.competencies:
                counts.setdefault(competency, []).append(one.is_right_at_first)
    return {competency: Shown(sum(right), len(right)) for competency, right in counts.items() if _is_enough(right, passes_at)}


def _is_enough(right: Sequence[bool], passes_at: int) -> bool:
    return len(right) >= ASKED_AT_LEAST and 100 * sum(right) >= max(passes_at, SHARE_AT_LEAST) * len(right)
