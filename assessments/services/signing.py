"""What signing does, one assessor's judgement or two's: marks become evidence, what they replace no longer counts, the trainee is told."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from assessments import statements
from assessments.models import AgreedMark, Judgement, Mark, RubricCriterion, Submission
from assessments.rules import Seen, check_complete, check_marks, outcome_of
from assessments.selectors import module_of
from assessments.services.claims import end_claim
from competencies.models import Competency
from competencies.services import record_evidence
from lms import clock
from lms.people import services as people
from lms.people.models import User
from lms.records import services as records
from lms.records.statements import Json


def check_signable(*, submission: Submission, marks: Sequence[Mark] | Sequence[AgreedMark]) -> list[Seen]:
    """The marks as the rules see them. Refused: a line left without a word, nothing observed, level 4 without a commission."""
    lines = dict(RubricCriterion.objects.filter(version=submission.rubric_id).values_list("pk", "label"))
    check_complete(lines, {mark.line_id for mark in marks})
    seen = [Seen(mark.line_id, mark.line.criterion.competency_id, mark.level) for mark in marks]
    check_marks(seen, is_commission=submission.practical.is_commission)
    return seen


def sign(
    *, by: User, judgement: Judgement, submission: Submission, marks: Sequence[Mark] | Sequence[AgreedMark], replaced: Sequence[Judgement],
    reason: str, text: str,
) -> None:  # fmt: skip
    """Release a judgement in the caller's transaction, its last act: the statements are recorded here. Nobody need take care of the work now.

    `replaced`: judgements whose evidence is withdrawn with `reason` and whose statements are voided. `text` tells the trainee,
    once, with the work's title as %(work)s. Refused as `check_signable` says.
    """
    levels = outcome_of(check_signable(submission=submission, marks=marks))
    competencies = list(Competency.objects.filter(pk__in=levels).order_by("pk"))
    module, now = module_of(submission.practical), clock.now()
    why: Literal["corrected", "agreed"] = "agreed" if judgement.co_assessor else "corrected"
    told: list[Json] = [
        statements.withdrawn(by=by, statement_id=one.statement_id, at=now, reason=why) for one in replaced if one.statement_id
    ]
    told.append(
        statements.assessed(
            judgement=judgement, submission=submission, module=module, at=now, competencies=competencies,
            marks={mark.line.criterion.code: mark.level for mark in marks},
            levels={competency.code: levels[competency.pk] for competency in competencies},
        )
    )  # fmt: skip
    judgement.released_at, judgement.statement_id = now, UUID(str(told[-1]["id"]))
    if judgement.asks_revision:
        told.append(statements.returned(judgement=judgement, submission=submission, module=module, at=now))
    judgement.save()
    end_claim(submission)
    told += record_evidence(
        by=by, trainee=submission.trainee, occasion=judgement.uuid, statement_id=judgement.statement_id, at=now,
        levels={mark.line.criterion: mark.level for mark in marks if mark.level is not None},
        replaces=[one.uuid for one in replaced], reason=reason,
    )  # fmt: skip
    people.notify(recipients=[submission.trainee], path=submission.practical.door_path(), text=text % {"work": submission.practical.title})
    records.record(*told)
