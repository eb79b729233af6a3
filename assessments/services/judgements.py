"""What an assessor writes about a version, signs and corrects. One transaction each; statements recorded once, last."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TypeAlias
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from assessments import statements
from assessments.models import Judgement, Mark, RubricCriterion, Submission
from assessments.rules import Seen, check_complete, check_marks, outcome_of
from assessments.selectors import module_of
from competencies.models import Competency
from competencies.services import record_evidence
from lms import clock
from lms.files.services import keep_file
from lms.people import services as people
from lms.people.models import User
from lms.records import services as records
from lms.records.statements import Json
from lms.refusal import Refused, Stale

Marks: TypeAlias = Mapping[int, tuple[int | None, str]]  # rubric line pk -> (level or None for "not observed", comment)


@transaction.atomic
def save_judgement(
    *, by: User, submission: Submission, marks: Marks, comment: str, asks_revision: bool, rev: int,
    corrects: Judgement | None = None, reason: str = "", photo: UploadedFile[Any] | None = None, keeps_photo: bool = True,
    key: UUID | None = None,
) -> Judgement:  # fmt: skip
    """Keep an assessor's draft on a submission. `rev` 0 for the first save; `key`, the uuid it is to have, makes the form idempotent.

    A save that changes nothing is never stale; one of a judgement signed meanwhile gives it back. Refused (`Stale`) when other
    marks were saved elsewhere since `rev`; a second judgement of one's own on this version, unless it `corrects` the first;
    a correction of a judgement that someone corrects already.
    """
    Submission.objects.select_for_update(no_key=True).only("pk").get(pk=submission.pk)  # drafts of one work are taken in turn
    signed = Judgement.objects.filter(uuid=key, assessor=by, submission=submission, released_at__isnull=False).first() if key else None
    if signed:
        return signed
    draft = Judgement.objects.filter(submission=submission, assessor=by, released_at=None).select_related("photo").first()
    written = _Written(_marks_of_rubric(submission, marks), comment, asks_revision, corrects.pk if corrects else None, reason.strip()[:500])
    if draft and written == _kept(draft) and _has_photo(draft, photo, keeps_photo=keeps_photo):
        return draft
    if (draft.rev if draft else 0) != rev:
        raise Stale(
            _("Cette évaluation a été enregistrée dans une autre fenêtre. Rien n'est perdu : comparez, puis enregistrez."),
            _told_of(draft),
        )
    _check_place(by, submission, corrects, draft)
    draft = draft or _new_draft(by, submission, corrects, key)
    draft.comment, draft.asks_revision, draft.rev, draft.saved_at = comment, asks_revision, rev + 1, clock.now()
    draft.corrects, draft.reason = corrects, written.reason
    if photo or not keeps_photo:
        draft.photo = keep_file(owner=by.uuid, upload=photo) if photo else None
    draft.save()
    draft.marks.all().delete()
    Mark.objects.bulk_create(
        Mark(judgement=draft, line_id=line, level=level, comment=words) for line, (level, words) in written.marks.items()
    )
    return draft


@transaction.atomic
def release_judgement(*, by: User, judgement: Judgement, others_known: int) -> Judgement:
    """Sign a draft: marks become evidence, evidence moves standings, the trainee is told; one transaction, statements last.

    `others_known` is how many released judgements of this version the assessor was shown; if another came since, `Stale` says so
    once. Already released: given back as it is. Refused: a line left without a word, nothing observed, level 4 without a
    commission, a correction without reason.
    """
    submission = (
        Submission.objects.select_for_update(of=("self",), no_key=True)
        .select_related("trainee", "run", "practical", "rubric__rubric")
        .get(pk=judgement.submission_id)
    )
    judgement = Judgement.objects.select_related("corrects", "assessor").get(pk=judgement.pk, assessor=by)
    if judgement.released_at:
        return judgement
    others = Judgement.objects.filter(submission=submission, released_at__isnull=False).count()
    if others != others_known:
        raise Stale(
            _("Une autre évaluation de ce travail vient d'être publiée. Lisez-la, puis publiez la vôtre si elle reste utile."),
            {"others": others},
        )
    replaced = judgement.corrects
    if replaced and not judgement.reason:
        raise Refused("reason_missing", _("Écrivez la raison de la correction : le stagiaire la lira."))
    marks = list(judgement.marks.select_related("line__criterion"))
    lines = dict(RubricCriterion.objects.filter(version=submission.rubric).values_list("pk", "label"))
    check_complete(lines, {mark.line_id for mark in marks})
    seen = [Seen(mark.line_id, mark.line.criterion.competency_id, mark.level) for mark in marks]
    check_marks(seen, is_commission=submission.practical.is_commission)
    levels = outcome_of(seen)
    competencies = list(Competency.objects.filter(pk__in=levels).order_by("pk"))
    module, now = module_of(submission.practical), clock.now()
    told: list[Json] = []
    if replaced and replaced.statement_id:
        told.append(statements.withdrawn(by=by, statement_id=replaced.statement_id, at=now))
    told.append(
        statements.assessed(
            judgement=judgement, submission=submission, module=module, at=now, competencies=competencies,
            marks={mark.line.criterion.code: mark.level for mark in marks},
            levels={competency.code: levels[competency.pk] for competency in competencies},
        )
    )  # fmt: skip
    statement_id = UUID(str(told[-1]["id"]))
    if judgement.asks_revision:
        told.append(statements.returned(judgement=judgement, submission=submission, module=module, at=now))
    judgement.released_at, judgement.statement_id = now, statement_id
    judgement.save(update_fields=["released_at", "statement_id"])
    told += record_evidence(
        by=by, trainee=submission.trainee, occasion=judgement.uuid, statement_id=statement_id, at=now,
        levels={mark.line.criterion: mark.level for mark in marks if mark.level is not None},
        replaces=replaced.uuid if replaced else None, reason=judgement.reason,
    )  # fmt: skip
    people.notify(
        recipients=[submission.trainee], path=submission.practical.door_path(),
        text=(_("Ton évaluation a été corrigée : %(work)s") if replaced else _("Tu as un retour sur : %(work)s")) % {"work": submission.practical.title},
    )  # fmt: skip
    records.record(*told)
    return judgement


@transaction.atomic
def discard_judgement(*, by: User, submission: Submission) -> None:
    """Throw one's own unsigned draft away. None there: nothing changes."""
    draft = Judgement.objects.select_for_update().filter(submission=submission, assessor=by, released_at=None).first()
    if draft:
        draft.delete()


@dataclass(frozen=True, slots=True)
class _Written:
    """What a form says, to compare with what is kept."""

    marks: dict[int, tuple[int | None, str]]
    comment: str
    asks_revision: bool
    corrects: int | None
    reason: str


def _marks_of_rubric(submission: Submission, marks: Marks) -> dict[int, tuple[int | None, str]]:
    lines = set(RubricCriterion.objects.filter(version=submission.rubric_id).values_list("pk", flat=True))
    return {line: mark for line, mark in marks.items() if line in lines}


def _kept(draft: Judgement) -> _Written:
    marks = {line: (level, comment) for line, level, comment in draft.marks.values_list("line_id", "level", "comment")}
    return _Written(marks, draft.comment, draft.asks_revision, draft.corrects_id, draft.reason)


def _has_photo(draft: Judgement, photo: UploadedFile[Any] | None, *, keeps_photo: bool) -> bool:
    """Whether the draft's photo is the one wanted. A phone's photo is kept as .jpg: the name before the dot decides."""
    if photo is None:
        return keeps_photo or draft.photo is None
    return draft.photo is not None and PurePosixPath(draft.photo.name).stem == PurePosixPath(photo.name or "").stem


def _new_draft(by: User, submission: Submission, corrects: Judgement | None, key: UUID | None) -> Judgement:
    """A correction starts with the photo of what it corrects."""
    wanted = key if key and not Judgement.objects.filter(uuid=key).exists() else uuid4()
    photo = corrects.photo if corrects else None
    return Judgement(uuid=wanted, submission=submission, assessor=by, rev=0, photo=photo)


def _told_of(draft: Judgement | None) -> dict[str, object]:
    """What is kept now, for programs and in words."""
    if draft is None:
        return {"rev": 0, "text": ""}
    marks = list(draft.marks.select_related("line"))
    said = [
        " · ".join(part for part in (mark.line.label, "–" if mark.level is None else str(mark.level), mark.comment) if part)
        for mark in marks
    ]
    return {
        "rev": draft.rev,
        "text": "\n".join([*said, draft.comment]),
        "comment": draft.comment,
        "marks": {str(mark.line_id): mark.level for mark in marks},
    }


def _check_place(by: User, submission: Submission, corrects: Judgement | None, draft: Judgement | None) -> None:
    """Refuse what would make two current judgements of one assessor, or two corrections of one judgement."""
    released = Judgement.objects.filter(submission=submission, released_at__isnull=False)
    if corrects is None:
        if released.filter(assessor=by, corrected_by=None).exists():
            raise Refused("already_judged", _("Vous avez déjà évalué cette version. Corrigez votre évaluation, avec une raison."))
        return
    if not released.filter(pk=corrects.pk).exists():
        raise Refused("nothing_to_correct", _("Seule une évaluation publiée de ce travail se corrige."))
    other = Judgement.objects.filter(corrects=corrects).select_related("assessor").first()
    if other and other != draft:
        raise Refused("corrected_already", _("%(name)s corrige déjà cette évaluation.") % {"name": other.assessor})
