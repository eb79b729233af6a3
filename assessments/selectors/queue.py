"""What waits for an assessor, oldest first. A fixed number of queries whatever waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from assessments.models import Claim, Judgement, Submission
from assessments.rules.waiting import since_words
from assessments.selectors.teams import mates_by_team
from lms import clock
from lms.people.models import Cohort, Membership, User
from lms.people.rules import Role
from lms.prepared import prepared


@dataclass(slots=True)
class QueueRow:
    """The version of a work that waits. `superseded`: earlier versions that nobody judged; `others`: who has begun besides the reader.

    `waits`: since when, in words; `holder`: who takes care of it, if anybody, and whether that is the reader.
    """

    uuid: UUID
    trainee: str
    trainee_uuid: UUID
    work: str
    module: str
    number: int
    submitted_at: datetime
    superseded: int
    waits: str
    cohorts: list[str] = field(default_factory=list)
    has_draft: bool = False
    others: list[str] = field(default_factory=list)
    mates: list[str] = field(default_factory=list)
    holder: str = ""
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter and how many works wait under it."""

    uuid: UUID
    label: str
    count: int


def waiting_for(user: User, *, cohort: UUID | None = None, module: UUID | None = None, holder: str | None = None) -> QuerySet[Submission]:
    """The latest version of each work, where nobody judged it, of the trainees this person follows; oldest first.

    A version handed in before the latest one waits no more: it is kept in the thread. `holder`: "me", those this person takes
    care of; "nobody", those nobody does.
    """
    same_work = Submission.objects.filter(trainee=OuterRef("trainee"), practical=OuterRef("practical"))
    waiting = Submission.objects.visible_to(user).filter(
        ~Exists(same_work.filter(number__gt=OuterRef("number"))), ~Exists(_released(OuterRef("pk")))
    )
    if cohort is not None:
        members = Membership.objects.filter(cohort__uuid=cohort, left_at=None, cohort__in=Cohort.objects.visible_to(user))
        waiting = waiting.filter(trainee__in=members.values("user"))
    if module is not None:
        waiting = waiting.filter(run__module__uuid=module)
    if holder == "me":
        waiting = waiting.filter(Exists(claims_of_work().filter(holder=user.pk)))
    elif holder == "nobody":
        waiting = waiting.filter(~Exists(claims_of_work()))
    return waiting.order_by("submitted_at", "pk")


def claims_of_work() -> QuerySet[Claim]:
    """Of a version in an outer query: who takes care of its work."""
    return Claim.objects.standing().filter(trainee=OuterRef("trainee"), practical=OuterRef("practical"))


def waiting_count(user: User, cohort: UUID) -> int:
    """How many works of a cohort wait. One query."""
    return sum(number for _practical, number in _waiting_in(user.pk, user.role, cohort)) if user.role else 0


@prepared
def _waiting_in(user: int, role: Role, cohort: UUID) -> QuerySet[Submission, Any]:
    waiting = waiting_for(User.known(user, role), cohort=cohort).order_by()
    return waiting.values_list("practical").annotate(number=Count("pk"))


def with_details(waiting: QuerySet[Submission]) -> QuerySet[Submission]:
    """What a row of the queue shows, besides what `queue_rows` adds."""
    older = Submission.objects.filter(
        ~Exists(_released(OuterRef("pk"))),
        trainee=OuterRef("trainee"), practical=OuterRef("practical"), number__lt=OuterRef("number"),
    )  # fmt: skip
    count = older.order_by().values("practical").annotate(total=Count("pk")).values("total")
    return (
        waiting.annotate(superseded=Coalesce(Subquery(count), 0))
        .select_related("trainee", "practical", "run__module")
        .defer("text", "practical__brief", "practical__deliverables")
    )


def queue_rows(user: User, page: Sequence[Submission]) -> list[QueueRow]:
    """Rows for one page of `with_details`: adds cohorts, who takes care of it, drafts begun and who worked along. Three queries, four
    where someone worked along."""
    now = timezone.localtime(clock.now())
    rows = {
        one.pk: QueueRow(
            one.uuid, str(one.trainee), one.trainee.uuid, one.practical.title, one.run.module.plain_title, one.number, one.submitted_at,
            one.superseded,  # type: ignore[attr-defined]  # annotated by with_details
            since_words(timezone.localtime(one.submitted_at), now),
        )
        for one in page
    }  # fmt: skip
    cohorts: dict[int, list[str]] = {}
    members = Membership.objects.filter(user__in={one.trainee_id for one in page}, left_at=None).order_by("cohort__name")
    for trainee, name in members.filter(cohort__in=Cohort.objects.visible_to(user)).values_list("user", "cohort__name"):
        cohorts.setdefault(trainee, []).append(name)
    teams = mates_by_team(one.team for one in page)
    for one in page:
        rows[one.pk].cohorts = cohorts.get(one.trainee_id, [])
        rows[one.pk].mates = [mate.name for mate in teams.get(one.team, ()) if mate.version != one.uuid] if one.team else []
    holders = {(claim.trainee_id, claim.practical_id): claim.holder for claim in _claims([one.pk for one in page])}
    for one in page:
        holder = holders.get((one.trainee_id, one.practical_id))
        rows[one.pk].holder, rows[one.pk].is_mine = str(holder or ""), holder == user
    for draft in Judgement.objects.filter(submission__in=rows, released_at=None).select_related("assessor"):
        if draft.assessor_id == user.pk:
            rows[draft.submission_id].has_draft = True
        else:
            rows[draft.submission_id].others.append(str(draft.assessor))
    return list(rows.values())


def cohort_choices(user: User, *, module: UUID | None, holder: str | None = None) -> list[Choice]:
    """The cohorts in which something waits (of that module, with that holder), with how much."""
    waiting = waiting_for(user, module=module, holder=holder).order_by()
    found = (
        Membership.objects.filter(left_at=None, cohort__in=Cohort.objects.visible_to(user), user__submissions__in=waiting)
        .values_list("cohort__uuid", "cohort__name")
        .annotate(count=Count("user__submissions"))
        .order_by("cohort__name")
    )
    return [Choice(*row) for row in found]


def module_choices(user: User, *, cohort: UUID | None, holder: str | None = None) -> list[Choice]:
    """The modules in which something waits (of that cohort, with that holder), with how much."""
    waiting = waiting_for(user, cohort=cohort, holder=holder).order_by()
    found = (
        waiting.values_list("run__module__uuid", "run__module__plain_title")
        .annotate(count=Count("pk"))
        .order_by("run__module__plain_title")
    )
    return [Choice(*row) for row in found]


def _claims(submissions: Sequence[int]) -> QuerySet[Claim]:
    """Who takes care of the works of those versions."""
    works = Submission.objects.filter(pk__in=submissions, trainee=OuterRef("trainee"), practical=OuterRef("practical"))
    return Claim.objects.standing().filter(Exists(works)).select_related("holder")


def _released(submission: OuterRef) -> QuerySet[Judgement]:
    return Judgement.objects.filter(submission=submission).exclude(released_at=None)
