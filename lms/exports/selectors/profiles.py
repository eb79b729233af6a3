"""Who a saved export is about, and what moved of them. Each function costs a fixed number of queries, whatever the number of trainees."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from assessments.models import Judgement
from competencies.models import LevelMove
from curriculum.models import Enrolment, Run, StepVisit
from lms.exports.models import ExportProfile, ProfileRun
from lms.exports.rules.profiles import digests_in
from lms.people.models import Membership, User


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved in a span of time: trainees by uuid; modules and levels as (trainee, code); runs by uuid."""

    trainees: frozenset[UUID]
    modules: frozenset[tuple[UUID, str]]
    runs: frozenset[UUID]
    levels: frozenset[tuple[UUID, str]]
    levelled: frozenset[UUID]


def chosen_enrolments(*, seen_by: User, cohorts: Sequence[str], only_active: bool) -> QuerySet[Enrolment]:
    """The enrolments a profile is about, in the order of names: of these cohorts (none named: of all), present and going on where
    `only_active`; otherwise the latest of each trainee on each programme, those who left included."""
    rows = Enrolment.objects.visible_to(seen_by)
    places = Membership.objects.filter(cohort__uuid__in=cohorts) if cohorts else Membership.objects.all()
    if only_active:
        rows = rows.filter(withdrawn_at=None, trainee__in=places.filter(left_at=None).values("user"))
    else:
        rows = rows.filter(trainee__in=places.values("user")) if cohorts else rows
        rows = rows.filter(pk__in=rows.order_by().values("trainee", "programme").annotate(last=Max("pk")).values("last"))
    return rows.order_by("trainee__last_name", "trainee__first_name", "trainee", "pk")


def moved_since(trainees: Collection[int], since: datetime) -> Moved:
    """What moved of these trainees from that moment on. Four queries."""
    opened = Q(opened_at__gte=since) | Q(completed_at__gte=since) | Q(closed_at__gte=since)
    runs = Run.objects.filter(opened, trainee__in=trainees).values_list("trainee__uuid", "module__code", "uuid")
    done = StepVisit.objects.filter(run__trainee__in=trainees, completed_at__gte=since)
    steps = done.values_list("run__trainee__uuid", "run__module__code", "run__uuid").distinct()
    judged = Judgement.objects.filter(submission__trainee__in=trainees, released_at__gte=since)
    proven = judged.values_list("submission__trainee__uuid", "submission__run__module__code", "submission__run__uuid").distinct()
    levels = frozenset(
        LevelMove.objects.filter(trainee__in=trainees, at__gte=since).values_list("trainee__uuid", "competency__code").distinct()
    )
    on_modules = [*runs, *steps, *proven]
    levelled = frozenset(trainee for trainee, _code in levels)
    return Moved(
        trainees=levelled | {trainee for trainee, _code, _run in on_modules},
        modules=frozenset((trainee, code) for trainee, code, _run in on_modules),
        runs=frozenset(run for _trainee, _code, run in on_modules),
        levels=levels,
        levelled=levelled,
    )


def known_to_all(profile: UUID) -> frozenset[bytes]:
    """The rows that every receiver of a profile surely has as they are: those of its latest delivered run that each later one, which some of
    them may have got, says too. A row that changed and changed back meanwhile is told again."""
    marked = ProfileRun.objects.filter(profile__uuid=profile, mark__isnull=False).order_by("pk")
    latest = marked.filter(delivered_at__isnull=False).values_list("pk", flat=True).last()
    if latest is None:
        return frozenset()
    marks = marked.filter(pk__gte=latest).values_list("mark", flat=True)
    return frozenset.intersection(*(digests_in(bytes(mark)) for mark in marks if mark is not None))


def profiles_for(user: User) -> QuerySet[ExportProfile]:
    """Those in use, with what a list of them says."""
    return (
        ExportProfile.objects.visible_to(user)
        .filter(archived_at=None)
        .select_related("saved_by")
        .prefetch_related("cohorts", "destinations")
    )
