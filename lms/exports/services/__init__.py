"""Verbs of exports: ask, make, expire. A file is complete or absent; rights are asked again when it is made and when it leaves."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_tasks import task

from lms import clock
from lms.exports.formats import Row, write_csv, write_jsonl, write_xlsx
from lms.exports.kinds import EVERY_KIND, KINDS, Kind
from lms.exports.kinds.chosen import Chosen
from lms.exports.models import Export, ExportProfile
from lms.exports.rules.documents import OF_TRAINEE, TYPES
from lms.exports.rules.profiles import mark_of
from lms.exports.selectors import Follower, statement_count_of
from lms.exports.selectors.profiles import known_to_all
from lms.exports.services.deliveries import queue_deliveries
from lms.exports.services.documents import write_batch
from lms.exports.services.rights import trainees_for
from lms.exports.services.storing import store
from lms.files.models import private_storage
from lms.files.services import expire_files
from lms.jobs.models import Job
from lms.jobs.services import cancel_job, finish_job, heartbeat, run_job, start_job
from lms.people import services as people
from lms.people.models import User
from lms.people.rules import Role
from lms.records.rules.events import DOSSIER_READY
from lms.records.services.webhooks import tell
from lms.refusal import Refused
from lms.sealed import unseal

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
    return requested(by, KINDS.get(kind), format_, key, parameters)


@transaction.atomic
def request_statements(*, by: User, format_: str, key: UUID, filters: dict[str, str]) -> Export:
    """Ask for a file of the statements of this site: `filters` are options of the command `export_statements`.

    The same form sent twice gives back the first one. Refused: another role, a format that does not exist, too many files being made.
    """
    return requested(by, EVERY_KIND["store"], format_, key, filters)


@transaction.atomic
def request_dossier(*, by: User, trainee: UUID, key: UUID) -> Export:
    """Ask for the signed dossier of one trainee on their latest programme. The same form sent twice gives back the first one.

    Refused: a trainee whose record `by` may not read, a certifier whom that trainee did not say yes to, too many files being made.
    """
    return requested(by, EVERY_KIND["dossier"], Export.Format.ZIP, key, {"trainee": str(trainee)})


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
    return requested(by, kind, Export.Format.ZIP, key, {"cohort": str(cohort), "document": code})


@transaction.atomic
def request_cohort_dossiers(*, by: User, cohort: UUID, key: UUID) -> Export:
    """Ask for the signed dossier of each trainee of a cohort, in one ZIP. The same form sent twice gives back the first one.

    Refused: another role than the coordination, a cohort that is empty, too many files being made.
    """
    return requested(by, EVERY_KIND["cohort_dossiers"], Export.Format.ZIP, key, {"cohort": str(cohort)})


def requested(
    by: User, kind: Kind | None, format_: str, key: UUID, parameters: Mapping[str, Any], *, name: str = "", is_scheduled: bool = False
) -> Export:
    """One more file to make, in the caller's transaction; `name` is what it is called where the kind and whom it is about do not say so.

    Asked by the schedule, it waits its turn behind however many others.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)  # a double click is taken one after the other
    own = Export.objects.visible_to(by).filter(owner=by)
    already = own.filter(key=key).first()
    if already:
        return already
    if kind is None or format_ not in kind.formats:
        raise Refused("export_unknown", _("Ce contenu n'existe pas dans ce format. Choisissez-en un dans la liste."))
    unfinished = own.filter(job__state__in=(Job.State.WAITING, Job.State.RUNNING))
    if not is_scheduled and unfinished.count() >= MAX_UNFINISHED:
        raise Refused("too_many_exports", _("Plusieurs exports sont déjà en préparation. Attendez qu'ils soient prêts."))
    about = trainees_for(by, kind, parameters)
    export = Export.objects.create(
        owner=by, kind=kind.code, format=format_, parameters=parameters, key=key,
        name=name or _file_name(kind, format_, about, is_cohort="cohort" in parameters),
        created_at=clock.now(), expires_at=clock.now() + KEPT,
    )  # fmt: skip
    export.job = start_job(kind=JOB, subject=export.uuid)
    export.save(update_fields=["job"])
    # The queue is a table of this database: the task and what it works on become visible together, at commit.
    run_export.enqueue(str(export.uuid))
    return export


def _file_name(kind: Kind, format_: str, about: Sequence[Follower], *, is_cohort: bool) -> str:
    if not about:
        return f"{kind.file_name}-{clock.today().isoformat()}.{kind.extension(format_)}"
    subject = about[0].cohort if is_cohort else f"{about[0].first_name} {about[0].last_name}"
    return f"{kind.file_name}-{slugify(subject)[:60]}-{clock.today().isoformat()}.{kind.extension(format_)}"


def cancel_export(*, by: User, export: Export) -> None:
    """Stop a file that is being made: nothing is left of it. Refused: one that is over, or that somebody else asked for."""
    if export.owner_id != by.pk:
        raise Refused("not_yours", _("Ce fichier a été demandé par quelqu'un d'autre : c'est à cette personne de l'arrêter."))
    if export.job is None or not cancel_job(job=export.job):
        raise Refused("export_over", _("Ce fichier est déjà fait, ou arrêté : il n'y a plus rien à arrêter."))


@task(priority=50)  # someone waits for it; what Wagtail asks after a load is three thousand small tasks, a minute of them
def run_export(subject: str) -> None:
    """Make the file of one export, as `lms.jobs.services.run_job` does."""
    run_job(
        kind=JOB, subject=UUID(subject), do=lambda job: _make(Export.objects.select_related("owner").get(uuid=subject), job),
        error=_("Le fichier n'a pas pu être fait après trois essais. Demandez-le à nouveau un peu plus tard."),
    )  # fmt: skip


def _make(export: Export, job: Job) -> None:
    about = trainees_for(export.owner, EVERY_KIND[export.kind], export.parameters)
    if (
        export.owner.role is Role.CERTIFIER
    ):  # each is asked again when the file is taken: another's session may have ended (promises.md S32)
        export.parameters["people"] = [str(follower.uuid) for follower in about]
        export.save(update_fields=["parameters"])
    scratch = _scratch_for(export, job)
    try:
        path = scratch / "file"
        chosen = _chosen(export, about)
        rows = _write(export, job, about, path, chosen)
        _keep(export, job, path, rows, chosen)
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


def _chosen(export: Export, about: Sequence[Follower]) -> Chosen | None:
    """What a profile leaves of the kind; None where the whole of it was asked for."""
    if "profile" not in export.parameters:
        return None
    uuid = UUID(export.parameters["profile"])
    key = unseal(ExportProfile.objects.visible_to(export.owner).get(uuid=uuid).pseudonym_key).encode()
    known = known_to_all(uuid) if export.parameters["changes"] else frozenset()
    return Chosen(EVERY_KIND[export.kind], about, export.parameters, key, known)


def _write(export: Export, job: Job, about: Sequence[Follower], path: Path, chosen: Chosen | None) -> int:
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
        texts = _reported(kind.texts(about), job, total, lambda _text: True)
        return write_jsonl(path, chosen.texts(texts) if chosen else texts)
    if kind.sheets is None or kind.rows is None:
        raise NotImplementedError(kind.code)
    rows: Iterable[Row] = _reported(kind.rows(about), job, len(about), lambda row: row[0] == 0)  # the first sheet has a line a trainee
    sheets, rows = (chosen.sheets, chosen.rows(rows)) if chosen else (kind.sheets(about), rows)
    if export.format == Export.Format.XLSX:
        return write_xlsx(path, sheets, rows, created=export.created_at, note=_taken_by(export))
    return write_csv(path, sheets, rows)


def _taken_by(export: Export) -> str:
    """What stands under every page of a file that leaves the house: whom it was given to, and when (promises.md S32)."""
    if export.owner.role is not Role.CERTIFIER:
        return ""
    return _("Remis à %(name)s le %(day)s") % {
        "name": export.owner,
        "day": date_format(timezone.localtime(export.created_at), "j F Y, H:i"),
    }


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


def _keep(export: Export, job: Job, path: Path, rows: int, chosen: Chosen | None) -> None:
    kept = store(path, f"{FOLDER}/{export.uuid.hex}-{job.tries}")
    try:
        with transaction.atomic():
            finish_job(job=job)
            Export.objects.filter(pk=export.pk).update(content=kept.name, sha256=kept.sha256, rows=rows)
            export.sha256 = kept.sha256
            queue_deliveries(
                export=export, size=kept.size, mark=mark_of(chosen.digests) if chosen and export.parameters["changes"] else None
            )
            if EVERY_KIND[export.kind].of_one:
                tell(event=DOSSIER_READY, subject=export.uuid)
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
