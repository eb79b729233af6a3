"""The thread of one work: every version with its files and what assessors said, in two queries whatever its length."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import F

from assessments.models import Mark, Submission
from assessments.rules import weight_of
from lms.files.rules import SHOWN_IN_PAGE


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
    rows = (
        Submission.objects.filter(trainee=trainee, practical=practical)
        .order_by("-number", "files__position")
        .values(
            "pk", "uuid", "number", "text", "submitted_at", run_number=F("run__number"), file=F("files__file__uuid"),
            name=F("files__file__name"), size=F("files__file__size"), content_type=F("files__file__content_type"),
        )
    )  # fmt: skip
    for row in rows:
        turn = turns.setdefault(row["pk"], Turn(row["uuid"], row["number"], row["text"], row["submitted_at"], row["run_number"]))
        if row["file"]:
            turn.files.append(FileRow(row["file"], row["name"], row["size"], row["content_type"]))
    for submission, feedback in _feedback_of(trainee, practical).items():
        turns[submission].feedback = feedback
    thread = list(turns.values())
    for turn in thread[:1]:
        turn.is_latest = True
    return thread


def _feedback_of(trainee: int, practical: int) -> dict[int, list[Feedback]]:
    """Released judgements by version, first to last, corrected ones folded into what corrects them."""
    marks = (
        Mark.objects.filter(judgement__submission__trainee=trainee, judgement__submission__practical=practical)
        .exclude(judgement__released_at=None)
        .select_related("judgement__assessor", "judgement__photo", "line")
        .order_by("judgement__released_at", "judgement__pk", "line__position")
    )
    found: dict[int, Feedback] = {}
    where: dict[int, list[int]] = {}
    for mark in marks:
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
