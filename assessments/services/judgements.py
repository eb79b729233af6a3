"""What an assessor writes about a version, signs and corrects. One transaction each; statements recorded once, last."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TypeAlias
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Judgement, Mark, RubricCriterion, Submission
from assessments.rules import check_voice
from assessments.services.carrying import carry_marks
from assessments.services.phrases import count_phrases
from assessments.services.signing import sign
from lms import clock
from lms.files.models import PrivateFile
from lms.files.services import keep_file
from lms.people.models import User
from lms.refusal import Refused, Stale

Marks: TypeAlias = Mapping[int, tuple[int | None, str]]  # rubric line pk -> (level or None for "not observed", comment)


@transaction.atomic
def save_judgement(
    *, by: User, submission: Submission, marks: Marks, comment: str, asks_revision: bool, rev: int,
    corrects: Judgement | None = None, reason: str = "", photo: UploadedFile[Any] | None = None, keeps_photo: bool = True,
    voice: UploadedFile[Any] | None = None, keeps_voice: bool = True, key: UUID | None = None,
) -> Judgement:  # fmt: skip
    """Keep an assessor's draft on a submission, with a photo and a voice note. `rev` 0 for the first save; `key`, the uuid it is to have, makes the form idempotent.

    A save that changes nothing is never stale; one of a judgement signed meanwhile gives it back. Refused (`Stale`) when other
    marks were saved elsewhere since `rev`; a second judgement of one's own on this version, unless it `corrects` the first;
    a correction of a judgement that someone corrects already; a file that is not acceptable (`voice_…` where it is the voice note).
    """
    Submission.objects.select_for_update(no_key=True).only("pk").get(pk=submission.pk)  # drafts of one work are taken in turn
    signed = Judgement.objects.filter(uuid=key, assessor=by, submission=submission, released_at__isnull=False).first() if key else None
    if signed:
        return signed
    draft = Judgement.objects.filter(submission=submission, assessor=by, released_at=None).select_related("photo", "voice").first()
    written = _Written(_marks_of_rubric(submission, marks), comment, asks_revision, corrects.pk if corrects else None, reason.strip()[:500])
    has_files = draft and _is_wanted(draft.photo, photo, keeps=keeps_photo) and _is_wanted(draft.voice, voice, keeps=keeps_voice)
    if draft and has_files and written == _kept(draft):
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
    if voice or not keeps_voice:
        draft.voice = _kept_voice(by, voice) if voice else None
    is_begun = draft.pk is not None
    draft.save()
    if corrects and not is_begun:
        carry_marks(sources=[corrects], to=draft)
    draft.marks.all().delete()
    Mark.objects.bulk_create(
        Mark(judgement=draft, line_id=line, level=level, comment=words) for line, (level, words) in written.marks.items()
    )
    return draft


def begin_draft(*, by: User, submission: Submission, corrects: Judgement | None) -> Judgement:
    """A draft with nothing of one's own in it yet, in the caller's transaction, for what is kept beside the sheet's form (its `rev` is 0, so
    that a sheet open elsewhere still saves). A correction starts with all that it corrects. Refused as `save_judgement`."""
    _check_place(by, submission, corrects, None)
    draft = _new_draft(by, submission, corrects, None)
    draft.saved_at, draft.corrects = clock.now(), corrects
    if corrects is None:
        draft.save()
        return draft
    draft.comment, draft.asks_revision = corrects.comment, corrects.asks_revision
    draft.save()
    Mark.objects.bulk_create(
        Mark(judgement=draft, line_id=line, level=level, comment=words)
        for line, level, words in corrects.marks.values_list("line", "level", "comment")
    )
    carry_marks(sources=[corrects], to=draft)
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
    if replaced and replaced.agreed_id:
        raise Refused("agreed_since", _("Une évaluation commune a remplacé celle que vous corrigez. Effacez votre brouillon."))
    if replaced and not judgement.reason:
        raise Refused("reason_missing", _("Écrivez la raison de la correction : le stagiaire la lira."))
    marks = list(judgement.marks.select_related("line__criterion"))
    count_phrases(by=by, comments={**{mark.line.criterion_id: mark.comment for mark in marks}, None: judgement.comment})
    sign(
        by=by, judgement=judgement, submission=submission, marks=marks, replaced=[replaced] if replaced else [], reason=judgement.reason,
        text=_("Ton évaluation a été corrigée : %(work)s") if replaced else _("Tu as un retour sur : %(work)s"),
    )  # fmt: skip
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


def _is_wanted(kept: PrivateFile | None, sent: UploadedFile[Any] | None, *, keeps: bool) -> bool:
    """Whether the draft's photo or voice note is the one wanted. A phone's photo is kept as .jpg: the name before the dot decides."""
    if sent is None:
        return keeps or kept is None
    return kept is not None and PurePosixPath(kept.name).stem == PurePosixPath(sent.name or "").stem


def _kept_voice(by: User, upload: UploadedFile[Any]) -> PrivateFile:
    try:
        file = keep_file(owner=by.uuid, upload=upload)
    except Refused as refusal:
        raise Refused(f"voice_{refusal.code}", refusal.message) from refusal
    check_voice(content_type=file.content_type)
    return file


def _new_draft(by: User, submission: Submission, corrects: Judgement | None, key: UUID | None) -> Judgement:
    """A correction starts with the photo and the voice note of what it corrects."""
    wanted = key if key and not Judgement.objects.filter(uuid=key).exists() else uuid4()
    photo, voice = (corrects.photo, corrects.voice) if corrects else (None, None)
    return Judgement(uuid=wanted, submission=submission, assessor=by, rev=0, photo=photo, voice=voice)


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
        if released.current().signed_by(by).exists():
            raise Refused("already_judged", _("Vous avez déjà évalué cette version. Corrigez votre évaluation, avec une raison."))
        return
    if not released.filter(pk=corrects.pk).exists():
        raise Refused("nothing_to_correct", _("Seule une évaluation publiée de ce travail se corrige."))
    if corrects.co_assessor_id or corrects.agreed_id:
        raise Refused("agreed_by_two", _("Une évaluation commune se change à deux : proposez-en une autre."))
    other = Judgement.objects.filter(corrects=corrects).select_related("assessor").first()
    if other and other != draft:
        raise Refused("corrected_already", _("%(name)s corrige déjà cette évaluation.") % {"name": other.assessor})
