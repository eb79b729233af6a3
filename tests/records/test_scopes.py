"""Who may do what: the eight scopes, stores that never meet, a trainee's token (xAPI 1.0.3 Communication §4.2; L15, L16)."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from lms.records.models import Document, Statement, Voiding
from lms.records.rules.scopes import SCOPES
from lms.records.services import session_token
from tests.records.programs import (
    ANA,
    BEN,
    DID,
    THING,
    Json,
    Program,
    attachment,
    basic,
    credential_of,
    ids,
    mixed,
    program,
    reference,
    said,
    voiding,
)  # fmt: skip

pytestmark = pytest.mark.django_db
RUN = "ec531277-b57b-4c15-8d91-d292c5b2b8f7"
STATE = {"activityId": THING, "agent": ANA, "stateId": "s"}
AGENT_PROFILE = {"agent": ANA, "profileId": "p"}
ACTIVITY_PROFILE = {"activityId": THING, "profileId": "p"}
ABOUT: dict[str, Json] = {
    "statements": {}, "activities/state": STATE, "activities/profile": ACTIVITY_PROFILE, "activities": {"activityId": THING},
    "agents/profile": AGENT_PROFILE, "agents": {"agent": ANA}, "about": {},
}  # fmt: skip

# --- scopes ---------------------------------------------------------------------------------------------------------
# o: may; -: 403. In the order of SCOPES: statements/write, statements/read/mine, statements/read, state, define, profile, all/read, all.
OPENS = {
    "statements": {"GET": "- o o - - - o o", "PUT": "o - - - - - - o", "POST": "o - - - - - - o"},
    "activities/state": {"GET": "- - - o - - o o", "PUT": "- - - o - - - o", "POST": "- - - o - - - o", "DELETE": "- - - o - - - o"},
    "activities/profile": {"GET": "- - - - - o o o", "PUT": "- - - - - o - o", "POST": "- - - - - o - o", "DELETE": "- - - - - o - o"},
    "agents/profile": {"GET": "- - - - - o o o", "PUT": "- - - - - o - o", "POST": "- - - - - o - o", "DELETE": "- - - - - o - o"},
    "activities": {"GET": "- - o - o o o o"},
    "agents": {"GET": "- - o - o o o o"},
    "about": {"GET": "o o o o o o o o"},
}


def try_door(speaker: Program, resource: str, method: str) -> int:
    statement = said()
    parameters = {"statementId": statement["id"]} if (resource, method) == ("statements", "PUT") else ABOUT[resource]
    body: Any = b"" if method in ("GET", "HEAD", "DELETE") else statement if resource == "statements" else {"a": 1}
    headers = {"If-None-Match": "*"} if method == "PUT" and resource != "statements" else {}
    return speaker.ask(method, resource, body, headers=headers, **parameters).status_code


@pytest.mark.parametrize(("number", "scope"), list(enumerate(SCOPES)), ids=SCOPES)
@pytest.mark.parametrize("resource", OPENS)
def test_a_scope_opens_these_methods_and_no_other(resource: str, number: int, scope: str) -> None:
    """HEAD is opened by what opens GET."""
    speaker = program(scope)
    table = {**OPENS[resource], "HEAD": OPENS[resource]["GET"]}
    for method, line in table.items():
        before = (Statement.objects.count(), Document.objects.count())
        status = try_door(speaker, resource, method)
        if line.split()[number] == "o":
            assert status in (200, 204, 404), f"{method}: {status}"
        else:
            assert status == 403, f"{method}: {status}"
            assert (Statement.objects.count(), Document.objects.count()) == before
    assert set(OPENS) == set(ABOUT)


def test_scopes_add_up() -> None:
    both = program("state", "profile")
    assert [try_door(both, resource, "PUT") for resource in ABOUT if "/" in resource] == [204, 204, 204]
    assert try_door(both, "statements", "GET") == 403


@pytest.mark.parametrize("scope", ["statements/read", "all/read", "all"])
def test_what_reads_all_reads_others(scope: str) -> None:
    told = program().tell(said(), said())
    assert program(scope).found() == told[::-1]


def test_reading_mine_shows_what_the_same_credentials_wrote() -> None:
    """§4.2 `statements/read/mine`: by list, id, attachments and HEAD."""
    other, mine = program(), program("statements/write", "statements/read/mine")
    statement = said(attachments=[attachment(b"secret")])
    body, content_type = mixed(statement, b"secret")
    other.post(body, content_type=content_type)
    for method in ("GET", "HEAD"):
        assert mine.ask(method, statementId=statement["id"], attachments="true").status_code == 404
    assert b"secret" not in mine.get(attachments="true").content
    assert mine.found() == mine.found(agent=json.loads(credential_of(other).authority_text), related_agents="true") == []
    own = mine.tell(said(), said())
    assert mine.found() == own[::-1]
    assert mine.get(statementId=own[0]).status_code == 200


# --- stores ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def stores() -> tuple[Program, Program]:
    return program(store=1), program(store=2)


def test_statements_of_two_stores_never_meet(stores: tuple[Program, Program]) -> None:
    """The same agents, verbs, activities, references and voidings in both."""
    told = {}
    for me in stores:
        first = said(context={"registration": RUN})
        gone = said(actor=BEN)
        me.tell(first, gone)
        told[me] = [first["id"], *me.tell(said(actor=BEN, object=reference(first["id"])), voiding(gone["id"]))]
    for me, other in (stores, stores[::-1]):
        for parameters in (
            {},
            {"verb": DID},
            {"agent": ANA},
            {"activity": THING},
            {"registration": RUN},
            {"agent": BEN, "related_agents": "true"},
        ):
            found = set(me.found(**parameters))
            assert found <= set(told[me])
            assert found
        for one in told[other]:
            assert me.get(statementId=one).status_code == me.get(voidedStatementId=one).status_code == 404


def test_attachments_of_two_stores_never_meet(stores: tuple[Program, Program]) -> None:
    body, content_type = mixed(said(attachments=[attachment(b"secret")]), b"secret")
    stores[0].post(body, content_type=content_type)
    stores[1].tell(said(attachments=[attachment(b"secret", fileUrl="https://example.org/x")]))
    assert b"secret" in stores[0].get(attachments="true").content
    assert b"secret" not in stores[1].get(attachments="true").content


def test_documents_and_what_is_known_never_meet(stores: tuple[Program, Program]) -> None:
    for number, me in enumerate(stores):
        definition = {"name": {"en": f"name {number}"}}
        me.tell(said(actor={"name": f"Ana {number}", **ANA}, object={"id": THING, "definition": definition}))
        for resource in ("activities/state", "activities/profile", "agents/profile"):
            assert me.ask("PUT", resource, {"n": number}, headers={"If-None-Match": "*"}, **ABOUT[resource]).status_code == 204
    for number, me in enumerate(stores):
        assert json.loads(me.get("activities", activityId=THING).content)["definition"] == {"name": {"en": f"name {number}"}}
        assert json.loads(me.get("agents", agent=ANA).content)["name"] == [f"Ana {number}"]
        for resource in ("activities/state", "activities/profile", "agents/profile"):
            assert json.loads(me.get(resource, **ABOUT[resource]).content) == {"n": number}
    stores[1].ask("DELETE", "activities/state", agent=ANA, activityId=THING)
    assert stores[0].get("activities/state", **STATE).status_code == 200


def test_an_id_of_another_store_is_taken_and_tells_nothing(stores: tuple[Program, Program]) -> None:
    """Ids are unique over all stores: the same statement, or another, is refused alike."""
    statement = said()
    stores[0].tell(statement)
    answers = [stores[1].put(one) for one in (statement, {**statement, "actor": BEN})]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].content == answers[1].content
    assert stores[1].found() == []


# --- a trainee's token ----------------------------------------------------------------------------------------------
@pytest.fixture
def token() -> Program:
    return Program(basic(*session_token(agent=ANA, registration=UUID(RUN), activity=THING)))


def own(**changes: Any) -> Json:
    return said(context={"registration": RUN}, **changes)


WITHIN: dict[str, Json] = {
    "the activity": own(),
    "another spelling": own(actor={"objectType": "Agent", "name": "A", "mbox": "mailto:ana@EXAMPLE.org"}),
    "a part of it": said(object={"id": THING + "/q1"}, context={"registration": RUN, "contextActivities": {"parent": {"id": THING}}}),
    "a group of it": said(object={"id": "http://x/q"}, context={"registration": RUN, "contextActivities": {"grouping": [{"id": THING}]}}),
    "a claim of authority": own(authority=BEN),
}
FORGED: dict[str, Json] = {
    "another actor": own(actor=BEN),
    "a group with the person": own(actor={"objectType": "Group", "member": [ANA]}),
    "another person with the same address elsewhere": own(actor={"mbox": "mailto:ana@example.com"}),
    "another activity": own(object={"id": THING + "/q1"}),
    "no run": said(),
    "another run": said(context={"registration": str(uuid4())}),
    "a voiding": {**voiding(uuid4()), "context": {"registration": RUN, "contextActivities": {"parent": [{"id": THING}]}}},
}


@pytest.mark.parametrize("statement", WITHIN.values(), ids=WITHIN.keys())
def test_a_token_tells_of_its_person_its_run_and_its_activity(token: Program, statement: Json) -> None:
    assert token.put(statement).status_code == 204
    one = token.one(statement["id"])
    assert one["authority"]["account"]["name"] == "tremplin"
    assert token.found() == [statement["id"]]


@pytest.mark.parametrize("statement", FORGED.values(), ids=FORGED.keys())
def test_a_token_tells_of_no_other(token: Program, statement: Json) -> None:
    """L16: alone, or beside one that it may tell."""
    for response in (token.put(statement), token.post([own(), statement])):
        assert response.status_code == 403
    assert not Statement.objects.exists()
    assert not Voiding.objects.exists()


def test_a_token_reads_its_own_run(token: Program) -> None:
    other = Program(basic(*session_token(agent=BEN, registration=UUID(RUN), activity=THING)))
    again = Program(basic(*session_token(agent=ANA, registration=uuid4(), activity=THING)))
    (theirs,) = other.tell(said(actor=BEN, context={"registration": RUN}))
    (by_program,) = program().tell(own())
    mine = token.tell(own(), own())
    assert token.found() == mine[::-1]
    assert again.found() == []
    for one in (theirs, by_program):
        assert token.get(statementId=one).status_code == 404
        assert one not in token.found(agent=BEN, related_agents="true")
    more = json.loads(token.get(limit="1").content)["more"]
    assert ids(token.get(more)) == mine[:1]
    assert ids(other.get(more)) == [theirs]  # the same run, so the same key; through it too each sees their own


def test_a_token_keeps_the_states_of_its_own_run(token: Program) -> None:
    here = {**STATE, "registration": RUN}
    assert token.ask("PUT", "activities/state", {"page": 3}, **here).status_code == 204
    assert json.loads(token.get("activities/state", **here).content) == {"page": 3}
    listed = {name: value for name, value in here.items() if name != "stateId"}
    assert json.loads(token.get("activities/state", **listed).content) == ["s"]
    for change in ({"agent": BEN}, {"activityId": THING + "/2"}, {"registration": str(uuid4())}):
        for method in ("GET", "PUT", "POST", "DELETE"):
            assert token.ask(method, "activities/state", {}, **{**here, **change}).status_code == 403
            assert token.ask("GET", "activities/state", **{**listed, **change}).status_code == 403
    assert token.ask("DELETE", "activities/state", **STATE).status_code == 403  # no run: all of them
    assert Document.objects.count() == 1


@pytest.mark.parametrize("resource", ["activities/profile", "agents/profile", "activities", "agents"])
def test_a_token_opens_nothing_else(token: Program, resource: str) -> None:
    for method in OPENS[resource]:
        assert token.ask(method, resource, {}, **ABOUT[resource]).status_code == 403


def test_a_token_defines_nothing(token: Program) -> None:
    token.tell(own(object={"id": THING, "definition": {"name": {"en": "forged"}}}))
    assert b"forged" not in program().get("activities", activityId=THING).content


def test_a_token_learns_nothing_of_what_others_say(token: Program) -> None:
    """L15: neither the answer to a question, by naming it, nor a file, by naming its hash."""
    question = {"id": THING + "/q1", "definition": {"interactionType": "true-false", "correctResponsesPattern": ["true"]}}
    body, content_type = mixed(said(object=question, attachments=[attachment(b"secret")]), b"secret")
    assert program().post(body, content_type=content_type).status_code == 200
    own_words = {"id": THING, "definition": {"name": {"fr": "mon", "en": "own"}}}
    around = {"registration": RUN, "contextActivities": {"other": [{"id": question["id"]}]}}
    elsewhere = attachment(b"secret", fileUrl="https://example.org/x")
    (told,) = token.tell(said(object=own_words, context=around, attachments=[elsewhere]))
    seen = token.one(told, format="canonical", headers={"Accept-Language": "fr"})
    assert seen["context"]["contextActivities"]["other"] == [{"id": question["id"]}]
    assert seen["object"]["definition"]["name"] == {"fr": "mon"}
    assert b"secret" not in token.get(attachments="true").content
    assert b"secret" in program("all/read").get(attachments="true").content
    assert "correctResponsesPattern" in str(program("all/read").one(told, format="canonical"))


def test_a_token_reads_back_what_it_attached(token: Program) -> None:
    body, content_type = mixed(own(attachments=[attachment(b"mine")]), b"mine")
    assert token.post(body, content_type=content_type).status_code == 200
    assert b"mine" in token.get(attachments="true").content


def test_a_token_serves_pages_of_this_site(token: Program, settings: Any) -> None:
    assert token.get(headers={"Origin": settings.SITE_URL}).status_code == 200
    assert token.get(headers={"Origin": "https://evil.example.org"}).status_code == 403
