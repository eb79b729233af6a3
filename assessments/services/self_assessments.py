"""What a trainee says of their own work: kept with its version, told beside it, never evidence."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments import statements
from assessments.models import Draft, PracticalPage, RubricCriterion, SelfAssessment, SelfMark, Submission
from assessments.rules import check_said
from assessments.selectors import current_rubric, module_of
from competencies.models import Competency
from curriculum.models import ModulePage
from lms import clock
from lms.people.models import User
from lms.records import services as records
from lms.records.statements import Json
from lms.refusal import Refused, Stale


@transaction.atomic
def save_self_assessment(
    *, by: User, practical: PracticalPage, submission: Submission | None, marks: Mapping[int, tuple[int | None, str]], rev: int
) -> SelfAssessment:
    """Keep what the trainee says of a version of theirs, or of the draft (`submission` None). Any time, as often as they like.

    A save that changes nothing is one save and tells nothing. What is said of the draft is told when it is handed in.
    Refused: a level that cannot be given here, nothing in preparation; `Stale` when another window saved since `rev`.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)  # handing in moves what is said of the draft
    rubric = submission.rubric if submission else current_rubric(practical)
    lines = set(RubricCriterion.objects.filter(version=rubric).values_list("pk", flat=True))
    written = {line: (level, words.strip()) for line, (level, words) in marks.items() if line in lines}
    check_said((level for level, _words in written.values()), is_commission=practical.is_commission)
    if submission is None and not _is_begun(by, practical):
        raise Refused("nothing_begun", _("Rien n'est en préparation. Choisis une version que tu as envoyée."))
    said = SelfAssessment.objects.filter(trainee=by, practical=practical, submission=submission).first()
    if said and written == {line: (level, words) for line, level, words in said.marks.values_list("line", "level", "comment")}:
        return said
    if (said.rev if said else 0) != rev:
        raise Stale(
            _("Tu as changé ceci dans une autre fenêtre. Rien n'est perdu : compare, puis garde ce que tu veux."),
            {"rev": said.rev if said else 0},
        )
    said = said or SelfAssessment(trainee=by, practical=practical, submission=submission)
    said.rev, said.saved_at = rev + 1, clock.now()
    said.save()
    said.marks.all().delete()
    SelfMark.objects.bulk_create(
        SelfMark(assessment=said, line_id=line, level=level, comment=words) for line, (level, words) in written.items()
    )
    if submission:
        records.record(*_told(said, submission, module_of(practical)))
    return said


def attach_self_assessment(*, submission: Submission, module: ModulePage) -> list[Json]:
    """What was said of the draft goes with the version just handed in, in the caller's transaction. Returns the statements.

    Where the rubric was published anew in between, each line goes to the one of the same criterion, if there is one.
    """
    said = SelfAssessment.objects.filter(trainee=submission.trainee, practical=submission.practical, submission=None).first()
    if said is None:
        return []
    said.submission = submission
    said.save(update_fields=["submission"])
    lines = dict(RubricCriterion.objects.filter(version=submission.rubric).values_list("criterion", "pk"))
    for mark in said.marks.exclude(line__version=submission.rubric).select_related("line"):
        mark.line_id = lines.get(mark.line.criterion_id, mark.line_id)
        mark.save(update_fields=["line"])
    return _told(said, submission, module)


def _is_begun(by: User, practical: PracticalPage) -> bool:
    drafts = Draft.objects.filter(trainee=by, practical=practical)
    return drafts.filter(~Q(text="") | Q(files__isnull=False)).exists()


def _told(said: SelfAssessment, submission: Submission, module: ModulePage) -> list[Json]:
    """The fact, if a level was said at all."""
    marks = dict(said.marks.exclude(level=None).values_list("line__criterion__code", "level"))
    if not marks:
        return []
    competencies = Competency.objects.filter(criteria__rubric_criteria__in=said.marks.exclude(level=None).values("line"))
    return [
        statements.self_assessed(
            submission=submission, module=module, marks=marks, competencies=list(competencies.order_by("pk").distinct()), at=clock.now()
        )
    ]
