"""What a trainee could prove next. An advice with its reason: everything stays open (product.md law 1)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Way:
    """One competency that one open practical assesses. `place`: its rank in the programme; `step`: the practical."""

    competency: int
    step: int
    level: int
    place: int
    is_to_revise: bool = False  # a trainer asked for a new version of that work
    is_begun: bool = False  # the trainee opened that module


def next_to_prove(ways: Iterable[Way], acquired_at: int) -> Way | None:
    """The competency nearest to being acquired, of those that are not; of equal ones, a work to revise, then one in a module
    already opened, then the programme's order. None when every competency that can be proven is."""
    open_ways = [way for way in ways if way.level < acquired_at]
    return min(
        open_ways, key=lambda way: (-way.level, not way.is_to_revise, not way.is_begun, way.place, way.competency, way.step), default=None
    )


def reason_of(way: Way, acquired_at: int) -> str:
    """Why that one: `revise`, `close` (one level away), `begun` or `new`."""
    if way.is_to_revise:
        return "revise"
    if way.level == acquired_at - 1:
        return "close"
    return "begun" if way.level or way.is_begun else "new"
