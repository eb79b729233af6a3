"""tincan, an xAPI client that is not ours, makes its rounds against the store over HTTP.

Only with what it can carry: it sends documents as text, and no registration with a state it saves.
"""

import uuid
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer
from tincan import Activity as TinCanActivity
from tincan import (
    ActivityProfileDocument,
    Agent,
    AgentAccount,
    AgentProfileDocument,
    Context,
    RemoteLRS,
    Result,
    Score,
    StateDocument,
    Statement,
    StatementRef,
    Verb,
)  # fmt: skip

from lms.records.services import create_credential
from lms.records.vocabulary import VOIDED
from tests.records.programs import DID, THING

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lrs(live_server: LiveServer) -> RemoteLRS:
    made, secret = create_credential(by=None, label="tincan", scopes=frozenset({"all"}))
    return RemoteLRS(endpoint=f"{live_server.url}/xapi/1.0/", version="1.0.3", username=made.key, password=secret)


@pytest.fixture
def ana() -> Agent:
    return Agent(name="Ana", account=AgentAccount(home_page="https://example.org", name="ana"))


def told(ana: Agent, **more: Any) -> Statement:
    return Statement(id=str(uuid.uuid4()), actor=ana, verb=Verb(id=DID), object=TinCanActivity(id=THING), **more)


def test_about(lrs: RemoteLRS) -> None:
    answer = lrs.about()
    assert answer.success
    assert answer.content.version == ["1.0.3"], "an address that pins a version speaks no other; tincan stumbles on 2.0.0"


def test_a_statement_goes_and_comes_back(lrs: RemoteLRS, ana: Agent) -> None:
    sent = told(ana, result=Result(score=Score(scaled=0.5), success=True), context=Context(registration=str(uuid.uuid4()), language="fr"))
    assert lrs.save_statement(sent).success
    assert lrs.save_statement(sent).success, "again, and nothing changes"
    kept = lrs.retrieve_statement(str(sent.id)).content
    assert (kept.actor.account.name, kept.verb.id, kept.object.id) == ("ana", DID, THING)
    assert (kept.result.score.scaled, kept.context.registration, kept.context.language) == (0.5, sent.context.registration, "fr")
    assert kept.stored
    assert kept.authority


def test_statements_are_queried_a_page_at_a_time(lrs: RemoteLRS, ana: Agent) -> None:
    sent = [told(ana) for _n in range(5)]
    assert lrs.save_statements(sent).success
    page = lrs.query_statements({"agent": ana, "verb": Verb(id=DID), "activity": TinCanActivity(id=THING), "limit": 2, "ascending": True})
    assert page.success
    found = list(page.content.statements)
    while page.content.more:
        page = lrs.more_statements(page.content)
        found += page.content.statements
    assert [str(one.id) for one in found] == [str(one.id) for one in sent]


def test_a_voided_statement_is_asked_for_as_such(lrs: RemoteLRS, ana: Agent) -> None:
    sent = told(ana)
    lrs.save_statement(sent)
    assert lrs.save_statement(Statement(actor=ana, verb=Verb(id=VOIDED.iri), object=StatementRef(id=str(sent.id)))).success
    assert not lrs.retrieve_statement(str(sent.id)).success
    assert str(lrs.retrieve_voided_statement(str(sent.id)).content.id) == str(sent.id)


def test_a_state_is_written_twice_listed_and_deleted(lrs: RemoteLRS, ana: Agent) -> None:
    thing = TinCanActivity(id=THING)
    document = StateDocument(id="place", activity=thing, agent=ana, content=bytearray(b"block 3"), content_type="application/octet-stream")
    assert lrs.save_state(document).success
    document.content = bytearray(b"block 4")
    assert lrs.save_state(document).success, "1.0.3 asks no condition of a state"
    assert lrs.retrieve_state(thing, ana, "place").content.content == b"block 4"
    assert lrs.retrieve_state_ids(thing, ana).content == ["place"]
    assert lrs.delete_state(document).success
    assert lrs.retrieve_state_ids(thing, ana).content == []
    assert lrs.save_state(document).success
    assert lrs.clear_state(thing, ana).success
    assert lrs.retrieve_state_ids(thing, ana).content == []


def test_profiles_are_kept_with_their_etag(lrs: RemoteLRS, ana: Agent) -> None:
    thing = TinCanActivity(id=THING)
    activity = ActivityProfileDocument(id="notes", activity=thing, content=bytearray(b"un"), content_type="text/plain", etag='"x"')
    agent = AgentProfileDocument(id="notes", agent=ana, content=bytearray(b"un"), content_type="text/plain", etag='"x"')
    for save, ids in (
        (lambda: lrs.save_activity_profile(activity), lambda: lrs.retrieve_activity_profile_ids(thing)),
        (lambda: lrs.save_agent_profile(agent), lambda: lrs.retrieve_agent_profile_ids(ana)),
    ):
        assert save().response.status == 412, "no such version is kept"
        assert ids().content == []
