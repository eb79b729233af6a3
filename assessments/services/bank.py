"""Writing questions into a bank otherwise than by the editor's form: what is read from a file, what the programme's data hold."""

from enum import StrEnum
from typing import Any

from django.db import transaction

from assessments.models import Question, QuestionBank, QuestionCompetency, Rubric
from assessments.models.kinds import answer_stream, media_stream
from assessments.rules.questions import FileAnswer, LongAnswer, QuestionData
from assessments.rules.soundness import check_question
from competencies.models import Competency
from content.models import LessonPage
from lms.people.models import User


class Change(StrEnum):
    """What keeping a question did."""

    CREATED = "created"
    UPDATED = "updated"
    SAME = "same"


@transaction.atomic
def keep_question(
    *, bank: QuestionBank, data: QuestionData, by: User | None = None, lesson: LessonPage | None = None, lesson_block: int | None = None
) -> tuple[Question, Change]:
    """Make the question of that code in the bank equal to `data`, and publish it; equal already, nothing is written.

    `Media.file` names pictures and documents of the site (`picture:12`, `handout:7`). Competencies are found by code; one that
    is unknown is left out. Refused: what cannot be asked.
    """
    check_question(data.content)
    question = Question.objects.filter(bank=bank, code=data.code).first()
    change = Change.UPDATED if question else Change.CREATED
    competencies = list(Competency.objects.filter(code__in=data.competencies).order_by("pk"))
    place = (lesson.pk if lesson else None, lesson_block)
    if question and question.live and _kept(question) == (data.content, set(data.tags), {one.pk for one in competencies}, place):
        return question, Change.SAME
    question = question or Question(bank=bank, code=data.code, live=False)
    _write(question, data, competencies)
    question.lesson, question.lesson_block = lesson, lesson_block
    question.save()
    question.save_revision(user=by).publish(user=by)
    question.refresh_from_db()
    return question, change


def _kept(question: Question) -> tuple[Any, ...]:
    last = question.versions.order_by("-number").first()
    return (
        last.read() if last else None,
        set(question.tags.names()),
        set(question.competencies.values_list("competency", flat=True)),
        (question.lesson_id, question.lesson_block),
    )


def _write(question: Question, data: QuestionData, competencies: list[Competency]) -> None:
    content = data.content
    named = content.rubric if isinstance(content, LongAnswer | FileAnswer) else ""
    rubrics = {str(uuid): pk for uuid, pk in Rubric.objects.filter(uuid=named).values_list("uuid", "pk")} if named else {}
    question.title, question.stem, question.hint = content.title, content.stem, content.hint
    question.feedback, question.points = content.feedback, content.points
    question.media = _stream(question, "media", media_stream(content.media))
    question.answer = _stream(question, "answer", answer_stream(content, rubrics))
    question.competencies = [QuestionCompetency(competency=one, sort_order=place) for place, one in enumerate(competencies)]
    if question.pk is None:
        question.save()
    question.tags.set(list(data.tags))


def _stream(question: Question, name: str, raw: list[dict[str, Any]]) -> Any:
    return question._meta.get_field(name).stream_block.to_python(raw)
