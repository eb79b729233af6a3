"""The thread of one work: every version with its files, what assessors said and what its author says, in three queries whatever its length."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from assessments.models import Mark, PeerReview, Submission
from assessments.rules import weight_of
from assessments.selectors.pictures import MarkedPicture, drawn_by, pictures_from
from assessments.selectors.self_assessment import OwnWords, SelfMarkRow, own_words_of
from assessments.selectors.teams import Mate, mates_by_team
from lms.files.rules import FILMS, SHOWN_IN_PAGE, SOUNDS
from lms.prepared import prepared

FILE_COLUMNS = ("uuid", "name", "size", "content_type", "sha256")  # of a `FileRow`


@dataclass(frozen=True, slots=True)
class FileRow:
    """A private file as a page lists it; `size` in bytes."""

    uuid: UUID
    name: str
    size: int
    content_type: str
    sha256: str

    @property
    def is_picture(self) -> bool:
        return self.content_type in SHOWN_IN_PAGE

    @property
    def is_sound(self) -> bool:
        return self.content_type in SOUNDS

    @property
    def is_film(self) -> bool:
        return self.content_type in FILMS

    @property
    def is_pdf(self) -> bool:
        return self.content_type == "application/pdf"

    @property
    def weight(self) -> str:
        """The size in words: « 12 Ko », « 2,1 Mo »."""
        return weight_of(self.size)


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One rubric cell in words: `line` of the frozen version; `level` None: not observed; `own`: what the trainee says of that line."""

    line: int
    label: str
    level: int | None
    word: str
    comment: str
    own: SelfMarkRow | None = None


@dataclass(slots=True)
class Feedback:
    """One released judgement as its reader sees it, from the rubric of its time. `before`: what it corrects, or the two that were agreed upon."""

    uuid: UUID
    assessor: str
    assessor_id: int
    released_at: datetime
    comment: str
    asks_revision: bool
    reason: str
    photo: UUID | None
    voice: UUID | None
    marks: list[MarkRow] = field(default_factory=list)
    before: "list[Feedback]" = field(default_factory=list)
    co_assessor_id: int | None = None
    pictures: list[MarkedPicture] = field(default_factory=list)

    @property
    def first_at(self) -> datetime:
        """When it was signed, corrected since or not."""
        return min([one.first_at for one in self.before], default=self.released_at)

    @property
    def is_agreed(self) -> bool:
        """Whether two assessors signed it together."""
        return self.co_assessor_id is not None


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
    own: OwnWords | None = None
    has_peers: bool = False
    team: UUID | None = None
    mates: list[Mate] = field(default_factory=list)

    @property
    def own_is_after(self) -> bool:
        """Whether its author spoke, for the last time, once an assessor had."""
        return bool(self.own and self.feedback and self.own.saved_at > self.feedback[0].first_at)

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
    for pk, uuid, number, text, submitted_at, run_number, has_peers, team, *file in _versions(trainee, practical):
        turn = turns.setdefault(pk, Turn(uuid, number, text, submitted_at, run_number, has_peers=has_peers, team=team))
        if file[0]:
            turn.files.append(FileRow(*file))
    own, teams = own_words_of(trainee=trainee, practical=practical), mates_by_team(turn.team for turn in turns.values())
    for turn in turns.values():
        turn.own = own.get(turn.uuid)
        turn.mates = [mate for mate in teams.get(turn.team, ()) if mate.version != turn.uuid] if turn.team else []
    for submission, feedback in _feedback_of(trainee, practical, turns).items():
        turns[submission].feedback = feedback
    thread = list(turns.values())
    for turn in thread[:1]:
        turn.is_latest = True
    return thread


@prepared
def _versions(trainee: int, practical: int) -> QuerySet[Submission, Any]:
    """A row a file, or one for a version without any."""
    rows = Submission.objects.filter(trainee=trainee, practical=practical).order_by("-number", "files__position")
    said = PeerReview.objects.given().filter(submission=OuterRef("pk"))
    files = (f"files__file__{column}" for column in FILE_COLUMNS)
    columns = ("pk", "uuid", "number", "text", "submitted_at", "run__number", "has_peers", "team", *files)
    return rows.annotate(has_peers=Exists(said)).values_list(*columns)


def _feedback_of(trainee: int, practical: int, turns: Mapping[int, Turn]) -> dict[int, list[Feedback]]:
    """Released judgements by version, first to last, those corrected or agreed upon folded into what replaces them."""
    found: dict[int, Feedback] = {}
    where: dict[int, list[int]] = {}
    folded: dict[int, list[int]] = {}
    own = {pk: turn.own.by_line() for pk, turn in turns.items() if turn.own}
    for mark in _marks(trainee, practical):
        judgement = mark.judgement
        if judgement.pk not in found:
            found[judgement.pk] = Feedback(
                judgement.uuid, judgement.signers, judgement.assessor_id, judgement.released_at or judgement.saved_at,
                judgement.comment, judgement.asks_revision, judgement.reason, judgement.photo.uuid if judgement.photo else None,
                judgement.voice.uuid if judgement.voice else None,
                co_assessor_id=judgement.co_assessor_id, pictures=pictures_from(mark.drawn, str(judgement.pk)),  # type: ignore[attr-defined]  # annotated
            )  # fmt: skip
            if judgement.agreed_id:
                folded.setdefault(judgement.agreed_id, []).append(judgement.pk)
            replaced = [judgement.corrects_id] if judgement.corrects_id in found else folded.get(judgement.pk, [])
            found[judgement.pk].before = [found[pk] for pk in replaced if pk]
            kept = [pk for pk in where.get(judgement.submission_id, []) if pk not in replaced]
            where[judgement.submission_id] = [*kept, judgement.pk]
        word = mark.line.descriptors[str(mark.level)] if mark.level is not None else ""
        beside = own.get(judgement.submission_id, {}).get(mark.line_id)
        found[judgement.pk].marks.append(MarkRow(mark.line_id, mark.line.label, mark.level, word, mark.comment, beside))
    return {submission: [found[pk] for pk in pks] for submission, pks in where.items()}


@prepared
def _marks(trainee: int, practical: int) -> QuerySet[Mark]:
    return (
        Mark.objects.filter(judgement__submission__trainee=trainee, judgement__submission__practical=practical)
        .exclude(judgement__released_at=None)
        .annotate(drawn=drawn_by("judgement"))
        .select_related("judgement__assessor", "judgement__co_assessor", "judgement__photo", "judgement__voice", "line")
        .only(
            "level", "comment", "line__label", "line__descriptors", "judgement__photo__uuid", "judgement__voice__uuid",
            *(f"judgement__{who}__{name}" for who in ("assessor", "co_assessor") for name in ("username", "first_name", "last_name")),
            *(f"judgement__{column}" for column in ("uuid", "submission", "released_at", "saved_at", "comment", "asks_revision", "reason", "corrects", "agreed")),
        )
        .order_by("judgement__released_at", "judgement__pk", "line__position")
    )  # fmt: skip
