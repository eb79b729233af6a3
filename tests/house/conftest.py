"""One story for the doors' tests, built once a module and put back as it was after each test."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from lms.people.models import User
from lms.people.services import set_up_roles
from tests.house.access_story import Story, story

WRITTEN = re.compile(r'^(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM) "(\w+)"')


def signed(user: User) -> Client:
    """A browser signed in as somebody."""
    client = Client()
    client.force_login(user)
    return client


@dataclass
class Answer:
    """What a door answered, in the letters of the table, and the tables the request wrote."""

    response: HttpResponseBase
    letter: str
    written: frozenset[str]
    text: str


@dataclass
class Knocker:
    """Sends requests as each of the people; whatever a request writes is undone, so that doors do not depend on one another."""

    told: Story
    cookies: dict[str, SimpleCookie] = field(default_factory=dict)

    def sign_in(self, name: str, user: User | None) -> None:
        self.cookies[name] = (signed(user) if user else Client()).cookies

    def client(self, name: str, **options: Any) -> Client:
        client = Client(raise_request_exception=False, **options)
        client.cookies = SimpleCookie(self.cookies[name].output(header="", sep=";"))
        return client

    def knock(self, name: str, method: str, address: str, data: Any = None, **options: Any) -> Answer:
        """One request as `name`, undone afterwards."""
        client = self.client(name, **options)
        connection.queries_log.clear()  # it holds 9,000 and no more
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            response = getattr(client, method.lower())(address, data or {})
            body = read(response)
            transaction.set_rollback(True)
        found = (WRITTEN.match(query["sql"]) for query in queries)
        written = frozenset(match[1] for match in found if match) - {"django_session"}
        return Answer(response, letter_of(response), written, body.decode(errors="replace"))


def read(response: HttpResponseBase) -> bytes:
    """The whole answer. A streamed file is closed without closing the connection the story lives in."""
    if not response.streaming:
        return response.content
    body: bytes = response.getvalue()
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)
    return body


def letter_of(response: HttpResponseBase) -> str:
    """The table's letter for an answer; a broken one (5xx) is its own number."""
    code = response.status_code
    if code >= 500:
        return str(code)
    if code == 302 and response.headers["Location"].startswith("/compte/login/"):
        return "L"
    return {401: "A", 403: "F", 404: "N", 405: "M"}.get(code, "O")


@pytest.fixture
def plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """403 and 404 without their pages: thousands of refusals are asked for what they are; the pages are seen elsewhere."""
    for code in (403, 404):
        monkeypatch.setattr(f"lms.urls.handler{code}", lambda request, exception, code=code: HttpResponse(status=code), raising=False)


@pytest.fixture(scope="module")
def knocker(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Knocker]:
    """The story and its people signed in, undone after the module. Thousands of refusals are not worth a line of log each."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    with django_db_blocker.unblock(), transaction.atomic():
        set_up_roles()
        made = Knocker(story())
        for name, user in {"anonymous": None, **made.told.people, "mate": made.told.mate}.items():
            made.sign_in(name, user)
        yield made
        transaction.set_rollback(True)
    logger.setLevel(level)
