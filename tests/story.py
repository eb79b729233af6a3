"""What the cast does, through the product's own services: learn, hand in, judge."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from assessments.models import Judgement, PracticalPage, RubricCriterion, Submission
from assessments.services import release_judgement, save_judgement, submit_work
from curriculum.services import complete_step, enrol, open_step
from lms.people.models import User
from lms.people.rules import Role
from lms.records.models import Statement
from tests.cast import Small, person


def read_lesson(small: Small, trainee: User) -> None:
    open_step(by=trainee, step=small.lesson, module=small.module)
    complete_step(by=trainee, step=small.lesson, module=small.module)


def hand_in(practical: PracticalPage, trainee: User, text: str = "Voici mon travail.") -> Submission:
    return submit_work(by=trainee, practical=practical, text=text, uploads=[], key=uuid4())


def judge(
    submission: Submission, by: User, level: int = 3, *, levels: Mapping[str, int | None] | None = None, asks_revision: bool = False,
    corrects: Judgement | None = None, reason: str = "",
) -> Judgement:  # fmt: skip
    """Release a judgement: `level` on every line, or `levels` by criterion code."""
    lines = RubricCriterion.objects.filter(version=submission.rubric_id).select_related("criterion")
    marks = {line.pk: ((levels or {}).get(line.criterion.code, level), "") for line in lines}
    draft = save_judgement(
        by=by, submission=submission, marks=marks, comment="Bien vu.", asks_revision=asks_revision, rev=0, corrects=corrects, reason=reason
    )
    known = Judgement.objects.filter(submission=submission, released_at__isnull=False).count()
    return release_judgement(by=by, judgement=draft, others_known=known)


def classmates(small: Small, number: int) -> list[User]:
    """That many more trainees on the programme, each of whom has read the lesson and had a work judged at 2 or 3."""
    found = []
    for place in range(number):
        trainee = person(Role.TRAINEE, f"Élève{place}")
        enrol(by=small.coordinator, trainee=trainee, programme=small.programme, cohort=small.cohort)
        read_lesson(small, trainee)
        judge(hand_in(small.practical, trainee), small.trainer, 2 + place % 2)
        found.append(trainee)
    return found


def told() -> list[dict[str, Any]]:
    """Every statement kept, first to last."""
    return [json.loads(text) for text in Statement.objects.order_by("stored").values_list("text", flat=True)]


def verbs_told() -> list[str]:
    """Their verbs (IRIs)."""
    return [statement["verb"]["id"] for statement in told()]
