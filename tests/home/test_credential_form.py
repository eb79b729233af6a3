"""What a credential may do, until when and from where: asked on the page, said in the list."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from lms import clock
from lms.people.rules import Role
from lms.records.models import Credential
from lms.records.services import create_credential
from tests.cast import person

pytestmark = pytest.mark.django_db
DOOR = "/acces-traces/"
SHOWN = re.compile(r'<code class="secret">([^<]+)</code>')


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(person(Role.COORDINATOR))
    return client


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'").split())


def test_nothing_ticked_reads_and_writes_nothing(staff: Client) -> None:
    page = staff.get(DOOR).content.decode()
    assert re.findall(r'value="([^"]+)"[^>]*checked', page) == ["all/read"]
    staff.post(DOOR, {"label": "entrepôt"})
    made = Credential.objects.get()
    assert (made.scopes, made.origins, made.expires_at) == ("all/read", "", None)
    assert "lire toutes les données" in text_of(staff.get(DOOR).content.decode())
    assert "sans fin" in text_of(staff.get(DOOR).content.decode())


def test_choices_are_kept_and_said(staff: Client) -> None:
    last_day = clock.today() + timedelta(days=30)
    sites = " https://Contenus.exemple.fr/ \n\nhttps://b.exemple.fr:8443\nhttps://c.exemple.fr:443".replace("fr/ ", "fr ")
    form = {"label": "contenus", "scopes": ["statements/write", "state"], "ends_on": last_day.isoformat(), "sites": sites}
    page = staff.post(DOOR, form)
    _address, key, secret = SHOWN.findall(page.content.decode())
    made = Credential.objects.get()
    assert made.scope_set == {"statements/write", "state"}
    assert made.origins == "https://b.exemple.fr:8443 https://c.exemple.fr https://contenus.exemple.fr"
    text = text_of(page.content.decode())
    assert f"contenus {key} écrire des traces, garder l'état d'un contenu https://b.exemple.fr:8443" in text
    basic = "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()
    headers = {"Authorization": basic, "X-Experience-API-Version": "1.0.3"}
    assert Client().get("/xapi/statements", headers=headers).status_code == 403, "it may write, not read"
    assert made.expires_at is not None
    with clock.at(made.expires_at - timedelta(seconds=1)):
        assert "Fermer" in text_of(staff.get(DOOR).content.decode())
    with clock.at(made.expires_at):
        assert "terminé" in text_of(staff.get(DOOR).content.decode())


@pytest.mark.parametrize(
    "site",
    [
        "http://contenus.exemple.fr", "contenus.exemple.fr", "https://contenus.exemple.fr/cours", "https://a b", "https://", "*",
        "https://moi@exemple.fr", "https://exemple.fr:99999", "https://exemple..fr", "https://-a.fr", "https://exemple.fr?x", "https://é.fr",
    ],
)  # fmt: skip
def test_a_site_that_is_no_origin_is_refused_with_what_to_write(staff: Client, site: str) -> None:
    page = text_of(staff.post(DOOR, {"label": "x", "sites": f"https://bon.exemple.fr\n{site}"}).content.decode())
    assert "Écrivez https://, le nom du site, rien après." in page
    assert not Credential.objects.exists()


def test_a_past_day_and_an_unknown_scope_are_refused(staff: Client) -> None:
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert "Ce jour est passé." in text_of(staff.post(DOOR, {"label": "x", "ends_on": yesterday}).content.decode())
    staff.post(DOOR, {"label": "x", "ends_on": "9999-12-31"})
    staff.post(DOOR, {"label": "x", "scopes": ["statements/destroy"]})
    assert not Credential.objects.exists()


def test_last_day_is_open_to_its_end(staff: Client) -> None:
    staff.post(DOOR, {"label": "jour", "ends_on": clock.today().isoformat()})
    assert Credential.objects.get().expires_at > clock.now()


def test_a_credential_made_by_command_is_listed(staff: Client) -> None:
    create_credential(by=None, label="tout", scopes=frozenset({"all"}), expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    text = text_of(staff.get(DOOR).content.decode())
    assert "tout faire : lire et écrire" in text
    assert "terminé" in text
