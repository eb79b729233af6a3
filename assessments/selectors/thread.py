"""The thread of one work: every version with its files and what assessors said, in two queries whatever its length."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from assessments.models import Mark, Submission
from assessments.rules import weight_of
from lms.files.rules import SHOWN_IN_PAGE
from lms.prepared import prepared

FILE_COLUMNS = ("uuid", "name", "size", "content_type")  # of a `FileRow`


@dataclass(frozen=True, slots=True)
class FileRow:
    """A private file as a page lists it; `size` in bytes."""

    uuid: UUID
    name: str
    size: int
    content_type: str

    @property
    def is_picture(self) -> bool:
        return self.content_type in SHOWN_IN_PAGE

    @property
    def weight(self) -> str:
        """The size in words: « 12 Ko », « 2,1 Mo »."""
        return weight_of(self.size)


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One rubric cell in words: `line` of the frozen version; `level` None: not observed."""

    line: int
    label: str
    level: int | None
    word: str
    comment: str


@dataclass(slots=True)
class Feedback:
    """One released judgement as its reader sees it, from the rubric of its time. `before` is the one it corrects."""

    uuid: UUID
    assessor: str
    assessor_id: int
    released_at: datetime
    comment: str
    asks_revision: bool
    reason: str
    photo: UUID | None
    marks: list[MarkRow] = field(default_factory=list)
    before: "Feedback | None" = None


@dataclass(slots=True)
class Turn:
    """One version handed in, its files and the judgements on it (those that a later one corrects are in its `before`)."""

    uuid: UUID
    number: int
    text: str
    submitted_at: datetime
    run_number: int
    files: list[FileRow] = field(default_factory=list)
    feedback: list[Feedback] = field(default_factory=list)
    is_latest: bool = False

    @property
    def asks_revision(self) -> bool:
        return any(one.asks_revision for one in self.feedback)

    @property
    def current(self) -> Feedback | None:
        """The last word on this version."""
        return self.feedback[-1] if self.feedback else None


def thread_of(*, trainee: int, practical: int) -> list[Turn]:
    """Every version of one trainee's work on one practical across runs, latest first. Authorising is the caller's affair."""
    turns: dict[int, Turn] = {}
    for pk, uuid, number, text, submitted_at, run_number, *file in _versions(trainee, practical):
        turn = turns.setdefault(pk, Turn(uuid, number, text, submitted_at, run_number))
        if file[0]:
            turn.files.append(FileRow(*file))
    for submission, feedback in _feedback_of(trainee, practical).items():
        turns[submission].feedback = feedback
    thread = list(turns.values())
    for turn in thread[:1]:
        turn.is_latest = True
    return thread


@prepared
def _versions(trainee: int, practical: int) -> QuerySet[Submission, Any]:
    """A row a file, or one for a version without any."""
    rows = Submission.objects.filter(trainee=trainee, practical=practical).order_by("-number", "files__position")
    files = (f"files__file__{column}" for column in FILE_COLUMNS)
    return rows.values_list("pk", "uuid", "number", "text", "submitted_at", "run__number", *files)


def _feedback_of(trainee: int, practical: int) -> dict[int, list[Feedback]]:
    """Released judgements by version, first to last, corrected ones folded into what corrects them."""
    found: dict[int, Feedback] = {}
    where: dict[int, list[int]] = {}
    for mark in _marks(trainee, practical):
        judgement = mark.judgement
        if judgement.pk not in found:
            found[judgement.pk] = Feedback(
                judgement.uuid, str(judgement.assessor), judgement.assessor_id, judgement.released_at or judgement.saved_at,
                judgement.comment, judgement.asks_revision, judgement.reason, judgement.photo.uuid if judgement.photo else None,
                before=found.get(judgement.corrects_id or 0),
            )  # fmt: skip
            kept = [pk for pk in where.get(judgement.submission_id, []) if pk != judgement.corrects_id]
            where[judgement.submission_id] = [*kept, judgement.pk]
        word = mark.line.descriptors[str(mark.level)] if mark.level is not None else ""
        found[judgement.pk].marks.append(MarkRow(mark.line_id, mark.line.label, mark.level, word, mark.comment))
    return {submission: [found[pk] for pk in pks] for submission, pks in where.items()}


@prepared
def _marks(trainee: int, practical: int) -> QuerySet[Mark]:
    return (
        Mark.objects.filter(judgement__submission__trainee=trainee, judgement__submission__practical=practical)
        .exclude(judgement__released_at=None)
        .select_related("judgement__assessor", "judgement__photo", "line")
        .only(
            "level", "comment", "line__label", "line__descriptors", "judgement__photo__uuid",
            *(f"judgement__assessor__{column}" for column in ("username", "first_name", "last_name")),
            *(f"judgement__{column}" for column in ("uuid", "submission", "released_at", "saved_at", "comment", "asks_revision", "reason", "corrects")),
        )
        .order_by("judgement__released_at", "judgement__pk", "line__position")
    )  # fmt: skip
