"""A work being prepared: its text, its files, and what becomes of two texts written on two devices. One transaction each."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Draft, DraftFile, DraftText, PracticalPage, Submission, SubmittedFile
from assessments.rules import check_text, merged_text
from lms import clock
from lms.files.models import PrivateFile
from lms.files.rules import MAX_FILES
from lms.files.services import keep_file, keep_upload
from lms.people.models import User
from lms.refusal import Refused, Stale

TEXTS_ASIDE = 20  # the oldest goes then


@transaction.atomic
def save_draft(*, by: User, practical: PracticalPage, text: str, rev: int) -> Draft:
    """Keep what the trainee is writing. A text already kept changes nothing, so a save sent twice is one save.

    Refused (`Stale`) when another tab saved other words since `rev`: both texts can then be shown; and when it is too long.
    """
    check_text(text)
    draft = locked_draft(by, practical)
    if draft.text == text:
        return draft
    if draft.rev != rev:
        raise stale(draft)
    keep_text(draft, text)
    return draft


@transaction.atomic
def add_draft_files(
    *, by: User, practical: PracticalPage, uploads: Sequence[UploadedFile[Any]] = (), finished: Sequence[UUID] = ()
) -> Draft:
    """Keep files with the draft, sent along or come piece by piece before (`finished`); one that is there already is not doubled.

    Refused: a file that is not acceptable (none is then kept), or more than ten.
    """
    draft = locked_draft(by, practical)
    for file in kept_once([row.file for row in draft.files.select_related("file")], by, uploads, finished):
        DraftFile.objects.create(draft=draft, file=file)
    return draft


def keep_in_draft(
    *, by: User, practical: PracticalPage, text: str | None, rev: int, uploads: Sequence[UploadedFile[Any]], finished: Sequence[UUID] = ()
) -> list[Refused]:
    """Keep a form in the draft piece by piece, each in a transaction of its own: what is refused is handed back, the rest is kept.

    `text` None leaves the draft's text alone.
    """
    refusals: list[Refused] = []
    if text is not None:
        try:
            save_draft(by=by, practical=practical, text=text, rev=rev)
        except Refused as refusal:
            refusals.append(refusal)
            if isinstance(refusal, Stale):
                set_aside(by=by, practical=practical, text=text)
    for upload in uploads:
        # A first try may have moved the temporary file: it is read again from its open handle, not from its path.
        again = UploadedFile(upload.file, upload.name, upload.content_type, upload.size)
        again.seek(0)
        try:
            add_draft_files(by=by, practical=practical, uploads=[again])
        except Refused as refusal:
            refusals.append(refusal)
    if finished:
        try:
            add_draft_files(by=by, practical=practical, finished=finished)
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
    draft = locked_draft(by, submission.practical)
    if draft.text.strip() or draft.files.exists():
        raise Refused("draft_not_empty", _("Ton brouillon contient déjà quelque chose. Envoie-le ou vide-le, puis recommence."))
    keep_text(draft, submission.text)
    for row in submission.files.select_related("file"):
        DraftFile.objects.create(draft=draft, file=row.file)
    return draft


@transaction.atomic
def set_aside(*, by: User, practical: PracticalPage, text: str) -> None:
    """Keep beside the draft a text that came too late to be saved. One that the draft holds already, or that is aside, is not doubled."""
    _put(locked_draft(by, practical), text)


@transaction.atomic
def merge_draft(*, by: User, practical: PracticalPage, text: str, keep: str, rev: int) -> Draft:
    """Keep the text from `here` (`text`), the one saved `elsewhere`, or `both` one after the other; what is not kept is put aside.

    `rev` is the revision whose text the person was shown. Sent twice, it is done once. Refused (`Stale`) when yet other words
    were saved since, and when both together are too long.
    """
    draft = locked_draft(by, practical)
    if draft.rev != rev:
        if draft.text == text or (draft.text.startswith(text.rstrip()) and keep == "both"):
            return draft
        raise stale(draft)
    before, after = draft.text, merged_text(text, draft.text, keep=keep)
    check_text(after)
    if after != before:
        keep_text(draft, after)
    for other in (before, text):
        _put(draft, other)
    for row in draft.aside.all():
        if row.text.strip() in draft.text:
            row.delete()
    return draft


@transaction.atomic
def take_back(*, by: User, practical: PracticalPage, aside: UUID) -> Draft:
    """Add a text put aside at the end of the draft. Gone already: nothing changes. Refused when both together are too long."""
    draft = locked_draft(by, practical)
    row = draft.aside.filter(uuid=aside).first()
    if row is None:
        return draft
    together = merged_text(draft.text, row.text, keep="both")
    try:
        check_text(together)
    except Refused as refusal:
        raise Refused(refusal.code, _("Les deux textes ensemble sont trop longs. Copie ce qui te sert, puis colle-le.")) from refusal
    keep_text(draft, together)
    row.delete()
    return draft


def stale(draft: Draft) -> Stale:
    """Other words were saved meanwhile: what is kept now."""
    return Stale(_("Ce brouillon a changé ailleurs. Les deux textes sont gardés : choisis."), {"text": draft.text, "rev": draft.rev})


def locked_draft(by: User, practical: PracticalPage) -> Draft:
    """The draft of this person on this work, made if there is none, its row locked."""
    draft, _created = Draft.objects.get_or_create(trainee=by, practical=practical, defaults={"saved_at": clock.now()})
    return Draft.objects.select_for_update().get(pk=draft.pk)


def keep_text(draft: Draft, text: str) -> None:
    """Write a draft's text; its revision grows."""
    draft.text, draft.rev, draft.saved_at = text, draft.rev + 1, clock.now()
    draft.save(update_fields=["text", "rev", "saved_at"])


def kept_once(
    there: Sequence[PrivateFile], by: User, uploads: Sequence[UploadedFile[Any]], finished: Sequence[UUID] = ()
) -> list[PrivateFile]:
    """The uploads, kept, less those that `there` holds already under the same name: a retried upload is one file."""
    known = {(file.name, file.sha256) for file in there}
    fresh: list[PrivateFile] = []
    for file in _kept(by, uploads, finished):
        if (file.name, file.sha256) in known:
            file.delete()  # its bytes go with the next sweep of files that no row names
            continue
        known.add((file.name, file.sha256))
        fresh.append(file)
    if len(there) + len(fresh) > MAX_FILES:
        raise Refused("too_many_files", _("%(max)s fichiers au plus. Retire un fichier, ou fais un ZIP.") % {"max": MAX_FILES})
    return fresh


def _kept(by: User, uploads: Sequence[UploadedFile[Any]], finished: Sequence[UUID]) -> Iterator[PrivateFile]:
    for upload in uploads[: MAX_FILES + 1]:  # one too many is enough to refuse them all
        yield keep_file(owner=by.uuid, upload=upload)
    for uuid in finished[: MAX_FILES + 1]:
        if file := keep_upload(owner=by.uuid, uuid=uuid):
            yield file


def _put(draft: Draft, text: str) -> None:
    if not text.strip() or text.strip() in draft.text or draft.aside.filter(text=text).exists():
        return
    DraftText.objects.create(draft=draft, text=text, put_at=clock.now())
    kept = draft.aside.values_list("pk", flat=True)[:TEXTS_ASIDE]
    draft.aside.exclude(pk__in=list(kept)).delete()
