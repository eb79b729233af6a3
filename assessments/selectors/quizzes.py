"""A quiz and the takes of one person: what a page about them needs, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from assessments.models import Attempt, AttemptItem, QuizPage
from assessments.rules.questions import JUDGED
from assessments.rules.taking import percent_of
from assessments.selectors.answers import said_of
from assessments.selectors.asking import Asked, asked, lesson_links
from assessments.selectors.lookups import module_of
from curriculum.models import ModulePage
from curriculum.selectors.path import STEP_COLUMNS, open_module_of
from lms.people.models import User
from lms.people.rules import Role
from lms.prepared import prepared

QUIZ_COLUMNS = (
    "mode", "one_per_page", "shows_points", "passes_at", "is_exam", "opens_at", "closes_at", "minutes_allowed", "access_code",
    "shuffle",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenedQuiz:
    """A quiz that a person may see. Not `is_open`: archived, or of a programme left; one's takes stay readable."""

    quiz: QuizPage
    module: ModulePage
    is_open: bool

    @property
    def answers_from(self) -> datetime | None:
        """For an exam: when its answers may be told (its closing)."""
        return self.quiz.closes_at if self.quiz.is_exam else None

    @property
    def is_released(self) -> bool:
        """Whether the answers of a take that was handed in may be told."""
        return self.quiz.is_released


def opened_quiz(user: User, uuid: UUID) -> OpenedQuiz | None:
    """The quiz of that uuid if this person may see it, in two queries; its questions are left in the database."""
    quiz = next(iter(_quiz_named(uuid)), None)
    if quiz is None:
        return None
    module = open_module_of(user, quiz) if quiz.live else None
    if module:
        return OpenedQuiz(quiz, module, is_open=True)
    if user.role is Role.TRAINEE and Attempt.objects.filter(trainee=user, quiz=quiz).exists():
        return OpenedQuiz(quiz, module_of(quiz), is_open=False)
    return None


@prepared
def _quiz_named(uuid: UUID) -> QuerySet[QuizPage]:
    return QuizPage.objects.only(*STEP_COLUMNS, "live", *QUIZ_COLUMNS).filter(uuid=uuid)  # type: ignore[no-any-return]  # Wagtail carries no types


@dataclass(frozen=True, slots=True)
class TakeRow:
    """A take as the quiz's page lists it. `percent` of the points marked, none while it is open or nothing was marked."""

    uuid: UUID
    number: int
    started_at: datetime
    submitted_at: datetime | None
    percent: int | None

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None


def takes_of(trainee: int, quiz: int) -> list[TakeRow]:
    """One person's takes of a quiz, the last one first. One query."""
    return [
        TakeRow(uuid, number, started_at, submitted_at, percent_of(score, points))
        for uuid, number, started_at, submitted_at, score, points in _takes(trainee, quiz)
    ]


@prepared
def _takes(trainee: int, quiz: int) -> QuerySet[Attempt, tuple[UUID, int, datetime, datetime | None, float | None, float | None]]:
    rows = Attempt.objects.filter(trainee=trainee, quiz=quiz).order_by("-number")
    return rows.values_list("uuid", "number", "started_at", "submitted_at", "score", "points")


@dataclass(slots=True)
class Take:
    """A take with its questions as its owner, or who follows them, sees it."""

    attempt: Attempt
    opened: OpenedQuiz
    asked: list[Asked]

    @property
    def answered_count(self) -> int:
        return sum(one.is_answered for one in self.asked)

    @property
    def is_released(self) -> bool:
        return self.attempt.submitted_at is not None and self.opened.is_released

    @property
    def can_do(self) -> list[Asked]:
        return [one for one in self.asked if one.is_right]

    @property
    def to_review(self) -> list[Asked]:
        """What to look at again: marked, and not all of it right."""
        return [one for one in self.asked if one.share is not None and not one.is_right]

    @property
    def waiting(self) -> list[Asked]:
        return [one for one in self.asked if one.waits]

    @property
    def percent(self) -> int | None:
        return percent_of(self.attempt.score, self.attempt.points)


def take_of(user: User, opened: OpenedQuiz, uuid: UUID) -> Take | None:
    """One take of that quiz, whole, of a trainee that this person is or follows. Two queries, and those of its files and pictures."""
    attempt = Attempt.objects.visible_to(user).filter(uuid=uuid, quiz=opened.quiz.pk).select_related("trainee").first()
    if attempt is None:
        return None
    items = items_of(attempt)
    is_over = attempt.submitted_at is not None
    views = asked(items, released=is_over and opened.is_released, asks_each=attempt.asks_each)
    if is_over and not opened.is_released:
        for view in views:
            view.told = False
    if is_over and opened.is_released:
        links = lesson_links(items)
        for view in views:
            view.lesson = links.get(view.position, "")
        _add_readings(views, items)
    return Take(attempt, opened, views)


def _add_readings(views: Sequence[Asked], items: Sequence[AttemptItem]) -> None:
    """Who read an answer that no rule marks, and what they said. One query, none where there is no such answer."""
    judged = {item.carried_from_id or item.pk: view for item, view in zip(items, views, strict=True) if item.version.kind in JUDGED}
    for pk, said in said_of(judged).items() if judged else ():
        judged[pk].reader, judged[pk].comment = str(said.assessor), said.comment


def items_of(attempt: Attempt) -> Sequence[AttemptItem]:
    return list(attempt.items.select_related("version__question__lesson").order_by("position"))
