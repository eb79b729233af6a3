"""The doors of accounts, walked as each person would."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.people import services
from lms.people.models import ApiToken, Notice, User
from lms.people.rules import Role
from tests.cast import PASSWORD, cohort, person, signed_in

pytestmark = pytest.mark.django_db
CODE = re.compile(r'<code class="secret">([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</code>')


def text_of(response: object) -> str:
    return response.content.decode()


def test_password_choose_comes_before_anything_else() -> None:
    trainee, code = services.create_person(by=None, username="ines.d", first_name="Inès", last_name="D", role=Role.TRAINEE)
    client = Client()
    client.post("/compte/login/", {"login": "ines.d", "password": code})
    for path in ("/", "/profil/", "/nouvelles/", "/cms/", "/modules/"):
        assert client.get(path).headers["Location"] == "/mot-de-passe/", path
    page = client.get("/mot-de-passe/")
    assert "Choisis ton mot de passe" in text_of(page)
    assert 'class="nav"' not in text_of(page)
    refused = client.post("/mot-de-passe/", {"password": code, "again": code})
    assert "carte" in text_of(refused)
    chosen = client.post("/mot-de-passe/", {"password": "trois-mots-a-moi", "again": "trois-mots-a-moi"})
    assert chosen.headers["Location"] == "/"
    assert client.get("/nouvelles/").status_code == 200  # still signed in
    assert client.get("/mot-de-passe/").headers["Location"] == "/"
    assert Client().post("/compte/login/", {"login": "ines.d", "password": code}).status_code == 200
    trainee.refresh_from_db()
    assert trainee.check_password("trois-mots-a-moi")


def test_profile_of_a_trainee_has_no_tokens() -> None:
    client = signed_in(person(Role.TRAINEE))
    page = text_of(client.get("/profil/"))
    assert "Aide à la lecture" in page
    assert "Jetons" not in page
    assert client.post("/profil/jetons/", {"label": "x"}).status_code == 403


def test_profile_changes_ones_email_with_the_password() -> None:
    trainee, other = person(Role.TRAINEE), person(Role.TRAINEE)
    User.objects.filter(pk=other.pk).update(email="autre@exemple.fr")
    client = signed_in(trainee)
    sent = {"email": "moi@exemple.fr", "password": PASSWORD}
    assert "Essaie encore" in text_of(client.post("/profil/", {**sent, "password": "non"}))
    assert "sert déjà" in text_of(client.post("/profil/", {**sent, "email": "autre@exemple.fr"}))
    everything = {
        "is_superuser": "on",
        "is_staff": "on",
        "groups": "6",
        "username": "roi",
        "first_name": "Roi",
        "uuid": str(uuid4()),
        "must_choose_password": "on",
    }
    assert client.post("/profil/", {**sent, **everything}).headers["Location"] == "/profil/"
    before = (trainee.username, trainee.first_name, trainee.uuid)
    trainee = User.objects.get(pk=trainee.pk)
    assert trainee.email == "moi@exemple.fr"
    assert (trainee.username, trainee.first_name, trainee.uuid) == before
    assert (trainee.is_superuser, trainee.is_staff, trainee.role, trainee.must_choose_password) == (False, False, Role.TRAINEE, False)


def test_token_is_shown_once_then_revoked() -> None:
    trainer = person(Role.TRAINER)
    client = signed_in(trainer)
    page = client.post("/profil/jetons/", {"label": "tableau"})
    secret = re.search(r'<code class="secret">([^<]+)</code>', text_of(page))
    assert secret
    assert page.headers["Cache-Control"] == "no-store, private"
    token = ApiToken.objects.get()
    assert token.digest == services.token_digest(secret[1])
    again = text_of(client.get("/profil/"))
    assert "tableau" in again
    assert secret[1] not in again
    assert signed_in(person(Role.TRAINER)).post(reverse("people:token-revoke", args=[token.uuid])).status_code == 404
    client.post(reverse("people:token-revoke", args=[token.uuid]))
    token.refresh_from_db()
    assert token.revoked_at
    assert "révoqué" in text_of(client.get("/profil/"))


def test_token_without_a_label_is_not_made() -> None:
    assert "requis" in text_of(signed_in(person(Role.TRAINER)).post("/profil/jetons/", {"label": ""}))
    assert not ApiToken.objects.exists()


def test_notices_lead_somewhere_and_are_read() -> None:
    trainee, client = person(Role.TRAINEE), Client()
    client.force_login(trainee)
    assert "Rien de neuf" in text_of(client.get("/nouvelles/"))
    for number in (1, 2, 3):
        services.notify(recipients=[trainee], text=f"Réponse {number}", path=f"/modules/{number}/")
    page = text_of(client.get("/nouvelles/"))
    assert page.index("Réponse 3") < page.index("Réponse 1")
    assert '<span class="badge">3</span>' in page
    assert client.post("/nouvelles/", {"path": "/modules/2/"}).headers["Location"] == "/modules/2/"
    assert Notice.objects.visible_to(trainee).unread().count() == 2
    assert client.post("/nouvelles/", {"path": "https://ailleurs.exemple/"}).headers["Location"] == "/nouvelles/"
    assert Notice.objects.visible_to(trainee).unread().count() == 0


def test_notices_of_someone_else_are_not_shown() -> None:
    other = person(Role.TRAINEE)
    services.notify(recipients=[other], text="Pour toi seul", path="/modules/1/")
    client = signed_in(person(Role.TRAINEE))
    assert "Pour toi seul" not in text_of(client.get("/nouvelles/"))
    assert client.post("/nouvelles/", {"path": "/modules/1/"}).headers["Location"] == "/nouvelles/"
    assert Notice.objects.visible_to(other).unread().count() == 1
    assert "Un rendu à évaluer" in text_of(signed_in(person(Role.TRAINER)).get("/nouvelles/"))


def test_person_list_keeps_its_filters_in_the_address() -> None:
    group, client = cohort(), signed_in(person(Role.COORDINATOR))
    for _n in range(52):
        person(Role.TRAINEE, cohort=group)
    trainer = person(Role.TRAINER, cohort=group)
    page = text_of(client.get("/personnes/", {"role": "trainee", "cohort": str(group.uuid), "page": "1"}))
    assert '<span class="count">52</span>' in page
    assert f"role=trainee&amp;cohort={group.uuid}&amp;page=2" in page
    assert trainer.username not in page
    assert "Personne ne correspond" in text_of(client.get("/personnes/", {"search": "zzz"}))


def test_person_list_costs_the_same_for_2_and_12_people() -> None:
    group, client = cohort(), signed_in(person(Role.COORDINATOR))
    costs = []
    for wanted in (2, 12):
        while group.memberships.count() < wanted:
            person(Role.TRAINEE, cohort=group)
        with CaptureQueriesContext(connection) as queries:
            client.get("/personnes/")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 10


def test_person_create_shows_the_card_once() -> None:
    client = signed_in(person(Role.COORDINATOR))
    page = client.post("/personnes/nouvelle/", {"first_name": "Inès", "last_name": "Durand", "role": "trainee"})
    code = CODE.search(text_of(page))
    assert code
    made = User.objects.get(username="ines.durand")
    assert made.check_password(code[1])
    assert "http" in text_of(page)
    assert not CODE.search(text_of(client.get(reverse("people:person-detail", args=[made.uuid]))))


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ({"role": "administrator"}, "role"), ({"role": "coordinator"}, "role"), ({"username": "pris"}, "déjà pris"), ({"first_name": ""}, "requis"),
        ({"email": "pris@exemple.fr"}, "sert déjà"),
    ],
)  # fmt: skip
def test_person_create_says_what_to_change(sent: dict[str, str], seen: str) -> None:
    services.create_person(by=None, username="pris", first_name="P", last_name="R", role=Role.TRAINEE, email="pris@exemple.fr")
    client, count = signed_in(person(Role.COORDINATOR)), User.objects.count()
    page = client.post("/personnes/nouvelle/", {"first_name": "Inès", "last_name": "Durand", "role": "trainee", **sent})
    assert page.status_code == 200
    assert seen in text_of(page)
    assert User.objects.count() == count


def test_person_detail_corrects_a_name() -> None:
    trainee, client = person(Role.TRAINEE, cohort=cohort("Promo A")), signed_in(person(Role.COORDINATOR))
    address = reverse("people:person-detail", args=[trainee.uuid])
    assert "Promo A" in text_of(client.get(address))
    assert client.post(address, {"first_name": "Inés", "last_name": "Durant", "is_superuser": "on"}).status_code == 302
    trainee.refresh_from_db()
    assert (str(trainee), trainee.is_superuser) == ("Inés Durant", False)
    assert "requis" in text_of(client.post(address, {"first_name": "", "last_name": "X"}))
    services.create_person(by=None, username="autre", first_name="A", last_name="B", role=Role.TRAINEE, email="pris@exemple.fr")
    assert "sert déjà" in text_of(client.post(address, {"first_name": "X", "last_name": "Y", "email": "pris@exemple.fr"}))


def test_person_detail_of_an_administrator_is_not_for_a_coordinator_to_change() -> None:
    administrator, client = person(Role.ADMINISTRATOR), signed_in(person(Role.COORDINATOR))
    address = reverse("people:person-detail", args=[administrator.uuid])
    page = text_of(client.get(address))
    assert "géré par l’administration" in page
    assert "Mettre en pause" not in page
    refused = client.post(address, {"first_name": "X", "last_name": "Y"})
    assert refused.status_code == 400
    assert "Vous ne pouvez pas" in text_of(refused)
    for name in ("password-reset", "person-pause", "person-resume"):
        assert client.post(reverse(f"people:{name}", args=[administrator.uuid])).status_code == 400
    administrator.refresh_from_db()
    assert administrator.is_active
    assert administrator.check_password(PASSWORD)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_password_reset_pause_and_resume_from_the_page(role: Role) -> None:
    trainee, client = person(Role.TRAINEE), signed_in(person(role))
    page = client.post(reverse("people:password-reset", args=[trainee.uuid]))
    code = CODE.search(text_of(page))
    assert code
    trainee.refresh_from_db()
    assert trainee.check_password(code[1])
    client.post(reverse("people:person-pause", args=[trainee.uuid]))
    assert "Ouvrir de nouveau" in text_of(client.get(reverse("people:person-detail", args=[trainee.uuid])))
    client.post(reverse("people:person-resume", args=[trainee.uuid]))
    trainee.refresh_from_db()
    assert trainee.is_active


def test_an_administrator_makes_another() -> None:
    client = signed_in(person(Role.ADMINISTRATOR))
    client.post("/personnes/nouvelle/", {"first_name": "Ada", "last_name": "Roy", "role": "administrator"})
    assert User.objects.get(username="ada.roy").role is Role.ADMINISTRATOR


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.TRAINER, Role.COUNSELLOR, Role.CERTIFIER])
def test_doors_of_accounts_are_closed_to_others(role: Role) -> None:
    group = cohort()
    trainee = person(Role.TRAINEE, cohort=group)
    client = signed_in(person(role, cohort=group))
    for path in ("/personnes/", "/personnes/nouvelle/", reverse("people:person-detail", args=[trainee.uuid])):
        assert client.get(path).status_code == 403
        assert client.post(path, {"first_name": "X", "last_name": "Y", "role": "trainee"}).status_code in (403, 405)
    for name in ("password-reset", "person-pause", "person-resume"):
        assert client.post(reverse(f"people:{name}", args=[trainee.uuid])).status_code == 403
    trainee.refresh_from_db()
    assert trainee.check_password(PASSWORD)


def test_nothing_changes_by_get() -> None:
    trainee, client = person(Role.TRAINEE), signed_in(person(Role.COORDINATOR))
    for name in ("password-reset", "person-pause", "person-resume"):
        assert client.get(reverse(f"people:{name}", args=[trainee.uuid])).status_code == 405
    assert client.get(reverse("people:person-detail", args=[uuid4()])).status_code == 404


def test_forms_ask_for_the_token_of_the_page() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person(Role.COORDINATOR))
    assert client.post("/personnes/nouvelle/", {"first_name": "I", "last_name": "D", "role": "trainee"}).status_code == 403
