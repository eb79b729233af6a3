"""OAuth 2 client credentials: a token opens no more than its credential, and no longer (RFC 6749 §4.4, RFC 6750; L15, L17, S21)."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from lms import clock
from lms.records.models import Credential
from lms.records.services import create_credential, credentials, revoke_credential
from lms.records.services.credentials import BEARER_SECONDS
from tests.records.programs import Program, basic, ids, program, said

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def made(*scopes: str, **asked: Any) -> tuple[Credential, str]:
    return create_credential(by=None, label="essai", scopes=frozenset(scopes), **asked)


def ask(authorization: str = "", *, query: str = "", content_type: str = FORM, **form: str) -> HttpResponse:
    headers = {"Authorization": authorization} if authorization else {}
    body = urlencode({"grant_type": "client_credentials", **form})
    return Client().post(f"/xapi/oauth/token{query}", body, content_type=content_type, headers=headers)


def token(credential: Credential, secret: str, **form: str) -> dict[str, Any]:
    answer = ask(basic(credential.key, secret), **form)
    assert answer.status_code == 200, answer.content
    return dict(json.loads(answer.content))


def speaking(told: dict[str, Any]) -> Program:
    return Program(f"Bearer {told['access_token']}")


def test_a_token_opens_what_its_credential_opens() -> None:
    credential, secret = made("statements/write", "statements/read/mine")
    told = token(credential, secret)
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", BEARER_SECONDS, "statements/read/mine statements/write")
    one, other = speaking(told).tell(said()), program().tell(said())
    assert speaking(told).found() == one
    assert ids(program().get()) == [*other, *one]
    assert speaking(told).get("activities/state", agent="{}", activityId="x").status_code == 403
    assert speaking(told).one(one[0])["authority"]["account"]["name"] == credential.key


def test_the_answer_is_kept_by_no_one_and_the_secret_nowhere_in_it() -> None:
    credential, secret = made("all")
    answer = ask(basic(credential.key, secret))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"
    assert secret not in answer.content.decode()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("held", "given"),
    [("all", "statements/read/mine statements/write"), ("statements/write", "statements/write"), ("profile", "profile")],
)
def test_no_scope_asked_for_is_writing_and_reading_ones_own(held: str, given: str) -> None:
    """xAPI 1.0.3 Communication §4.2; a credential that holds neither gives what it holds."""
    assert token(*made(held))["scope"] == given


def test_fewer_scopes_may_be_asked_for() -> None:
    credential, secret = made("all")
    told = token(credential, secret, scope="statements/read")
    assert told["scope"] == "statements/read"
    assert speaking(told).get().status_code == 200
    assert speaking(told).post([said()]).status_code == 403


@pytest.mark.parametrize("scope", ["all", "statements/write", "statements/read profile", "autre"])
def test_no_more_scopes_may_be_asked_for(scope: str) -> None:
    credential, secret = made("statements/read")
    answer = ask(basic(credential.key, secret), scope=scope)
    assert (answer.status_code, json.loads(answer.content)["error"]) == (400, "invalid_scope")


def test_the_client_may_name_itself_in_the_form() -> None:
    credential, secret = made("all")
    assert ask(client_id=credential.key, client_secret=secret).status_code == 200
    assert ask(basic(credential.key, secret), client_id=credential.key).status_code == 200
    both = ask(basic(credential.key, secret), client_id=credential.key, client_secret=secret)
    assert both.status_code == 401, "not by both ways (§2.3)"


@pytest.mark.parametrize(
    "authorization", ["", "Basic", "Basic %%%", basic("x", "y"), basic("session", "y"), basic("\x00", "y"), "Bearer x", "Digest x"]
)
def test_no_stranger_gets_one(authorization: str) -> None:
    answer = ask(authorization)
    assert (answer.status_code, json.loads(answer.content)["error"]) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("form", [{"client_id": "\x00", "client_secret": "y"}, {"client_id": "x", "client_secret": "\x00"}])
def test_no_text_that_the_database_cannot_hold_gets_one(form: dict[str, str]) -> None:
    assert ask(**form).status_code == 401


def test_a_wrong_secret_and_an_unknown_key_are_told_alike() -> None:
    credential, _secret = made("all")
    wrong, unknown = ask(basic(credential.key, "wrong")), ask(basic("unknown", "wrong"))
    assert wrong.content == unknown.content
    assert b"wrong" not in wrong.content


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
        ({"query": "?scope=all"}, "invalid_request"),
        ({"content_type": "application/json"}, "invalid_request"),
    ],
)
def test_what_is_no_such_request_is_refused(form: dict[str, str], error: str) -> None:
    credential, secret = made("all")
    body = json.dumps({"grant_type": "client_credentials"}) if "content_type" in form else None
    if body:
        answer = Client().post(
            "/xapi/oauth/token", body, content_type=form["content_type"], headers={"Authorization": basic(credential.key, secret)}
        )
    else:
        answer = ask(basic(credential.key, secret), **form)
    assert (answer.status_code, json.loads(answer.content)["error"]) == (400, error)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"grant_type=client_credentials&scope=%ff%00", b"a=1&a=2" * 100, b"%"])
def test_what_cannot_be_read_is_refused_and_not_repeated(body: bytes) -> None:
    credential, secret = made("all")
    answer = Client().post("/xapi/oauth/token", body, content_type=FORM, headers={"Authorization": basic(credential.key, secret)})
    assert answer.status_code == 400
    assert b"scope=" not in answer.content


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_only_post_asks_for_one(method: str) -> None:
    answer = Client().generic(method, "/xapi/oauth/token")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_revoked_credential_closes_its_tokens(django_capture_on_commit_callbacks: Any) -> None:
    credential, secret = made("all")
    told = token(credential, secret)
    assert speaking(told).get().status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        revoke_credential(key=credential.key)
    assert speaking(told).get().status_code == 401
    assert ask(basic(credential.key, secret)).status_code == 401


def test_a_token_and_its_credential_end_with_their_time() -> None:
    credential, secret = made("all", expires_at=clock.now() + timedelta(seconds=60))
    told = token(credential, secret)
    with clock.at(clock.now() + timedelta(seconds=61)):
        assert speaking(told).get().status_code == 401
    Credential.objects.update(expires_at=None)
    assert speaking(told).get().status_code == 200


def test_an_old_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    credential, secret = made("all")
    told = token(credential, secret)
    monkeypatch.setattr("lms.records.services.credentials.BEARER_SECONDS", -1)
    answer = speaking(told).get()
    assert answer.status_code == 401
    assert "Bearer" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "change", [lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"), lambda _text: "", lambda text: f" {text} x"]
)
def test_a_token_that_was_changed_opens_nothing(change: Any) -> None:
    told = token(*made("all"))
    assert Program(f"Bearer {change(told['access_token'])}").get().status_code == 401


def test_a_token_of_another_kind_opens_nothing() -> None:
    """What is signed for one use is of no use elsewhere: a session's token is no bearer token, nor the other way round."""
    agent = {"objectType": "Agent", "account": {"homePage": "https://example.org", "name": "ana"}}
    _key, session = credentials.session_token(agent=agent, registration=uuid4(), activity="https://example.org/a")
    assert Program(f"Bearer {session}").get().status_code == 401
    assert Program(basic("session", token(*made("all"))["access_token"])).get().status_code == 401


def test_another_store_s_statements_stay_its_own() -> None:
    mine, theirs = made("all"), made("all", store=2)
    speaking(token(*mine)).tell(said())
    assert speaking(token(*theirs)).found() == []


def test_a_page_of_another_origin_needs_its_leave() -> None:
    credential, secret = made("all", origins=frozenset({"https://a.example"}))
    told = speaking(token(credential, secret))
    assert told.ask("GET", headers={"Origin": "https://a.example"}).status_code == 200
    assert told.ask("GET", headers={"Origin": "https://b.example"}).status_code == 403
