"""Answers that a person has yet to read, by question, oldest first; what was said of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import Count, Min, QuerySet

from assessments.models import AnswerJudgement, Attempt, AttemptItem, RubricCriterion, RubricVersion
from assessments.models.kinds import rubric_uuid
from assessments.rules.questions import JUDGED, FileAnswer, LongAnswer
from assessments.rules.scoring import is_answered
from assessments.selectors.asking import answer_files
from assessments.selectors.thread import FileRow
from lms.people.models import User

BATCH = 10


@dataclass(frozen=True, slots=True)
class WaitingQuestion:
    """A question whose answers wait."""

    quiz: UUID
    quiz_title: str
    question: UUID
    title: str
    count: int
    since: datetime


@dataclass(slots=True)
class AnswerRow:
    """One answer to read."""

    item: AttemptItem
    attempt: UUID
    position: int
    trainee: str
    submitted_at: datetime
    text: str
    files: list[FileRow] = field(default_factory=list)
    key: UUID = field(default_factory=uuid4)  # of its form


@dataclass(slots=True)
class Batch:
    """The answers to one question on one page. `lines` are empty where the question names no published rubric."""

    title: str
    quiz_title: str
    stem: str
    guide: str
    answers: list[AnswerRow]
    total: int
    lines: list[RubricCriterion]


def waiting_answers(user: User) -> QuerySet[AttemptItem]:
    """Answers of the trainees this person follows, handed in and judged by nobody; those carried from an earlier take wait there."""
    takes = Attempt.objects.visible_to(user).exclude(submitted_at=None)
    waiting = AttemptItem.objects.filter(attempt__in=takes, version__kind__in=JUDGED, judgements=None, carried_from=None)
    return waiting.exclude(answer=None).order_by("attempt__submitted_at", "pk")


def answer_named(user: User, *, attempt: UUID, position: int) -> AttemptItem | None:
    """An answer that a person judges, read already or not, of a trainee this person follows."""
    found = AttemptItem.objects.filter(
        attempt__in=Attempt.objects.visible_to(user), attempt__uuid=attempt, position=position, version__kind__in=JUDGED
    )
    return found.select_related("attempt__quiz", "version__question").first()


def waiting_questions(user: User) -> list[WaitingQuestion]:
    """The questions that wait, the oldest first. One query."""
    rows = (
        waiting_answers(user)
        .order_by()
        .values_list("attempt__quiz__uuid", "attempt__quiz__title", "version__question__uuid", "version__question__title")
        .annotate(count=Count("pk"), since=Min("attempt__submitted_at"))
        .order_by("since")
    )
    return [WaitingQuestion(*row) for row in rows]


def batch_of(user: User, *, quiz: UUID, question: UUID) -> Batch | None:
    """The oldest answers to one question, ten at most, and how many wait in all. A fixed number of queries."""
    waiting = waiting_answers(user).filter(attempt__quiz__uuid=quiz, version__question__uuid=question)
    items = list(waiting.select_related("attempt__trainee", "attempt__quiz", "version__question")[:BATCH])
    if not items:
        return None
    content, version, files = items[-1].version.read(), rubric_of(items[-1]), answer_files(item.pk for item in items)
    return Batch(
        title=content.title, quiz_title=items[0].attempt.quiz.title, stem=content.stem,
        guide=content.guide if isinstance(content, LongAnswer | FileAnswer) else "",
        answers=[
            AnswerRow(
                item, item.attempt.uuid, item.position, str(item.attempt.trainee), item.attempt.submitted_at or item.attempt.started_at,
                item.answer if isinstance(item.answer, str) else "", files.get(item.pk, []),
            )
            for item in items
            if is_answered(item.answer)
        ],
        total=waiting.count(), lines=list(version.criteria.select_related("criterion__competency").order_by("position")) if version else [],
    )  # fmt: skip


def rubric_of(item: AttemptItem) -> RubricVersion | None:
    """The frozen rubric an answer is looked at with today, where its question names one that is published."""
    named = rubric_uuid(item.version.read())
    return RubricVersion.objects.filter(rubric__uuid=named).order_by("-number").first() if named else None


def said_of(items: Iterable[int]) -> dict[int, AnswerJudgement]:
    """The last word on each judged answer, by item. One query."""
    rows = AnswerJudgement.objects.filter(item__in=list(items), corrected_by=None).select_related("assessor")
    return {row.item_id: row for row in rows}
