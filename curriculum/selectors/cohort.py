"""The way of many trainees at once: who follows what, hours, runs, who may be stuck.

Trainees are named by primary keys taken from `followers`, which asks `visible_to`. Each function costs a fixed number of
queries, whatever the number of trainees. Minutes everywhere.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum, Window
from django.db.models.functions import Coalesce, Left, Length, RowNumber

from curriculum.models import Enrolment, HelpRequest, ModulePage, Outing, ProgrammePage, Run, StepVisit
from curriculum.rules import KINDS, LONG_OPEN_DAYS
from lms import clock
from lms.people.models import Cohort, Membership, User
from lms.prepared import prepared


@dataclass(frozen=True, slots=True)
class ProgrammeHead:
    """A programme as a cohort's page names it."""

    pk: int
    uuid: UUID
    title: str
    framework: int
    framework_uuid: UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """Help that a trainee waits for: `place` is the step's title, or the module's."""

    trainee: int
    place: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedModule:
    """A module of a programme with the minutes it plans per kind (none once it is archived)."""

    pk: int
    uuid: UUID
    code: str
    title: str
    block_code: str
    block_label: str
    planned: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RunRow:
    """One take of one module: `steps_done` counts the steps completed in it."""

    uuid: UUID
    module: int
    module_code: str
    module_title: str
    number: int
    opened_at: datetime
    completed_at: datetime | None
    closed_at: datetime | None
    steps_done: int


@dataclass(frozen=True, slots=True)
class KindHours:
    """Minutes of one kind, a trainee on average; None where nothing records them."""

    kind: str
    planned: int
    done: int | None
    proven: int | None


def programmes_in(cohort: Cohort) -> list[ProgrammeHead]:
    """The programmes followed by those present in a cohort, the most followed first. One query."""
    return [ProgrammeHead(*row[:5]) for row in _programmes_in(cohort.pk)]


@prepared
def _programmes_in(cohort: int) -> QuerySet[Enrolment, Any]:
    live = Enrolment.objects.filter(trainee__in=_present(cohort), withdrawn_at=None)
    rows = live.values_list("programme_id", "programme__uuid", "programme__title", "programme__framework_id", "programme__framework__uuid")
    return rows.annotate(number=Count("pk")).order_by("-number", "programme_id")


def followers(*, seen_by: User, cohort: Cohort) -> QuerySet[Enrolment]:
    """Live enrolments of the trainees present in a cohort and whom `seen_by` may read, in the order of names.

    Presence is the membership's: somebody in two cohorts on one programme has one enrolment and is seen in both.
    """
    rows = Enrolment.objects.visible_to(seen_by).filter(withdrawn_at=None, trainee__in=_present(cohort.pk))
    return rows.order_by("trainee__last_name", "trainee__first_name", "trainee")


def _present(cohort: int) -> QuerySet[Membership, int]:
    return Membership.objects.filter(cohort=cohort, left_at=None).values_list("user", flat=True)


def enrolments_of(*, seen_by: User, trainee: UUID) -> QuerySet[Enrolment]:
    """The latest enrolment of one trainee on each programme, ended ones included, if `seen_by` may read that person."""
    rows = Enrolment.objects.visible_to(seen_by).filter(trainee__uuid=trainee)
    latest = rows.order_by().values("programme").annotate(last=Max("pk")).values("last")
    return rows.filter(pk__in=latest).order_by("-enrolled_at", "-pk")


def modules_planned(programme: int) -> list[PlannedModule]:
    """Every module of a programme in the author's order, the archived ones with nothing planned. One query."""
    found = []
    for pk, uuid, code, title, block, label, is_live, *minutes in _modules_of(programme):
        planned = dict(zip(KINDS, minutes, strict=True)) if is_live else dict.fromkeys(KINDS, 0)
        found.append(PlannedModule(pk, uuid, code, title, block, label, planned))
    return found


@prepared
def _modules_of(programme: int) -> QuerySet[ModulePage, Any]:
    above = Left(OuterRef("path"), Length(OuterRef("path")) - ModulePage.steplen)
    modules = ModulePage.objects.filter(Exists(ProgrammePage.objects.filter(pk=programme, path=above))).order_by("path")
    fields = ("pk", "uuid", "code", "plain_title", "block__code", "block__label", "live", *(f"{kind}_minutes" for kind in KINDS))
    return modules.values_list(*fields)  # type: ignore[no-any-return]  # no page object: 36 of them cost more than the query


def outing_minutes(programme: int) -> int:
    """Minutes of the cultural outings a programme plans, which no module owns. One query."""
    return sum(_outings(programme))


@prepared
def _outings(programme: int) -> QuerySet[Outing, int]:
    return Outing.objects.filter(programme=programme).values_list("minutes", flat=True)


def counted_visits(trainees: Collection[int]) -> QuerySet[StepVisit]:
    """The completed visits that count as hours: of each trainee and step the longest, whatever the number of runs (`rules.done_minutes`)."""
    ranked = StepVisit.objects.filter(run__trainee__in=trainees, completed_at__isnull=False).annotate(
        rank=Window(RowNumber(), partition_by=[F("run__trainee"), F("step")], order_by=[F("minutes").desc(), F("pk").asc()])
    )
    return StepVisit.objects.filter(pk__in=ranked.filter(rank=1).values("pk"))


Minutes: TypeAlias = tuple[int, int]  # done, and of these proven
NOTHING_PROVEN = Q(pk__in=[])


def minutes_by_module(visits: QuerySet[StepVisit], *, is_proven: Q | Exists = NOTHING_PROVEN) -> QuerySet[StepVisit, Any]:
    """Minutes of these visits per module and kind, all trainees together: module, kind, done, of these proven."""
    return visits.values_list("run__module", "hours_kind").annotate(
        total=Sum("minutes"), proven=Coalesce(Sum("minutes", filter=is_proven), 0)
    )


def minutes_by_trainee(visits: QuerySet[StepVisit], *, is_proven: Q | Exists = NOTHING_PROVEN) -> dict[int, dict[tuple[int, str], Minutes]]:
    """Minutes of these visits per trainee, then per (module, kind). One query."""
    found: dict[int, dict[tuple[int, str], Minutes]] = {}
    rows = visits.values_list("run__trainee", "run__module", "hours_kind").annotate(
        total=Sum("minutes"), proven=Sum("minutes", filter=is_proven)
    )
    for trainee, module, kind, total, proven in rows:
        found.setdefault(trainee, {})[module, kind] = (total, proven or 0)
    return found


def runs_of(trainees: Collection[int]) -> dict[int, list[RunRow]]:
    """Every run of each trainee, by module in the author's order, then first to last. One query."""
    found: dict[int, list[RunRow]] = {trainee: [] for trainee in trainees}
    rows = Run.objects.filter(trainee__in=trainees).annotate(done=Count("visits", filter=Q(visits__completed_at__isnull=False)))
    fields = ("uuid", "module_id", "module__code", "module__plain_title", "number", "opened_at", "completed_at", "closed_at", "done")
    for trainee, *row in rows.order_by("module__path", "number").values_list("trainee_id", *fields):
        found[trainee].append(RunRow(*row))
    return found


def last_opened(trainees: Collection[int]) -> dict[int, datetime]:
    """When each trainee last read or completed a step; absent for someone who opened nothing yet. One query."""
    return dict(_last_opened(list(trainees)))


@prepared
def _last_opened(trainees: list[int]) -> QuerySet[StepVisit, Any]:
    return StepVisit.objects.filter(run__trainee__in=trainees).values_list("run__trainee").annotate(last=Max("last_seen_at"))


def help_waiting(trainees: Collection[int]) -> list[Asked]:
    """Requests that nobody answered yet, the oldest first. One query."""
    return [Asked(*row) for row in _help_waiting(list(trainees))]


@prepared
def _help_waiting(trainees: list[int]) -> QuerySet[HelpRequest, Any]:
    rows = HelpRequest.objects.filter(trainee__in=trainees, answered_at=None).order_by("asked_at", "pk")
    return rows.values_list("trainee_id", Coalesce("step__title", "module__plain_title"), "asked_at")


def longest_open_runs(trainees: Collection[int]) -> dict[int, tuple[str, datetime]]:
    """Of each trainee the oldest run begun more than `LONG_OPEN_DAYS` ago, neither finished nor closed: module and beginning. One query."""
    rows = _oldest_open(list(trainees), clock.now() - timedelta(days=LONG_OPEN_DAYS))
    return {trainee: (title, opened_at) for trainee, title, opened_at in rows}


@prepared
def _oldest_open(trainees: list[int], before: datetime) -> QuerySet[Run, Any]:
    runs = Run.objects.filter(trainee__in=trainees, completed_at=None, closed_at=None, opened_at__lt=before, module__live=True)
    ranked = runs.annotate(rank=Window(RowNumber(), partition_by=[F("trainee")], order_by=[F("opened_at").asc(), F("pk").asc()]))
    return ranked.filter(rank=1).values_list("trainee_id", "module__plain_title", "opened_at")
