"""A job ends as done or failed with a reason, whatever dies (promises.md G6)."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from lms import clock
from lms.jobs.models import Job
from lms.jobs.services import (
    LEASE,
    MAX_TRIES,
    PATIENCE,
    LeaseLostError,
    ask_again,
    cancel_job,
    claim_job,
    fail_job,
    finish_job,
    give_back,
    heartbeat,
    retry_expired,
    run_job,
    start_job,
)
from lms.refusal import Refused

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")


@task
def nothing(subject: str) -> None:
    """The task of the jobs below: never run here."""


TASKS = {"test": nothing}


def asked() -> Job:
    with clock.at(NOON):
        return start_job(kind="test", subject=uuid4())


def claimed(job: Job, at: datetime = NOON) -> Job:
    with clock.at(at):
        found = claim_job(kind=job.kind, subject=job.subject)
    assert found is not None
    return found


def test_start_job_asked_twice_is_one_job() -> None:
    job = asked()
    assert start_job(kind="test", subject=job.subject).pk == job.pk
    assert Job.objects.count() == 1


def test_claim_job_gives_the_lease_to_one_worker() -> None:
    job = asked()
    first = claimed(job)
    assert (first.state, first.tries, first.lease_until) == (Job.State.RUNNING, 1, NOON + LEASE)
    with clock.at(NOON + LEASE / 2):
        assert claim_job(kind="test", subject=job.subject) is None


def test_claim_job_after_the_lease_takes_over() -> None:
    job = asked()
    claimed(job)
    assert claimed(job, NOON + LEASE * 2).tries == 2


def test_claim_job_unknown_or_over_gives_nothing() -> None:
    job = claimed(asked())
    finish_job(job=job)
    assert claim_job(kind="test", subject=job.subject) is None
    assert claim_job(kind="test", subject=uuid4()) is None


def test_heartbeat_keeps_the_lease_and_says_how_far() -> None:
    job = claimed(asked())
    with clock.at(NOON + LEASE / 2):
        heartbeat(job=job, progress=5, total=12)
    job.refresh_from_db()
    assert (job.progress, job.total, job.lease_until) == (5, 12, NOON + LEASE * 1.5)


def test_worker_that_lost_its_lease_reports_nothing() -> None:
    job = asked()
    slow = claimed(job)
    quick = claimed(job, NOON + LEASE * 2)
    for verb in (
        lambda: heartbeat(job=slow, progress=1, total=2),
        lambda: finish_job(job=slow),
        lambda: fail_job(job=slow, error="Non."),
        lambda: give_back(job=slow, error="Non."),
    ):
        with pytest.raises(LeaseLostError):
            verb()
    finish_job(job=quick)
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_finish_job_says_all_is_done() -> None:
    job = claimed(asked())
    heartbeat(job=job, progress=3, total=8)
    finish_job(job=job)
    job.refresh_from_db()
    assert (job.state, job.progress, job.lease_until) == (Job.State.DONE, 8, None)
    assert job.finished_at


def test_fail_job_keeps_the_reason() -> None:
    job = claimed(asked())
    fail_job(job=job, error="La promotion est close.")
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "La promotion est close.")


def test_give_back_waits_a_little_then_fails_after_the_third_try() -> None:
    job = asked()
    for number in range(1, MAX_TRIES):
        moment = NOON + timedelta(minutes=10 * number)
        with clock.at(moment):
            assert give_back(job=claimed(job, moment), error="Pas de chance.") is False
        job.refresh_from_db()
        assert job.state == Job.State.WAITING
        assert job.lease_until is not None
        assert moment < job.lease_until < moment + timedelta(minutes=1)
    last = claimed(job, NOON + timedelta(hours=1))
    assert give_back(job=last, error="Pas de chance.") is True
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "Pas de chance.")


def test_retry_expired_asks_again_once() -> None:
    job = asked()
    claimed(job)
    with clock.at(NOON + LEASE + timedelta(seconds=1)):
        assert retry_expired(tasks=TASKS) == 1
        assert retry_expired(tasks=TASKS) == 0
    job.refresh_from_db()
    assert job.state == Job.State.WAITING
    task_row = DBTaskResult.objects.get()
    assert task_row.args_kwargs["args"] == [str(job.subject)]


def test_retry_expired_leaves_living_jobs_alone() -> None:
    job = asked()
    with clock.at(NOON + PATIENCE / 2):
        assert retry_expired(tasks=TASKS) == 0
    claimed(job)
    with clock.at(NOON + LEASE / 2):
        assert retry_expired(tasks=TASKS) == 0
    with clock.at(NOON + timedelta(days=1)):
        assert retry_expired(tasks={}) == 0, "a kind without task is not ours"


def test_retry_expired_asks_again_for_a_job_whose_task_was_lost() -> None:
    asked()
    with clock.at(NOON + PATIENCE + timedelta(seconds=1)):
        assert retry_expired(tasks=TASKS) == 1


def test_retry_expired_fails_after_three_tries_with_a_sentence() -> None:
    job = asked()
    for number in range(MAX_TRIES):
        claimed(job, NOON + timedelta(minutes=10 * number))
    with clock.at(NOON + timedelta(hours=1)):
        assert retry_expired(tasks=TASKS) == 1
        assert claim_job(kind="test", subject=job.subject) is None
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error.startswith("Le travail s'est arrêté trois fois")
    assert not DBTaskResult.objects.exists()


def test_claim_job_of_a_worn_job_fails_it() -> None:
    job = asked()
    for number in range(MAX_TRIES):
        claimed(job, NOON + timedelta(minutes=10 * number))
    with clock.at(NOON + timedelta(hours=1)):
        assert claim_job(kind="test", subject=job.subject) is None
    job.refresh_from_db()
    assert job.state == Job.State.FAILED


def test_ask_again_lets_a_failed_job_begin_anew_and_leaves_the_others() -> None:
    job = asked()
    with clock.at(NOON):
        assert not ask_again(job=job)  # it waits already
        running = claim_job(kind="test", subject=job.subject)
        assert running
        assert not ask_again(job=running)
        fail_job(job=running, error="Non.")
        assert ask_again(job=running)
    job.refresh_from_db()
    assert (job.state, job.tries, job.error, job.finished_at, job.lease_until) == (Job.State.WAITING, 0, "", None, NOON + PATIENCE)


def test_a_refusal_of_a_job_that_was_stopped_meanwhile_changes_nothing() -> None:
    job = asked()

    def refuses(running: Job) -> None:
        assert cancel_job(job=running)
        raise Refused("too_late", "Trop tard.")

    run_job(kind="test", subject=job.subject, do=refuses, error="Non.")
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.CANCELLED, "")
