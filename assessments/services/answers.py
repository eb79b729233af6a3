"""What a person says of an answer that no rule can mark. One transaction; the take's score follows; statements last."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments import statements
from assessments.models import AnswerJudgement, Attempt, AttemptItem, RubricCriterion
from assessments.rules.answers import share_of_levels, share_of_word
from assessments.rules.taking import total_of
from assessments.selectors.answers import rubric_of
from competencies.services import record_evidence
from lms import clock
from lms.people import services as people
from lms.people.models import User
from lms.records import services as records
from lms.records.statements import Json
from lms.refusal import Refused


@transaction.atomic
def judge_answer(
    *, by: User, item: AttemptItem, word: str = "", levels: Mapping[int, int | None] | None = None, comment: str = "", key: UUID | None = None,
    reason: str = "",
) -> AnswerJudgement:  # fmt: skip
    """Sign what an answer is worth: one of three words, or levels on its rubric's lines, which then are evidence.

    The same form sent twice (`key`) signs once. Judged already, it is corrected with a `reason`, which voids what was said before.
    Refused: a take not handed in, nothing said, a correction without a reason, an answer that someone else judged meanwhile.
    """
    attempt = Attempt.objects.select_for_update(no_key=True).get(pk=item.attempt_id)
    item = AttemptItem.objects.select_related("version__question", "attempt__trainee", "attempt__run", "attempt__quiz").get(pk=item.pk)
    signed = AnswerJudgement.objects.filter(uuid=key).first() if key else None
    if signed:
        return signed
    before = AnswerJudgement.objects.filter(item=item, corrected_by=None).first()
    _check(attempt, before, reason)
    rubric = rubric_of(item)
    observed = dict(levels or {})
    score = share_of_levels(observed) if rubric else share_of_word(word)
    now, told = clock.now(), list[Json]()
    judgement = AnswerJudgement(
        uuid=key or uuid4(), item=item, assessor=by, rubric=rubric, marks={str(line): level for line, level in observed.items()} if rubric else {},
        score=score, comment=comment.strip()[:10_000], released_at=now, corrects=before, reason=reason.strip()[:500],
    )  # fmt: skip
    lines = list(RubricCriterion.objects.filter(version=rubric).select_related("criterion")) if rubric else []
    marks = {line.criterion.code: observed.get(line.pk) for line in lines}
    if before:
        told.append(statements.withdrawn(by=by, statement_id=before.statement_id, at=now))
    told.append(statements.answer_judged(judgement=judgement, item=item, attempt=item.attempt, marks=marks, at=now))
    judgement.statement_id = UUID(str(told[-1]["id"]))
    judgement.save()
    if judgement.comment:
        told.append(statements.answer_commented(item=item, attempt=item.attempt, by=by, at=now))
    if rubric:
        seen = {line.criterion: level for line in lines if (level := observed.get(line.pk)) is not None}
        told += record_evidence(
            by=by, kind="answer", trainee=item.attempt.trainee, occasion=judgement.uuid, statement_id=judgement.statement_id, at=now, levels=seen,
            replaces=[before.uuid] if before and before.rubric_id else [], reason=judgement.reason,
        )  # fmt: skip
    _score(item, score)
    people.notify(
        recipients=[item.attempt.trainee], path=item.attempt.quiz.door_path(),
        text=_("Ta réponse a été lue : %(work)s") % {"work": item.attempt.quiz.title},
    )  # fmt: skip
    records.record(*told)
    return judgement


def _check(attempt: Attempt, before: AnswerJudgement | None, reason: str) -> None:
    if attempt.submitted_at is None:
        raise Refused("not_handed_in", _("Cette réponse n'est pas encore envoyée. Attendez que le passage soit fini."))
    if before and not reason.strip():
        raise Refused(
            "answer_judged",
            _("%(name)s a déjà lu cette réponse. Pour la corriger, écrivez la raison : le stagiaire la lira.") % {"name": before.assessor},
        )


def _score(item: AttemptItem, score: float) -> None:
    """Write the share on the answer and on those carried from it, and the totals of their takes."""
    rows = AttemptItem.objects.filter(Q(pk=item.pk) | Q(carried_from=item.pk))
    rows.update(score=score)
    for attempt in Attempt.objects.filter(items__in=rows).exclude(submitted_at=None).distinct():
        items = attempt.items.select_related("version")
        total = total_of([(one.version.read().points, one.score) for one in items])
        Attempt.objects.filter(pk=attempt.pk).update(score=total.score, points=total.points)
