"""What makes a level, as pure arithmetic. The order in which facts arrive never changes the outcome (product.md §3b)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

RULE_VERSION = "best-proven/1"
LOWEST, HIGHEST = 0, 4


@dataclass(frozen=True, slots=True)
class Observation:
    """One piece of evidence: a criterion seen at `level` (0-4) on one `occasion` (a judgement)."""

    occasion: UUID
    criterion: int
    level: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Reached:
    """The level proven and the occasion that proves it; level 0 and no occasion when nothing is."""

    level: int = 0
    occasion: UUID | None = None
    since: datetime | None = None


def level_of_occasion(levels: Iterable[int | None]) -> int | None:
    """Within one judgement: the lowest mark over the criteria; "not observed" (None) is set aside. None if nothing was seen."""
    seen = [level for level in levels if level is not None]
    return min(seen) if seen else None


def level_reached(observations: Iterable[Observation]) -> Reached:
    """The best judgement stands. At equal level the earliest one, then the smallest id: the same answer in any order."""
    occasions: dict[UUID, list[Observation]] = {}
    for observation in observations:
        occasions.setdefault(observation.occasion, []).append(observation)
    candidates = [
        (-min(seen.level for seen in group), min(seen.at for seen in group), str(occasion), occasion)
        for occasion, group in occasions.items()
    ]
    if not candidates:
        return Reached()
    negative, since, _key, occasion = min(candidates)
    return Reached(level=-negative, occasion=occasion, since=since)


def state_of_level(level: int, acquired_at: int) -> str:
    """The word the screen says: 0 not yet seen, below the marker in progress, from it on acquired."""
    if level >= acquired_at:
        return "acquired"
    return "in_progress" if level > LOWEST else "not_seen"
