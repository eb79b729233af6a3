"""Credentials made on a page or by command; the first administrator of a site."""

import json
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from lms.people.models import User
from lms.people.rules import Role
from lms.records.models import Credential
from lms.records.services import authenticate
from tests.cast import person

pytestmark = pytest.mark.django_db
SHOWN = re.compile(r'<code class="secret">([^<]+)</code>')
DOOR = "/acces-traces/"


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(person(role))
    return client


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_credential_is_shown_once_then_closed(role: Role) -> None:
    client = signed_in(role)
    assert "Aucun accès" in client.get(DOOR).content.decode()
    page = client.post(DOOR, {"label": "entrepôt"})
    _address, key, secret = SHOWN.findall(page.content.decode())
    assert authenticate(key=key, secret=secret)
    assert page.headers["Cache-Control"] == "no-store, private"
    again = client.get(DOOR).content.decode()
    assert key in again
    assert secret not in again
    assert client.post(reverse("home:credential-revoke", args=[key])).status_code == 302
    assert authenticate(key=key, secret=secret) is None
    assert "fermé le" in client.get(DOOR).content.decode()
    assert client.post(reverse("home:credential-revoke", args=["inconnue"])).status_code == 404


def test_credential_needs_a_label() -> None:
    assert "requis" in signed_in(Role.COORDINATOR).post(DOOR, {"label": ""}).content.decode()
    assert not Credential.objects.exists()


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.TRAINER, Role.COUNSELLOR, Role.CERTIFIER])
def test_credentials_are_for_coordination_and_administration(role: Role) -> None:
    client = signed_in(role)
    assert client.get(DOOR).status_code == client.post(DOOR, {"label": "x"}).status_code == 403
    assert client.post(reverse("home:credential-revoke", args=["x"])).status_code == 403
    assert not Credential.objects.exists()


def test_create_credential_command_prints_a_pair_that_opens() -> None:
    out = StringIO()
    call_command("create_credential", "réseau", stdout=out)
    told = dict(re.findall(r"^(\S+)\s*: (.+)$", out.getvalue(), re.MULTILINE))
    caller = authenticate(key=told["clé"], secret=told["secret"])
    assert caller is not None
    assert (caller.scopes, caller.origins) == ({"all/read"}, frozenset())
    assert told["adresse"].endswith("/xapi/")
    assert Credential.objects.get().label == "réseau"


def test_create_credential_command_takes_scopes_and_origins_and_writes_json() -> None:
    out = StringIO()
    asked = ["--scope", "statements/write", "--scope", "state", "--origin", "https://example.org", "--json"]
    call_command("create_credential", "paquet", *asked, stdout=out)
    caller = authenticate(**json.loads(out.getvalue()))
    assert caller is not None
    assert (caller.scopes, caller.origins) == ({"statements/write", "state"}, {"https://example.org"})
    for arguments in (["x", "--scope", "everything"], [" "]):
        with pytest.raises(CommandError):
            call_command("create_credential", *arguments)


def test_create_administrator_command_makes_the_first_account(client: Any) -> None:
    out = StringIO()
    call_command("create_administrator", "camille.petit", "Camille", "Petit", stdout=out)
    code = out.getvalue().rpartition(": ")[2].strip()
    made = User.objects.get(username="camille.petit")
    assert made.role is Role.ADMINISTRATOR
    assert made.check_password(code)
    for arguments in (["camille.petit", "Camille", "Petit"], ["É", "Camille", "Petit"]):
        with pytest.raises(CommandError):
            call_command("create_administrator", *arguments)
