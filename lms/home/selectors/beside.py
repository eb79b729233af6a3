"""Cohorts side by side. The queries are as many for one cohort as for twenty."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from competencies.models import Competency, Standing
from curriculum.models import Enrolment
from curriculum.rules import KINDS
from curriculum.selectors.cohort import counted_visits
from lms.people.models import Cohort, Membership

NOT_RECORDED = frozenset({"culture"})  # nothing says yet who went out


@dataclass(slots=True)
class CohortRow:
    """A cohort today: who is in it, levels acquired of those there are to acquire, minutes per kind of all its trainees together."""

    cohort: Cohort
    trainees: int = 0
    acquired: int = 0
    possible: int = 0
    budget: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    done: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))

    @property
    def percent(self) -> int:
        return round(100 * self.acquired / self.possible) if self.possible else 0

    def planned_each(self, kind: str) -> int:
        """Minutes of the budget, a trainee."""
        return round(self.budget[kind] / self.trainees) if self.trainees else 0

    def done_each(self, kind: str) -> int | None:
        """Minutes done, a trainee on average; None where nothing records them."""
        if kind in NOT_RECORDED and not self.done[kind]:
            return None
        return round(self.done[kind] / self.trainees) if self.trainees else 0


def cohorts_beside(cohorts: Sequence[Cohort]) -> list[CohortRow]:
    """One row a cohort, in the order given. Four queries."""
    rows = {cohort.pk: CohortRow(cohort) for cohort in cohorts}
    sizes = _competencies()
    live = _enrolments(rows)
    for cohort, framework, theory, practical, culture, number in live:
        row = rows[cohort]
        row.trainees += number
        row.possible += number * sizes.get(framework, 0)
        for kind, minutes in zip(KINDS, (theory, practical, culture), strict=True):
            row.budget[kind] += number * minutes
    here = Q(trainee__memberships__left_at=None, trainee__memberships__cohort__in=rows)
    kept = Standing.objects.filter(here, level__gte=F("competency__block__framework__scale__acquired_at"), competency__live=True)
    for cohort, number in kept.values_list("trainee__memberships__cohort").annotate(number=Count("pk")):
        rows[cohort].acquired += number
    for cohort, kind, minutes in _minutes(rows):
        rows[cohort].done[kind] += minutes
    return list(rows.values())


def _competencies() -> Mapping[int, int]:
    rows = Competency.objects.filter(live=True).order_by().values_list("block__framework").annotate(number=Count("pk"))
    return dict(rows)


def _enrolments(cohorts: Collection[int]) -> QuerySet[Enrolment, Any]:
    """Present trainees by cohort and programme."""
    here = Q(trainee__memberships__left_at=None, trainee__memberships__cohort__in=cohorts)
    minutes = tuple(f"programme__{kind}_minutes" for kind in KINDS)
    rows = Enrolment.objects.filter(here, withdrawn_at=None).order_by()
    return rows.values_list("trainee__memberships__cohort", "programme__framework", *minutes).annotate(number=Count("pk"))


def _minutes(cohorts: Collection[int]) -> list[tuple[int, str, int]]:
    members = Membership.objects.filter(cohort__in=cohorts, left_at=None, user__groups__name="trainee").values("user")
    done = counted_visits(members)  # type: ignore[arg-type]  # a subquery of them
    here = Q(run__trainee__memberships__left_at=None, run__trainee__memberships__cohort__in=cohorts)
    rows = done.filter(here).values_list("run__trainee__memberships__cohort", "hours_kind").annotate(total=Sum("minutes"))
    found: dict[tuple[int, str], int] = defaultdict(int)
    for cohort, kind, total in rows:
        found[cohort, kind] += total
    return [(cohort, kind, total) for (cohort, kind), total in found.items()]
