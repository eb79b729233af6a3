"""One trainee as the staff who follow them see it: works and judgements, and the rows of a list of trainees."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Min, QuerySet

from assessments.models import Judgement, Submission
from competencies.models import Evidence
from competencies.selectors import acquired_counts
from curriculum.models import Enrolment, HelpRequest
from curriculum.selectors.cohort import last_opened
from lms.exports.selectors import followers_of
from lms.home.selectors.needs import Need, needs_of
from lms.people.models import Cohort, Membership, User
from lms.people.rules import folded


@dataclass(slots=True)
class Verdict:
    """One released judgement of a version; `levels` by competency code, empty once it was corrected."""

    assessor: str
    released_at: datetime
    asks_revision: bool
    is_corrected: bool
    levels: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class WorkVersion:
    """One version handed in, in its run, with the judgements it received."""

    uuid: UUID
    title: str
    module: str
    run: int
    number: int
    submitted_at: datetime
    verdicts: list[Verdict] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TraineeRow:
    """A trainee in a list: what they have acquired and when they were last here."""

    uuid: UUID
    last_name: str
    first_name: str
    cohorts: Sequence[str]
    acquired: int
    begun: int
    last_opened: datetime | None
    need: Need | None


def works_of(trainee: int) -> list[WorkVersion]:
    """Every version a trainee handed in, by work, the newest first, with what was said of it. Three queries."""
    fields = ("pk", "uuid", "practical__title", "run__module__plain_title", "run__number", "number", "submitted_at")
    handed_in = Submission.objects.filter(trainee=trainee).order_by("run__module__path", "practical__path", "-number")
    versions = {pk: WorkVersion(*row) for pk, *row in handed_in.values_list(*fields)}
    seen = Evidence.objects.filter(trainee=trainee, withdrawn_at=None).values_list("occasion", "competency__code")
    levels: dict[UUID, list[tuple[str, int]]] = {}
    for occasion, code, level in seen.annotate(lowest=Min("level")).order_by("competency__block__sort_order", "competency__position"):
        levels.setdefault(occasion, []).append((code, level))
    released = Judgement.objects.filter(submission__trainee=trainee, released_at__isnull=False).select_related(
        "assessor", "co_assessor", "corrected_by"
    )
    for judgement in released.order_by("-released_at"):
        correction = getattr(judgement, "corrected_by", None)
        is_corrected = correction is not None and correction.released_at is not None
        if judgement.released_at:
            verdict = Verdict(
                judgement.signers, judgement.released_at, judgement.asks_revision, is_corrected or judgement.agreed_id is not None
            )
            verdict.levels = levels.get(judgement.uuid, [])
            versions[judgement.submission_id].verdicts.append(verdict)
    return list(versions.values())


def help_requests_of(trainee: int) -> list[HelpRequest]:
    """What a trainee asked, the newest first. One query."""
    rows = HelpRequest.objects.filter(trainee=trainee).select_related("module", "step", "answered_by")
    return list(rows.order_by("-asked_at", "-pk"))


def named(people: QuerySet[User], words: str) -> list[int]:
    """Those whose name holds every word, accents and case aside: SQLite folds neither. One query."""
    sought = folded(words).split()
    rows = people.values_list("pk", "first_name", "last_name")
    return [pk for pk, first, last in rows if all(word in folded(f"{first} {last}") for word in sought)]


def trainee_rows(page: Sequence[User], *, seen_by: User, with_needs: bool) -> list[TraineeRow]:
    """Rows for one page of trainees. Nine queries, whatever the number."""
    trainees = [person.pk for person in page]
    cohorts: dict[int, list[str]] = {}
    members = Membership.objects.filter(user__in=trainees, left_at=None, cohort__in=Cohort.objects.visible_to(seen_by))
    for trainee, name in members.order_by("cohort__name").values_list("user", "cohort__name"):
        cohorts.setdefault(trainee, []).append(name)
    counts, opened = acquired_counts(trainees), last_opened(trainees)
    needs: dict[int, Need] = {}
    if with_needs:
        enrolments = Enrolment.objects.visible_to(seen_by).filter(trainee__in=trainees, withdrawn_at=None)
        needs = {waiting.trainee: waiting.needs[0] for waiting in needs_of(followers_of(enrolments))}
    return [
        TraineeRow(
            person.uuid, person.last_name, person.first_name, cohorts.get(person.pk, []), *counts[person.pk], opened.get(person.pk),
            needs.get(person.pk),
        )
        for person in page
    ]  # fmt: skip
