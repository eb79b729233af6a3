"""What a take that is handed in shows of competencies, kept beside their levels. Runs in the caller's transaction."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from assessments.models import Attempt, AttemptItem
from assessments.models.question import QuestionCompetency
from assessments.rules.showing import Given, Shown, shown_in
from competencies.models import Competency
from competencies.services import record_whole
from lms.people.models import User
from lms.records.statements import Json


def record_shown(*, by: User, attempt: Attempt, items: Sequence[AttemptItem], statement_id: UUID) -> list[Json]:
    """One piece of evidence for each competency that the take shows (`rules.showing`), told by the statement of the take.

    `by` is the trainee and stands as its assessor: they alone acted, and no name may stand there for someone who saw nothing.
    Returns the statements of the levels that moved: a level that was seen may have waited for one more kind of proof.
    """
    links: dict[int, dict[int, Competency]] = {}
    asked = QuestionCompetency.objects.filter(question__in=[item.version.question_id for item in items]).select_related("competency")
    for link in asked:
        links.setdefault(link.question_id, {})[link.competency_id] = link.competency
    given = [_given(item, links.get(item.version.question_id, {})) for item in items]
    shown = shown_in(given, passes_at=attempt.quiz.passes_at)
    if not shown:
        return []
    known = {pk: competency for own in links.values() for pk, competency in own.items()}
    said = {known[pk]: _words(one) for pk, one in sorted(shown.items())}
    return record_whole(
        by=by, trainee=by, levels=dict.fromkeys(said), kind="quiz", occasion=attempt.uuid, statement_id=statement_id,
        at=attempt.submitted_at or attempt.started_at, notes=said,
    )  # fmt: skip


def _given(item: AttemptItem, competencies: dict[int, Competency]) -> Given:
    return Given(
        tuple(competencies), item.score, item.tries, is_settled=item.checked_at is not None, is_carried=item.carried_from_id is not None
    )


def _words(one: Shown) -> str:
    return _("%(right)d réponses justes du premier coup sur %(asked)d questions") % {"right": one.right, "asked": one.asked}
