"""An exam as its trainers follow it: who takes it, with how much time, and where each is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from assessments.models import Attempt, ExtraTime, QuizPage
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class ExamRow:
    """One trainee. `answered` of `asked` questions; nothing begun: no `started_at`."""

    uuid: UUID
    name: str
    extra_minutes: int
    started_at: datetime | None
    submitted_at: datetime | None
    answered: int
    asked: int
    attempt: UUID | None


def exam_rows(user: User, quiz: QuizPage) -> list[ExamRow]:
    """The trainees this person follows on the exam's programme, by name. Three queries."""
    people = User.objects.trainees_visible_to(user).filter(
        enrolments__withdrawn_at=None, enrolments__programme__path=quiz.path[: -2 * QuizPage.steplen]
    )
    extra = dict(ExtraTime.objects.filter(quiz=quiz).values_list("trainee", "minutes"))
    takes = {
        take.trainee_id: take
        for take in Attempt.objects.filter(quiz=quiz, trainee__in=people).annotate(
            asked=Count("items"), answered=Count("items", filter=Q(items__answered_at__isnull=False))
        )
    }
    return [_row(person, extra.get(person.pk, 0), takes.get(person.pk)) for person in people.order_by("last_name", "first_name").distinct()]


def _row(person: User, extra: int, take: Any) -> ExamRow:
    if take is None:
        return ExamRow(person.uuid, str(person), extra, None, None, 0, 0, None)
    return ExamRow(person.uuid, str(person), extra, take.started_at, take.submitted_at, take.answered, take.asked, take.uuid)
