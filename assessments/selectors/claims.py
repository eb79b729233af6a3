"""Who takes care of what waits, whom it can be given to, which of one's drafts can be signed, what comes next."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, Exists, IntegerField, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Claim, Judgement, RubricCriterion, Submission
from assessments.rules import Seen
from assessments.rules.waiting import is_ready, since_words
from assessments.selectors.queue import claims_of_work, waiting_for
from assessments.selectors.thread import MarkRow
from lms import clock
from lms.people.models import Membership, User
from lms.people.rules import Role


@dataclass(frozen=True, slots=True)
class HolderChoice:
    """One value of the filter « qui s'en charge » and how many works wait under it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """Who takes care of a work, since when in words, and who gave it (empty: taken by the holder)."""

    holder: str
    is_mine: bool
    since: str
    given_by: str


@dataclass(frozen=True, slots=True)
class NextWork:
    """The version that comes next in a filtered queue."""

    uuid: UUID
    trainee: str
    work: str


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """A draft of one's own that signing would accept as it is. `summary`: how many lines at each level, in words."""

    uuid: UUID
    rev: int
    submission: UUID
    trainee: str
    work: str
    number: int
    summary: str
    comment: str
    asks_revision: bool
    marks: list[MarkRow]


def holder_choices(user: User, *, cohort: UUID | None, module: UUID | None) -> list[HolderChoice]:
    """The values of the filter, with how much waits under each. Only who judges has works of their own. One query."""
    waiting = waiting_for(user, cohort=cohort, module=module).order_by()
    counts = waiting.aggregate(
        everything=Count("pk"),
        mine=Count("pk", filter=Exists(claims_of_work().filter(holder=user.pk))),
        nobody=Count("pk", filter=~Exists(claims_of_work())),
    )
    mine = [HolderChoice("me", _("Pour moi"), counts["mine"])] if user.role is Role.TRAINER else []
    return [*mine, HolderChoice("nobody", _("À personne"), counts["nobody"]), HolderChoice("", _("Tous"), counts["everything"])]


def colleagues_of(user: User, *, trainee: User | None = None) -> QuerySet[User]:
    """The trainers to whom this person may give works: of the cohorts they follow, or of that trainee's; themselves among them."""
    cohorts = Membership.objects.filter(left_at=None, user=trainee.pk if trainee else user.pk).values("cohort")
    members = Membership.objects.filter(left_at=None)
    if trainee or user.role is not Role.COORDINATOR:
        members = members.filter(cohort__in=cohorts)
    found: QuerySet[User] = User.objects.with_role(Role.TRAINER).filter(is_active=True, pk__in=members.values("user"))
    return found


def claim_on(user: User, submission: Submission) -> ClaimRow | None:
    """Who takes care of the work of that version, as a sheet says it. One query."""
    claim = (
        Claim.objects.standing()
        .filter(trainee=submission.trainee_id, practical=submission.practical_id)
        .select_related("holder", "given_by")
        .first()
    )
    if claim is None:
        return None
    since = since_words(timezone.localtime(claim.at), timezone.localtime(clock.now()))
    return ClaimRow(
        str(claim.holder), claim.holder_id == user.pk, since, str(claim.given_by) if claim.given_by_id != claim.holder_id else ""
    )


def next_work(
    user: User, after: Submission, *, cohort: UUID | None = None, module: UUID | None = None, holder: str | None = None
) -> NextWork | None:
    """What comes after that version in the filtered queue, else what comes first; no work that somebody else takes care of. One query."""
    waiting = waiting_for(user, cohort=cohort, module=module, holder=holder)
    waiting = waiting.exclude(trainee=after.trainee_id, practical=after.practical_id)
    later = Q(submitted_at__gt=after.submitted_at) | Q(submitted_at=after.submitted_at, pk__gt=after.pk)
    found = (
        waiting.filter(~Exists(claims_of_work().exclude(holder=user.pk)))
        .order_by(Case(When(later, then=0), default=1, output_field=IntegerField()), "submitted_at", "pk")
        .select_related("trainee", "practical")
        .only("uuid", "trainee__username", "trainee__first_name", "trainee__last_name", "practical__title")
        .first()
    )
    return NextWork(found.uuid, str(found.trainee), found.practical.title) if found else None


def ready_drafts(user: User) -> list[ReadyRow]:
    """This person's drafts on works that wait, which signing would accept as they are; oldest work first. Five queries at most.

    A correction is not among them: it is signed from its own sheet.
    """
    drafts = list(
        Judgement.objects.visible_to(user)
        .filter(assessor=user, released_at=None, corrects=None, submission__in=waiting_for(user).order_by())
        .select_related("submission__trainee", "submission__practical")
        .defer("submission__text", "submission__practical__brief", "submission__practical__deliverables")
        .prefetch_related("marks__line__criterion")
        .order_by("submission__submitted_at", "pk")
    )
    lines: dict[int, dict[int, str]] = {}
    for version, line, label in RubricCriterion.objects.filter(version__in={one.submission.rubric_id for one in drafts}).values_list(
        "version", "pk", "label"
    ):
        lines.setdefault(version, {})[line] = label
    return [_ready_row(one) for one in drafts if _is_ready(one, lines.get(one.submission.rubric_id, {}))]


def _is_ready(draft: Judgement, lines: dict[int, str]) -> bool:
    seen = [Seen(mark.line_id, mark.line.criterion.competency_id, mark.level) for mark in draft.marks.all()]
    return is_ready(lines, seen, is_commission=draft.submission.practical.is_commission)


def _ready_row(draft: Judgement) -> ReadyRow:
    marks = [
        MarkRow(
            mark.line_id, mark.line.label, mark.level, "" if mark.level is None else mark.line.descriptors[str(mark.level)], mark.comment
        )
        for mark in draft.marks.all()
    ]
    submission = draft.submission
    return ReadyRow(
        draft.uuid, draft.rev, submission.uuid, str(submission.trainee), submission.practical.title, submission.number,
        _summary([mark.level for mark in marks]), draft.comment, draft.asks_revision, marks,
    )  # fmt: skip


def _summary(levels: list[int | None]) -> str:
    """« 4 critères au niveau 3, 1 critère au niveau 2, 1 pas observé »."""
    counts = Counter(levels)
    said = [
        ngettext("%(number)s critère au niveau %(level)s", "%(number)s critères au niveau %(level)s", counts[level])
        % {"number": counts[level], "level": level}
        for level in sorted((level for level in counts if level is not None), reverse=True)
    ]
    unseen = counts[None]
    return ", ".join(
        [*said, *([ngettext("%(number)s pas observé", "%(number)s pas observés", unseen) % {"number": unseen}] if unseen else [])]
    )
