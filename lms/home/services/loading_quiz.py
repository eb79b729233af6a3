"""The questionnaire of a module from its data: its questions in a bank of the module, found again by their rank."""

import json
import re
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils.html import escape

from assessments.models import QuestionBank, QuizPage
from assessments.rules import questions as q
from assessments.services.bank import keep_question
from content.models import LessonPage
from curriculum.formats.quiz import QuestionData, QuizData

HOLE = re.compile(r"\[\[(.+?)\]\]")


def fill_quiz(page: QuizPage, quiz: QuizData, lessons: list[LessonPage], *, minutes_kind: str) -> None:
    """The page's fields and its published questions. A question that the data no longer has stays in the bank, unasked."""
    bank, _created = QuestionBank.objects.get_or_create(title=f"{quiz.module} {quiz.titre}"[:160])
    asked = [
        keep_question(bank=bank, data=question_of(f"{quiz.module}-{number:02}", data), lesson=lessons[data.revoir - 1])[0]
        for number, data in enumerate(quiz.questions, start=1)
    ]
    page.title, page.minutes, page.hours_kind = quiz.titre, quiz.minutes, minutes_kind
    page.intro = _stream(quiz.module, "intro", [("prose", f"<p>{escape(quiz.presentation)}</p>")])
    page.plan = _stream(quiz.module, "plan", [("question", question.pk) for question in asked])


def _stream(module: str, name: str, blocks: list[tuple[str, Any]]) -> str:
    rows = [
        {"type": kind, "value": value, "id": str(uuid5(NAMESPACE_URL, f"{module}/quiz/{name}/{place}"))}
        for place, (kind, value) in enumerate(blocks)
    ]
    return json.dumps(rows)


def question_of(code: str, data: QuestionData) -> q.QuestionData:
    """The question that a few lines say."""
    common: dict[str, Any] = {
        "title": data.titre, "stem": f"<p>{escape(data.question)}</p>", "hint": data.indice, "feedback": data.retour,
    }  # fmt: skip
    return q.QuestionData(code, CONTENTS[data.kind](data, common, code), tags=(), competencies=(data.competence,))


def _said(line: str) -> tuple[str, str]:
    """An answer and what whoever gives it is told."""
    text, _bar, feedback = line.partition(" | ")
    return text.removeprefix("*").strip(), feedback.strip()


def _id(code: str, text: str) -> str:
    """The same option keeps its name from one loading to the next."""
    return str(uuid5(NAMESPACE_URL, f"{code}/{text}"))


def _choices(lines: list[str], code: str, right: float, other: float) -> tuple[q.Choice, ...]:
    found = []
    for line in lines:
        text, feedback = _said(line)
        found.append(q.Choice(_id(code, text), text, right if line.startswith("*") else other, feedback))
    return tuple(found)


def _single(data: QuestionData, common: dict[str, Any], code: str) -> q.Content:
    return q.SingleChoice(**common, choices=_choices(data.une or [], code, 1.0, 0.0))


def _multiple(data: QuestionData, common: dict[str, Any], code: str) -> q.Content:
    lines = data.plusieurs or []
    part = round(1 / sum(line.startswith("*") for line in lines), 7)
    return q.MultipleChoice(**common, choices=_choices(lines, code, part, -part))


def _short(data: QuestionData, common: dict[str, Any], _code: str) -> q.Content:
    answers = tuple(q.Accepted(*_accepted(line)) for line in data.courte or [])
    return q.ShortText(**common, answers=answers, typos=1)


def _accepted(line: str) -> tuple[str, float, str]:
    """Right unless it begins with `!`: a known slip, with what to say of it."""
    text, feedback = _said(line)
    return text.removeprefix("!").strip(), 0.0 if line.startswith("!") else 1.0, feedback


def _numeric(data: QuestionData, common: dict[str, Any], _code: str) -> q.Content:
    asked = data.nombre
    answers = (q.NumericAnswer(asked.valeur, asked.ecart),) if asked else ()
    return q.Numeric(**common, answers=answers, unit=asked.unite if asked else "")


def _matching(data: QuestionData, common: dict[str, Any], code: str) -> q.Content:
    pairs = tuple(q.Pair(_id(code, left), left, _said(right)[0], _said(right)[1]) for left, right in (data.relier or {}).items())
    return q.Matching(**common, pairs=pairs, extra=tuple(data.en_trop))


def _ordering(data: QuestionData, common: dict[str, Any], code: str) -> q.Content:
    return q.Ordering(**common, items=tuple(q.Item(_id(code, _said(line)[0]), *_said(line)) for line in data.ranger or []))


def _gaps(data: QuestionData, common: dict[str, Any], _code: str) -> q.Content:
    gaps: list[q.Gap] = []

    def hole(found: re.Match[str]) -> str:
        right, *others = found[1].split("|")
        gaps.append(q.Gap(str(len(gaps) + 1), (q.Accepted(right.strip()),), tuple(other.strip() for other in others)))
        return f"[[{len(gaps)}]]"

    return q.Gaps(**common, text=HOLE.sub(hole, data.trous or ""), gaps=tuple(gaps), typos=1)


def _categorise(data: QuestionData, common: dict[str, Any], code: str) -> q.Content:
    boxes = data.classer or {}
    items = tuple(
        q.Sorted(_id(code, _said(line)[0]), _said(line)[0], _id(code, box), _said(line)[1])
        for box, lines in boxes.items()
        for line in lines
    )
    return q.Categorise(**common, categories=tuple(q.Category(_id(code, box), box) for box in boxes), items=items)


def _long(data: QuestionData, common: dict[str, Any], _code: str) -> q.Content:
    return q.LongAnswer(**common, max_words=data.longue.mots if data.longue else 0, guide=data.longue.attendu if data.longue else "")


def _truefalse(data: QuestionData, common: dict[str, Any], _code: str) -> q.Content:
    return q.TrueFalse(**common, answer=data.vrai == "oui")


CONTENTS = {
    "une": _single, "plusieurs": _multiple, "vrai": _truefalse, "courte": _short, "nombre": _numeric, "relier": _matching,
    "ranger": _ordering, "trous": _gaps, "classer": _categorise, "longue": _long,
}  # fmt: skip
