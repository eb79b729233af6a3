"""State, Agent Profile and Activity Profile (xAPI 1.0.3 Communication §2.2, 2.3, 2.6, 2.7, 3.1; IEEE 9274.1.1 §4.1.4, 4.1.6)."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django.http import HttpResponse
from django.utils.datastructures import CaseInsensitiveMapping

from lms import clock
from lms.records.models import Document
from lms.records.rest.documents import ACTIVITY_PROFILE, AGENT_PROFILE, STATE
from lms.records.rest.http import Asked, Method
from lms.records.rules.refusals import Declined
from lms.records.services.credentials import Caller, Limits

pytestmark = pytest.mark.django_db

AGENT = {"objectType": "Agent", "account": {"homePage": "http://example.com", "name": "Lila"}}
ACTIVITY = "http://example.com/activities/1"
RUN = "7b0e5a7c-1f4d-4c3e-9a52-0d9c6d1f2a3b"
CALLER = Caller(key="k", store=1, scopes=frozenset({"all"}), authority=uuid4())
ONE, TWO = b'{"car": "MKX"}', b'{"car": "MKZ"}'

IN_STATE = {"activityId": ACTIVITY, "agent": AGENT, "stateId": "s"}
IN_AGENT = {"agent": AGENT, "profileId": "s"}
IN_ACTIVITY = {"activityId": ACTIVITY, "profileId": "s"}
KINDS = [(STATE, IN_STATE), (AGENT_PROFILE, IN_AGENT), (ACTIVITY_PROFILE, IN_ACTIVITY)]
every_kind = pytest.mark.parametrize(("table", "place"), KINDS, ids=["state", "agent", "activity"])
every_version = pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])


def ask(
    table: Mapping[str, Method], method: str, place: Mapping[str, Any], body: bytes = b"", *,
    version: str = "1.0.3", caller: Caller = CALLER, **headers: str,
) -> HttpResponse:  # fmt: skip
    """What the handler answers, once the door has let the request through."""
    parameters = {name: value if isinstance(value, str) else msgspec.json.encode(value).decode() for name, value in place.items()}
    assert parameters.keys() <= table[method].parameters
    told = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    asked = Asked(method, version, parameters, CaseInsensitiveMapping(told), body, caller, "/xapi/x")
    return table[method].handler(asked)


def status(*args: Any, **kwargs: Any) -> int:
    """The status of the answer or of the refusal."""
    try:
        return ask(*args, **kwargs).status_code
    except Declined as refusal:
        return refusal.status


def quoted(content: bytes) -> str:
    return f'"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'


def ids(table: Mapping[str, Method], place: Mapping[str, Any], **kwargs: Any) -> list[str]:
    names = ("stateId", "profileId")
    return msgspec.json.decode(ask(table, "GET", {name: value for name, value in place.items() if name not in names}, **kwargs).content)


# --- one document ---------------------------------------------------------------------------------------------
@every_version
@every_kind
def test_a_document_comes_back_byte_for_byte(table: Mapping[str, Method], place: Mapping[str, Any], version: str) -> None:
    """§2.2, §3.1: the content as it was, its type, a quoted SHA-1, when it was last modified."""
    content = bytes(range(256)) + b"\r\n \x00"
    with clock.at(datetime(2026, 3, 4, 5, 6, 7, 800_000, tzinfo=UTC)):
        assert status(table, "PUT", place, content, version=version, Content_Type='image/x-odd; a="b c"', If_None_Match="*") == 204
    answer = ask(table, "GET", place, version=version)
    assert answer.content == content
    assert answer.headers["Content-Type"] == 'image/x-odd; a="b c"'
    assert answer.headers["ETag"] == quoted(content)
    assert answer.headers["Last-Modified"] == "Wed, 04 Mar 2026 05:06:07 GMT"


@every_kind
def test_a_document_that_is_not_there(table: Mapping[str, Method], place: Mapping[str, Any]) -> None:
    assert status(table, "GET", place) == 404
    assert status(table, "DELETE", place) == 204  # gone is gone
    assert status(table, "DELETE", place, If_Match="*") == 412
    assert status(table, "PUT", place, ONE, If_Match="*") == 412
    assert status(table, "PUT", place, ONE, If_Match=quoted(ONE)) == 412
    assert not Document.objects.exists()
    ask(table, "POST", place, ONE)
    assert (status(table, "DELETE", place), status(table, "GET", place)) == (204, 404)


def test_a_document_without_type_is_bytes() -> None:
    assert status(STATE, "PUT", IN_STATE, b"x", Content_Type="") == 204
    assert ask(STATE, "GET", IN_STATE).headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("content_type", ["json", "text/", "text/plain\r\nX: y", "text/" + "x" * 255])
def test_a_type_that_is_none_is_refused(content_type: str) -> None:
    assert status(STATE, "PUT", IN_STATE, b"x", Content_Type=content_type) == 400


@pytest.mark.parametrize("content", [b"", b"{", b"abc", b'{"a":1}{'])
def test_json_that_is_none_is_refused(content: bytes) -> None:
    """§3.2: the content type matches the content."""
    assert status(STATE, "PUT", IN_STATE, content) == 400
    assert status(STATE, "PUT", IN_STATE, content, Content_Type="application/octet-stream") == 204


def test_places_do_not_meet() -> None:
    """Another activity, agent, registration, id, resource or store is another document."""
    other = {**AGENT, "account": {"homePage": "http://example.com", "name": "Ben"}}
    places: list[tuple[Mapping[str, Method], dict[str, Any], Caller]] = [
        (STATE, IN_STATE, CALLER),
        (STATE, {**IN_STATE, "activityId": ACTIVITY + "1"}, CALLER),
        (STATE, {**IN_STATE, "agent": other}, CALLER),
        (STATE, {**IN_STATE, "registration": RUN}, CALLER),
        (STATE, {**IN_STATE, "stateId": "S"}, CALLER),
        (STATE, IN_STATE, Caller(key="k", store=2, scopes=CALLER.scopes, authority=CALLER.authority)),
        (AGENT_PROFILE, IN_AGENT, CALLER),
        (ACTIVITY_PROFILE, IN_ACTIVITY, CALLER),
    ]
    for number, (table, place, caller) in enumerate(places):
        assert status(table, "PUT", place, b"%d" % number, caller=caller, If_None_Match="*") == 204
    for number, (table, place, caller) in enumerate(places):
        assert ask(table, "GET", place, caller=caller).content == b"%d" % number


def test_one_agent_has_several_spellings() -> None:
    """An agent is its identifier: name, key order and the case of a mail's domain change nothing (Data §2.4.2.3)."""
    ask(STATE, "PUT", {**IN_STATE, "agent": {"mbox": "mailto:lila@example.com"}, "registration": RUN}, ONE)
    same = {"name": "Lila", "objectType": "Agent", "mbox": "mailto:lila@EXAMPLE.com"}
    assert ask(STATE, "GET", {**IN_STATE, "agent": same, "registration": RUN.upper()}).content == ONE


# --- lists ----------------------------------------------------------------------------------------------------
@every_kind
def test_ids_of_a_context(table: Mapping[str, Method], place: Mapping[str, Any]) -> None:
    """§2.3, 2.6, 2.7: the ids, those written after `since` (exclusive), and when the latest was written."""
    name = "stateId" if "stateId" in place else "profileId"
    start = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert ids(table, place) == []
    for number in range(3):
        with clock.at(start + timedelta(hours=number)):
            ask(table, "POST", {**place, name: str(number)}, ONE)
    context = {key: value for key, value in place.items() if key != name}
    answer = ask(table, "GET", context)
    assert msgspec.json.decode(answer.content) == ["0", "1", "2"]
    assert answer.headers["Last-Modified"] == "Wed, 04 Mar 2026 07:06:07 GMT"
    assert answer.headers["ETag"] == quoted(answer.content)
    assert ids(table, {**context, "since": "2026-03-04T06:06:07+01:00"}) == ["1", "2"]
    assert ids(table, {**context, "since": "2026-03-04T06:06:07.000Z"}) == ["2"]
    assert ids(table, {**context, "since": "2026-03-04T07:06:07Z"}) == []
    assert "Last-Modified" not in ask(table, "GET", {**context, "since": "2026-03-04T07:06:07Z"}).headers
    elsewhere = Caller(key="k", store=2, scopes=CALLER.scopes, authority=CALLER.authority)
    assert ids(table, place, caller=elsewhere) == []


def test_states_of_one_registration_or_of_all() -> None:
    """§2.3: the context is the activity, the agent, and the registration if one is given."""
    for registration in (None, RUN, str(uuid4())):
        place = {**IN_STATE, **({"registration": registration} if registration else {})}
        ask(STATE, "PUT", place, ONE)
        ask(STATE, "PUT", {**place, "stateId": f"only {registration}"}, ONE)
    ask(STATE, "PUT", {**IN_STATE, "activityId": ACTIVITY + "1"}, ONE)
    ask(AGENT_PROFILE, "POST", IN_AGENT, ONE)
    ask(ACTIVITY_PROFILE, "POST", IN_ACTIVITY, ONE)
    assert ids(STATE, {**IN_STATE, "registration": RUN}) == ["s", f"only {RUN}"]
    assert len(ids(STATE, IN_STATE)) == 4  # "s" once
    context = {"activityId": ACTIVITY, "agent": AGENT}
    assert (
        status(STATE, "DELETE", {**context, "registration": RUN}, caller=Caller(key="k", store=2, scopes=CALLER.scopes, authority=uuid4()))
        == 204
    )
    assert Document.objects.count() == 9
    assert status(STATE, "DELETE", {**context, "registration": RUN}) == 204
    assert ids(STATE, {**IN_STATE, "registration": RUN}) == []
    assert len(ids(STATE, IN_STATE)) == 3
    assert status(STATE, "DELETE", context) == 204
    assert ids(STATE, IN_STATE) == []
    assert Document.objects.count() == 3  # another activity and the profiles
    assert status(STATE, "DELETE", context, If_Match="*") == 400


# --- parameters -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("activityId", None), ("activityId", ""), ("activityId", "no scheme"), ("activityId", "activity/1"),
        ("agent", None), ("agent", "Lila"), ("agent", "true"), ("agent", "[]"), ("agent", "{}"), ("agent", '{"name":"Lila"}'),
        ("agent", '{"mbox":"mailto:a@example.com","openid":"http://example.com/a"}'), ("agent", '{"mbox":"a@example.com"}'),
        ("agent", '{"mbox":"mailto:a@example.com"'), ("agent", '{"mbox":"mailto:a@example.com","mbox":"mailto:b@example.com"}'),
        ("agent", '{"objectType":"Group","mbox":"mailto:a@example.com"}'), ("agent", '{"mbox":"mailto:a@example.com","age":5}'),
        ("registration", ""), ("registration", "true"), ("registration", "{" + RUN + "}"), ("registration", RUN.replace("-", "")),
        ("stateId", ""),
    ],
)  # fmt: skip
def test_a_parameter_that_is_missing_or_malformed_is_refused(method: str, name: str, value: str | None) -> None:
    place = {key: given for key, given in {**IN_STATE, "registration": RUN, name: value}.items() if given is not None}
    assert status(STATE, method, place, ONE) == 400


@every_kind
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_the_id_is_required_to_write(table: Mapping[str, Method], place: Mapping[str, Any], method: str) -> None:
    context = {name: value for name, value in place.items() if not name.endswith("eId")}
    if table is not STATE or method != "DELETE":
        assert status(table, method, context, ONE) == 400


@every_kind
@pytest.mark.parametrize("since", ["", "true", "yesterday", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00-00:00"])
def test_since_is_a_timestamp(table: Mapping[str, Method], place: Mapping[str, Any], since: str) -> None:
    context = {name: value for name, value in place.items() if not name.endswith("eId")}
    assert status(table, "GET", {**context, "since": since}) == 400


def test_since_goes_with_a_list() -> None:
    """§3.2: a parameter is refused outside its context."""
    assert status(STATE, "GET", {**IN_STATE, "since": "2026-01-01T00:00:00Z"}) == 400
    assert all("since" not in table[method].parameters for table, _place in KINDS for method in ("PUT", "POST", "DELETE"))
    assert not any("registration" in table[method].parameters for table in (AGENT_PROFILE, ACTIVITY_PROFILE) for method in table)


# --- concurrency ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("table", "place", "version", "created", "replaced"),
    [
        (STATE, IN_STATE, "1.0.3", 204, 204),
        (STATE, IN_STATE, "2.0.0", 204, 409),
        (AGENT_PROFILE, IN_AGENT, "1.0.3", 400, 409),
        (AGENT_PROFILE, IN_AGENT, "2.0.0", 204, 409),
        (ACTIVITY_PROFILE, IN_ACTIVITY, "1.0.3", 400, 409),
        (ACTIVITY_PROFILE, IN_ACTIVITY, "2.0.0", 204, 409),
    ],
)
def test_putting_without_condition(
    table: Mapping[str, Method], place: Mapping[str, Any], version: str, created: int, replaced: int
) -> None:
    """§3.1: 409 where a document is kept, which stays. Under 1.0.3 a state is replaced, and a profile always needs a condition."""
    assert status(table, "PUT", place, TWO, version=version) == created
    status(table, "DELETE", place)
    ask(table, "POST", place, ONE)
    assert status(table, "PUT", place, TWO, version=version) == replaced
    assert ask(table, "GET", place).content == (TWO if replaced == 204 else ONE)


def test_the_conflict_is_explained() -> None:
    """§3.1: check the current state, set If-Match with the current ETag."""
    ask(AGENT_PROFILE, "POST", IN_AGENT, ONE)
    with pytest.raises(Declined, match=r"current state.*ETag.*If-Match"):
        ask(AGENT_PROFILE, "PUT", IN_AGENT, TWO)


@every_version
@every_kind
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize(
    ("header", "value", "holds"),
    [
        ("If_Match", quoted(ONE), True),
        ("If_Match", f'"x", {quoted(ONE)}', True),
        ("If_Match", quoted(ONE).strip('"'), True),
        ("If_Match", "*", True),
        ("If_Match", quoted(TWO), False),
        ("If_Match", f"W/{quoted(ONE)}", False),
        ("If_None_Match", "*", False),
        ("If_None_Match", quoted(ONE), False),
        ("If_None_Match", f"W/{quoted(ONE)}", False),
        ("If_None_Match", quoted(TWO), True),
    ],
)
def test_a_condition_is_held_to(
    table: Mapping[str, Method], place: Mapping[str, Any], version: str, method: str, header: str, value: str, holds: bool
) -> None:
    """§3.1: 412 and no change where it does not hold."""
    ask(table, "POST", place, ONE)
    assert status(table, method, place, TWO, version=version, **{header: value}) == (204 if holds else 412)
    kept = [bytes(document.content) for document in Document.objects.all()]
    after = {"PUT": [TWO], "POST": [b'{"car":"MKZ"}'], "DELETE": []}[method]
    assert kept == (after if holds else [ONE])


@every_kind
@pytest.mark.parametrize("value", ["*", quoted(ONE)])
def test_creating_where_nothing_is(table: Mapping[str, Method], place: Mapping[str, Any], value: str) -> None:
    assert status(table, "PUT", place, ONE, If_None_Match=value) == 204
    assert status(table, "DELETE", place, If_None_Match=quoted(TWO)) == 204
    assert status(table, "POST", place, ONE, If_None_Match=value) == 204
    assert ask(table, "GET", place).content == ONE


def test_a_condition_that_cannot_be_read_is_refused() -> None:
    ask(STATE, "PUT", IN_STATE, ONE)
    assert [status(STATE, method, IN_STATE, ONE, If_Match="abc") for method in STATE] == [400] * 4


def test_whoever_has_it_already_is_told_so() -> None:
    """RFC 9110 §13.2.2: 304 to a read, with the tag."""
    ask(STATE, "PUT", IN_STATE, ONE)
    answer = ask(STATE, "GET", IN_STATE, If_None_Match=quoted(ONE))
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", quoted(ONE))
    assert ask(STATE, "GET", IN_STATE, If_None_Match=quoted(TWO)).content == ONE
    assert status(STATE, "GET", IN_STATE, If_Match=quoted(TWO)) == 412
    assert status(STATE, "GET", IN_STATE, If_Match=quoted(ONE)) == 200


# --- merging --------------------------------------------------------------------------------------------------
@every_version
@every_kind
def test_objects_are_merged_one_level_deep(table: Mapping[str, Method], place: Mapping[str, Any], version: str) -> None:
    """§2.2."""
    assert status(table, "POST", place, b' {"x": "foo", "y": {"a": 1}}', version=version) == 204
    assert ask(table, "GET", place).content == b' {"x": "foo", "y": {"a": 1}}'
    assert (
        status(table, "POST", place, b'{"y": {"b": 2}, "z": 1.10}', version=version, Content_Type="Application/JSON; charset=utf-8") == 204
    )
    answer = ask(table, "GET", place)
    assert answer.content == b'{"x":"foo","y":{"b": 2},"z":1.10}'
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["ETag"] == quoted(answer.content)


@every_kind
@pytest.mark.parametrize(
    ("kept", "kept_type", "posted", "posted_type"),
    [
        (ONE, "application/json", b"abc", "text/plain"),
        (ONE, "application/json", TWO, "application/octet-stream"),
        (ONE, "application/json", TWO, ""),
        (ONE, "application/octet-stream", TWO, "application/json"),
        (b"[1]", "application/json", TWO, "application/json"),
        (ONE, "application/json", b"[1]", "application/json"),
        (ONE, "application/json", b'{"car": "MKZ"}{', "application/json"),
        (ONE, "application/json", b"", "application/json"),
    ],
)
def test_what_is_no_object_is_not_merged(
    table: Mapping[str, Method], place: Mapping[str, Any], kept: bytes, kept_type: str, posted: bytes, posted_type: str
) -> None:
    """§2.2: 400, and the document stays."""
    ask(table, "PUT", place, kept, Content_Type=kept_type, If_None_Match="*")
    assert status(table, "POST", place, posted, Content_Type=posted_type) == 400
    assert ask(table, "GET", place).content == kept


def test_what_is_posted_first_is_an_object_too() -> None:
    for body, content_type in ((b"abc", "text/plain"), (b"[1]", "application/json"), (b"{", "application/json")):
        assert status(STATE, "POST", IN_STATE, body, Content_Type=content_type) == 400
    assert not Document.objects.exists()


def test_last_modified_follows_the_last_write() -> None:
    with clock.at(datetime(2026, 3, 4, tzinfo=UTC)):
        ask(STATE, "POST", IN_STATE, ONE)
    with clock.at(datetime(2026, 3, 5, tzinfo=UTC)):
        ask(STATE, "POST", IN_STATE, TWO)
    assert ask(STATE, "GET", IN_STATE).headers["Last-Modified"] == "Thu, 05 Mar 2026 00:00:00 GMT"


# --- a trainee's token ----------------------------------------------------------------------------------------
TOKEN = Caller(
    key="session",
    store=1,
    scopes=frozenset({"state"}),
    authority=uuid4(),
    limits=Limits("account http://example.com Lila", UUID(RUN), ACTIVITY),
)


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_a_token_reaches_its_own_states_only(method: str) -> None:
    """L16: one agent, one registration, one activity; and no list nor mass deletion beyond them."""
    own = {**IN_STATE, "registration": RUN}
    others: list[dict[str, Any]] = [
        {**own, "agent": {**AGENT, "account": {"homePage": "http://example.com", "name": "Ben"}}},
        {**own, "registration": str(uuid4())},
        {**own, "activityId": ACTIVITY + "/other"},
        IN_STATE,
        {"agent": AGENT, "activityId": ACTIVITY},
    ]
    for place in (own, *others[:-1]):
        ask(STATE, "PUT", place, ONE)
    assert status(STATE, method, own, TWO, caller=TOKEN) in (200, 204)
    for place in others:
        assert status(STATE, method, place, TWO, caller=TOKEN) in (400, 403)
    assert status(AGENT_PROFILE, method, IN_AGENT, TWO, caller=TOKEN) == 403
    assert status(ACTIVITY_PROFILE, method, IN_ACTIVITY, TWO, caller=TOKEN) == 403
    assert Document.objects.filter(content=ONE).count() >= 4


@every_kind
def test_each_door_has_its_scopes(table: Mapping[str, Method], place: Mapping[str, Any]) -> None:
    """§4.2: `state` for states, `profile` for profiles, `all`; `all/read` for reading alone."""
    own = "state" if table is STATE else "profile"
    assert table["GET"].scopes == {own, "all/read", "all"}
    for method in ("PUT", "POST", "DELETE"):
        assert table[method].scopes == {own, "all"}
