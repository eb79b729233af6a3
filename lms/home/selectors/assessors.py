"""How several assessors mark alike: on the same criteria, and on the same versions. Never an order of merit.

What one signed before a common evaluation counts; what was corrected, and the common evaluation itself, do not.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db.models import Count, QuerySet

from assessments.models import Mark, Submission
from competencies.selectors import LEVELS


@dataclass(frozen=True, slots=True)
class AssessorRow:
    """How often one assessor gave each level 0-4, on criteria that another marked too."""

    name: str
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two assessors on the same versions: cells marked by both at the same level, one apart, two or more apart."""

    names: str
    counts: Sequence[int]


def _signed(trainees: Collection[int]) -> QuerySet[Mark]:
    marks = Mark.objects.filter(judgement__submission__trainee__in=trainees, judgement__released_at__isnull=False, level__isnull=False)
    return marks.filter(judgement__co_assessor=None).exclude(judgement__corrected_by__released_at__isnull=False).order_by()


def _name(first: str, last: str) -> str:
    return f"{last} {first}".strip()


WHO = ("judgement__assessor_id", "judgement__assessor__first_name", "judgement__assessor__last_name")


def assessors_of(trainees: Collection[int]) -> list[AssessorRow]:
    """By name, the assessors who share a criterion with another. One query, counted by the database."""
    rows = list(_signed(trainees).values_list("line__criterion_id", *WHO, "level").annotate(number=Count("pk")))
    markers: dict[int, set[int]] = defaultdict(set)
    for criterion, assessor, *_rest in rows:
        markers[criterion].add(assessor)
    names: dict[int, str] = {}
    counts: dict[int, list[int]] = defaultdict(lambda: [0] * len(LEVELS))
    for criterion, assessor, first, last, level, number in rows:
        if len(markers[criterion]) > 1:
            names[assessor] = _name(first, last)
            counts[assessor][level] += number
    return [AssessorRow(names[one], counts[one]) for one in sorted(names, key=lambda one: (names[one], one))]


def pairs_of(trainees: Collection[int]) -> list[PairRow]:
    """By name, two by two, those who marked the same line of the same version. Two queries."""
    twice = Submission.objects.filter(trainee__in=trainees, judgements__released_at__isnull=False)
    seen_twice = twice.annotate(assessors=Count("judgements__assessor", distinct=True)).filter(assessors__gt=1).values("pk")
    cells: dict[Any, dict[int, int]] = defaultdict(dict)
    names: dict[int, str] = {}
    rows = _signed(trainees).filter(judgement__submission__in=seen_twice).order_by("judgement__released_at")
    for submission, line, level, assessor, first, last in rows.values_list("judgement__submission_id", "line_id", "level", *WHO):
        names[assessor] = _name(first, last)
        cells[submission, line][assessor] = level
    return _pairs(list(cells.values()), names)


def _pairs(cells: Sequence[Mapping[int, int]], names: Mapping[int, str]) -> list[PairRow]:
    apart: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for levels in cells:
        for pair in combinations(sorted(levels, key=lambda one: (names[one], one)), 2):
            apart[pair][min(2, abs(levels[pair[0]] - levels[pair[1]]))] += 1
    rows = [PairRow(" · ".join(names[one] for one in pair), [counts[gap] for gap in range(3)]) for pair, counts in apart.items()]
    return sorted(rows, key=lambda row: row.names)
