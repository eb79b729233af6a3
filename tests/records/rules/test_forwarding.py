"""What a statement becomes on its way to another store (rules.forwarding)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.records.rules.forwarding import LONGEST_PAUSE, outgoing, pause_after, signature
from lms.records.rules.statement import parse
from tests.records.programs import ANA, BEN, CHLOE, DAN, DID, THING

PLACES: dict[str, Any] = {
    "actor": lambda who: {"actor": who},
    "object": lambda who: {"object": {"objectType": "Agent", **who}},
    "instructor": lambda who: {"context": {"instructor": who}},
    "team": lambda who: {"context": {"team": {"objectType": "Group", "name": "Équipe d'Ana", "member": [who]}}},
    "authority": lambda who: {"authority": who},
    "sub-statement": lambda who: {"object": {"objectType": "SubStatement", "actor": who, "verb": {"id": DID}, "object": {"id": THING}}},
    "context agents": lambda who: {"version": "2.0.0", "context": {"contextAgents": [{"objectType": "contextAgent", "agent": who}]}},
}


def told(**changes: Any) -> str:
    statement = {"actor": {"account": {"homePage": "https://x.example", "name": "zz"}}, "verb": {"id": DID}, "object": {"id": THING}}
    return json.dumps({**statement, **changes})


@pytest.mark.parametrize("who", [ANA, BEN, CHLOE, DAN])
@pytest.mark.parametrize("place", PLACES)
def test_no_identity_is_left_wherever_it_stands(place: str, who: dict[str, Any]) -> None:
    text = told(**PLACES[place]({"name": "Ana Roux", **who}))
    hidden = outgoing(text, version="2.0.0", key=b"k").text
    for word in ("ana@example.org", "https://example.org", "chloe", DAN["mbox_sha1sum"], "Roux", '"ben"'):
        if word != "https://example.org" or place == "actor":
            assert word not in hidden.replace(THING, "").replace(DID, "")
    assert parse(hidden.encode(), "2.0.0"), "it is still a statement"


@given(st.text(min_size=4, max_size=30), st.text(max_size=30))
def test_a_name_left_in_a_text_holds_it_back(name: str, around: str) -> None:
    going = outgoing(told(actor={"name": name, **BEN}, result={"response": f"{around}{name}"}), version="1.0.3", key=b"k")
    assert (going.text, going.rule) == ("", "held_identity")


def test_a_key_of_its_own_gives_other_pseudonyms() -> None:
    one, two = (outgoing(told(actor=ANA), version="1.0.3", key=key).text for key in (b"one", b"two"))
    assert one != two
    assert one == outgoing(told(actor=ANA), version="1.0.3", key=b"one").text


def test_without_a_rule_not_a_byte_changes() -> None:
    text = '{"actor": {"mbox":"mailto:a@example.org"}, "verb":{"id":"https://v.example"},"object":{"id":"https://o.example"},"result":{"score":{"raw":1.10}}}'
    assert outgoing(text, version="1.0.3", key=None).text == text


def test_only_the_version_changes_on_the_way_back() -> None:
    text = '{"version":"2.0.0","actor":{"mbox":"mailto:a@example.org"},"result":{"score":{"raw":1.10}},"object":{}}'
    going = outgoing(text, version="1.0.3", key=None).text
    assert going == '{"actor":{"mbox":"mailto:a@example.org"},"result":{"score":{"raw":1.10}},"object":{},"version":"1.0.3"}'


@pytest.mark.parametrize(
    ("changes", "key", "rule"),
    [
        ({"version": "2.0.0", "context": {"contextGroups": []}}, None, "held_context"),
        (
            {"version": "2.0.0", "object": {"objectType": "SubStatement", "actor": ANA, "context": {"contextAgents": []}}},
            None,
            "held_context",
        ),
        ({"attachments": [{"usageType": "http://adlnet.gov/expapi/attachments/signature"}]}, b"k", "held_signature"),
        ({"version": "2.0.0", "attachments": [{"usageType": "http://adlnet.gov/expapi/attachments/signature"}]}, None, "held_signature"),
    ],
)
def test_what_is_held_back_and_by_which_rule(changes: dict[str, Any], key: bytes | None, rule: str) -> None:
    going = outgoing(told(**changes), version="1.0.3", key=key)
    assert (going.text, going.rule) == ("", rule)


def test_pauses_double_up_to_an_hour() -> None:
    pauses = [pause_after(tries) for tries in (1, 2, 3, 9, 1_000_000)]
    assert pauses == [timedelta(seconds=15), timedelta(seconds=30), timedelta(minutes=1), LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_signature_is_of_the_hour_and_the_body() -> None:
    """Computed by openssl: printf '1700000000.{}' | openssl dgst -sha256 -hmac secret."""
    assert (
        signature(b"{}", at=1_700_000_000, secrets=["secret"])
        == "t=1700000000,v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
    )
