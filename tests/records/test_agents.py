"""Agents, Activities and About (xAPI 1.0.3 Communication §2.4, 2.5, 2.8; IEEE 9274.1.1 §4.1.6.3, 4.1.6.4, 4.1.6.7)."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django.http import HttpResponse
from django.utils.datastructures import CaseInsensitiveMapping

from lms.records.rest.about import ABOUT
from lms.records.rest.activities import ACTIVITIES
from lms.records.rest.agents import AGENTS
from lms.records.rest.http import Asked, Method
from lms.records.rules.refusals import Declined
from lms.records.rules.statement import parse
from lms.records.services.credentials import Caller, Limits
from lms.records.services.storing import store_statements

pytestmark = pytest.mark.django_db

CALLER = Caller(key="k", store=1, scopes=frozenset({"all"}), authority=uuid4())
LILA = {"mbox": "mailto:lila@example.com"}
BEN = {"account": {"homePage": "http://example.com", "name": "ben"}}
ACTIVITY = "http://example.com/activities/1"


def ask(table: Mapping[str, Method], caller: Caller = CALLER, headers: Mapping[str, str] | None = None, **given: Any) -> HttpResponse:
    parameters = {name: value if isinstance(value, str) else msgspec.json.encode(value).decode() for name, value in given.items()}
    assert parameters.keys() <= table["GET"].parameters
    return table["GET"].handler(Asked("GET", "1.0.3", parameters, CaseInsensitiveMapping(headers or {}), b"", caller, "/xapi/x"))


def told(*args: Any, **kwargs: Any) -> Any:
    return msgspec.json.decode(ask(*args, **kwargs).content)


def store(number: int = 1, **properties: Any) -> UUID:
    statement = {"actor": {**LILA, "name": "Lila"}, "verb": {"id": "http://example.com/did"}, "object": {"id": ACTIVITY}, **properties}
    parsed = parse(msgspec.json.encode(statement), "1.0.3")
    stored = store_statements(parsed, store=number, authority=CALLER.authority, version="1.0.3", may_define=True)
    return stored.ids[0]


# --- agents ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "agent",
    [LILA, BEN, {"mbox_sha1sum": "a" * 40}, {"openid": "http://openid.example.com/lila"}, {**LILA, "name": "Lila", "objectType": "Agent"}],
)
def test_an_agent_nobody_spoke_of_is_what_was_asked(agent: dict[str, Any]) -> None:
    """§2.4: a Person all the same, with what the request says."""
    assert told(AGENTS, agent=agent) == {"objectType": "Person", **{name: [value] for name, value in agent.items() if name != "objectType"}}


def test_a_person_has_the_names_of_its_statements() -> None:
    """Wherever it stands as an agent; each name once; those of voided statements and of other stores left out."""
    store()
    store(actor={**LILA, "name": "Lila B."})
    store(actor={**LILA, "name": "Lila"})
    store(actor={"mbox": "mailto:lila@EXAMPLE.com", "name": "Lila C."})
    store(actor=LILA)
    store(actor={**BEN, "name": "Ben"}, object={**LILA, "objectType": "Agent", "name": "As object"})
    store(actor={"objectType": "Group", "name": "Class", "member": [{**LILA, "name": "As member"}, {**BEN, "name": "Ben"}]})
    store(actor=BEN, context={"instructor": {**LILA, "name": "As instructor"}})
    store(actor=BEN, context={"extensions": {"http://example.com/x": {**LILA, "name": "In an extension"}}})
    inner = {
        "objectType": "SubStatement",
        "actor": {**LILA, "name": "Inside"},
        "verb": {"id": "http://example.com/did"},
        "object": {"id": ACTIVITY},
    }
    store(actor=BEN, object=inner)
    store(2, actor={**LILA, "name": "Elsewhere"})
    wrong = store(actor={**LILA, "name": "Mistaken"})
    voiding = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    store(actor=BEN, verb=voiding, object={"objectType": "StatementRef", "id": str(wrong)})
    person = told(AGENTS, agent={**LILA, "name": "Asked"})
    assert person["name"][0] == "Asked"
    assert sorted(person.pop("name")) == ["As instructor", "As member", "As object", "Asked", "Inside", "Lila", "Lila B.", "Lila C."]
    assert person == {"objectType": "Person", "mbox": ["mailto:lila@example.com"]}
    assert told(AGENTS, agent=BEN)["name"] == ["Ben"]
    assert told(AGENTS, agent=LILA, caller=Caller(key="k", store=2, scopes=CALLER.scopes, authority=CALLER.authority))["name"] == [
        "Elsewhere"
    ]


@pytest.mark.parametrize(
    "agent", ["", "Lila", {}, [], {"name": "Lila"}, {**LILA, **BEN}, {**LILA, "objectType": "Group"}, {**LILA, "objectType": "Person"}]
)
def test_what_is_no_agent_is_refused(agent: Any) -> None:
    with pytest.raises(Declined) as refusal:
        ask(AGENTS, agent=agent)
    assert refusal.value.status == 400


def test_a_token_speaks_of_its_own_agent_only() -> None:
    limited = Caller(
        key="s", store=1, scopes=frozenset({"profile"}), authority=uuid4(), limits=Limits("mbox mailto:lila@example.com", uuid4(), ACTIVITY)
    )
    assert told(AGENTS, caller=limited, agent=LILA)["mbox"] == [LILA["mbox"]]
    with pytest.raises(Declined) as refusal:
        ask(AGENTS, caller=limited, agent=BEN)
    assert refusal.value.status == 403


# --- activities -----------------------------------------------------------------------------------------------
def test_an_activity_has_its_merged_definition() -> None:
    """§2.5; another store knows nothing of it."""
    store(object={"id": ACTIVITY, "definition": {"name": {"en-US": "Meeting"}, "type": "http://example.com/meeting"}})
    store(object={"id": ACTIVITY, "definition": {"name": {"fr-FR": "Réunion"}}})
    assert told(ACTIVITIES, activityId=ACTIVITY) == {
        "objectType": "Activity",
        "id": ACTIVITY,
        "definition": {"name": {"en-US": "Meeting", "fr-FR": "Réunion"}, "type": "http://example.com/meeting"},
    }
    elsewhere = Caller(key="k", store=2, scopes=CALLER.scopes, authority=CALLER.authority)
    assert told(ACTIVITIES, caller=elsewhere, activityId=ACTIVITY) == {"objectType": "Activity", "id": ACTIVITY}


def test_an_unknown_activity_is_answered_with_its_id() -> None:
    assert told(ACTIVITIES, activityId=ACTIVITY) == {"objectType": "Activity", "id": ACTIVITY}


@pytest.mark.parametrize("iri", ["", "activity", "no scheme/1"])
def test_what_is_no_iri_is_refused(iri: str) -> None:
    with pytest.raises(Declined) as refusal:
        ask(ACTIVITIES, activityId=iri)
    assert refusal.value.status == 400


@pytest.mark.parametrize(("table", "given"), [(AGENTS, {"agent": LILA}), (ACTIVITIES, {"activityId": ACTIVITY})])
def test_what_is_told_has_its_tag(table: Mapping[str, Method], given: dict[str, Any]) -> None:
    """§2.4, 2.5, 3.1: an ETag on every GET of these resources."""
    answer = ask(table, **given)
    assert answer.headers["ETag"] == f'"{hashlib.sha1(answer.content, usedforsecurity=False).hexdigest()}"'
    assert ask(table, headers={"If-None-Match": answer.headers["ETag"]}, **given).status_code == 304
    assert table["GET"].scopes is not None
    assert "statements/read/mine" not in table["GET"].scopes


# --- about ----------------------------------------------------------------------------------------------------
def test_about_tells_the_versions() -> None:
    """§2.8: the latest of each major version, and nothing that the specification does not name."""
    assert told(ABOUT) == {"version": ["1.0.3", "2.0.0"]}
