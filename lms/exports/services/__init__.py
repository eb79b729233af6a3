"""Verbs of exports: ask, make, expire. A file is complete or absent; rights are asked again when it is made and when it leaves."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_tasks import task

from curriculum.selectors.cohort import enrolments_of, followers
from lms import clock
from lms.exports.formats import Row, write_csv, write_jsonl, write_xlsx
from lms.exports.kinds import EVERY_KIND, KINDS, Kind
from lms.exports.models import Export
from lms.exports.rules.documents import OF_TRAINEE, TYPES
from lms.exports.selectors import Follower, followers_of, statement_count_of
from lms.exports.selectors.sharing import consent_of
from lms.exports.services.documents import write_batch
from lms.exports.services.storing import store
from lms.files.models import private_storage
from lms.files.services import expire_files
from lms.jobs.models import Job
from lms.jobs.services import finish_job, heartbeat, run_job, start_job
from lms.people import services as people
from lms.people.models import Cohort, User
from lms.people.rules import Role
from lms.refusal import Refused

JOB = "export"
KEPT = timedelta(days=7)
MAX_UNFINISHED = 5
REPORT_SECONDS = 1.0
SCRATCH = "export-work"
FOLDER = "exports"

T = TypeVar("T")


@transaction.atomic
def request_export(*, by: User, kind: str, format_: str, key: UUID, cohort: UUID | None = None, trainee: UUID | None = None) -> Export:
    """Ask for a file about one cohort or one trainee. The same form sent twice gives back the first one.

    Refused: a kind or a format that does not exist, someone whose record `by` may not read, nobody to write about, or too
    many files being made already.
    """
    parameters = {"cohort": str(cohort)} if cohort else {"trainee": str(trainee)}
    return _requested(by, KINDS.get(kind), format_, key, parameters)


@transaction.atomic
def request_statements(*, by: User, format_: str, key: UUID, filters: dict[str, str]) -> Export:
    """Ask for a file of the statements of this site: `filters` are options of the command `export_statements`.

    The same form sent twice gives back the first one. Refused: another role, a format that does not exist, too many files being made.
    """
    return _requested(by, EVERY_KIND["store"], format_, key, filters)


@transaction.atomic
def request_dossier(*, by: User, trainee: UUID, key: UUID) -> Export:
    """Ask for the signed dossier of one trainee on their latest programme. The same form sent twice gives back the first one.

    Refused: a trainee whose record `by` may not read, a certifier whom that trainee did not say yes to, too many files being made.
    """
    return _requested(by, EVERY_KIND["dossier"], Export.Format.ZIP, key, {"trainee": str(trainee)})


@transaction.atomic
def request_documents(*, by: User, code: str, cohort: UUID, key: UUID) -> Export:
    """Ask for one numbered document of each trainee of a cohort, in one ZIP. The same form sent twice gives back the first one.

    Refused: a kind that this role does not make, a cohort that `by` does not follow or that is empty, too many files being made.
    """
    kind = EVERY_KIND["documents"]
    if code not in [one.code for one in OF_TRAINEE] or by.role not in TYPES[code].makers:
        raise Refused(
            "document_unknown", _("Ce document n'existe pas, ou c'est la coordination qui le fait. Choisissez-en un dans la liste.")
        )
    return _requested(by, kind, Export.Format.ZIP, key, {"cohort": str(cohort), "document": code})


@transaction.atomic
def request_cohort_dossiers(*, by: User, cohort: UUID, key: UUID) -> Export:
    """Ask for the signed dossier of each trainee of a cohort, in one ZIP. The same form sent twice gives back the first one.

    Refused: another role than the coordination, a cohort that is empty, too many files being made.
    """
    return _requested(by, EVERY_KIND["cohort_dossiers"], Export.Format.ZIP, key, {"cohort": str(cohort)})


def _requested(by: User, kind: Kind | None, format_: str, key: UUID, parameters: dict[str, str]) -> Export:
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)  # a double click is taken one after the other
    already = Export.objects.visible_to(by).filter(key=key).first()
    if already:
        return already
    if kind is None or format_ not in kind.formats:
        raise Refused("export_unknown", _("Ce contenu n'existe pas dans ce format. Choisissez-en un dans la liste."))
    unfinished = Export.objects.visible_to(by).filter(job__state__in=(Job.State.WAITING, Job.State.RUNNING))
    if unfinished.count() >= MAX_UNFINISHED:
        raise Refused("too_many_exports", _("Plusieurs exports sont déjà en préparation. Attendez qu'ils soient prêts."))
    name = _file_name(kind, format_, trainees_for(by, kind, parameters), is_cohort="cohort" in parameters)
    export = Export.objects.create(
        owner=by, kind=kind.code, format=format_, parameters=parameters, key=key, name=name,
        created_at=clock.now(), expires_at=clock.now() + KEPT,
    )  # fmt: skip
    export.job = start_job(kind=JOB, subject=export.uuid)
    export.save(update_fields=["job"])
    # The queue is a table of this database: the task and what it works on become visible together, at commit.
    run_export.enqueue(str(export.uuid))
    return export


def trainees_for(owner: User, kind: Kind, parameters: dict[str, str]) -> list[Follower]:
    """The trainees an export is about, asked of the owner's rights as they are now. Refused when there is none to read.

    A kind that is of no one in particular asks for the role alone, and gives back nobody.
    """
    if kind.write:
        if not owner.is_active or owner.role not in kind.roles:
            raise Refused("role_not_allowed", _("Les traces du site sont exportées par la coordination ou l'administration."))
        return []
    found: list[Follower] = []
    if owner.is_active and owner.role in kind.roles:
        cohort = (
            Cohort.objects.visible_to(owner).select_related("site").filter(uuid=parameters["cohort"]).first()
            if "cohort" in parameters
            else None
        )
        if cohort:
            found = followers_of(followers(seen_by=owner, cohort=cohort), cohort=cohort)
        elif "trainee" in parameters:
            found = followers_of(enrolments_of(seen_by=owner, trainee=UUID(parameters["trainee"])))
    if not found:
        raise Refused("nobody_to_export", _("Il n'y a ici aucun stagiaire dont vous suivez le parcours. Choisissez une autre promotion."))
    if kind.of_one and owner.role is Role.CERTIFIER and consent_of(found[0].trainee) is None:
        raise Refused(
            "consent_missing",
            _("Le stagiaire n'a pas donné son accord pour que son dossier parte. Il le donne sur sa page « Mon dossier »."),
        )
    return found


def _file_name(kind: Kind, format_: str, about: Sequence[Follower], *, is_cohort: bool) -> str:
    if not about:
        return f"{kind.file_name}-{clock.today().isoformat()}.{kind.extension(format_)}"
    subject = about[0].cohort if is_cohort else f"{about[0].first_name} {about[0].last_name}"
    return f"{kind.file_name}-{slugify(subject)[:60]}-{clock.today().isoformat()}.{kind.extension(format_)}"


@task(priority=50)  # someone waits for it; what Wagtail asks after a load is three thousand small tasks, a minute of them
def run_export(subject: str) -> None:
    """Make the file of one export, as `lms.jobs.services.run_job` does."""
    run_job(
        kind=JOB, subject=UUID(subject), do=lambda job: _make(Export.objects.select_related("owner").get(uuid=subject), job),
        error=_("Le fichier n'a pas pu être fait après trois essais. Demandez-le à nouveau un peu plus tard."),
    )  # fmt: skip


def _make(export: Export, job: Job) -> None:
    about = trainees_for(export.owner, EVERY_KIND[export.kind], export.parameters)
    scratch = _scratch_for(export, job)
    try:
        path = scratch / "file"
        rows = _write(export, job, about, path)
        _keep(export, job, path, rows)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _scratch_for(export: Export, job: Job) -> Path:
    """A folder of this try's own, beside the private files so that the finished one is renamed into place; former tries' go."""
    root = Path(settings.PRIVATE_ROOT) / SCRATCH
    for old in root.glob(f"{export.uuid}-*"):
        shutil.rmtree(old, ignore_errors=True)
    scratch = root / f"{export.uuid}-{job.tries}"
    scratch.mkdir(parents=True, mode=0o700)
    return scratch


def _write(export: Export, job: Job, about: Sequence[Follower], path: Path) -> int:
    kind = EVERY_KIND[export.kind]
    if kind.write:
        return kind.write(path, export.format, export.parameters, lambda done, total: heartbeat(job=job, progress=done, total=total))
    if kind.of_one:
        return kind.of_one(path, about[0], lambda done, total: heartbeat(job=job, progress=done, total=total))
    if kind.of_all:
        return kind.of_all(path, about, lambda done, total: heartbeat(job=job, progress=done, total=total))
    if "document" in export.parameters:
        code = export.parameters["document"]
        return write_batch(path, export.owner, code, about, lambda done, total: heartbeat(job=job, progress=done, total=total))
    if kind.texts:
        total = statement_count_of([follower.uuid for follower in about])
        return write_jsonl(path, _reported(kind.texts(about), job, total, lambda _text: True))
    if kind.sheets is None or kind.rows is None:
        raise NotImplementedError(kind.code)
    rows: Iterable[Row] = _reported(kind.rows(about), job, len(about), lambda row: row[0] == 0)  # the first sheet has a line a trainee
    if export.format == Export.Format.XLSX:
        return write_xlsx(path, kind.sheets(about), rows, created=export.created_at)
    return write_csv(path, kind.sheets(about), rows)


def _reported(rows: Iterable[T], job: Job, total: int, counts: Callable[[T], bool]) -> Iterator[T]:
    """The same rows; how far they are is told about once a second, which keeps the lease."""
    done, last = 0, monotonic() - REPORT_SECONDS
    for row in rows:
        if monotonic() - last >= REPORT_SECONDS:
            heartbeat(job=job, progress=done, total=total)
            last = monotonic()
        yield row
        done += counts(row)
    heartbeat(job=job, progress=min(done, total), total=total)


def _keep(export: Export, job: Job, path: Path, rows: int) -> None:
    kept = store(path, f"{FOLDER}/{export.uuid.hex}-{job.tries}")
    try:
        with transaction.atomic():
            finish_job(job=job)
            Export.objects.filter(pk=export.pk).update(content=kept.name, sha256=kept.sha256, rows=rows)
            people.notify(recipients=[export.owner], **_ready(export))
    except BaseException:
        private_storage().delete(kept.name)
        raise


def _ready(export: Export) -> dict[str, str]:
    """What its owner is told, and where the file waits."""
    if export.owner.role is Role.TRAINEE:
        return {"text": _("Ton dossier est prêt."), "path": reverse("exports:own-dossier")}
    words = _("Votre export est prêt : %(name)s") % {"name": export.name}
    return {"text": words, "path": reverse("exports:export-detail", args=[export.uuid])}


def expire_exports() -> int:
    """Delete the files kept for seven days, those no export names, and what a stopped worker left. Run by the worker; returns how many."""
    removed = expire_files(Export.objects.all(), expired=Q(expires_at__lt=clock.now()), folder=FOLDER)
    limit = clock.now() - timedelta(hours=1)
    for scratch in (Path(settings.PRIVATE_ROOT) / SCRATCH).glob("*"):
        if scratch.stat().st_mtime < limit.timestamp():
            shutil.rmtree(scratch, ignore_errors=True)
            removed += 1
    return removed


def tasks() -> dict[str, Any]:
    """The tasks of this floor's jobs, by the kind of job: what a worker asks again when a lease has passed."""
    return {JOB: run_export}
