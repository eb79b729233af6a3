"""What an assessor points at on a work's pictures and pages: kept with the draft of their judgement, signed with it."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Judgement, PictureMark, Submission, SubmittedFile
from assessments.rules import Drawn, check_mark_count, digest_of
from assessments.services.judgements import begin_draft
from lms import clock
from lms.files.rules import SHOWN_IN_PAGE
from lms.files.services import PDF, page_image
from lms.people.models import User
from lms.refusal import Refused, Stale


def set_picture_marks(
    *, by: User, submission: Submission, file: SubmittedFile, page: int, marks: Sequence[Drawn], base: str, corrects: Judgement | None = None
) -> Judgement | None:  # fmt: skip
    """Keep the whole list of marks of one picture (`page` 0) or page of a PDF in one's own draft, begun if there is none. Gives the draft back.

    `base`: the digest of the list that was changed; a save that changes nothing is never stale. None: there was nothing to keep. Refused:
    a file that is not of this version or that is not looked at that way, too many marks, a judgement that may not be begun
    (`save_judgement` says which); `Stale` when the list was changed elsewhere.
    """
    _check_place(submission, file, page, is_looked_at=bool(marks))
    with transaction.atomic():
        return _kept_in_draft(by, submission, file, page, marks, base, corrects)


def kept_marks(judgement: Judgement, file: SubmittedFile, page: int) -> list[Drawn]:
    """The marks of one judgement on one picture or page, in their order."""
    rows = judgement.picture_marks.filter(file=file, page=page).order_by("position")
    return [Drawn(*row) for row in rows.values_list("shape", "x", "y", "w", "h", "text")]


def _kept_in_draft(
    by: User, submission: Submission, file: SubmittedFile, page: int, marks: Sequence[Drawn], base: str, corrects: Judgement | None
) -> Judgement | None:
    Submission.objects.select_for_update(no_key=True).only("pk").get(pk=submission.pk)  # drafts of one work are taken in turn
    draft = Judgement.objects.filter(submission=submission, assessor=by, released_at=None).first()
    source = draft or corrects
    kept = kept_marks(source, file, page) if source else []
    if list(marks) == kept:
        return draft
    if digest_of(kept) != base:
        raise Stale(
            _("Ces remarques ont changé dans une autre fenêtre. Rien n'est perdu : comparez, puis gardez."),
            {"base": digest_of(kept), "text": "\n".join(f"{number}. {mark.text}" for number, mark in enumerate(kept, 1))},
        )
    draft = draft or begin_draft(by=by, submission=submission, corrects=corrects)
    others = draft.picture_marks.exclude(file=file, page=page)
    check_mark_count(others.count() + len(marks))
    draft.picture_marks.filter(file=file, page=page).delete()
    PictureMark.objects.bulk_create(
        PictureMark(
            judgement=draft, file=file, page=page, position=position,
            shape=mark.shape, x=mark.x, y=mark.y, w=mark.w, h=mark.h, text=mark.text,
        )
        for position, mark in enumerate(marks)
    )  # fmt: skip
    draft.saved_at = clock.now()
    draft.save(update_fields=["saved_at"])
    return draft


def _check_place(submission: Submission, file: SubmittedFile, page: int, *, is_looked_at: bool) -> None:
    """Refuse a file of another version, a picture's page, a page that the PDF has not. Outside the transaction: a page may take seconds to draw."""
    if file.submission_id != submission.pk:
        raise Refused("mark_file", _("Ce fichier n'est pas de cette version du travail."))
    is_picture = file.file.content_type in SHOWN_IN_PAGE
    if is_picture != (page == 0) or not (is_picture or file.file.content_type == PDF):
        raise Refused("mark_file", _("On annote une image, ou une page d'un PDF."))
    if not is_picture and is_looked_at:
        page_image(file=file.file, number=page)
