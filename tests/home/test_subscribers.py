"""Who is told what the store keeps: made, followed, paused, closed on their pages."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from lms import clock
from lms.people.rules import Role
from lms.records.models import HeldStatement, Subscriber
from lms.records.services.subscribers import create_subscriber
from lms.sealed import unseal
from tests.cast import person
from tests.records.programs import program, said

pytestmark = pytest.mark.django_db
DOOR = "/acces-traces/envois/"
FORWARD = {
    "name": "réseau",
    "kind": "forward",
    "address": "https://lrs.exemple.org/xapi",
    "user": "k",
    "secret": "s:é ",
    "version": "2.0.0",
}


@pytest.fixture(params=[Role.COORDINATOR, Role.ADMINISTRATOR])
def staff(request: pytest.FixtureRequest) -> Client:
    client = Client()
    client.force_login(person(request.param))
    return client


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def hook(**asked: Any) -> Subscriber:
    return create_subscriber(by=uuid4(), **{"name": "alerte", "kind": "webhook", "address": "https://a.exemple.org/", **asked})[0]


def address(subscriber: Subscriber, act: str = "detail") -> str:
    return reverse(f"home:subscriber-{act}", args=[subscriber.uuid])


def test_a_store_is_added_and_its_secret_never_shown(staff: Client) -> None:
    assert "Aucun envoi" in text(staff.get(DOOR))
    page = staff.post(DOOR, FORWARD)
    assert "« réseau » est créé" in text(page)
    made = Subscriber.objects.get()
    assert (unseal(made.secret), made.version, made.address) == ("s:é ", "2.0.0", "https://lrs.exemple.org/xapi")
    for door in (DOOR, address(made)):
        assert "s:é" not in text(staff.get(door))


def test_a_webhook_s_secret_is_shown_once(staff: Client) -> None:
    page = staff.post(DOOR, {"name": "alerte", "kind": "webhook", "address": "https://a.exemple.org/", "version": "1.0.3"})
    secret = re.findall(r'<code class="secret">([^<]+)</code>', page.content.decode())[0]
    made = Subscriber.objects.get()
    assert unseal(made.secret) == secret
    assert secret not in text(staff.get(address(made)))
    assert "Copiez le secret" in text(staff.post(address(made)))
    made.refresh_from_db()
    assert unseal(made.secret_before) == secret


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"address": "http://lrs.exemple.org/"}, "https://"),
        ({"secret": ""}, "la clé et le secret"),
        ({"name": ""}, "requis"),
        ({"kind": "autre"}, "choix"),
    ],
)
def test_what_cannot_be_used_is_said_and_kept_typed(staff: Client, typed: dict[str, str], said: str) -> None:
    page = staff.post(DOOR, {**FORWARD, **typed})
    assert said in text(page)
    assert 'value="k"' in page.content.decode()
    assert not Subscriber.objects.exists()


def test_the_lag_is_told_in_words(staff: Client) -> None:
    made = hook()
    assert "à jour" in text(staff.get(DOOR))
    program().tell(said(), said())
    Subscriber.objects.update(last_error="Le programme a répondu 500.")
    page = text(staff.get(address(made)))
    assert "2 traces attendent depuis 0 minute" in page.replace("\xa0", " ")
    assert "a répondu 500" in page
    assert "2 traces attendent" in text(staff.get(DOOR))


def test_paused_and_resumed(staff: Client) -> None:
    made = hook()
    staff.post(address(made, "pause"))
    assert "en pause" in text(staff.get(DOOR))
    staff.post(address(made, "reprendre"))
    assert "en pause" not in text(staff.get(DOOR))
    assert "Mettre en pause" in text(staff.get(address(made)))


def test_held_statements_are_sent_again_or_not(staff: Client) -> None:
    made, other = hook(), hook(name="autre")
    one, two = program().tell(said(), said())
    for subscriber in (made, other):
        for statement in (one, two):
            HeldStatement.objects.create(subscriber=subscriber, statement=statement, reason="Refusée (400).", held_at=clock.now())
    assert text(staff.get(address(made))).count("Refusée (400).") == 2
    staff.post(address(made, "renvoyer"), {"trace": one})
    assert [str(held.statement) for held in made.held.filter(is_asked_again=True)] == [one]
    staff.post(address(made, "ecarter"), {"trace": ["x", two]})
    assert [str(held.statement) for held in made.held.all()] == [one]
    assert other.held.filter(is_asked_again=False).count() == 2
    staff.post(address(other, "renvoyer"))
    assert other.held.filter(is_asked_again=True).count() == 2


def test_one_that_names_none_gives_up_none(staff: Client) -> None:
    made = hook()
    HeldStatement.objects.create(subscriber=made, statement=uuid4(), reason="Refusée.", held_at=clock.now())
    staff.post(address(made, "ecarter"))
    assert made.held.count() == 1


def test_closed_is_gone(staff: Client) -> None:
    made = hook()
    staff.post(address(made, "fermer"))
    assert staff.get(address(made)).status_code == 404
    assert "Aucun envoi" in text(staff.get(DOOR))


def test_queries_grow_by_two_a_subscriber(staff: Client, django_assert_num_queries: Any) -> None:
    """How many wait, and since when: counted for each, and there are few."""
    hook()
    staff.get(DOOR)
    counts = []
    for number in (1, 4):
        for extra in range(Subscriber.objects.count(), number):
            hook(name=f"n{extra}")
        with django_assert_num_queries(6 + 2 * number, exact=False) as queries:
            staff.get(DOOR)
        counts.append(len(queries))
    assert counts[1] - counts[0] == 6
