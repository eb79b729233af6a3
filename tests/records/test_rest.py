"""`GET /xapi/statements`, as a program reads it."""

import base64
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from lms.people.rules import Role
from lms.records import services, vocabulary
from lms.records.models import Credential, Statement
from lms.records.statements import activity, agent, build, voided
from tests.cast import person

pytestmark = pytest.mark.django_db
DOOR = "/xapi/statements"


def basic(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


@pytest.fixture
def pair() -> tuple[Credential, str]:
    return services.create_credential(by=None, label="essai")


@pytest.fixture
def reader(pair: tuple[Credential, str]) -> Client:
    return Client(headers={"Authorization": basic(pair[0].key, pair[1]), "X-Experience-API-Version": "1.0.3"})


def told(count: int = 1) -> list[UUID]:
    facts = [
        build(
            actor=agent(uuid4()),
            verb=vocabulary.JOINED,
            object_=activity("cohort", n, vocabulary.TYPE_COHORT, f"Café « {n} »"),
            at=timezone.now(),
        )
        for n in range(count)
    ]
    services.record(*facts)
    return [UUID(str(fact["id"])) for fact in facts]


def ids(response: Any) -> list[UUID]:
    return [UUID(one["id"]) for one in response.json()["statements"]]


def test_list_is_latest_stored_first_and_adds_what_the_store_knows(reader: Client) -> None:
    known = told(3)
    response = reader.get(DOOR)
    assert response.status_code == 200
    assert ids(response) == known[::-1]
    assert response.json()["more"] == ""
    one = response.json()["statements"][0]
    row = Statement.objects.get(pk=known[2])
    assert one["stored"] == row.stored.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert one["version"] == "1.0.3"
    assert one["authority"]["account"]["name"] == "tremplin"
    assert ids(reader.get(DOOR, {"ascending": "true"})) == known
    assert ids(reader.get(DOOR, {"ascending": "false", "limit": "2"})) == known[:0:-1]


def test_one_by_id_keeps_the_exact_text(reader: Client) -> None:
    identifier = uuid4()
    text = f'{{"id":"{identifier}","actor":{{}},"result":{{"score":{{"raw":1.10,"max":1e2}},"n":12345678901234567890123}},"é":"\\u00e9"}}'
    Statement.objects.create(id=identifier, stored=timezone.now(), text=text, actor="a", verb="v", object_id="o")
    response = reader.get(DOOR, {"statementId": str(identifier)})
    assert response.content.decode().startswith(text[:-1] + ',"stored":"')
    assert json.loads(response.content)["version"] == "1.0.3"
    assert response.headers["Last-Modified"].endswith("GMT")
    assert response.headers["Content-Type"] == "application/json"


def test_empty_store_has_an_empty_list(reader: Client) -> None:
    response = reader.get(DOOR)
    assert response.json() == {"statements": [], "more": ""}
    assert response.headers["X-Experience-API-Consistent-Through"] == "1970-01-01T00:00:00.000000Z"


def test_consistent_through_is_the_last_stored(reader: Client) -> None:
    told(2)
    response = reader.get(DOOR, {"limit": "1"})
    assert response.headers["X-Experience-API-Consistent-Through"] == response.json()["statements"][0]["stored"]


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_more_leads_through_every_statement_once(reader: Client, ascending: str) -> None:
    known = told(7)
    found: list[UUID] = []
    address = f"{DOOR}?limit=3&ascending={ascending}"
    while address:
        response = reader.get(address)
        assert ids(response)
        found += ids(response)
        address = response.json()["more"]
        assert not address or address.startswith("/xapi/statements?cursor=")
    assert found == (known if ascending == "true" else known[::-1])


def test_more_is_bound_to_its_place_its_credential_and_unforgeable(reader: Client) -> None:
    known = told(4)
    more = reader.get(DOOR, {"limit": "2"}).json()["more"]
    told(5)
    assert ids(reader.get(more)) == known[1::-1]
    other, secret = services.create_credential(by=None, label="autre")
    stranger = Client(headers={"Authorization": basic(other.key, secret), "X-Experience-API-Version": "1.0.3"})
    assert stranger.get(more).status_code == 400
    assert reader.get(more[:-2]).status_code == 400
    assert reader.get(f"{more}&limit=500").status_code == 400


@pytest.mark.parametrize(("limit", "most"), [("0", 500), ("500", 500), ("501", 500), ("999999999", 500), ("1", 1)])
def test_limit_is_capped(reader: Client, limit: str, most: int) -> None:
    told(502)
    assert len(ids(reader.get(DOOR, {"limit": limit}))) == most


@pytest.mark.parametrize(
    "query",
    ["limit=-1", "limit=x", "limit=", "limit=٣", "limit=1&limit=2", "ascending=1", "ascending=True", "verb=x", "since=2026-01-01", "unknown=1",
     "statementId=", "statementId=x", "statementId=00000000-0000-4000-8000-000000000000&limit=1", "cursor=", "cursor=x", "limit=9999999999"],
)  # fmt: skip
def test_bad_parameters_are_refused_with_a_reason(reader: Client, query: str) -> None:
    response = reader.get(f"{DOOR}?{query}")
    assert response.status_code == 400
    assert response.json()["error"]
    assert response.headers["X-Experience-API-Version"] == "1.0.3"


def test_voided_is_in_no_list_and_not_found_by_its_id(reader: Client) -> None:
    (first,) = told()
    act = voided(by=agent(uuid4()), statement_id=first, reason="Erreur", reason_iri=vocabulary.EXT_REASON, at=timezone.now())
    services.record(act)
    assert ids(reader.get(DOOR)) == [UUID(str(act["id"]))]
    assert reader.get(DOOR, {"statementId": str(first)}).status_code == 404
    assert reader.get(DOOR, {"statementId": str(act["id"])}).status_code == 200
    assert reader.get(DOOR, {"statementId": str(uuid4())}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("1.0", "1.0.3"), ("1.0.0", "1.0.3"), ("1.0.3", "1.0.3"), ("1.0.9", "1.0.3"), ("2.0", "2.0.0"), ("2.0.0", "2.0.0")],
)
def test_version_is_echoed_by_family(reader: Client, asked: str, answered: str) -> None:
    response = reader.get(DOOR, headers={"X-Experience-API-Version": asked})
    assert (response.status_code, response.headers["X-Experience-API-Version"]) == (200, answered)


@pytest.mark.parametrize("asked", ["", "0.95", "1.1.0", "3.0", "1.0.x", "1.0.", "10"])
def test_version_unknown_or_missing_is_refused(reader: Client, asked: str) -> None:
    assert reader.get(DOOR, headers={"X-Experience-API-Version": asked}).status_code == 400


def test_version_header_is_asked_for(pair: tuple[Credential, str]) -> None:
    assert Client(headers={"Authorization": basic(pair[0].key, pair[1])}).get(DOOR).status_code == 400


def test_head_is_get_without_its_body(reader: Client) -> None:
    (known,) = told()
    for query in ({}, {"statementId": str(known)}):
        head, get = reader.head(DOOR, query), reader.get(DOOR, query)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["X-Experience-API-Version"] == "1.0.3"
        assert get.content


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_other_methods_are_refused(reader: Client, method: str) -> None:
    assert getattr(reader, method)(DOOR).status_code == 405


def test_credentials_are_needed_and_the_session_opens_nothing(pair: tuple[Credential, str]) -> None:
    key, secret = pair[0].key, pair[1]
    signed = Client()
    signed.force_login(person(Role.COORDINATOR))
    wrong = [
        "", "Basic", "Basic !!!", "Basic " + base64.b64encode(b"no-colon").decode(), "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        basic(key, secret + "x"), basic(key, ""), basic("", secret), basic(key + "\x00", secret), basic(secret, key), f"Bearer {secret}",
        basic(key, secret) + ", " + basic(key, secret), basic("é" * 200, "x"),
    ]  # fmt: skip
    for authorization in wrong:
        response = signed.get(DOOR, headers={"Authorization": authorization, "X-Experience-API-Version": "1.0.3"})
        assert response.status_code == 401, authorization
        assert response.headers["WWW-Authenticate"].startswith("Basic")
        assert secret not in response.content.decode()
        assert "Set-Cookie" not in response.headers
    assert signed.get(DOOR, {"statementId": "x"}).status_code == 401


def test_secret_may_hold_any_sign() -> None:
    credential, _secret = services.create_credential(by=None, label="x")
    Credential.objects.update(digest=services.digest_of("a:b:é c"))
    client = Client(headers={"Authorization": basic(credential.key, "a:b:é c"), "X-Experience-API-Version": "2.0.0"})
    assert client.get(DOOR).status_code == 200


def test_revoked_credential_is_refused_at_once(pair: tuple[Credential, str], reader: Client) -> None:
    told(3)
    more = reader.get(DOOR, {"limit": "1"}).json()["more"]
    services.revoke_credential(key=pair[0].key)
    assert reader.get(DOOR).status_code == reader.get(more).status_code == 401


def test_answers_are_kept_by_no_cache_and_say_nothing_of_the_secret(pair: tuple[Credential, str], reader: Client) -> None:
    for response in (reader.get(DOOR), reader.get(DOOR, {"x": pair[1]})):
        assert response.headers["Cache-Control"] == "no-store, private"
        assert pair[1] not in response.content.decode()


def test_list_costs_the_same_for_2_and_12(reader: Client, django_assert_num_queries: Any) -> None:
    told(2)
    reader.get(DOOR)
    with django_assert_num_queries(3):
        reader.get(DOOR)
    told(10)
    with django_assert_num_queries(3):
        reader.get(DOOR)
