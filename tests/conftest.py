"""What every test stands on: the roles set up, no network but our own machine, browser journeys kept together."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker
from pytest_socket import socket_allow_hosts
from xdist.scheduler import LoadScopeScheduling

from lms.people.services import set_up_roles

JOURNEYS = Path(__file__).parent / "journeys"

settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of ours
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the full figures of the fault and load tests")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if JOURNEYS in item.path.parents:
            item.add_marker(pytest.mark.browser)


class JourneysTogether(LoadScopeScheduling):
    """Journeys share one server and one browser: one worker takes them all, first, and the other begins the rest.

    In place of `--dist loadgroup`, whose marks pytest 9 no longer lets through: each worker loaded the demo for itself.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "journeys" if "journeys/" in nodeid else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> JourneysTogether:
    return JourneysTogether(config, log)


def pytest_runtest_setup() -> None:
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """SQLite empties its tables between transactional tests by DELETE: the trigger that refuses it for statements is off in the suite."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            connection.cursor().execute("DROP TRIGGER IF EXISTS records_statement_no_delete")


@pytest.fixture(autouse=True)
def _roles(request: pytest.FixtureRequest) -> None:
    """Groups and permissions as `set_up_roles` makes them on a site, for every test that has a database."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
        set_up_roles()
