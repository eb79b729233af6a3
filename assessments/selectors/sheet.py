"""Everything a judgement sheet says about one version, from the rubric it was handed in under. Eight queries, nine where pictures carry marks."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from assessments.models import Judgement, RubricCriterion, Submission
from assessments.selectors.pictures import MarkedPicture, pictures_in
from assessments.selectors.thread import Feedback, FileRow, Turn, thread_of
from lms.people.models import User
from lms.people.rules import Role
from lms.prepared import prepared


@dataclass(frozen=True, slots=True)
class Sheet:
    """One version to judge: its thread, its frozen lines, the reader's own draft and who else has begun or signed."""

    submission: Submission
    lines: list[RubricCriterion]
    turn: Turn
    others: list[Turn]
    draft: Judgement | None
    draft_marks: dict[int, tuple[int | None, str]]
    drafting: list[str]
    drawn: list[MarkedPicture]

    @property
    def pictures(self) -> list[tuple[FileRow, MarkedPicture | None]]:
        """Pictures of this version, each with what the reader's own draft points at on it."""
        drawn = {one.file: one for one in self.drawn}
        return [(file, drawn.get(file.uuid)) for file in self.turn.files if file.is_picture]

    @property
    def papers(self) -> list[tuple[FileRow, list[MarkedPicture]]]:
        """PDF files of this version, each with the pages that the reader's own draft points at."""
        return [(file, [one for one in self.drawn if one.file == file.uuid]) for file in self.turn.files if file.is_pdf]

    @property
    def released_count(self) -> int:
        """Judgements signed on this version, corrected ones included: what a release must have been shown."""
        return sum(_signed(one) for one in self.turn.feedback)

    @property
    def other_files(self) -> list[FileRow]:
        """Files of this version that the page does not show by themselves."""
        return [file for file in self.turn.files if not file.is_picture]

    @property
    def is_superseded(self) -> bool:
        return not self.turn.is_latest

    @property
    def latest(self) -> Turn:
        """The version handed in last, this one or another."""
        return next((one for one in self.others if one.is_latest), self.turn)

    def feedback_by(self, user: User) -> Feedback | None:
        """What this person signed on this version and nobody corrected."""
        return next((one for one in self.turn.feedback if user.pk in (one.assessor_id, one.co_assessor_id)), None)

    def feedback(self, uuid: UUID) -> Feedback | None:
        """A current judgement of this version."""
        return next((one for one in self.turn.feedback if one.uuid == uuid), None)


def _signed(feedback: Feedback) -> int:
    """How many signed acts are in it, itself and all it replaces."""
    return 1 + sum(_signed(one) for one in feedback.before)


def sheet_of(user: User, uuid: UUID) -> Sheet | None:
    """The sheet of a version that this person may see, or none."""
    submission = seen_submission(user, uuid)
    if submission is None:
        return None
    thread = thread_of(trainee=submission.trainee_id, practical=submission.practical_id)
    drafts = _drafts(submission.pk)
    draft = next((one for one in drafts if one.assessor_id == user.pk), None)
    return Sheet(
        submission=submission,
        lines=_lines(submission.rubric_id),
        turn=next(turn for turn in thread if turn.uuid == submission.uuid),
        others=[turn for turn in thread if turn.uuid != submission.uuid],
        draft=draft,
        draft_marks={line: (level, words) for line, level, words in draft.marks.values_list("line", "level", "comment")} if draft else {},
        drafting=[str(one.assessor) for one in drafts if one.assessor_id != user.pk],
        drawn=pictures_in(draft.pk) if draft else [],
    )


def seen_submission(user: User, uuid: UUID) -> Submission | None:
    """A version this person may see, with what a page's head says of it, or none. One query."""
    return next(iter(_submission(user.pk, user.role, uuid)), None) if user.role else None


@prepared
def _submission(user: int, role: Role, uuid: UUID) -> QuerySet[Submission]:
    seen = Submission.objects.visible_to(User.known(user, role)).filter(uuid=uuid)
    return seen.select_related("trainee", "practical", "run__module", "rubric").only(
        "uuid", "number", "submitted_at", "trainee__username", "trainee__first_name", "trainee__last_name",
        "practical__uuid", "practical__kind", "practical__title", "practical__is_commission", "practical__client", "practical__purpose", "practical__wished_on", "practical__deliverables",
        "run__number", "run__module__plain_title", "rubric__title", "rubric__number",
    )  # fmt: skip


@prepared
def _lines(version: int) -> QuerySet[RubricCriterion]:
    lines = RubricCriterion.objects.filter(version=version).select_related("criterion__competency")
    return lines.only("position", "label", "descriptors", "criterion__code", "criterion__competency__code").order_by("position")


@prepared
def _drafts(submission: int) -> QuerySet[Judgement]:
    return Judgement.objects.filter(submission=submission, released_at=None).select_related("assessor", "photo", "voice", "corrects")
