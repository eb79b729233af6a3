"""Verbs of numbered documents: number one, make its pages, a whole cohort's at once, let a file go after its time.

The number, the facts and the row are one transaction: a number that was given stays, and none is skipped. The pages are made by the
worker from the kept facts, so that a try that stopped is made again to the same bytes.
"""

import hashlib
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_tasks import task

from curriculum.selectors.cohort import enrolments_of, followers
from lms import clock
from lms.exports.formats import Column, Sheet, csv_bytes
from lms.exports.formats.numbered import frozen, write_document
from lms.exports.kinds.documents import FACTS
from lms.exports.models import Document, DocumentCounter
from lms.exports.rules.documents import MOST_DAYS, SIGN_IN, TYPES, DocumentType, kept_until, weekdays
from lms.exports.selectors import Follower, followers_of
from lms.exports.selectors.documents import sign_in_of, subject_of
from lms.exports.services.storing import store
from lms.files.models import private_storage
from lms.files.services import expire_files
from lms.jobs.models import Job
from lms.jobs.services import ask_again, finish_job, heartbeat, run_job, start_job
from lms.people import services as people
from lms.people.models import Cohort, User
from lms.refusal import Refused

JOB = "document"
FOLDER, SCRATCH = "documents", "document-work"
READ_ME = "a-lire.txt"
LISTED = Sheet("liste", (Column(_("Numéro")), Column(_("Nom")), Column(_("Prénom")), Column(_("Fait le"), "day"), Column("SHA-256")))


@transaction.atomic
def issue_for_trainee(*, by: User, code: str, trainee: UUID) -> Document:
    """Number a document about one trainee's latest programme. Asked again while the facts are the same, it is the same document.

    Refused: a kind that this role does not make, a trainee whose record `by` may not read, facts that are not known yet.
    """
    kind = _made_by(by, code)
    about = followers_of(enrolments_of(seen_by=by, trainee=trainee)) if code in FACTS else []
    if not about:
        raise Refused("nobody_to_export", _("Il n'y a ici aucun stagiaire dont vous suivez le parcours. Choisissez quelqu'un d'autre."))
    return _issued_for(by, kind, about[0])


def _issued_for(by: User, kind: DocumentType, who: Follower, *, is_asked: bool = True) -> Document:
    facts = FACTS[kind.code](who)
    return issue_document(by=by, kind=kind, facts=facts, subject=subject_of(who), trainee=who.trainee, is_asked=is_asked)


@transaction.atomic
def issue_sign_in(*, by: User, cohort: UUID, first: date, last: date) -> Document:
    """Number the sheet that a cohort signs on the weekdays between two days.

    Refused: another role, a cohort that `by` does not follow or that is empty, no weekday, more than ten of them.
    """
    _made_by(by, SIGN_IN.code)
    group = Cohort.objects.visible_to(by).select_related("site").filter(uuid=cohort).first()
    about = followers_of(followers(seen_by=by, cohort=group), cohort=group) if group else []
    if group is None or not about:
        raise Refused("nobody_to_export", _("Cette promotion n'a aucun stagiaire présent. Choisissez-en une autre."))
    days = weekdays(first, last)[: MOST_DAYS + 1]
    if not days or len(days) > MOST_DAYS:
        raise Refused("bad_days", _("Choisissez de un à dix jours, du lundi au vendredi : deux semaines au plus."))
    facts = sign_in_of(group, about, days)
    return issue_document(by=by, kind=SIGN_IN, facts=facts, subject=f"{group.uuid}:{days[0]}:{days[-1]}", cohort=group.pk)


@transaction.atomic
def issue_document(
    *, by: User, kind: DocumentType, facts: Any, subject: str, trainee: int | None = None, cohort: int | None = None, is_asked: bool = True,
) -> Document:  # fmt: skip
    """Number a document of these facts, one after the other, and ask the worker for its pages unless not `is_asked`.

    The latest one about `subject` with the same facts is given back instead, its pages asked again if they could not be made; with other
    facts, the new one says that it replaces it. The caller has asked who may.
    """
    told, today = frozen(facts), clock.today()
    digest = hashlib.sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()
    DocumentCounter.objects.get_or_create(kind=kind.code, year=today.year)
    counter = DocumentCounter.objects.select_for_update().get(kind=kind.code, year=today.year)
    latest = Document.objects.filter(kind=kind.code, subject=subject).order_by("-pk").first()
    if latest and latest.facts_sha256 == digest and latest.removed_at is None:
        _ask(latest, is_asked=is_asked)
        return latest
    counter.last += 1
    counter.save(update_fields=["last"])
    document = Document.objects.create(
        kind=kind.code, year=today.year, number=counter.last, subject=subject, trainee_id=trainee, cohort_id=cohort, facts=told,
        facts_sha256=digest, template_version=kind.version, replaces=latest, made_at=clock.now(), made_by=by,
        kept_until=kept_until(kind, today),
    )  # fmt: skip
    _ask(document, is_asked=is_asked)
    return document


def _ask(document: Document, *, is_asked: bool) -> None:
    """Ask for pages that are neither there nor on their way."""
    if not is_asked or document.content:
        return
    if document.job is None:
        document.job = start_job(kind=JOB, subject=document.uuid)
        document.save(update_fields=["job"])
    elif not ask_again(job=document.job):
        return
    make_document.enqueue(str(document.uuid))


def _made_by(by: User, code: str) -> DocumentType:
    kind = TYPES.get(code)
    if kind is None or not by.is_active or by.role not in kind.makers:
        raise Refused(
            "document_unknown", _("Ce document n'existe pas, ou c'est la coordination qui le fait. Choisissez-en un dans la liste.")
        )
    return kind


# --- Pages


@task(priority=50)
def make_document(subject: str) -> None:
    """Make the pages of one document, as `lms.jobs.services.run_job` does."""
    run_job(
        kind=JOB, subject=UUID(subject), do=lambda job: _make(Document.objects.select_related("made_by", "trainee").get(uuid=subject), job),
        error=_("Le document n'a pas pu être fait après trois essais. Demandez-le à nouveau : il garde son numéro."),
    )  # fmt: skip


def _make(document: Document, job: Job) -> None:
    heartbeat(job=job, progress=0, total=1)

    def finish() -> None:
        finish_job(job=job)
        words = _("Le document %(number)s est prêt.") % {"number": document.title_number}
        people.notify(recipients=[document.made_by], text=words, path=reverse("exports:document-detail", args=[document.uuid]))

    set_pages(document, finish)


def set_pages(document: Document, finish: Callable[[], None] = lambda: None) -> None:
    """Make and keep the pages of a document that has none, then `finish` in the same transaction; its trainee is told."""
    with _scratch() as scratch:
        path = scratch / "file"
        if not document.content:
            replaces = document.replaces.title_number if document.replaces else ""
            write_document(
                path,
                document.type,
                document.facts,
                number=document.title_number,
                replaces=replaces,
                made_at=document.made_at,
                scratch=scratch,
            )
            kept = store(path, f"{FOLDER}/{document.uuid.hex}-{secrets.token_hex(4)}")
            try:
                with transaction.atomic():
                    is_first = Document.objects.filter(pk=document.pk, content="").update(
                        content=kept.name, sha256=kept.sha256, size=kept.size
                    )
                    finish()
                    if is_first:
                        _tell_trainee(document)
            except BaseException:
                private_storage().delete(kept.name)
                raise
            if not is_first:  # another worker was quicker, to the same bytes
                private_storage().delete(kept.name)
        else:
            finish()
    document.refresh_from_db()


def _tell_trainee(document: Document) -> None:
    if document.trainee and document.type.is_own:
        words = _("Un document est prêt pour toi : %(title)s.") % {"title": document.type.title}
        people.notify(recipients=[document.trainee], text=words, path=reverse("exports:own-dossier"))


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder of this try's own, beside the private files so that the finished one is renamed into place."""
    folder = Path(settings.PRIVATE_ROOT) / SCRATCH / secrets.token_hex(8)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- A whole cohort


def write_batch(path: Path, by: User, code: str, about: Sequence[Follower], report: Callable[[int, int], None]) -> int:
    """Number and make one document for each of these trainees into one ZIP; returns how many. Who has none, and why, is in `a-lire.txt`.

    Refused: a kind that this role does not make, or when nobody can have one.
    """
    kind, made, refused = _made_by(by, code), [], []
    with zipfile.ZipFile(path, "w") as archive:
        for number, who in enumerate(about):
            report(number, len(about))
            try:
                document = _issued_for(by, kind, who, is_asked=False)
                set_pages(document)
            except Refused as refusal:
                refused.append(f"{who.first_name} {who.last_name} : {refusal.message}")
                continue
            _add(archive, f"{document.title_number}-{slugify(f'{who.last_name} {who.first_name}')[:60]}.pdf", _content(document))
            made.append((document.title_number, who.last_name, who.first_name, document.made_at, document.sha256))
        if not made:
            raise Refused("nothing_made", refused[0] if refused else _("Personne dans cette promotion."))
        _add(archive, "liste.csv", csv_bytes(LISTED, made))
        if refused:
            _add(archive, READ_ME, ("\n".join([_("Sans document :"), *refused]) + "\n").encode())
    report(len(about), len(about))
    return len(made)


def _content(document: Document) -> bytes:
    with document.content.open("rb") as content:
        return bytes(content.read())


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name), content)  # a fixed date: the same documents make the same bytes


# --- After its time


def expire_documents() -> int:
    """Delete the files kept long enough, with what they say; numbers and digests stay. Run by the worker; returns how many went."""
    over = Q(kept_until__lt=clock.today())
    removed = expire_files(Document.objects.all(), expired=over, folder=FOLDER)
    Document.objects.filter(over, removed_at=None).update(removed_at=clock.now(), facts={})
    limit = (clock.now() - timedelta(hours=1)).timestamp()
    for scratch in (Path(settings.PRIVATE_ROOT) / SCRATCH).glob("*"):
        if scratch.stat().st_mtime < limit:
            shutil.rmtree(scratch, ignore_errors=True)
    return removed


def tasks() -> dict[str, Any]:
    """The tasks of these jobs, by the kind of job: what a worker asks again when a lease has passed."""
    return {JOB: make_document}
