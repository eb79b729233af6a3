"""A cohort as its trainers see it: levels and hours. What the figures, the tables and the CSV doors all say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from competencies.selectors import Week, acquired_by_week
from curriculum.models import StepVisit
from curriculum.rules import COUNTED_KINDS, KINDS
from curriculum.selectors.cohort import KindHours, PlannedModule, counted_visits, minutes_by_module, modules_planned, outing_minutes
from lms import clock
from lms.exports.selectors import Follower, Hours, hours_of, is_judged
from lms.home.selectors.kept import kept
from lms.home.selectors.needs import Waiting, needs_of
from lms.prepared import prepared


@dataclass(frozen=True, slots=True)
class ModuleHours:
    """Minutes of one module, a trainee on average, per kind."""

    module: PlannedModule
    kinds: Mapping[str, Hours]


@dataclass(slots=True)
class BlockHours:
    """Minutes of one block of the framework, a trainee on average, per kind; and its modules."""

    code: str
    label: str
    kinds: dict[str, Hours] = field(default_factory=lambda: {kind: Hours(0, None, None) for kind in KINDS})
    modules: list[ModuleHours] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CohortHours:
    """Minutes of a programme, a trainee on average: per kind, per block and per module."""

    kinds: Sequence[KindHours]
    blocks: Sequence[BlockHours]


def cohort_hours(followers: Sequence[Follower], programme: int) -> CohortHours:
    """What the trainees of one programme have done of it, on average. Three queries, none where it is kept."""
    return kept(lambda: _cohort_hours(followers, programme), "hours", programme, trainees=[follower.trainee for follower in followers])


def cohort_weeks(followers: Sequence[Follower], acquired_at: int) -> list[Week]:
    """What they acquired week after week. One query, none where it is kept."""
    trainees, framework = [follower.trainee for follower in followers], followers[0].framework
    return kept(lambda: acquired_by_week(trainees, framework, acquired_at), "weeks", framework, clock.today(), trainees=trainees)


def cohort_needs(followers: Sequence[Follower]) -> list[Waiting]:
    """Who may be waiting for somebody. Four queries, none where it is kept."""
    return kept(lambda: needs_of(followers), "needs", trainees=[follower.trainee for follower in followers])


def _cohort_hours(followers: Sequence[Follower], programme: int) -> CohortHours:
    rows = _minutes([follower.trainee for follower in followers])
    minutes = {(module, kind): (done, proven) for module, kind, done, proven in rows}
    number = max(1, len(followers))
    blocks: dict[str, BlockHours] = {}
    for module in modules_planned(programme):
        kinds = {
            kind: hours_of(module.planned[kind], kind, *(round(total / number) for total in minutes.get((module.pk, kind), (0, 0))))
            for kind in KINDS
        }
        block = blocks.setdefault(module.block_code, BlockHours(module.block_code, module.block_label))
        block.modules.append(ModuleHours(module, kinds))
        block.kinds = {kind: added(block.kinds[kind], kinds[kind]) for kind in KINDS}
    outings = outing_minutes(programme)
    return CohortHours([_of_kind(kind, list(blocks.values()), outings) for kind in KINDS], list(blocks.values()))


@prepared
def _minutes(trainees: list[int]) -> QuerySet[StepVisit, Any]:
    return minutes_by_module(counted_visits(trainees), is_proven=is_judged())


def added(one: Hours, other: Hours) -> Hours:
    """Two parts of one kind; what nothing records adds nothing."""
    return Hours(one.planned + other.planned, _plus(one.done, other.done), _plus(one.proven, other.proven))


def _plus(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


def _of_kind(kind: str, blocks: Sequence[BlockHours], outings: int) -> KindHours:
    total = Hours(0, None, None)
    for block in blocks:
        total = added(total, block.kinds[kind])
    planned = total.planned + (0 if kind in COUNTED_KINDS else outings)
    return KindHours(kind, planned, total.done, total.proven)


def unique_names(followers: Sequence[Follower]) -> dict[int, str]:
    """A name per trainee that no other bears: an axis merges equal labels."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for follower in followers:
        base = f"{follower.last_name} {follower.first_name}"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base} ({number})"
        taken.add(name)
        names[follower.trainee] = name
    return names
