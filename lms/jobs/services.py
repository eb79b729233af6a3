"""Verbs of background work: begin, answer for, finish, take over. A job ends as done or as failed with a reason, whatever dies.

`tries` is also the fence: a worker that lost its lease holds an old number, and can then neither report nor finish.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django_tasks.base import Task

from lms import clock
from lms.jobs.models import Job
from lms.refusal import Refused

LEASE = timedelta(seconds=60)  # a worker that says nothing for so long is taken for dead
PATIENCE = timedelta(minutes=2)  # how long an asked job waits before it is asked again: its task may be lost
PAUSE = timedelta(seconds=5)  # before the next try, times the tries made
MAX_TRIES = 3


class LeaseLostError(Exception):
    """Another worker has this job now, or nobody wants it any more: stop, and leave nothing behind."""


def start_job(*, kind: str, subject: UUID) -> Job:
    """Ask for work on `subject`, in the caller's transaction. Asked already: the same job is given back."""
    job, _created = Job.objects.get_or_create(
        kind=kind, subject=subject, defaults={"created_at": clock.now(), "lease_until": clock.now() + PATIENCE}
    )
    return job


@transaction.atomic
def ask_again(*, job: Job) -> bool:
    """Let a job that failed begin anew, with all its tries. False: it did not fail, nothing changes."""
    waiting = {"state": Job.State.WAITING, "tries": 0, "error": "", "finished_at": None, "lease_until": clock.now() + PATIENCE}
    return bool(Job.objects.filter(pk=job.pk, state=Job.State.FAILED).update(**waiting))


@transaction.atomic
def claim_job(*, kind: str, subject: UUID) -> Job | None:
    """Answer for a job from now until its lease ends. None when there is nothing to do: over, or in another worker's hands."""
    job = Job.objects.select_for_update().filter(kind=kind, subject=subject).first()
    if job is None or job.state not in (Job.State.WAITING, Job.State.RUNNING):
        return None
    if job.state == Job.State.RUNNING and job.lease_until and job.lease_until > clock.now():
        return None
    if job.tries >= MAX_TRIES:
        _end_tired(job)
        return None
    job.state, job.tries, job.progress = Job.State.RUNNING, job.tries + 1, 0
    job.lease_until = clock.now() + LEASE
    job.save(update_fields=["state", "tries", "progress", "lease_until"])
    return job


def run_job(*, kind: str, subject: UUID, do: Callable[[Job], None], error: str) -> None:
    """Claim a job and `do` it, whoever holds its lease. A refusal ends it with its sentence; on something unforeseen it is tried again, and
    fails with `error` after the third try. What `do` finishes, it finishes by `finish_job`."""
    job = claim_job(kind=kind, subject=subject)
    if job is None:
        return
    try:
        do(job)
    except LeaseLostError:
        return
    except Refused as refusal:
        with suppress(LeaseLostError):
            fail_job(job=job, error=refusal.message)
    except Exception:
        with suppress(LeaseLostError):
            give_back(job=job, error=error)
        raise  # the task's own row keeps the traceback for whoever looks after the site


def heartbeat(*, job: Job, progress: int, total: int, lease: timedelta = LEASE) -> None:
    """Say how far the work is and keep the lease. Raises `LeaseLostError` when another worker has taken the job over."""
    _report(job, progress=progress, total=total, lease_until=clock.now() + lease)


def finish_job(*, job: Job) -> None:
    """The work is done, in the caller's transaction with what it made. Raises `LeaseLostError` when another worker has it."""
    _report(job, state=Job.State.DONE, progress=F("total"), finished_at=clock.now(), lease_until=None)


def fail_job(*, job: Job, error: str) -> None:
    """The work cannot be done: `error` is a sentence its owner reads. Raises `LeaseLostError` when another worker has it."""
    _report(job, state=Job.State.FAILED, error=error[:500], finished_at=clock.now(), lease_until=None)


def cancel_job(*, job: Job) -> bool:
    """Whoever asked wants it no more. A worker that has it learns so at its next heartbeat, as if the lease were lost. False when it is over."""
    unfinished = Job.objects.filter(pk=job.pk, state__in=(Job.State.WAITING, Job.State.RUNNING))
    return bool(unfinished.update(state=Job.State.CANCELLED, finished_at=clock.now(), lease_until=None))


def give_back(*, job: Job, error: str) -> bool:
    """A try stopped on something unforeseen: the job waits for another try, or fails with `error` after the third. True when it failed."""
    if job.tries >= MAX_TRIES:
        fail_job(job=job, error=error)
        return True
    _report(job, state=Job.State.WAITING, lease_until=clock.now() + PAUSE * job.tries)
    return False


def _report(job: Job, **fields: object) -> None:
    if not Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, tries=job.tries).update(**fields):
        raise LeaseLostError(str(job.uuid))


def retry_expired(*, tasks: Mapping[str, Task[Any, Any]]) -> int:
    """Ask again for every job whose lease has passed, by its kind's task; after the third try it fails. Returns how many moved.

    Run every few seconds by each worker: two of them at once ask once.
    """
    late = Job.objects.filter(state__in=(Job.State.WAITING, Job.State.RUNNING), lease_until__lt=clock.now(), kind__in=tasks)
    return sum(_retry(pk, tasks) for pk in list(late.values_list("pk", flat=True)))


@transaction.atomic
def _retry(pk: int, tasks: Mapping[str, Task[Any, Any]]) -> bool:
    unfinished = Job.objects.select_for_update().filter(pk=pk, state__in=(Job.State.WAITING, Job.State.RUNNING))
    job = unfinished.filter(lease_until__lt=clock.now()).first()
    if job is None:
        return False
    if job.tries >= MAX_TRIES:
        _end_tired(job)
        return True
    job.state, job.lease_until = Job.State.WAITING, clock.now() + PATIENCE
    job.save(update_fields=["state", "lease_until"])
    tasks[job.kind].enqueue(str(job.subject))
    return True


def _end_tired(job: Job) -> None:
    job.state, job.finished_at, job.lease_until = Job.State.FAILED, clock.now(), None
    job.error = _("Le travail s'est arrêté trois fois avant la fin. Demandez-le à nouveau ; si cela se répète, prévenez l'administration.")
    job.save(update_fields=["state", "finished_at", "lease_until", "error"])
