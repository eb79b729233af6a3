"""A file of a framework by page: looked at while its author waits, imported by a worker (as `assessments.services.imports` does for questions)."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django_tasks import task

from competencies.formats.known import format_of
from competencies.models import FrameworkImport
from competencies.models.imports import FOLDER
from competencies.services.importing import import_package, plan_import, read_package
from lms import clock
from lms.files.rules import shown_name
from lms.files.services import expire_files, save_with_file
from lms.jobs.models import Job
from lms.jobs.services import finish_job, heartbeat, run_job, start_job
from lms.people import services as people
from lms.people.models import User
from lms.refusal import Refused

JOB: Final = "framework-import"
KEPT = timedelta(days=7)
WRITING = timedelta(minutes=10)  # all is written in one transaction, where nothing can be told of how far it is


def look_at_file(*, by: User, name: str, data: bytes, format_: str, key: UUID) -> FrameworkImport:
    """Read a file, say what importing it would do, keep it for that. The same form sent twice gives back the first one.

    Refused: a file of no known format, too heavy, packed. What is wrong inside the file is in `planned`.
    """
    already = FrameworkImport.objects.visible_to(by).filter(key=key).first()
    if already:
        return already
    format_ = format_ or format_of(name, data)
    report = plan_import(package=read_package(data=data, name=name, format_=format_))
    row = FrameworkImport(
        owner=by, key=key, format=format_, name=shown_name(name) or _("fichier"), planned=report.as_table(), created_at=clock.now()
    )  # fmt: skip
    save_with_file(row, data)
    return row


@transaction.atomic
def start_import(*, by: User, brought: FrameworkImport) -> FrameworkImport:
    """Ask for the import of a file that was looked at. Asked already: nothing more. Refused: something in it was, or it is no longer kept."""
    row = FrameworkImport.objects.visible_to(by).select_for_update(no_key=True, of=("self",)).get(pk=brought.pk)
    if row.job_id:
        return row
    if row.planned["refused"]:
        raise Refused("file_refused", _("Corrigez d'abord ce qui est refusé, puis choisissez le fichier à nouveau."))
    if not row.content:
        raise Refused("file_gone", _("Ce fichier n'est plus gardé. Choisissez-le à nouveau."))
    row.job = start_job(kind=JOB, subject=row.uuid)
    row.save(update_fields=["job"])
    run_framework_import.enqueue(str(row.uuid))
    return row


@task(priority=50)  # someone waits for it, as for an export
def run_framework_import(subject: str) -> None:
    """Import one file, as `lms.jobs.services.run_job` does."""
    run_job(
        kind=JOB, subject=UUID(subject), do=lambda job: _import(FrameworkImport.objects.select_related("owner").get(uuid=subject), job),
        error=_("L'import s'est arrêté trois fois. Rien n'est entré. Essayez à nouveau un peu plus tard."),
    )  # fmt: skip


def _import(row: FrameworkImport, job: Job) -> None:
    """Rights are asked again; each row is checked, which is told, then all are written at once with the end of the job."""
    if not (row.owner.is_active and row.owner.has_perm("competencies.add_framework")):
        raise Refused("role_not_allowed", _("Seuls les formateurs importent des référentiels."))
    with row.content.open("rb") as content:
        package = read_package(data=content.read(), name=row.name, format_=row.format)
    total = max(package.read, 1)
    plan_import(package=package, tell=lambda done, total: heartbeat(job=job, progress=done, total=total))
    heartbeat(job=job, progress=total, total=total, lease=WRITING)
    with transaction.atomic():
        report = import_package(by=row.owner, package=package)
        if report.refused:
            raise Refused("file_refused", _("Le site a changé depuis : %(why)s") % {"why": report.refused[0].why})
        FrameworkImport.objects.filter(pk=row.pk).update(done=report.as_table())
        finish_job(job=job)
        people.notify(
            recipients=[row.owner], path=reverse("framework-import-detail", args=[row.uuid]),
            text=_("« %(name)s » est importé.") % {"name": row.name},
        )  # fmt: skip


def expire_imports() -> int:
    """Delete the files kept for a week, and those no row names. Run by the worker; returns how many."""
    return expire_files(FrameworkImport.objects.all(), expired=Q(created_at__lt=clock.now() - KEPT), folder=FOLDER)


def tasks() -> dict[str, Any]:
    """The tasks of these jobs, by the kind of job: what a worker asks again when a lease has passed."""
    return {JOB: run_framework_import}
