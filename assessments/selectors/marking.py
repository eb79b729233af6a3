"""The picture or the page that an assessor opens to mark, with what is kept of it."""

from dataclasses import dataclass
from uuid import UUID

from assessments.models import Judgement, Submission, SubmittedFile
from assessments.selectors.pictures import MarkedPicture, pictures_in
from assessments.selectors.sheet import seen_submission
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class Marking:
    """One file of a version to judge; `corrects`: the signed judgement that a correction replaces; `picture`: the marks kept on this page."""

    submission: Submission
    file: SubmittedFile
    page: int
    corrects: Judgement | None
    picture: MarkedPicture
    has_signed: bool


def marking_of(user: User, uuid: UUID, *, file: UUID, page: int, corrects: UUID | None) -> Marking | None:
    """The file to mark, if this person may see it, with their own draft's marks; those of what they correct where there is no draft yet."""
    submission = seen_submission(user, uuid)
    found = SubmittedFile.objects.filter(submission=submission, file__uuid=file).select_related("file").first() if submission else None
    if submission is None or found is None:
        return None
    judgements = Judgement.objects.visible_to(user).filter(submission=submission)
    draft = judgements.filter(assessor=user, released_at=None).select_related("corrects").first()
    corrected = judgements.filter(released_at__isnull=False, uuid=corrects).first() if corrects else None
    if corrects and corrected is None:
        return None
    if draft and draft.corrects:
        corrected = draft.corrects
    source = draft or corrected
    pictures = pictures_in(source.pk) if source else []
    here = next((one for one in pictures if (one.file, one.page) == (file, page)), None)
    return Marking(
        submission, found, page, corrected, here or MarkedPicture("d-1", file, found.file.name, page),
        has_signed=draft is None and corrected is None and judgements.current().signed_by(user).exists(),
    )  # fmt: skip
