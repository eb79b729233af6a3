"""The way, as arithmetic: progress, hours, budgets. Minutes everywhere; the screen turns them into hours."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lms.refusal import Refused

KINDS = ("theory", "practical", "culture")
MAX_LOOK_BACK = 2000  # signs an answer
COUNTED_KINDS = ("theory", "practical")  # the 510 h; culture stands apart


@dataclass(frozen=True, slots=True)
class Progress:
    """Steps done out of steps open, for one run."""

    done: int
    total: int

    @property
    def is_complete(self) -> bool:
        return self.total > 0 and self.done >= self.total

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def progress_of(open_steps: Collection[int], completed: Collection[int]) -> Progress:
    """Steps that left the module count no more; steps added since count as to do."""
    return Progress(done=len(set(open_steps) & set(completed)), total=len(open_steps))


def done_minutes(visits: Iterable[tuple[int, str, int]]) -> dict[str, int]:
    """Minutes done per kind from (step, kind, minutes) of completed visits: a step counts once whatever the number of runs."""
    best: dict[int, tuple[str, int]] = {}
    for step, kind, minutes in visits:
        if step not in best or minutes > best[step][1]:
            best[step] = (kind, minutes)
    totals = dict.fromkeys(KINDS, 0)
    for kind, minutes in best.values():
        totals[kind] += minutes
    return totals


def module_state(*, seen: bool, levels: Iterable[tuple[int, int]]) -> str:
    """State of a module for a trainee from (level reached, level aimed) of its targets: acquired when every target is reached."""
    pairs = list(levels)
    if pairs and all(reached >= aimed for reached, aimed in pairs):
        return "acquired"
    return "in_progress" if seen or any(reached for reached, _aimed in pairs) else "not_seen"


def over_budget(budget: Mapping[str, int], used: Mapping[str, int]) -> dict[str, int]:
    """Minutes above the budget, per kind that is over."""
    return {kind: used[kind] - budget.get(kind, 0) for kind in KINDS if used.get(kind, 0) > budget.get(kind, 0)}


def room_left(budget: Mapping[str, int], used: Mapping[str, int]) -> dict[str, int]:
    """Minutes still to fill, per kind that is under its budget."""
    return {kind: budget[kind] - used.get(kind, 0) for kind in KINDS if budget.get(kind, 0) > used.get(kind, 0)}


def check_module_publishable(
    *,
    programme_budget: Mapping[str, int],
    other_modules: Mapping[str, int],
    module: Mapping[str, int],
    steps: Mapping[str, int],
    targets: Iterable[tuple[int, str]],
    assessed: Collection[int],
) -> None:
    """Refuse to publish a module that breaks a budget or aims at a competency that no step assesses.

    Minutes per kind; `targets` as (competency, its name). The sentence says what to change.
    """
    excess = over_budget(programme_budget, {kind: other_modules.get(kind, 0) + module.get(kind, 0) for kind in KINDS})
    if excess:
        raise Refused("over_programme_budget", f"Le budget du parcours est dépassé de {spoken(excess)}. Réduisez les heures de ce module.")
    excess = over_budget(module, steps)
    if excess:
        raise Refused(
            "over_module_budget", f"Les étapes dépassent les heures du module de {spoken(excess)}. Réduisez la durée d'une étape."
        )
    orphans = [name for competency, name in targets if competency not in assessed]
    if orphans:
        raise Refused(
            "target_not_assessed",
            f"Aucune étape n'évalue : {' ; '.join(orphans)}. Ajoutez un travail pratique dont la grille l'évalue, ou retirez cette compétence visée.",
        )


def check_programme_budget(budget: Mapping[str, int], modules: Mapping[str, int]) -> None:
    """Refuse a programme budget (minutes per kind) smaller than its published modules together."""
    excess = over_budget(budget, modules)
    if excess:
        raise Refused(
            "under_its_modules",
            f"Les modules publiés dépassent ce budget de {spoken(excess)}. Augmentez-le, ou réduisez d'abord un module.",
        )


KIND_WORDS = {"theory": "théorie", "practical": "pratique", "culture": "culture"}


def spoken(minutes: Mapping[str, int]) -> str:
    """« 1 h 30 de théorie et 2 h de pratique »."""
    return " et ".join(f"{duration(value)} de {KIND_WORDS[kind]}" for kind, value in minutes.items())


def duration(minutes: int) -> str:
    """« 2 h », « 1 h 30 », « 45 min »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


# From how many days on a trainer is told, in a sentence, that someone may be waiting for them. Never a score (ui.md).
IDLE_DAYS = 10  # nothing opened
LONG_OPEN_DAYS = 45  # a module begun and not finished
UNREVISED_DAYS = 7  # a work « à revoir ensemble » without a new version
