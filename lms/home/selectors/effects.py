"""What a module and a second run of it change, from evidence and runs: never from statements."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import QuerySet

from assessments.models import Judgement, Observation
from competencies.selectors import Proof, proofs_of
from curriculum.models import Run, Target
from curriculum.selectors.cohort import PlannedModule, modules_planned
from lms.prepared import prepared

Pair: TypeAlias = tuple[int, int]  # trainee, module
Levels: TypeAlias = tuple[int, int]  # of one trainee in one competency: before and after


@dataclass(slots=True)
class Effect:
    """Levels of many, two by two: of each trainee in each competency a module aims at, before and after."""

    module: PlannedModule
    people: set[int] = field(default_factory=set)
    levels: list[Levels] = field(default_factory=list)

    def add(self, trainee: int, levels: Levels) -> None:
        self.people.add(trainee)
        self.levels.append(levels)

    def mean(self, side: int) -> float:
        """The average level before (0) or after (1), to one decimal."""
        return round(sum(pair[side] for pair in self.levels) / len(self.levels), 1)


@dataclass(frozen=True, slots=True)
class Effects:
    """Per module, in the programme's order, only where somebody is concerned: first look, and what a later run added."""

    modules: Sequence[Effect]
    retakes: Sequence[Effect]


def effects_of(trainees: Collection[int], programme: int, framework: int) -> Effects:
    """Before: the best level proven when the first run opened. After: that, or the best that works of this module proved.

    A retake compares what works of the first run proved with what those of later runs did. Six queries.
    """
    acts = {uuid: ((trainee, module), number) for uuid, trainee, module, number in _acts(list(trainees))}
    opened = {(trainee, module): at for trainee, module, at in _first_runs(list(trainees))}
    proofs: dict[Pair, list[Proof]] = defaultdict(list)  # by trainee and competency
    for proof in proofs_of(trainees, framework):
        proofs[proof.trainee, proof.competency].append(proof)
    aims = defaultdict(list)
    for module, competency in Target.objects.order_by("module", "sort_order").values_list("module_id", "competency_id"):
        aims[module].append(competency)
    runs = {pair for pair, _number in acts.values()}
    modules = modules_planned(programme)
    first, again = ({module.pk: Effect(module) for module in modules} for _n in range(2))
    for trainee, module in runs & opened.keys():
        for competency in aims[module] if module in first else ():
            known = proofs[trainee, competency]
            first[module].add(trainee, _around(known, opened[trainee, module], _within(known, acts, module)))
            if retaken := _by_run(_within(known, acts, module), acts):
                again[module].add(trainee, retaken)
    return Effects([effect for effect in first.values() if effect.levels], [effect for effect in again.values() if effect.levels])


Acts: TypeAlias = Mapping[UUID, tuple[Pair, int]]


def _within(proofs: Sequence[Proof], acts: Acts, module: int) -> list[Proof]:
    return [proof for proof in proofs if proof.occasion in acts and acts[proof.occasion][0][1] == module]


def _around(proofs: Sequence[Proof], opened_at: datetime, own: Sequence[Proof]) -> Levels:
    before = max((proof.level for proof in proofs if proof.at < opened_at), default=0)
    return before, max([before, *(proof.level for proof in own)])


def _by_run(own: Sequence[Proof], acts: Acts) -> Levels | None:
    """The best of the first run and the best of the later ones; None unless both proved something."""
    first = [proof.level for proof in own if acts[proof.occasion][1] == 1]
    later = [proof.level for proof in own if acts[proof.occasion][1] > 1]
    return (max(first), max(later)) if first and later else None


def _acts(trainees: list[int]) -> Iterator[Any]:
    """Who was judged or observed in which run: the occasion, the trainee, the module, the run's number."""
    yield from _judged(trainees)
    yield from _observed(trainees)


@prepared
def _judged(trainees: list[int]) -> QuerySet[Judgement, Any]:
    released = Judgement.objects.filter(submission__trainee__in=trainees, released_at__isnull=False).order_by()
    return released.values_list("uuid", "submission__trainee_id", "submission__run__module_id", "submission__run__number")


@prepared
def _observed(trainees: list[int]) -> QuerySet[Observation, Any]:
    seen = Observation.objects.filter(trainee__in=trainees, run__isnull=False).order_by()
    return seen.values_list("uuid", "trainee_id", "run__module_id", "run__number")


@prepared
def _first_runs(trainees: list[int]) -> QuerySet[Run, Any]:
    return Run.objects.filter(trainee__in=trainees, number=1).values_list("trainee_id", "module_id", "opened_at")
