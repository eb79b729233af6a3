"""What a trainee prepares and hands in: a draft, its files, versions. One transaction each; statements recorded once, last."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments import statements
from assessments.models import Draft, DraftFile, PracticalPage, Submission, SubmittedFile
from assessments.rules import check_submittable, check_text
from assessments.selectors import current_rubric, module_of
from curriculum.services import competencies_of, completed_visit
from lms import clock
from lms.files.models import PrivateFile
from lms.files.rules import MAX_FILES
from lms.files.services import keep_file
from lms.people import services as people
from lms.people.models import User
from lms.people.rules import Role
from lms.prepared import prepared
from lms.records import services as records
from lms.records.statements import Json
from lms.refusal import Refused, Stale


@transaction.atomic
def save_draft(*, by: User, practical: PracticalPage, text: str, rev: int) -> Draft:
    """Keep what the trainee is writing. A text already kept changes nothing, so a save sent twice is one save.

    Refused (`Stale`) when another tab saved other words since `rev`: both texts can then be shown; and when it is too long.
    """
    check_text(text)
    draft = _locked_draft(by, practical)
    if draft.text == text:
        return draft
    if draft.rev != rev:
        raise Stale(_("Ce brouillon a changé dans une autre fenêtre. Les deux textes sont gardés."), {"text": draft.text, "rev": draft.rev})
    _keep_text(draft, text)
    return draft


@transaction.atomic
def add_draft_files(*, by: User, practical: PracticalPage, uploads: Sequence[UploadedFile[Any]]) -> Draft:
    """Keep files with the draft; one that is there already is not doubled.

    Refused: a file that is not acceptable (none is then kept), or more than ten.
    """
    draft = _locked_draft(by, practical)
    for file in _kept_once([row.file for row in draft.files.select_related("file")], by, uploads):
        DraftFile.objects.create(draft=draft, file=file)
    return draft


def keep_in_draft(*, by: User, practical: PracticalPage, text: str | None, rev: int, uploads: Sequence[UploadedFile[Any]]) -> list[Refused]:
    """Keep a form in the draft piece by piece, each in a transaction of its own: what is refused is handed back, the rest is kept.

    `text` None leaves the draft's text alone.
    """
    refusals: list[Refused] = []
    if text is not None:
        try:
            save_draft(by=by, practical=practical, text=text, rev=rev)
        except Refused as refusal:
            refusals.append(refusal)
    for upload in uploads:
        # A first try may have moved the temporary file: it is read again from its open handle, not from its path.
        again = UploadedFile(upload.file, upload.name, upload.content_type, upload.size)
        again.seek(0)
        try:
            add_draft_files(by=by, practical=practical, uploads=[again])
        except Refused as refusal:
            refusals.append(refusal)
    return refusals


@transaction.atomic
def remove_draft_file(*, by: User, practical: PracticalPage, file: UUID) -> None:
    """Take a file away from the draft. One that was handed in stays with its version; another is deleted for good."""
    row = DraftFile.objects.filter(draft__trainee=by, draft__practical=practical, file__uuid=file).select_related("file").first()
    if row is None:
        return
    row.delete()
    if SubmittedFile.objects.filter(file=row.file).exists():
        return
    storage, name = row.file.content.storage, str(row.file.content.name)
    row.file.delete()
    transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def reuse_version(*, by: User, submission: Submission) -> Draft:
    """Start again from a version: its text and files come into the draft. Refused when the draft holds something already."""
    draft = _locked_draft(by, submission.practical)
    if draft.text.strip() or draft.files.exists():
        raise Refused("draft_not_empty", _("Ton brouillon contient déjà quelque chose. Envoie-le ou vide-le, puis recommence."))
    _keep_text(draft, submission.text)
    for row in submission.files.select_related("file"):
        DraftFile.objects.create(draft=draft, file=row.file)
    return draft


@transaction.atomic
def submit_work(
    *, by: User, practical: PracticalPage, text: str, uploads: Sequence[UploadedFile[Any]], key: UUID, rev: int | None = None
) -> Submission:
    """Hand in version n+1, with the draft's files and those sent along; the draft is emptied. Any time, any number of times.

    The same form sent twice (`key`) gives back the first submission. `rev` is the draft's the form was made from: other words
    saved since by another tab stay in the draft. Refused: nothing to hand in, a file that is not acceptable.
    """
    # Versions of one person are numbered one after the other. No key lock: rows that point at the person need not wait.
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    already = next(iter(_sent_as(by.pk, key)), None)
    if already:
        return already
    draft = Draft.objects.filter(trainee=by, practical=practical).first()
    kept = [row.file for row in draft.files.select_related("file").order_by("pk")] if draft else []
    check_submittable(text=text, file_count=len(kept) + len(uploads), max_files=MAX_FILES)
    kept += _kept_once(kept, by, uploads)
    module, rubric = module_of(practical), current_rubric(practical)
    told: list[Json] = []
    visit = completed_visit(by=by, step=practical, module=module, told=told)
    number = 1 + next(iter(_numbers(by.pk, practical.pk)), 0)
    told.append(
        statements.submitted(
            trainee=by, practical=practical, module=module, run=visit.run, number=number, file_count=len(kept),
            rubric=rubric, competencies=competencies_of(practical), at=clock.now(),
        )
    )  # fmt: skip
    submission = Submission.objects.create(
        trainee=by, practical=practical, run=visit.run, rubric=rubric, number=number, text=text, key=key,
        submitted_at=clock.now(), statement_id=UUID(str(told[-1]["id"])),
    )  # fmt: skip
    SubmittedFile.objects.bulk_create(
        SubmittedFile(submission=submission, file=file, position=position) for position, file in enumerate(kept)
    )
    if draft:
        _empty(draft, handed_in=text, rev=rev)
    people.notify(
        recipients=_trainers_of(by.pk), text=_("%(name)s a rendu : %(work)s") % {"name": by, "work": practical.title},
        path=reverse("assessments:queue"),
    )  # fmt: skip
    records.record(*told)
    return submission


def _locked_draft(by: User, practical: PracticalPage) -> Draft:
    draft, _created = Draft.objects.get_or_create(trainee=by, practical=practical, defaults={"saved_at": clock.now()})
    return Draft.objects.select_for_update().get(pk=draft.pk)


def _keep_text(draft: Draft, text: str) -> None:
    draft.text, draft.rev, draft.saved_at = text, draft.rev + 1, clock.now()
    draft.save(update_fields=["text", "rev", "saved_at"])


def _kept_once(there: Sequence[PrivateFile], by: User, uploads: Sequence[UploadedFile[Any]]) -> list[PrivateFile]:
    """The uploads, kept, less those that `there` holds already under the same name: a retried upload is one file."""
    known = {(file.name, file.sha256) for file in there}
    fresh: list[PrivateFile] = []
    for upload in uploads[: MAX_FILES + 1]:  # one too many is enough to refuse them all
        file = keep_file(owner=by.uuid, upload=upload)
        if (file.name, file.sha256) in known:
            file.delete()  # its bytes go with the next sweep of files that no row names
            continue
        known.add((file.name, file.sha256))
        fresh.append(file)
    if len(there) + len(fresh) > MAX_FILES:
        raise Refused("too_many_files", _("%(max)s fichiers au plus. Retire un fichier, ou fais un ZIP.") % {"max": MAX_FILES})
    return fresh


def _empty(draft: Draft, *, handed_in: str, rev: int | None) -> None:
    draft.files.all().delete()
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if rev is None or rev == draft.rev or handed_in.startswith(draft.text):  # an autosave under way holds the beginning of the text
        _keep_text(draft, "")


@prepared
def _sent_as(trainee: int, key: UUID) -> QuerySet[Submission]:
    return Submission.objects.filter(trainee=trainee, key=key)


@prepared
def _numbers(trainee: int, practical: int) -> QuerySet[Submission, int]:
    """The number of the last version."""
    return Submission.objects.filter(trainee=trainee, practical=practical).order_by("-number").values_list("number", flat=True)[:1]


@prepared
def _trainers_of(trainee: int) -> QuerySet[User]:
    shared = User.objects.with_role(Role.TRAINER).filter(
        memberships__left_at=None, memberships__cohort__memberships__user=trainee, memberships__cohort__memberships__left_at=None
    )
    return shared.only("pk").order_by("pk").distinct()  # type: ignore[no-any-return]  # the manager is built by the library
