"""What every resource of the store has in common (xAPI 1.0.3 Communication §1, §2.8, §3.2, §3.3; IEEE 9274.1.1 §4.1; L17)."""

import base64
import json
from typing import Any
from unittest import mock
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client

from lms.people.rules import Role
from lms.records.models import Statement
from tests.cast import person
from tests.records.programs import ANA, DID, THING, THROUGH, VERSION, Json, Program, basic, program, said

pytestmark = pytest.mark.django_db
RESOURCES: dict[str, Json] = {
    "statements": {},
    "activities/state": {"activityId": THING, "agent": ANA, "stateId": "s"},
    "activities/profile": {"activityId": THING, "profileId": "p"},
    "activities": {"activityId": THING},
    "agents/profile": {"agent": ANA, "profileId": "p"},
    "agents": {"agent": ANA},
    "about": {},
}
CLOSED = [resource for resource in RESOURCES if resource != "about"]
METHODS = {
    "statements": "GET, PUT, POST, HEAD, OPTIONS", "activities": "GET, HEAD, OPTIONS", "agents": "GET, HEAD, OPTIONS",
    "about": "GET, HEAD, OPTIONS",
}  # fmt: skip
ALL_METHODS = "GET, PUT, POST, DELETE, HEAD, OPTIONS"
every_resource = pytest.mark.parametrize("resource", RESOURCES)


@pytest.fixture
def me() -> Program:
    return program()


def error_of(response: HttpResponse) -> str:
    told = json.loads(response.content)
    assert response.headers["Content-Type"] == "application/json"
    assert list(told) == ["error"]
    return str(told["error"])


# --- versions (§3.3) ------------------------------------------------------------------------------------------------
ANSWERED = [
    ("1.0", "1.0.3"), ("1.0.0", "1.0.3"), ("1.0.1", "1.0.3"), ("1.0.3", "1.0.3"), ("1.0.9", "1.0.3"), ("1.0.10", "1.0.3"), ("2.0", "2.0.0"),
    ("2.0.0", "2.0.0"), ("2.0.7", "2.0.0"),
]  # fmt: skip
UNSPOKEN = [
    "",
    "0.9",
    "0.95",
    "1",
    "1.1",
    "1.1.0",
    "2",
    "2.1.0",
    "3.0",
    "1.0.x",
    "1.0.",
    "10",
    "1.0.3.1",
    " 1.0.3,2.0",
    "2.0.0-beta",
    "1.0.٣",
]


@every_resource
@pytest.mark.parametrize(("asked", "answered"), ANSWERED)
def test_the_version_asked_is_answered_by_its_latest_patch(me: Program, resource: str, asked: str, answered: str) -> None:
    response = me.get(resource, **RESOURCES[resource], headers={VERSION: asked})
    assert response.status_code in (200, 404)
    assert response.headers[VERSION] == answered


@pytest.mark.parametrize("resource", CLOSED)
def test_no_other_version_is_spoken(me: Program, resource: str) -> None:
    for asked in UNSPOKEN:
        response = me.get(resource, **RESOURCES[resource], headers={VERSION: asked})
        assert response.status_code == 400, asked
        assert VERSION in error_of(response)
        assert response.headers[VERSION] == "1.0.3"


@pytest.mark.parametrize(("family", "own", "other"), [("1.0", "1.0.3", "2.0.0"), ("2.0", "2.0.0", "1.0.3")])
@pytest.mark.parametrize("resource", CLOSED)
def test_an_address_may_pin_a_version(me: Program, family: str, own: str, other: str, resource: str) -> None:
    address = f"/xapi/{family}/{resource}"
    assert me.get(address, **RESOURCES[resource], headers={VERSION: own}).status_code in (200, 404)
    for asked in (other, ""):
        response = me.get(address, **RESOURCES[resource], headers={VERSION: asked})
        assert (response.status_code, response.headers[VERSION]) == (400, own)


@pytest.mark.parametrize("base", ["/xapi/", "/xapi/1.0/", "/xapi/2.0/"])
@pytest.mark.parametrize("asked", ["1.0.3", "2.0.0", *UNSPOKEN])
def test_about_refuses_no_version_and_asks_nobody_who_they_are(base: str, asked: str) -> None:
    """§2.8."""
    response = Client().get(f"{base}about", headers={VERSION: asked})
    pinned = {"/xapi/1.0/": ["1.0.3"], "/xapi/2.0/": ["2.0.0"]}
    assert json.loads(response.content) == {"version": pinned.get(base, ["1.0.3", "2.0.0"])}
    assert response.headers[VERSION] == {"/xapi/1.0/": "1.0.3", "/xapi/2.0/": "2.0.0"}.get(base, "2.0.0" if asked == "2.0.0" else "1.0.3")


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_a_refusal_is_in_the_version_asked(version: str) -> None:
    me = program(version=version)
    for response in (
        me.get(limit="x"),
        me.ask("DELETE"),
        me.get(limit="1&limit=2"),
        Client().get("/xapi/statements", headers={VERSION: version}),
    ):
        assert response.headers[VERSION] == version


# --- who may speak --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("resource", CLOSED)
def test_credentials_are_asked_for_and_the_session_opens_nothing(resource: str) -> None:
    """No cookie is read nor given here."""
    signed = Client()
    signed.force_login(person(Role.COORDINATOR))
    secret = "s3cret-" + uuid4().hex
    wrong = ["", "Basic", "Basic !!!", basic("nobody", secret), basic("nobody", secret) + "=", f"Bearer {secret}", basic("é" * 300, secret)]
    for authorization in wrong:
        response = signed.get(f"/xapi/{resource}", headers={"Authorization": authorization, VERSION: "1.0.3"})
        assert response.status_code == 401, authorization
        assert response.headers["WWW-Authenticate"].startswith("Basic ")
        assert "Set-Cookie" not in response.headers
        assert secret not in error_of(response)
        assert THROUGH not in response.headers


def test_who_is_asked_before_anything_else() -> None:
    """Whoever has no credentials learns nothing of parameters, versions or statements."""
    for query in ("?x=1", "?statementId=x", "?limit=-1"):
        assert Client().get(f"/xapi/statements{query}", headers={VERSION: "9"}).status_code == 401
    assert Client().post("/xapi/statements", b"{", "application/json").status_code == 401


@every_resource
def test_other_methods_are_refused_and_the_known_ones_told(me: Program, resource: str) -> None:
    """§3.2."""
    known = METHODS.get(resource, ALL_METHODS)
    for method in {"GET", "PUT", "POST", "DELETE", "PATCH", "TRACE"} - set(known.split(", ")):
        response = me.ask(method, resource)
        assert (response.status_code, response.headers["Allow"]) == (405, known)
        assert error_of(response)


@every_resource
def test_answers_run_nowhere_and_no_cache_keeps_them(me: Program, resource: str) -> None:
    for response in (me.get(resource, **RESOURCES[resource]), me.get(resource, x="1"), me.ask("TRACE", resource)):
        assert response.headers["Cache-Control"] == "no-store, private"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]


# --- what goes wrong ------------------------------------------------------------------------------------------------
@every_resource
@pytest.mark.parametrize("query", ["{known}&{known}", "{known}&x=1", "{known}&=", "%ff={known}", "{known}%00"])
def test_parameters_are_known_and_given_once(me: Program, resource: str, query: str) -> None:
    """§2.0, B17."""
    known = next(iter(RESOURCES[resource]), "limit")
    assert me.get(f"/xapi/{resource}?{query.format(known=f'{known}=x')}").status_code == 400


@pytest.mark.parametrize("spelling", ["{{{id}}}", "urn:uuid:{id}", "{hex}", "{id} ", "{id}x", ""])
def test_an_id_is_asked_for_as_it_is_written_in_statements(me: Program, spelling: str) -> None:
    """1.0.3 Data §2.2: a parameter is held to the standard of the property."""
    statement = said()
    me.tell(statement)
    written = spelling.format(id=statement["id"], hex=UUID(statement["id"]).hex)
    for name in ("statementId", "voidedStatementId", "registration"):
        assert me.get(**{name: written}).status_code == 400
    assert me.put(statement, written or " ").status_code == 400
    assert me.get(statementId=statement["id"].upper()).status_code == 200


MARK = "m4rk'\"<b>%s{0}"
TELLING: list[tuple[str, str, Json, Any]] = [
    ("GET", "statements", {"verb": MARK}, b""),
    ("GET", "statements", {"agent": {"mbox": MARK}}, b""),
    ("GET", "statements", {"statementId": MARK}, b""),
    ("GET", "statements", {"cursor": MARK}, b""),
    ("GET", "statements", {MARK: "1"}, b""),
    ("GET", "activities", {"activityId": MARK}, b""),
    ("GET", "agents", {"agent": {"name": MARK, "mbox": MARK}}, b""),
    ("GET", "activities/state", {"activityId": THING, "agent": ANA, "stateId": MARK, "since": MARK}, b""),
    ("POST", "statements", {}, MARK.encode()),
    ("POST", "statements", {}, said(id=MARK)),
    ("POST", "statements", {}, said(actor={"mbox": MARK})),
    ("POST", "statements", {}, said(verb={"id": DID, "display": {MARK: "x"}})),
    ("POST", "statements", {}, said(object={"id": THING, "definition": {"extensions": {MARK: 1}}})),
    ("POST", "statements", {}, said(context={"registration": MARK})),
    ("POST", "statements", {}, said(result={"duration": MARK})),
    ("PUT", "activities/state", {"activityId": THING, "agent": ANA, "stateId": "s"}, MARK.encode()),
]


@pytest.mark.parametrize(("method", "resource", "parameters", "body"), TELLING)
def test_a_refusal_repeats_nothing_of_what_was_sent(me: Program, method: str, resource: str, parameters: Json, body: Any) -> None:
    """L17."""
    response = me.ask(method, resource, body, **parameters)
    assert response.status_code == (404 if "cursor" in parameters else 400)
    assert "m4rk" not in error_of(response)


AWAY = [OperationalError("no route to secret.host"), InterfaceError("connection already closed")]
DOORS = [
    ("GET", "statements", "lms.records.rest.statements.statements_page"),
    ("GET", "statements", "lms.records.rest.statements.last_stored"),
    ("POST", "statements", "lms.records.rest.statements.store_statements"),
    ("GET", "statements", "lms.records.services.credentials.authenticate"),
    ("GET", "activities", "lms.records.rest.activities.definition_of"),
    ("GET", "agents", "lms.records.rest.agents.names_of"),
    ("GET", "activities/state", "lms.records.rest.documents.document_at"),
    ("PUT", "activities/state", "lms.records.rest.documents.put_document"),
]


@pytest.mark.parametrize("error", AWAY, ids=[type(error).__name__ for error in AWAY])
@pytest.mark.parametrize(("method", "resource", "place"), DOORS)
def test_while_the_database_is_away_clients_are_asked_to_come_back(
    me: Program, method: str, resource: str, place: str, error: Exception
) -> None:
    """F05, L17."""
    with mock.patch(place, side_effect=error):
        response = me.ask(method, resource, said() if method == "POST" else {}, **RESOURCES[resource])
    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    assert "secret" not in error_of(response)
    assert not Statement.objects.exists()


@pytest.mark.parametrize("error", AWAY, ids=[type(error).__name__ for error in AWAY])
def test_what_needs_no_database_is_answered_without(me: Program, error: Exception) -> None:
    with mock.patch("lms.records.rest.statements.last_stored", side_effect=error):
        assert me.ask("DELETE").status_code == 405
        assert me.post(b"{").status_code == 400
        assert me.ask("OPTIONS").status_code == 204


# --- the alternate request syntax (1.0.3 §1.3) ----------------------------------------------------------------------
FORM = "application/x-www-form-urlencoded"


def alternate(
    method: str, resource: str = "statements", *, to: Program | None = None, headers: Json | None = None, **form: Any
) -> HttpResponse:
    """Everything in the form, as a browser that can send no header does; or the headers of `to`."""
    told = {name.replace("_", "-"): value if isinstance(value, str) else json.dumps(value) for name, value in form.items()}
    sent = {"Authorization": to.authorization, VERSION: to.version} if to else {}
    path = f"/xapi/{resource}?{urlencode({'method': method})}"
    return Client().post(path, urlencode(told), FORM, headers={**sent, **(headers or {})})


def test_everything_may_go_in_the_form(me: Program) -> None:
    who = {"Authorization": me.authorization, "X_Experience_API_Version": "1.0.3"}
    statement = said()
    for content_type in ({}, {"Content_Type": "application/json", "Content_Length": "1"}):
        assert alternate("PUT", content=statement, statementId=statement["id"], **content_type, **who).status_code == 204
    assert json.loads(alternate("POST", content=[said(), said()], **who).content)
    one = alternate("GET", statementId=statement["id"], **who)
    assert one.content == me.get(statementId=statement["id"]).content
    assert THROUGH in one.headers
    assert len(json.loads(alternate("get", agent=ANA, limit="2", **who).content)["statements"]) == 2
    assert alternate("GET", x="1", **who).status_code == 400
    assert alternate("GET").status_code == 401


@pytest.mark.parametrize("content_type", [FORM, FORM + "; charset=utf-8", "text/plain", ""])
def test_the_type_of_the_form_is_recommended_only(me: Program, content_type: str) -> None:
    """§1.3: the browsers it is for can name none."""
    (told,) = me.tell(said())
    response = me.ask("POST", "/xapi/statements?method=GET", f"statementId={told}".encode(), content_type=content_type)
    assert json.loads(response.content)["id"] == told


def test_documents_by_form(me: Program) -> None:
    """If-Match and Content-Type are read as headers, in whatever case; text in UTF-8."""
    where = RESOURCES["activities/state"]
    assert alternate("PUT", "activities/state", to=me, content="é&=+", **{"content-type": "text/plain"}, **where).status_code == 204
    response = alternate("GET", "activities/state", to=me, **where)
    assert (response.content.decode(), response.headers["Content-Type"]) == ("é&=+", "text/plain")
    assert alternate("DELETE", "activities/state", to=me, If_Match='"other"', **where).status_code == 412
    assert alternate("DELETE", "activities/state", to=me, If_Match=response.headers["ETag"], **where).status_code == 204
    assert alternate("DELETE", "activities/state", to=me, headers={"If-Match": "*"}, **where).status_code == 412


def test_headers_that_are_not_in_the_form_are_read_as_usual(me: Program) -> None:
    words = {"name": {"en": "thing", "fr": "chose"}}
    (identifier,) = me.tell(said(object={"id": THING, "definition": words}))
    asked = {"to": me, "statementId": identifier, "format": "canonical"}
    for response in (alternate("GET", headers={"Accept-Language": "fr"}, **asked), alternate("GET", Accept_Language="fr", **asked)):
        assert json.loads(response.content)["object"]["definition"]["name"] == {"fr": "chose"}


def test_head_by_form_has_no_body(me: Program) -> None:
    me.tell(said())
    head = alternate("HEAD", to=me)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == me.get().headers["Content-Length"]


@pytest.mark.parametrize(
    ("path", "body", "content_type", "status"),
    [
        ("?method=GET&limit=1", b"", FORM, 400), ("?method=GET&method=GET", b"", FORM, 400), ("?method=GET", b"limit=1&limit=1", FORM, 400),
        ("?method=GET", b"limit=1", "application/json", 400), ("?method=GET", b"limit=1", "multipart/form-data; boundary=x", 400), ("?method=GET", b"\xff", FORM, 400),
        ("?method=GET", b"verb=%ff", FORM, 400), ("?method=GET", b"method=GET", FORM, 400), ("?method=", b"", FORM, 405),
        ("?method=TRACE", b"", FORM, 405), ("?method=OPTIONS", b"", FORM, 405), ("?method=POST", b"content=%00", FORM, 400),
        ("?Method=GET", b"limit=1", FORM, 400),
    ],
)  # fmt: skip
def test_an_alternate_request_that_cannot_be_read(me: Program, path: str, body: bytes, content_type: str, status: int) -> None:
    response = me.ask("POST", f"/xapi/statements{path}", body, content_type=content_type)
    assert response.status_code == status
    assert error_of(response)


def test_method_in_the_address_is_for_post_only(me: Program) -> None:
    assert me.get(method="PUT").status_code == 400


@pytest.mark.parametrize("resource", CLOSED)
def test_version_two_has_no_alternate_syntax(resource: str) -> None:
    """IEEE 9274.1.1 §4.1.3 dropped it."""
    assert alternate("GET", resource, to=program(version="2.0.0"), **RESOURCES[resource]).status_code == 400


def test_scopes_hold_for_the_method_meant() -> None:
    """L15."""
    reader, writer = program("all/read"), program("statements/write")
    assert alternate("PUT", to=reader, content=said(), statementId=str(uuid4())).status_code == 403
    assert alternate("POST", to=reader, content=said()).status_code == 403
    assert alternate("GET", to=writer).status_code == alternate("HEAD", to=writer).status_code == 403
    assert alternate("DELETE", "activities/state", to=reader, **RESOURCES["activities/state"]).status_code == 403


# --- pages of other origins -----------------------------------------------------------------------------------------
ORIGIN = "https://package.example.org"


@every_resource
def test_preflight_tells_what_may_be_sent(resource: str) -> None:
    """Without credentials: a browser sends none."""
    response = Client().options(f"/xapi/{resource}", headers={"Origin": ORIGIN, "Access-Control-Request-Method": "PUT"})
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.headers["Access-Control-Allow-Methods"] == response.headers["Allow"] == METHODS.get(resource, ALL_METHODS)
    for name in ("Authorization", "Content-Type", VERSION, "If-Match", "If-None-Match"):
        assert name in response.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(
    ("origins", "origin", "status"),
    [([], "", 200), ([], ORIGIN, 403), ([ORIGIN], ORIGIN, 200), ([ORIGIN], "https://other.example.org", 403), ([ORIGIN], ORIGIN + ".evil.org", 403),
     ([ORIGIN], "null", 403), ([ORIGIN, "null"], "null", 200), (["*"], "https://any.example.org", 200), ([ORIGIN], "", 200)],
)  # fmt: skip
def test_a_credential_serves_pages_of_its_origins(origins: list[str], origin: str, status: int) -> None:
    me = program(origins=origins)
    response = me.get(headers={"Origin": origin} if origin else {})
    assert response.status_code == status
    assert ("Access-Control-Allow-Origin" in response.headers) == bool(origin)
    if origin:
        assert response.headers["Access-Control-Allow-Origin"] == origin
        assert "Origin" in response.headers["Vary"]
        for name in (VERSION, THROUGH, "ETag", "Last-Modified"):
            assert name in response.headers["Access-Control-Expose-Headers"]


def test_authorization_is_read_as_rfc_7617_tells() -> None:
    """The scheme has no case; the secret is all that follows the first colon."""
    me = program()
    encoded = me.authorization.partition(" ")[2]
    assert b":" in base64.b64decode(encoded)
    for header in (f"basic {encoded}", f"BASIC   {encoded}"):
        assert me.get(headers={"Authorization": header}).status_code == 200
