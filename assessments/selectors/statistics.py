"""What the takes say of a question of the bank, version by version, and where it is asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from assessments.models import AttemptItem, Question, QuestionVersion, QuizPage
from assessments.rules.questions import Content
from assessments.rules.scoring import is_answered
from assessments.rules.statistics import ItemStatistics, Seen, advice, statistics_of
from assessments.rules.telling import answer_words

LONGEST_PAUSE = 1800  # seconds: above it the person was elsewhere


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    """An answer, in words, and how many takes gave it."""

    words: str
    count: int


@dataclass(frozen=True, slots=True)
class QuestionView:
    """Everything a trainer sees of a question: its figures, the answers given, its versions, the quizzes that ask it."""

    question: Question
    content: Content
    figures: ItemStatistics
    advice: str
    choices: list[ChoiceCount]
    versions: list[QuestionVersion]
    used_in: list[QuizPage]


def question_view(uuid: UUID) -> QuestionView | None:
    """The question of that uuid, once published. Its figures are those of its last version: another one is another question."""
    question = Question.objects.filter(uuid=uuid).select_related("bank").first()
    versions = list(question.versions.order_by("-number")) if question else []
    if question is None or not versions:
        return None
    content = versions[0].read()
    items = _answered(versions[0])
    figures = statistics_of(_seen(items))
    return QuestionView(question, content, figures, advice(figures), _choices(content, items), versions, used_in(question))


def _answered(version: QuestionVersion) -> list[AttemptItem]:
    """Answers handed in, first tries of their own: those carried from an earlier take were counted there."""
    rows = AttemptItem.objects.filter(version=version, carried_from=None, attempt__submitted_at__isnull=False).exclude(score=None)
    return [item for item in rows.select_related("attempt") if is_answered(item.answer)]


def _seen(items: Sequence[AttemptItem]) -> list[Seen]:
    times = _times({item.attempt_id for item in items})
    found = []
    for item in items:
        score, points = item.attempt.score or 0.0, item.attempt.points or 0.0
        worth = item.version.read().points
        rest = (score - (item.score or 0.0) * worth) / (points - worth) if points - worth > 1e-9 else None
        found.append(Seen(item.score or 0.0, rest, times.get(item.pk)))
    return found


def _times(attempts: set[int]) -> Mapping[int, float]:
    """Seconds from the answer before, or from the start of the take, to this one. One query."""
    rows = AttemptItem.objects.filter(attempt__in=attempts, answered_at__isnull=False, carried_from=None)
    found: dict[int, float] = {}
    before: dict[int, Any] = {}
    for pk, attempt, started_at, answered_at in rows.order_by("answered_at").values_list(
        "pk", "attempt", "attempt__started_at", "answered_at"
    ):
        spent = (answered_at - before.get(attempt, started_at)).total_seconds()
        before[attempt] = answered_at
        if 0 <= spent <= LONGEST_PAUSE:
            found[pk] = spent
    return found


def _choices(content: Content, items: Sequence[AttemptItem]) -> list[ChoiceCount]:
    counted = Counter(words for item in items for words in answer_words(content, item.answer))
    return [ChoiceCount(words, count) for words, count in counted.most_common(20)]


def used_in(question: Question) -> list[QuizPage]:
    """The live quizzes that ask this question by name, or draw from its bank. Read off their plans: one query."""
    pages = QuizPage.objects.live().only("title", "uuid", "kind", "path", "depth", "plan").order_by("title")
    return [page for page in pages if any(_may_ask(block, question) for block in page.plan.raw_data)]


def _may_ask(block: Mapping[str, Any], question: Question) -> bool:
    if block["type"] == "draw":
        return bool(block["value"]["bank"] == question.bank_id)
    return bool(block["type"] == "question" and block["value"] == question.pk)
