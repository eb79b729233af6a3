"""Signing in and out: one gate, a slow lock for an account from one place, nothing told about who exists."""

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from lms.people import services
from lms.people.models import User
from lms.people.rules import Role
from tests.cast import PASSWORD, person

pytestmark = pytest.mark.django_db
GATE = "/compte/login/"


@pytest.fixture(autouse=True)
def _no_memory_of_attempts() -> None:
    cache.clear()


def enter(username: str, password: str, address: str = "10.0.0.1", client: Client | None = None) -> HttpResponse:
    return (client or Client()).post(GATE, {"login": username, "password": password}, REMOTE_ADDR=address)


def test_sign_in_asks_once_if_it_is_you() -> None:
    trainee, client = person(Role.TRAINEE, "Inès"), Client()
    assert enter(trainee.username, PASSWORD, client=client).status_code == 302
    first, second = client.get("/nouvelles/"), client.get("/nouvelles/")
    assert "C’est bien toi ?" in first.content.decode()
    assert str(trainee) in first.content.decode()
    assert "C’est bien toi ?" not in second.content.decode()


def test_sign_in_asks_staff_politely() -> None:
    trainer, client = person(Role.TRAINER), Client()
    enter(trainer.username, PASSWORD, client=client)
    assert "C’est bien vous ?" in client.get("/nouvelles/").content.decode()


def test_sign_in_takes_the_username_in_capitals() -> None:
    trainee = person(Role.TRAINEE, "ines")
    assert enter(trainee.username.upper(), PASSWORD).status_code == 302


def test_sign_in_says_the_same_for_a_wrong_password_and_an_unknown_name() -> None:
    trainee, paused = person(Role.TRAINEE), person(Role.TRAINEE)
    services.pause_person(by=person(Role.COORDINATOR), person=paused)
    bodies = []
    for username in (trainee.username, "personne.ici", paused.username):
        response = enter(username, "mauvais-mot")
        assert response.status_code == 200
        bodies.append(response.content.decode().replace(username, ""))
    assert "ne va pas" in bodies[0]
    assert len({body.partition('role="alert"')[2].partition("</ul>")[0] for body in bodies}) == 1


def test_a_class_behind_one_address_is_not_locked_out() -> None:
    trainees = [person(Role.TRAINEE) for _n in range(30)]
    for trainee in trainees:
        enter(trainee.username, "faute-1")
        enter(trainee.username, "faute-2")
    assert all(enter(trainee.username, PASSWORD).status_code == 302 for trainee in trainees)


def test_ten_wrong_passwords_slow_that_account_from_there_only() -> None:
    victim, neighbour = person(Role.TRAINEE), person(Role.TRAINEE)
    for _n in range(10):
        enter(victim.username, "mauvais")
    locked = enter(victim.username, PASSWORD)
    assert locked.status_code == 200
    assert "quart d&#x27;heure" in locked.content.decode() or "quart d'heure" in locked.content.decode()
    assert enter(neighbour.username, PASSWORD).status_code == 302
    assert enter(victim.username, PASSWORD, address="10.0.0.2").status_code == 302


def test_sign_up_is_closed() -> None:
    response = Client().post("/compte/signup/", {"username": "intrus", "password1": PASSWORD})
    assert "intrus" not in User.objects.values_list("username", flat=True)
    assert response.status_code == 200


def test_leaving_clears_the_shared_computer() -> None:
    client = Client()
    client.force_login(person(Role.TRAINEE))
    response = client.post("/compte/logout/")
    assert response.status_code == 302
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/nouvelles/").status_code == 302


def test_an_inactive_person_is_out_at_the_next_request_and_cannot_come_back() -> None:
    trainee, client = person(Role.TRAINEE), Client()
    enter(trainee.username, PASSWORD, client=client)
    assert client.get("/nouvelles/").status_code == 200
    services.pause_person(by=person(Role.COORDINATOR), person=trainee)
    assert client.get("/nouvelles/").headers["Location"].startswith(GATE)
    enter(trainee.username, PASSWORD, client=client)
    assert client.get("/nouvelles/").status_code == 302


def test_a_new_card_ends_open_sessions() -> None:
    trainee, client = person(Role.TRAINEE), Client()
    client.force_login(trainee)
    services.reset_password(by=person(Role.COORDINATOR), person=trainee)
    assert client.get("/nouvelles/").status_code == 302


def test_password_changed_by_the_library_counts_as_chosen() -> None:
    trainee = person(Role.TRAINEE)
    code = services.reset_password(by=person(Role.COORDINATOR), person=trainee)
    client = Client()
    enter(trainee.username, code, client=client)
    changed = client.post(
        "/compte/password/change/", {"oldpassword": code, "password1": "trois-mots-a-moi", "password2": "trois-mots-a-moi"}
    )
    assert changed.status_code == 302
    trainee.refresh_from_db()
    assert not trainee.must_choose_password


def test_reset_by_email_where_there_is_email(settings: Any) -> None:
    settings.HAS_EMAIL = True
    trainee = person(Role.TRAINEE)
    User.objects.filter(pk=trainee.pk).update(email="ines@exemple.fr")
    known = Client().post("/compte/password/reset/", {"email": "ines@exemple.fr"})
    unknown = Client().post("/compte/password/reset/", {"email": "personne@exemple.fr"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    letter = next(letter for letter in mail.outbox if letter.to == ["ines@exemple.fr"])
    link = next(word for word in str(letter.body).split() if "/compte/password/reset/key/" in word)
    client = Client()
    form = client.get("/" + link.split("/", 3)[3], follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "trois-mots-a-moi", "password2": "trois-mots-a-moi"})
    trainee.refresh_from_db()
    assert trainee.check_password("trois-mots-a-moi")


@pytest.mark.parametrize(("has_email", "seen", "status"), [(True, "Écris ton adresse e-mail", 302), (False, "nouvelle carte", 404)])
def test_reset_page_promises_only_what_the_site_can_do(settings: Any, has_email: bool, seen: str, status: int) -> None:
    settings.HAS_EMAIL = has_email
    assert seen in Client().get("/compte/password/reset/").content.decode()
    assert Client().post("/compte/password/reset/", {"email": "x@exemple.fr"}).status_code == status
    assert ("J’ai oublié" in Client().get(GATE).content.decode()) is has_email


def test_messages_of_the_library_other_than_hello_are_shown(client: Any) -> None:
    client.force_login(person(Role.TRAINEE))
    page = client.post(
        "/compte/password/change/", {"oldpassword": PASSWORD, "password1": "trois-mots-a-moi", "password2": "trois-mots-a-moi"}, follow=True
    )
    assert "notice-done" in page.content.decode()
