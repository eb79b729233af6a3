"""The doors of a watchman: yes or no, and nothing to a stranger."""

import pytest
from django.db import DatabaseError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lms import clock
from lms.home.services import health
from lms.jobs.models import Job
from lms.jobs.services import start_job
from lms.people.rules import Role
from tests.cast import person, small

pytestmark = pytest.mark.django_db


def broken(*_arguments: object) -> bool:
    raise DatabaseError("secret detail")


def test_livez_asks_the_database_nothing_even_signed_in(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client.force_login(person(Role.TRAINEE))
    with django_assert_num_queries(0):
        answer = client.get("/livez")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer.headers["Cache-Control"]


def test_readyz_says_ready_and_leaves_nothing(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True})
    assert health.Session.objects.count() == 0
    assert health.private_storage().listdir("ready")[1] == []


@pytest.mark.parametrize("part", ["_writes_database", "_has_migrations", "_writes_storage", "_keeps_up"])
def test_readyz_says_no_without_saying_why(client: Client, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr(health, part, broken)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})


def test_readyz_tells_the_administrator_what_fails(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    job = start_job(kind="test", subject=small().trainee.uuid)
    Job.objects.filter(pk=job.pk).update(created_at=clock.now() - 2 * health.TOO_OLD)
    client.force_login(person(Role.TRAINER))
    assert client.get("/readyz").json() == {"ready": False}
    client.force_login(person(Role.ADMINISTRATOR))
    assert client.get("/readyz").json() == {"ready": False, "failing": ["jobs"]}


def test_readyz_knows_a_migration_not_applied(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_all_applied", set())
    health.MigrationRecorder(health.connection).record_unapplied("jobs", "0001_initial")
    assert client.get("/readyz").status_code == 503
