"""P02: after the mapping no address is left anywhere, and nothing else has changed."""

import json
import re
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lms.records.rules.mailboxes import sha1_of, without_mailboxes
from lms.records.rules.statement import parse

HOME = "https://site.example"
DID = {"id": "https://site.example/verbs/did"}
ACTIVITY = {"id": "https://site.example/things/1"}


def account_of(sha1: str) -> Mapping[str, str]:
    return {"homePage": HOME, "name": f"n-{sha1[:12]}"}


def name_of(address: str) -> str:
    return account_of(sha1_of(address))["name"]


def mapped(statement: Any) -> Any:
    return json.loads(without_mailboxes(json.dumps(statement).encode(), account_of))


def mailbox(who: str, **more: Any) -> dict[str, Any]:
    return {"mbox": f"mailto:{who}@example.org", "name": who.title(), **more}


def everywhere() -> dict[str, Any]:
    """A mailbox in every place where an agent may stand."""
    group = {"objectType": "Group", "name": "L'équipe", "mbox": "mailto:equipe@example.org", "member": [mailbox("m1"), mailbox("m2")]}
    context = {
        "instructor": mailbox("prof"),
        "team": {**group, "member": [mailbox("m3")]},
        "contextAgents": [{"objectType": "contextAgent", "agent": mailbox("c1"), "relevantTypes": ["https://site.example/types/a"]}],
        "contextGroups": [{"objectType": "contextGroup", "group": {"objectType": "Group", "member": [mailbox("c2")]}}],
    }
    inner = {
        "objectType": "SubStatement",
        "actor": group,
        "verb": DID,
        "object": {"objectType": "Agent", **mailbox("o1")},
        "context": context,
    }
    return {
        "version": "2.0.0", "actor": mailbox("ana"), "verb": DID, "object": inner, "context": context,
        "authority": {"objectType": "Group", "member": [mailbox("a1"), {"mbox_sha1sum": sha1_of("a2@example.org")}]},
    }  # fmt: skip


def test_no_address_is_left_wherever_an_agent_may_stand() -> None:
    sent = json.dumps(everywhere(), ensure_ascii=False).encode()
    kept = without_mailboxes(sent, account_of)
    assert len(re.findall(rb"mailto:", sent)) > 15
    assert not re.search(rb"@|mbox|Ana|Prof", kept)
    (parsed,) = parse(kept, "2.0.0")
    assert parsed.actor == f"account {HOME} {name_of('ana@example.org')}"
    assert len(parsed.related_agents) == 9
    assert f"account {HOME} {name_of('c2@example.org')}" in parsed.related_agents
    assert parsed.authority == tuple(f"account {HOME} {name_of(f'{one}@example.org')}" for one in ("a1", "a2"))


def test_sha1_of_an_address_is_that_of_the_specification() -> None:
    assert sha1_of("ana@example.org") == "0e5544afbb6be286591577af49b31b0187a46ef0"


def test_a_mailbox_its_hash_and_an_account_or_openid_named_by_it_are_one_person() -> None:
    spellings: list[dict[str, Any]] = [
        {"mbox": "mailto:Ana@Example.org"},
        {"mbox_sha1sum": sha1_of("ana@example.org").upper()},
        {"account": {"homePage": "https://elsewhere.example", "name": "ana@example.org"}},
        {"openid": "mailto:ana@example.org"},
    ]
    found = {json.dumps(mapped({"actor": one, "verb": DID, "object": ACTIVITY})["actor"], sort_keys=True) for one in spellings}
    assert found == {json.dumps({"account": {"homePage": HOME, "name": name_of("ana@example.org")}}, sort_keys=True)}


def test_other_agents_keep_their_bytes() -> None:
    told = (
        b'{"actor": {"account":{"homePage":"https://a.example","name":"ben"},"name":"Ben"}, "verb":{"id":"x:y"}, '
        b'"object":{"id":"x:z"},"result":{"score":{"raw":1.10}},"context":{"extensions":{"x:e":"\\u00e9 1e2 @"}}}'
    )
    assert without_mailboxes(told, account_of) == told.replace(b", ", b",").replace(b'": {', b'":{')
    plain = told.replace(b" @", b"").replace(b"\\u00e9", b"")
    assert without_mailboxes(plain, account_of) is plain


def test_an_escaped_key_hides_no_mailbox() -> None:
    told = b'{"actor":{"m\\u0062ox":"mailto:ana\\u0040example.org"},"verb":{"id":"x:y"},"object":{"id":"x:z"}}'
    assert json.loads(without_mailboxes(told, account_of))["actor"] == {"account": {"homePage": HOME, "name": name_of("ana@example.org")}}


def test_the_address_is_gone_from_extensions_and_iris_too_and_longer_ones_are_not_cut() -> None:
    kept = mapped({
        "actor": mailbox("ana"), "verb": DID, "object": {"id": "https://site.example/people/ana@example.org"},
        "context": {"extensions": {"x:e": "ANA@example.org a écrit à joana@example.org"}},
    })  # fmt: skip
    name = name_of("ana@example.org")
    assert kept["object"]["id"] == f"https://site.example/people/{name}"
    assert kept["context"]["extensions"] == {"x:e": f"{name} a écrit à joana@example.org"}


def test_a_name_that_is_an_address_goes_and_a_team_keeps_its_own() -> None:
    ben = {"account": {"homePage": "https://a.example", "name": "ben"}, "name": "ben@example.org"}
    team = {"objectType": "Group", "name": "Équipe", "mbox": "mailto:equipe@localhost"}
    kept = mapped({"actor": ben, "verb": DID, "object": team})
    assert kept["actor"] == {"account": ben["account"]}
    assert kept["object"] == {
        "objectType": "Group", "name": "Équipe", "account": {"homePage": HOME, "name": name_of("equipe@localhost")},
    }  # fmt: skip


@given(
    local=st.from_regex(r"[A-Za-z0-9._%+'/?#!-]{1,20}", fullmatch=True),
    domain=st.from_regex(r"[a-z0-9-]{1,10}(\.[a-z]{2,5})?", fullmatch=True),
)
def test_any_mailbox_is_mapped_to_a_statement_that_may_be_kept(local: str, domain: str) -> None:
    told = json.dumps({"actor": {"mbox": f"mailto:{local}@{domain}"}, "verb": DID, "object": ACTIVITY}).encode()
    kept = without_mailboxes(told, account_of)
    assert f"{local}@{domain}".encode() not in kept
    (parsed,) = parse(kept, "1.0.3")
    assert parsed.actor == f"account {HOME} {name_of(f'{local}@{domain}'.lower())}"
