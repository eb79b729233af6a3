"""Who looks at whose work, what is shown of it and what was said of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from assessments.models import PeerMark, PeerReview, PracticalPage, RubricCriterion, Submission
from assessments.rules import REVIEW_DAYS, is_readable
from assessments.selectors.teams import mates_of
from assessments.selectors.thread import FileRow
from lms import clock
from lms.files.models import PrivateFile
from lms.people.models import User
from lms.people.rules import Role


@dataclass(slots=True)
class PeerRow:
    """What was said of a version. `who` is empty where its reader may not know; `state`: waiting, read, hidden."""

    uuid: UUID
    who: str
    is_anonymous: bool
    works: str
    to_try: str
    given_at: datetime
    state: str
    marks: list[tuple[str, int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PeerWork:
    """A classmate's version as the one who looks at it sees it: no name and no file name where it is anonymous."""

    author: str
    text: str
    files: list[FileRow]


def authors_near(user: User, practical: PracticalPage) -> dict[int, tuple[int, int]]:
    """Trainees who share a cohort with this person and have handed this work in, not with them: (their latest version, how many look at it or have)."""
    ours = Submission.objects.filter(trainee=user.pk, practical=practical).exclude(team=None).values("team")
    newer = Submission.objects.filter(trainee=OuterRef("trainee"), practical=OuterRef("practical"), number__gt=OuterRef("number"))
    theirs = Submission.objects.filter(~Exists(newer), practical=practical, trainee__in=mates_of(user).order_by().values("pk"))
    latest = theirs.filter(Q(team=None) | ~Q(team__in=ours))
    counted = Q(given_at__isnull=False) | Q(assigned_at__gt=clock.now() - timedelta(days=REVIEW_DAYS))
    looked = PeerReview.objects.filter(counted, submission__practical=practical).order_by().values_list("submission__trainee")
    seen = dict(looked.annotate(number=Count("pk")))
    return {trainee: (pk, seen.get(trainee, 0)) for trainee, pk in latest.values_list("trainee", "pk")}


def peer_lines(submission: Submission) -> list[RubricCriterion]:
    """The lines of the version's rubric on the criteria that the practical's author chose."""
    chosen = submission.practical.peer_criteria.values("pk")
    return list(RubricCriterion.objects.filter(version=submission.rubric_id, criterion__in=chosen).order_by("position"))


def peer_work(review: PeerReview) -> PeerWork:
    """What the reviewer sees of the work. Whether they may, `open_to` has said."""
    submission = review.submission
    files = [
        FileRow(file.uuid, _shown_name(review, number, file), file.size, file.content_type, file.sha256)
        for number, file in enumerate(_files(submission), 1)
    ]
    return PeerWork("" if review.is_anonymous else str(submission.trainee), submission.text, files)


def peer_file(review: PeerReview, number: int) -> PrivateFile | None:
    """The file of that number (from 1) in the version under review, under the name its reviewer may know."""
    file = next(iter(_files(review.submission)[number - 1 : number]), None) if number else None
    if file:
        file.name = _shown_name(review, number, file)
    return file


def _files(submission: Submission) -> list[PrivateFile]:
    return [row.file for row in submission.files.select_related("file").order_by("position")]


def _shown_name(review: PeerReview, number: int, file: PrivateFile) -> str:
    return f"fichier-{number}.{file.name.rpartition('.')[2]}" if review.is_anonymous else file.name


def peer_rows(user: User, submissions: Iterable[UUID]) -> dict[UUID, list[PeerRow]]:
    """What this person may read of what was said of these versions, oldest first. Two queries."""
    found: dict[UUID, list[PeerRow]] = {}
    rows = {}
    reviews = PeerReview.objects.visible_to(user).filter(submission__uuid__in=list(submissions)).select_related("reviewer", "submission")
    if user.role is Role.TRAINEE:
        reviews = reviews.filter(submission__trainee=user.pk)
    for review in reviews:
        row = rows[review.pk] = _row(review, user)
        found.setdefault(review.submission.uuid, []).append(row)
    for mark in PeerMark.objects.filter(review__in=rows).select_related("line"):
        rows[mark.review_id].marks.append((mark.line.label, mark.level, mark.line.descriptors[str(mark.level)]))
    return found


def given_by(user: User, practical: PracticalPage) -> list[PeerRow]:
    """This person's own words on others' works, without whose. One query."""
    own = PeerReview.objects.given().filter(reviewer=user, submission__practical=practical).select_related("reviewer")
    return [_row(review, user) for review in own]


def _row(review: PeerReview, user: User) -> PeerRow:
    is_known = not (review.is_anonymous and user.role is Role.TRAINEE)
    state = "hidden" if review.is_hidden else "read" if _is_read(review) else "waiting"
    return PeerRow(
        review.uuid, str(review.reviewer) if is_known else "", review.is_anonymous, review.works, review.to_try,
        review.given_at or review.assigned_at, state,
    )  # fmt: skip


def _is_read(review: PeerReview) -> bool:
    return is_readable(given_at=review.given_at, decided_at=review.decided_at, is_hidden=review.is_hidden, now=clock.now())
