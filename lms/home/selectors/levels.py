"""The matrix of a cohort: who stands in it, by page, by name and by level. Nothing of those who are not shown is read."""

from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from competencies.models import Standing
from competencies.rules import HIGHEST, LOWEST
from curriculum.models import Enrolment
from curriculum.selectors.cohort import followers
from lms.people.models import Cohort, User
from lms.people.rules import folded


class MatrixRow(NamedTuple):
    """A trainee of the matrix."""

    trainee: int
    uuid: UUID
    last_name: str
    first_name: str


def matrix_rows(
    *,
    seen_by: User,
    cohort: Cohort,
    programme: int,
    name: str = "",
    competencies: Collection[int],
    lowest: int = LOWEST,
    highest: int = HIGHEST,
) -> QuerySet[Enrolment, Any]:
    """Those whose name holds every word, and who stand between the two levels in one of the competencies at least; not asked yet, a row
    makes a `MatrixRow`.

    A name costs one query at once: SQLite folds no accent.
    """
    rows = followers(seen_by=seen_by, cohort=cohort).filter(programme=programme)
    if words := folded(name).split():
        known = rows.values_list("pk", "trainee__first_name", "trainee__last_name")
        rows = rows.filter(pk__in=[pk for pk, first, last in known if all(word in folded(f"{first} {last}") for word in words)])
    if (lowest, highest) != (LOWEST, HIGHEST):
        rows = rows.filter(_stands(competencies, lowest, highest))
    return rows.values_list("trainee_id", "trainee__uuid", "trainee__last_name", "trainee__first_name")


def _stands(competencies: Collection[int], lowest: int, highest: int) -> Q:
    """One of the competencies at least between the two levels; one without a standing is at the lowest."""
    own = Standing.objects.filter(trainee=OuterRef("trainee"), competency__in=competencies)
    within = Q(Exists(own.filter(level__range=(lowest, highest))))
    if lowest > LOWEST:
        return within
    seen = own.filter(level__gt=LOWEST).order_by().values("trainee").annotate(number=Count("pk")).values("number")
    return within | Q(
        Exists(
            Enrolment.objects.annotate(seen=Coalesce(Subquery(seen, output_field=IntegerField()), 0)).filter(
                pk=OuterRef("pk"), seen__lt=len(competencies)
            )
        )
    )
