"""A file of questions by page: looked at while its author waits, imported by a worker."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django_tasks import task

from assessments.formats.known import format_of
from assessments.models import QuestionImport
from assessments.models.imports import FOLDER
from assessments.services.importing import checked_title, import_questions, plan_import, read_package
from lms import clock
from lms.files.rules import shown_name
from lms.files.services import expire_files, save_with_file
from lms.jobs.models import Job
from lms.jobs.services import finish_job, heartbeat, run_job, start_job
from lms.people import services as people
from lms.people.models import User
from lms.refusal import Refused

JOB = "question-import"
KEPT = timedelta(days=7)
WRITING = timedelta(minutes=10)  # all is written in one transaction, where nothing can be told of how far it is
REPORT_EVERY = 25  # questions


def look_at_file(*, by: User, name: str, data: bytes, bank_title: str, format_: str, key: UUID) -> QuestionImport:
    """Read a file, say what importing it would do, keep it for that. The same form sent twice gives back the first one.

    Refused: no bank, a file of no known format, too many questions. What is wrong inside the file is in `planned`.
    """
    already = QuestionImport.objects.visible_to(by).filter(key=key).first()
    if already:
        return already
    title = checked_title(bank_title)
    format_ = format_ or format_of(name, data)
    report = plan_import(bank_title=title, package=read_package(data=data, format_=format_))
    row = QuestionImport(
        owner=by,
        key=key,
        bank_title=title,
        format=format_,
        name=shown_name(name) or _("fichier"),
        planned=report.as_table(),
        created_at=clock.now(),
    )
    save_with_file(row, data)
    return row


@transaction.atomic
def start_import(*, by: User, brought: QuestionImport) -> QuestionImport:
    """Ask for the import of a file that was looked at. Asked already: nothing more. Refused: a file that is no longer kept."""
    row = QuestionImport.objects.visible_to(by).select_for_update(no_key=True, of=("self",)).get(pk=brought.pk)
    if row.job_id:
        return row
    if not row.content:
        raise Refused("file_gone", _("Ce fichier n'est plus gardé. Choisissez-le à nouveau."))
    row.job = start_job(kind=JOB, subject=row.uuid)
    row.save(update_fields=["job"])
    run_question_import.enqueue(str(row.uuid))
    return row


@task(priority=50)  # someone waits for it, as for an export
def run_question_import(subject: str) -> None:
    """Import one file, as `lms.jobs.services.run_job` does."""
    run_job(
        kind=JOB, subject=UUID(subject), do=lambda job: _import(QuestionImport.objects.select_related("owner").get(uuid=subject), job),
        error=_("L'import s'est arrêté trois fois. Rien n'est entré. Essayez à nouveau un peu plus tard."),
    )  # fmt: skip


def _import(row: QuestionImport, job: Job) -> None:
    """Rights are asked again; each question is checked, which is told, then all are written at once with the end of the job."""
    if not (row.owner.is_active and row.owner.has_perm("assessments.add_question")):
        raise Refused("role_not_allowed", _("Seuls les formateurs importent des questions."))
    with row.content.open("rb") as content:
        package = read_package(data=content.read(), format_=row.format)
    total = max(len(package.questions), 1)

    def tell(done: int, _total: int) -> None:
        if done % REPORT_EVERY == 0:
            heartbeat(job=job, progress=done, total=total)

    plan_import(bank_title=row.bank_title, package=package, tell=tell)
    heartbeat(job=job, progress=total, total=total, lease=WRITING)
    with transaction.atomic():
        report = import_questions(by=row.owner, bank_title=row.bank_title, package=package)
        QuestionImport.objects.filter(pk=row.pk).update(done=report.as_table())
        finish_job(job=job)
        people.notify(
            recipients=[row.owner], path=reverse("question-import-detail", args=[row.uuid]),
            text=_("Vos questions sont dans la banque « %(bank)s ».") % {"bank": row.bank_title},
        )  # fmt: skip


def expire_imports() -> int:
    """Delete the files kept for a week, and those no row names. Run by the worker; returns how many."""
    return expire_files(QuestionImport.objects.all(), expired=Q(created_at__lt=clock.now() - KEPT), folder=FOLDER)


def tasks() -> dict[str, Any]:
    """The tasks of these jobs, by the kind of job: what a worker asks again when a lease has passed."""
    return {JOB: run_question_import}
