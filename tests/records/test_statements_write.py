"""Statements as programs send them: what is taken, what is added, what is given back (xAPI 1.0.3 Communication §2.1, Data §2; B01, B02, B04, L06)."""

import hashlib
import io
import json
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.http import HttpResponse
from django.test import Client

from lms.records.models import Activity, Attachment, Mention, Statement
from lms.records.rules.statement import SIGNATURE
from tests.records.programs import (
    ANA,
    BEN,
    DID,
    THING,
    THROUGH,
    VERSION,
    Json,
    Program,
    attachment,
    credential_of,
    mixed,
    program,
    reference,
    said,
    voiding,
)  # fmt: skip

pytestmark = pytest.mark.django_db
every_version = pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
UNTOLD = {"actor": ANA, "verb": {"id": DID}, "object": {"id": THING}}  # a statement that leaves all it may to the store


@pytest.fixture
def me() -> Program:
    return program()


def nothing_is_kept() -> bool:
    return not any(model.objects.exists() for model in (Statement, Mention, Attachment, Activity))


# --- PUT and POST ---------------------------------------------------------------------------------------------------
@every_version
def test_put_answers_204_and_the_statement_is_there(version: str) -> None:
    """§2.1.1."""
    me, statement = program(version=version), said()
    response = me.put(statement)
    assert (response.status_code, response.content) == (204, b"")
    assert me.one(statement["id"])["object"] == statement["object"]
    assert response.headers[THROUGH] >= me.one(statement["id"])["stored"]


@every_version
def test_post_answers_the_ids_in_order(version: str) -> None:
    """§2.1.2: given ids come back, others are made; one statement or a list."""
    me, told = program(version=version), [said(), UNTOLD, said()]
    response = me.post(told)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    first, made, last = json.loads(response.content)
    assert (first, last) == (told[0]["id"], told[2]["id"])
    assert UUID(made).version == 4
    assert me.found(ascending="true") == [first, made, last]
    assert len(me.tell(UNTOLD)) == 1
    assert json.loads(me.post(said(id=first)).content) == [first]


def test_post_of_an_empty_list_stores_nothing(me: Program) -> None:
    response = me.post([])
    assert (response.status_code, response.content) == (200, b"[]")
    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        (UNTOLD, {}),
        (UNTOLD, {"statementId": ""}),
        (UNTOLD, {"statementId": "1"}),
        (said(), {"statementId": str(uuid4())}),
        ([UNTOLD], {"statementId": str(uuid4())}),
        ([UNTOLD, UNTOLD], {"statementId": str(uuid4())}),
        ([], {"statementId": str(uuid4())}),
        (UNTOLD, {"statementId": str(uuid4()), "limit": "1"}),
        (UNTOLD, {"statementid": str(uuid4())}),
    ],
)
def test_put_asks_for_one_statement_and_its_id(me: Program, body: Any, parameters: dict[str, str]) -> None:
    assert me.ask("PUT", body=body, **parameters).status_code == 400
    assert nothing_is_kept()


def test_put_gives_its_id_to_a_statement_without_one(me: Program) -> None:
    identifier = uuid4()
    for body in (json.dumps(UNTOLD, indent=1).encode() + b"\r\n", {**UNTOLD, "id": str(identifier).upper()}):
        assert me.put(body, identifier).status_code == 204
    assert UUID(me.one(identifier)["id"]) == identifier


def test_post_has_no_parameters(me: Program) -> None:
    """Names of parameters are case sensitive and none is passed over (B17)."""
    for parameters in ({"statementId": str(uuid4())}, {"limit": "1"}, {"x": ""}):
        assert me.ask("POST", body=UNTOLD, **parameters).status_code == 400
    assert nothing_is_kept()


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200), ("application/json; charset=utf-8", 200), ("Application/JSON", 200), ("", 400), ("text/plain", 400),
        ("text/json", 400), ("application/x-www-form-urlencoded", 400), ("multipart/form-data; boundary=here", 400),
        ("multipart/mixed", 400), ("multipart/mixed; boundary=elsewhere", 400), ("application/jsonx", 400),
    ],
)  # fmt: skip
def test_content_types(me: Program, content_type: str, status: int) -> None:
    """§1.5."""
    assert me.post(UNTOLD, content_type=content_type).status_code == status


WHOLE = json.dumps(UNTOLD).encode()
NOT_STATEMENTS = {
    "null": b"null", "a number": b"1", "a text": b'"x"', "an empty object": b"{}", "a list of lists": b"[[]]",
    "a list of null": b"[null]", "trailing comma": WHOLE[:-1] + b",}", "two documents": WHOLE + WHOLE, "BOM": b"\xef\xbb\xbf" + WHOLE,
    "UTF-16": json.dumps(UNTOLD).encode("utf-16"), "bad UTF-8": WHOLE.replace(b"ana", b"\xff"), "NaN": WHOLE[:-1] + b',"x":NaN}',
    "100,000 deep": b"[" * 100_000, "a key twice": WHOLE[:-1] + b',"actor":{"mbox":"mailto:x@example.org"}}',
    "lone surrogate": json.dumps({**UNTOLD, "result": {"response": "\ud800"}}).encode(),
    "U+0000": json.dumps({**UNTOLD, "result": {"response": "a\x00b"}}).encode(),
    "U+0000 in a key": json.dumps({**UNTOLD, "result": {"extensions": {"http://x/\x00": 1}}}).encode(),
    "1e400": WHOLE[:-1] + b',"result":{"extensions":{"http://x/e":1e400}}}',
    "5,000 digits": WHOLE[:-1] + b',"result":{"extensions":{"http://x/e":' + b"9" * 5_000 + b"}}}",
    "an unknown property": WHOLE[:-1] + b',"x":1}', "a null": WHOLE[:-1] + b',"result":null}',
    "a statement of 0.9": json.dumps({**UNTOLD, "version": "0.9"}).encode(),
}  # fmt: skip


@pytest.mark.parametrize("body", NOT_STATEMENTS.values(), ids=NOT_STATEMENTS.keys())
def test_what_is_no_statement_is_refused_on_every_database(me: Program, body: bytes) -> None:
    """B01, Data §2.2."""
    assert (
        me.put(body, uuid4()).status_code
        == me.post(b"").status_code
        == me.post(body).status_code
        == me.post(b"[" + body + b"]").status_code
        == 400
    )
    assert nothing_is_kept()


def test_ten_megabytes_are_taken_and_one_byte_more_is_not(me: Program, settings: Any) -> None:
    """B02: stored and read back equal."""
    room = settings.XAPI_MAX_BODY - len(json.dumps(said(result={"response": ""})))
    large = said(result={"response": "x" * room})
    assert me.post(large).status_code == 200
    assert me.one(large["id"])["result"] == large["result"]
    assert me.post(said(result={"response": "x" * (room + 1)})).status_code == 413
    assert Statement.objects.count() == 1


def test_a_body_of_unannounced_length_is_cut_at_the_limit(settings: Any) -> None:
    """B02: chunked, no further than the limit."""
    settings.XAPI_MAX_BODY = 2_000
    me, client = program(), Client()
    for size, status in ((1_000, 200), (5_000, 413)):
        body = json.dumps(said(result={"response": "x" * size})).encode()
        told = {"Authorization": me.authorization, VERSION: me.version, "Transfer-Encoding": "chunked"}
        unannounced: dict[str, Any] = {"CONTENT_LENGTH": "", "wsgi.input": io.BytesIO(body)}
        assert client.generic("POST", "/xapi/statements", body, "application/json", headers=told, **unannounced).status_code == status


# --- what the store adds and what it changes ------------------------------------------------------------------------
@pytest.mark.parametrize(("version", "given"), [("1.0.3", "1.0.0"), ("2.0.0", "2.0.0")])
def test_what_a_statement_lacks_is_given(version: str, given: str) -> None:
    """Data §2.4.1, 2.4.7-2.4.10."""
    me = program(version=version)
    (identifier,) = me.tell(UNTOLD)
    one = me.one(identifier)
    assert set(one) == {*UNTOLD, "id", "timestamp", "stored", "authority", "version"}
    assert one["timestamp"] == one["stored"]
    assert one["version"] == given
    assert one["authority"] == json.loads(credential_of(me).authority_text)


@pytest.mark.parametrize("version", ["1.0.0", "1.0.3", "1.0"])
def test_what_a_statement_tells_is_kept(me: Program, version: str) -> None:
    """Data §2.4.10: the version it was accepted with; the timestamp to its last letter."""
    statement = said(timestamp="2026-03-04T05:06:07.10+01:00", version=version)
    me.put(statement)
    one = me.one(statement["id"])
    assert (one["timestamp"], one["version"]) == (statement["timestamp"], version)


def test_what_the_sender_claims_for_the_store_is_replaced(me: Program) -> None:
    """L16, Data §2.4.8, §2.4.9."""
    statement = said(stored="2001-01-01T00:00:00Z", authority=BEN)
    me.put(statement)
    response = me.get(statementId=statement["id"])
    assert response.content.count(b'"stored"') == response.content.count(b'"authority"') == 1
    one = json.loads(response.content)
    assert one["stored"] > "2026"
    assert one["authority"] == json.loads(credential_of(me).authority_text)
    assert me.found(agent=BEN, related_agents="true") == []


def test_a_lone_context_activity_is_listed(me: Program) -> None:
    """Data §2.4.6.2, in the SubStatement too; nothing else of the text changes."""
    around = {"contextActivities": {"parent": {"id": THING}, "other": [{"id": THING}]}}
    inner = {"objectType": "SubStatement", **UNTOLD, "context": around}
    statement = said(object=inner, context=around, result={"score": {"raw": 1}})
    me.put(statement)
    one, listed = me.one(statement["id"]), {"parent": [{"id": THING}], "other": [{"id": THING}]}
    assert one["context"]["contextActivities"] == one["object"]["context"]["contextActivities"] == listed
    assert me.found(activity=THING, related_activities="true") == [statement["id"]]


SPELLED = (
    '{ "verb":{"id":"%s","display":{"fr":"\\u00e9t\\u00E9 \\/ été","en":"\\ud83d\\ude00😀"}},\n\t"object" : {"id":"%s"},'
    '"result":{"score":{"raw":1.10,"max":1e2,"min":-0.0},"extensions":{"http://x/n":12345678901234567890123,"http://x/f":[1E+2,0.10,-1.0e-7]'
    ',"http://x/o":{"b":1,"a":2,"":null}}},"timestamp":"2026-03-04 05:06:07Z","id":"%s","version":"1.0.0","actor":{"mbox":"mailto:a@x.org"} }'
)


def test_the_text_comes_back_letter_for_letter(me: Program) -> None:
    """L06: numbers, escapes, key order and spaces, alone, in a list, beside attachments and when voided."""
    identifier = str(uuid4())
    text = SPELLED % (DID, THING, identifier)
    assert me.put(b"\n " + text.encode() + b" \r\n", identifier).status_code == 204
    kept = text[:-1]
    one = me.get(statementId=identifier).content.decode()
    assert one.startswith(kept)
    assert one[len(kept) :].startswith(',"stored":"')
    assert kept in me.get().content.decode()
    assert kept in me.get(attachments="true").content.decode()
    me.tell(voiding(identifier))
    assert me.get(voidedStatementId=identifier).content.decode() == one
    assert Statement.objects.get(pk=identifier).text == text


def test_a_claim_taken_out_leaves_every_value_as_it_was_written(me: Program) -> None:
    identifier = str(uuid4())
    text = SPELLED % (DID, THING, identifier)
    me.put((text[:-1] + ', "stored":"2001-01-01T00:00:00Z"}').encode(), identifier)
    one = me.get(statementId=identifier).content.decode()
    for value in ('"raw":1.10,"max":1e2,"min":-0.0', "12345678901234567890123", "[1E+2,0.10,-1.0e-7]", '{"b":1,"a":2,"":null}', "\\/ été"):
        assert value in one


# --- definitions ----------------------------------------------------------------------------------------------------
def named(name: str, **changes: Any) -> Json:
    return said(object={"id": THING, "definition": {"name": {"en": name}}}, **changes)


def definition_of(me: Program) -> Any:
    return json.loads(me.get("activities", activityId=THING).content).get("definition")


def test_definitions_are_learnt_from_those_who_may_define(me: Program) -> None:
    """1.0.3 §4.2 `define`; merged, the latest word on each property (Data §2.4.4.1)."""
    program("statements/write").tell(named("other"))
    assert definition_of(me) is None
    me.tell(named("one"))
    program("statements/write", "define").tell(
        said(context={"contextActivities": {"parent": {"id": THING, "definition": {"name": {"fr": "un"}}}}})
    )
    assert definition_of(me) == {"name": {"en": "one", "fr": "un"}}
    me.tell(named("two"))
    assert definition_of(me) == {"name": {"en": "two", "fr": "un"}}
    me.tell(named("one"))  # heard before, and the last word again
    assert definition_of(me) == {"name": {"en": "one", "fr": "un"}}
    me.tell(named("one"), named("two"), named("two"), named("one"), named("three"))
    assert definition_of(me) == {"name": {"en": "three", "fr": "un"}}


@pytest.mark.parametrize("other", ["B", "A"])
def test_a_statement_sent_again_redefines_nothing(me: Program, other: str) -> None:
    """§2.1.1: no modification of the statement nor of any other object, whether it answers 204 or 409."""
    first = named("A")
    me.tell(first)
    assert me.put(named(other, id=first["id"])).status_code == 204
    assert me.put(named(other, id=first["id"], verb={"id": "https://example.org/other"})).status_code == 409
    assert definition_of(me) == {"name": {"en": "A"}}


# --- attachments and signatures -------------------------------------------------------------------------------------
BINARY = bytes(range(256)) + b"\n--here--\r\n--her\r\n\r\n\x00"


def parts(response: HttpResponse) -> list[tuple[dict[str, str], bytes]]:
    """The parts of a multipart answer: headers and content."""
    kind, _semicolon, boundary = response.headers["Content-Type"].partition("; boundary=")
    assert kind == "multipart/mixed"
    first, *pieces = (b"\r\n" + response.content).split(b"\r\n--" + boundary.encode())
    assert (first, pieces.pop()) == (b"", b"--\r\n")
    found = []
    for piece in pieces:
        head, _empty, content = piece.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().strip().split("\r\n"))
        found.append((headers, content))
    return found


@pytest.mark.parametrize("method", ["PUT", "POST"])
@every_version
def test_attachments_come_back_byte_for_byte(method: str, version: str) -> None:
    """§1.5.2, Data §2.4.11."""
    me, statement = program(version=version), said(attachments=[attachment(BINARY), attachment(b"")])
    body, content_type = mixed(statement, BINARY, b"")
    where = {"statementId": statement["id"]} if method == "PUT" else {}
    assert me.ask(method, body=body, content_type=content_type, **where).status_code in (200, 204)
    for parameters in ({"statementId": statement["id"]}, {}):
        (head, told), *kept = parts(me.get(attachments="true", **parameters))
        assert head["Content-Type"] == "application/json"
        assert statement["id"] in told.decode()
        assert {content for _headers, content in kept} == {BINARY, b""}
        for headers, content in kept:
            assert headers["X-Experience-API-Hash"] == hashlib.sha256(content).hexdigest()
            assert headers["Content-Transfer-Encoding"] == "binary"
            assert headers["Content-Type"] == "application/octet-stream"
        assert me.get(attachments="false", **parameters).headers["Content-Type"] == "application/json"
    assert {str(row) for row in Attachment.objects.all()} == {hashlib.sha256(content).hexdigest() for content in (BINARY, b"")}


def test_one_content_of_several_statements_is_kept_and_sent_once(me: Program) -> None:
    inner = {"objectType": "SubStatement", **UNTOLD, "attachments": [attachment(b"once")]}
    told = [said(attachments=[attachment(b"once")]), said(object=inner), said(attachments=[attachment(b"away", fileUrl="https://x.org/a")])]
    body, content_type = mixed(told, b"once")
    assert me.post(body, content_type=content_type).status_code == 200
    assert [content for _headers, content in parts(me.get(attachments="true"))[1:]] == [b"once"]
    assert [content for _headers, content in parts(me.get(statementId=told[1]["id"], attachments="true"))[1:]] == [b"once"]
    assert len(parts(me.get(statementId=told[2]["id"], attachments="true"))) == 1
    assert len(parts(me.get(verb="https://example.org/never", attachments="true"))) == 1


REFUSED_MIXES: dict[str, tuple[Json, tuple[bytes, ...]]] = {
    "no part": (said(attachments=[attachment(BINARY)]), ()),
    "another part": (said(attachments=[attachment(BINARY)]), (b"other",)),
    "a part too many": (said(attachments=[attachment(BINARY)]), (BINARY, b"other")),
    "a part for none": (said(), (BINARY,)),
    "another length": (said(attachments=[attachment(BINARY, length=3)]), (BINARY,)),
    "another type": (said(attachments=[attachment(BINARY, contentType="text/plain")]), (BINARY,)),
    "a wrong statement": (said(actor={}, attachments=[attachment(BINARY)]), (BINARY,)),
}


@pytest.mark.parametrize(("statement", "contents"), REFUSED_MIXES.values(), ids=REFUSED_MIXES.keys())
def test_a_mix_that_does_not_fit_is_refused_whole(me: Program, statement: Json, contents: tuple[bytes, ...]) -> None:
    """B04."""
    body, content_type = mixed([said(), statement], *contents)
    assert me.post(body, content_type=content_type).status_code == 400
    assert nothing_is_kept()


def test_json_alone_takes_attachments_with_an_address_only(me: Program) -> None:
    """§1.5.1."""
    assert me.post(said(attachments=[attachment(b"x")])).status_code == 400
    assert me.post(said(attachments=[attachment(b"x", fileUrl="https://example.org/x")])).status_code == 200


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def signed(statement: Json, payload: Json) -> tuple[bytes, str]:
    jws = jwt.PyJWS().encode(json.dumps(payload).encode(), KEY, "RS256").encode()
    return mixed({**statement, "attachments": [attachment(jws, usageType=SIGNATURE)]}, jws)


def test_signed_statements(me: Program) -> None:
    """Data §2.6: of this statement, or refused."""
    statement = said(timestamp="2026-03-04T05:06:07Z")
    for payload, status in (({**statement, "actor": BEN}, 400), ({}, 400), (statement, 200)):
        body, content_type = signed(statement, payload)
        assert me.post(body, content_type=content_type).status_code == status
    assert len(parts(me.get(statementId=statement["id"], attachments="true"))) == 2


@every_version
def test_context_agents_belong_to_version_two(version: str) -> None:
    """IEEE 9274.1.1 §4.2.4."""
    others = {"contextAgents": [{"objectType": "contextAgent", "agent": BEN}]}
    statement = said(context=others)
    me = program(version=version)
    assert me.put(statement).status_code == (204 if version == "2.0.0" else 400)
    assert me.found(agent=BEN, related_agents="true") == ([statement["id"]] if version == "2.0.0" else [])


def test_a_reference_may_wait_for_its_target(me: Program) -> None:
    """Data §2.4.4.3: what it names need not be here."""
    assert me.post(said(object=reference(uuid4()))).status_code == 200
