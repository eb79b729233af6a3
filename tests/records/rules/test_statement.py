"""A statement is refused or taken apart as xAPI 1.0.3 Data §2 and IEEE 9274.1.1 §4.2 say; each table names its section."""

import json
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.records.rules.refusals import Declined
from lms.records.rules.statement import AttachmentHead, Parsed, parse
from tests.records.rules.told import (
    ACCOUNT,
    ACTIVITY,
    AGENT,
    ATTACHMENT,
    FULL,
    GROUP,
    REF,
    SMALL,
    SUB,
    TEAM,
    VERB,
    Json,
    changed,
    lacking,
    text,
)

REGISTRATION = "ec531277-b57b-4c15-8d91-d292c5b2b8f7"
CONTEXT_AGENT = {"objectType": "contextAgent", "agent": AGENT, "relevantTypes": ["http://example.org/types/coach"]}
CONTEXT_GROUP = {"objectType": "contextGroup", "group": GROUP}
CHOICES = {"interactionType": "choice", "choices": [{"id": "a"}, {"id": "b", "description": {"fr": "b"}}]}


def with_(path: str, value: Any, statement: Json = SMALL) -> Json:
    return changed(statement, path, value)


def defined(definition: Json) -> Json:
    return with_("object.definition", definition)


# (section, what, statement, accepted under 1.0.3, accepted under 2.0)
TABLE: list[tuple[str, str, Any, bool, bool]] = [
    ("2.2", "the smallest", SMALL, True, True),
    ("2.2", "nearly every property", FULL, True, True),
    ("2.2", "no actor", lacking(SMALL, "actor"), False, False),
    ("2.2", "no verb", lacking(SMALL, "verb"), False, False),
    ("2.2", "no object", lacking(SMALL, "object"), False, False),
    ("2.2", "not an object", "statement", False, False),
    ("2.2", "a list in a list", [[SMALL]], False, False),
    ("2.2", "null", with_("result", None), False, False),
    ("2.2", "null in a language map", with_("verb.display", {"fr": None}), False, False),
    ("2.2", "null in an extension", with_("result.extensions", {"http://example.org/x": None}), True, True),
    ("2.2", "a key of another case", with_("Result", {}), False, False),
    ("2.2", "an unknown key", with_("actor.nickname", "a"), False, False),
    ("2.2", "a value of another case", with_("actor.objectType", "agent"), False, False),
    ("2.2", "an empty object", with_("result", {}), True, True),
    ("2.4.1", "an id", with_("id", FULL["id"]), True, True),
    ("2.4.1", "an id in capitals", with_("id", FULL["id"].upper()), True, True),
    ("2.4.1", "an id without hyphens", with_("id", FULL["id"].replace("-", "")), False, False),
    ("2.4.1", "an id misplacing hyphens", with_("id", "fd41c9-18b88b-4b20-a0a5-a4c32391aaa0"), False, False),
    ("2.4.1", "an id that is a number", with_("id", 1), False, False),
    ("2.4.2.1", "no identifier", with_("actor", {"name": "Ana"}), False, False),
    ("2.4.2.1", "two identifiers", with_("actor", AGENT | ACCOUNT), False, False),
    ("2.4.2.1", "members of an Agent", with_("actor.member", [ACCOUNT]), False, False),
    ("2.4.2.2", "an anonymous Group", with_("actor", GROUP), True, True),
    ("2.4.2.2", "an anonymous Group without member", with_("actor", {"objectType": "Group"}), False, False),
    ("2.4.2.2", "an anonymous Group with no one in it", with_("actor", {"objectType": "Group", "member": []}), False, False),
    ("2.4.2.2", "an identified Group", with_("actor", TEAM), True, True),
    ("2.4.2.2", "an identified Group with members", with_("actor", TEAM | {"member": [AGENT]}), True, True),
    ("2.4.2.2", "a Group of two identifiers", with_("actor", TEAM | AGENT), False, False),
    ("2.4.2.2", "a Group in a Group", with_("actor", TEAM | {"member": [TEAM]}), False, False),
    ("2.4.2.2", "a member without identifier", with_("actor", TEAM | {"member": [{"name": "Ana"}]}), False, False),
    ("2.4.2.2", "one member not in a list", with_("actor", TEAM | {"member": AGENT}), False, False),
    ("2.4.2.3", "a mailbox without mailto", with_("actor.mbox", "ana@example.org"), False, False),
    ("2.4.2.3", "a hash too short", with_("actor", {"mbox_sha1sum": "a" * 39}), False, False),
    ("2.4.2.3", "an openid without scheme", with_("actor", {"openid": "ana.example.org"}), False, False),
    ("2.4.2.4", "an account without name", with_("actor", {"account": {"homePage": "https://example.org"}}), False, False),
    ("2.4.2.4", "an account without home", with_("actor", {"account": {"name": "ana"}}), False, False),
    ("2.4.2.4", "a home without scheme", with_("actor", {"account": {"homePage": "example.org", "name": "ana"}}), False, False),
    ("2.4.3", "a verb without id", with_("verb", {"display": {"fr": "a lu"}}), False, False),
    ("2.4.3", "a verb without scheme", with_("verb.id", "answered"), False, False),
    ("2.4.3", "a display that is a string", with_("verb.display", "a lu"), False, False),
    ("2.4.3", "a display in no language", with_("verb.display", {"something": "a lu"}), False, False),
    ("2.4.4", "an objectType of none", with_("object.objectType", "activity"), False, False),
    ("2.4.4.1", "an Activity that says so", with_("object.objectType", "Activity"), True, True),
    ("2.4.4.1", "an Activity without id", with_("object", {"definition": {}}), False, False),
    ("2.4.4.1", "an Activity without scheme", with_("object.id", "a/b"), False, False),
    ("2.4.4.1", "a name in no language", defined({"name": {"a12345678": "x"}}), False, False),
    ("2.4.4.1", "a type without scheme", defined({"type": "course"}), False, False),
    ("2.4.4.1", "a moreInfo without scheme", defined({"moreInfo": "more"}), False, False),
    ("2.4.4.1", "an unknown property", defined({"title": {"fr": "x"}}), False, False),
    ("2.4.4.1", "an extension without scheme", defined({"extensions": {"x": 1}}), False, False),
    ("2.4.4.1", "an empty definition", defined({}), True, True),
    ("2.4.4.1", "choices", defined(CHOICES), True, True),
    ("2.4.4.1", "sequencing", defined(CHOICES | {"interactionType": "sequencing"}), True, True),
    ("2.4.4.1", "likert", defined({"interactionType": "likert", "scale": [{"id": "a"}]}), True, True),
    ("2.4.4.1", "matching", defined({"interactionType": "matching", "source": [{"id": "a"}], "target": [{"id": "a"}]}), True, True),
    ("2.4.4.1", "performance", defined({"interactionType": "performance", "steps": [{"id": "a"}]}), True, True),
    ("2.4.4.1", "other", defined({"interactionType": "other", "correctResponsesPattern": []}), True, True),
    ("2.4.4.1", "an unknown interactionType", defined({"interactionType": "essay"}), False, False),
    ("2.4.4.1", "a pattern without interactionType", defined({"correctResponsesPattern": ["a"]}), False, False),
    ("2.4.4.1", "choices without interactionType", defined({"choices": [{"id": "a"}]}), False, False),
    ("2.4.4.1", "choices of a likert", defined(CHOICES | {"interactionType": "likert"}), False, False),
    ("2.4.4.1", "choices of a true-false", defined(CHOICES | {"interactionType": "true-false"}), False, False),
    ("2.4.4.1", "a pattern that is a string", defined(CHOICES | {"correctResponsesPattern": "a"}), False, False),
    ("2.4.4.1", "a pattern of numbers", defined(CHOICES | {"correctResponsesPattern": [1]}), False, False),
    ("2.4.4.1", "a component without id", defined(CHOICES | {"choices": [{"description": {"fr": "x"}}]}), False, False),
    ("2.4.4.1", "two components of one id", defined(CHOICES | {"choices": [{"id": "a"}, {"id": "a"}]}), False, False),
    ("2.4.4.1", "a component in no language", defined(CHOICES | {"choices": [{"id": "a", "description": {"!": "x"}}]}), False, False),
    ("2.4.4.2", "an Agent that says so", with_("object", AGENT | {"objectType": "Agent"}), True, True),
    ("2.4.4.2", "an Agent that does not", with_("object", AGENT), False, False),
    ("2.4.4.2", "a Group", with_("object", GROUP), True, True),
    ("2.4.4.3", "a StatementRef", with_("object", REF), True, True),
    ("2.4.4.3", "a StatementRef without id", with_("object", {"objectType": "StatementRef"}), False, False),
    ("2.4.4.3", "a StatementRef to no UUID", with_("object", REF | {"id": "1"}), False, False),
    ("2.4.4.3", "a StatementRef with a definition", with_("object", REF | {"definition": {}}), False, False),
    ("2.4.4.3", "a SubStatement", with_("object", SUB), True, True),
    ("2.4.4.3", "a SubStatement with all it may have", with_("object", SUB | {key: FULL[key] for key in ("result", "context", "timestamp", "attachments")}), True, True),
    ("2.4.4.3", "a SubStatement with an id", with_("object", SUB | {"id": FULL["id"]}), False, False),
    ("2.4.4.3", "a SubStatement with stored", with_("object", SUB | {"stored": FULL["stored"]}), False, False),
    ("2.4.4.3", "a SubStatement with a version", with_("object", SUB | {"version": "1.0.0"}), False, False),
    ("2.4.4.3", "a SubStatement with an authority", with_("object", SUB | {"authority": AGENT}), False, False),
    ("2.4.4.3", "a SubStatement in a SubStatement", with_("object", SUB | {"object": SUB}), False, False),
    ("2.4.4.3", "a SubStatement about a StatementRef", with_("object", SUB | {"object": REF}), True, True),
    ("2.4.4.3", "a SubStatement without verb", with_("object", lacking(SUB, "verb")), False, False),
    ("2.4.4.3", "a SubStatement of no registration", with_("object", SUB | {"context": {"registration": "1"}}), False, False),
    ("2.4.4.3", "a SubStatement of no duration", with_("object", SUB | {"result": {"duration": "1"}}), False, False),
    ("2.4.4.3", "a SubStatement of no time", with_("object", SUB | {"timestamp": "today"}), False, False),
    ("2.4.4.3", "a SubStatement's verb without scheme", with_("object", SUB | {"verb": {"id": "read"}}), False, False),
    ("2.3.2", "a voiding", with_("verb.id", "http://adlnet.gov/expapi/verbs/voided", with_("object", REF)), True, True),
    ("2.3.2", "a voiding of an Activity", with_("verb.id", "http://adlnet.gov/expapi/verbs/voided"), False, False),
    ("2.4.5", "success as a string", with_("result.success", "true"), False, False),
    ("2.4.5", "completion as a number", with_("result.completion", 1), False, False),
    ("2.4.5", "a response that is a number", with_("result.response", 1), False, False),
    ("2.4.5", "a duration that is none", with_("result.duration", "1 hour"), False, False),
    ("2.4.5", "an extension without scheme", with_("result.extensions", {"x": 1}), False, False),
    ("2.4.5.1", "scaled at its bounds", with_("result.score", {"scaled": -1.0}), True, True),
    ("2.4.5.1", "scaled over 1", with_("result.score", {"scaled": 1.0001}), False, False),
    ("2.4.5.1", "a number as a string", with_("result.score", {"raw": "1"}), False, False),
    ("2.4.5.1", "raw at min", with_("result.score", {"raw": 0, "min": 0, "max": 1}), True, True),
    ("2.4.5.1", "raw under min", with_("result.score", {"raw": -1, "min": 0}), False, False),
    ("2.4.5.1", "raw over max", with_("result.score", {"raw": 2, "max": 1}), False, False),
    ("2.4.5.1", "min at max", with_("result.score", {"min": 1, "max": 1}), False, False),
    ("2.4.6", "a registration that is none", with_("context.registration", "1"), False, False),
    ("2.4.6", "an instructor that is a Group", with_("context.instructor", GROUP), True, True),
    ("2.4.6", "a team that is an Agent", with_("context.team", AGENT), False, False),
    ("2.4.6", "a team", with_("context.team", TEAM), True, True),
    ("2.4.6", "a platform about an Agent", with_("context.platform", "x", with_("object", GROUP)), False, False),
    ("2.4.6", "a revision about a SubStatement", with_("context.revision", "x", with_("object", SUB)), False, False),
    ("2.4.6", "a language that is none", with_("context.language", "français"), False, False),
    ("2.4.6", "a statement", with_("context.statement", REF), True, True),
    ("2.4.6", "a statement without objectType", with_("context.statement", {"id": REF["id"]}), False, False),
    ("2.4.6", "an extension without scheme", with_("context.extensions", {"x": 1}), False, False),
    ("2.4.6.2", "one activity alone", with_("context.contextActivities.parent", ACTIVITY), True, True),
    ("2.4.6.2", "a list of them", with_("context.contextActivities.other", [ACTIVITY, ACTIVITY]), True, True),
    ("2.4.6.2", "another kind", with_("context.contextActivities.sibling", [ACTIVITY]), False, False),
    ("2.4.6.2", "an Agent", with_("context.contextActivities.parent", AGENT), False, False),
    ("2.4.6.2", "an activity without scheme", with_("context.contextActivities.parent", {"id": "x"}), False, False),
    ("2.4.6.2", "a definition refused", with_("context.contextActivities.parent", [ACTIVITY | {"definition": {"name": "x"}}]), False, False),
    ("2.4.7", "a future time", with_("timestamp", "9000-01-01T00:00:00Z"), True, True),
    ("2.4.7", "a day that is none", with_("timestamp", "2026-02-30T00:00:00Z"), False, False),
    ("4.5", "a space for the T", with_("timestamp", "2026-02-03 00:00:00Z"), True, True),
    ("4.5", "no zone", with_("timestamp", "2026-02-03T00:00:00"), True, False),
    ("4.5", "the zone -00:00", with_("timestamp", "2026-02-03T00:00:00-00:00"), False, False),
    ("2.4.8", "a stored that is no time", with_("stored", "yesterday"), False, False),
    ("2.4.9", "an Agent", with_("authority", ACCOUNT), True, True),
    ("2.4.9", "two Agents", with_("authority", GROUP), True, True),
    ("2.4.9", "one Agent in a Group", with_("authority", {"objectType": "Group", "member": [AGENT]}), False, False),
    ("2.4.9", "three Agents", with_("authority", {"objectType": "Group", "member": [AGENT] * 3}), False, False),
    ("2.4.9", "an identified Group", with_("authority", GROUP | ACCOUNT), False, False),
    ("2.4.10", "1.0.0", with_("version", "1.0.0"), True, True),
    ("2.4.10", "1.0.9", with_("version", "1.0.9"), True, True),
    ("2.4.10", "1.0", with_("version", "1.0"), True, True),
    ("2.4.10", "2.0.0", with_("version", "2.0.0"), False, True),
    ("2.4.10", "0.9.5", with_("version", "0.9.5"), False, False),
    ("2.4.10", "1.1.0", with_("version", "1.1.0"), False, False),
    ("2.4.10", "1.0.x", with_("version", "1.0.x"), False, False),
    ("2.4.11", "an attachment", with_("attachments", [ATTACHMENT]), True, True),
    ("2.4.11", "no attachment", with_("attachments", []), True, True),
    ("2.4.11", "one not in a list", with_("attachments", ATTACHMENT), False, False),
    *(("2.4.11", f"no {key}", with_("attachments", [lacking(ATTACHMENT, key)]), False, False) for key in ATTACHMENT),
    ("2.4.11", "a usageType without scheme", with_("attachments", [ATTACHMENT | {"usageType": "x"}]), False, False),
    ("2.4.11", "a length that is a string", with_("attachments", [ATTACHMENT | {"length": "27"}]), False, False),
    ("2.4.11", "a length below 0", with_("attachments", [ATTACHMENT | {"length": -1}]), False, False),
    ("2.4.11", "a length beyond any disk", with_("attachments", [ATTACHMENT | {"length": 2**63}]), False, False),
    ("2.4.11", "a hash that is none", with_("attachments", [ATTACHMENT | {"sha2": "x"}]), False, False),
    ("2.4.11", "a contentType that is none", with_("attachments", [ATTACHMENT | {"contentType": "text"}]), False, False),
    ("2.4.11", "a fileUrl", with_("attachments", [ATTACHMENT | {"fileUrl": "https://example.org/f"}]), True, True),
    ("2.4.11", "a fileUrl without scheme", with_("attachments", [ATTACHMENT | {"fileUrl": "f"}]), False, False),
    ("2.4.11", "a description in no language", with_("attachments", [ATTACHMENT | {"description": {"!": "f"}}]), False, False),
    ("9274 4.2.2.5", "contextAgents", with_("context.contextAgents", [CONTEXT_AGENT]), False, True),
    ("9274 4.2.2.5", "contextAgents in a SubStatement", with_("object", SUB | {"context": {"contextAgents": [CONTEXT_AGENT]}}), False, True),
    ("9274 4.2.2.5", "a contextAgent without types", with_("context.contextAgents", [lacking(CONTEXT_AGENT, "relevantTypes")]), False, True),
    ("9274 4.2.2.5", "a contextAgent of another name", with_("context.contextAgents", [CONTEXT_AGENT | {"objectType": "Agent"}]), False, False),
    ("9274 4.2.2.5", "a contextAgent without name", with_("context.contextAgents", [lacking(CONTEXT_AGENT, "objectType")]), False, False),
    ("9274 4.2.2.5", "a contextAgent that is a Group", with_("context.contextAgents", [CONTEXT_AGENT | {"agent": GROUP}]), False, False),
    ("9274 4.2.2.5", "no relevantTypes in the list", with_("context.contextAgents", [CONTEXT_AGENT | {"relevantTypes": []}]), False, False),
    ("9274 4.2.2.5", "relevantTypes without scheme", with_("context.contextAgents", [CONTEXT_AGENT | {"relevantTypes": ["x"]}]), False, False),
    ("9274 4.2.2.5", "contextGroups", with_("context.contextGroups", [CONTEXT_GROUP]), False, True),
    ("9274 4.2.2.5", "a contextGroup that is an Agent", with_("context.contextGroups", [CONTEXT_GROUP | {"group": AGENT}]), False, False),
    ("9274 4.2.2.5", "contextGroups not in a list", with_("context.contextGroups", CONTEXT_GROUP), False, False),
]  # fmt: skip


def accepted(statement: Any, version: str) -> bool:
    try:
        parse(text(statement), version)
    except Declined:
        return False
    return True


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} {row[1]}")
def test_what_the_specification_says(row: tuple[str, str, Any, bool, bool]) -> None:
    _section, _what, statement, old, new = row
    assert (accepted(statement, "1.0.3"), accepted(statement, "2.0.0")) == (old, new)


def one(statement: Json, version: str = "1.0.3") -> Parsed:
    (parsed,) = parse(text(statement), version)
    return parsed


def test_a_full_statement_is_taken_apart() -> None:
    parsed = one(FULL)
    ana, team = "account https://example.org ana", "account https://example.org team"
    assert parsed.raw == text(FULL)
    assert (parsed.id, parsed.actor, parsed.verb) == (UUID(FULL["id"]), ana, VERB["id"])
    assert (parsed.object_kind, parsed.activity, parsed.refers, parsed.voids) == ("Activity", ACTIVITY["id"], None, None)
    assert parsed.registration == UUID(REGISTRATION)
    assert parsed.agents == (ana,)
    assert parsed.related_agents == (ana, "mbox_sha1sum ebd31e95054c018b10727ccffd2ef2ec3a016ee9", team)
    assert parsed.related_activities == tuple(f"http://example.org/activities/{n}" for n in (1, 2, 3, 4))
    assert [(iri, json.loads(definition)) for iri, definition in parsed.definitions] == [
        (ACTIVITY["id"], FULL["object"]["definition"]),
        ("http://example.org/activities/3", {"name": {"en": "Three"}}),
    ]
    assert parsed.attachments == (AttachmentHead(ATTACHMENT["usageType"], ATTACHMENT["sha2"], 27, ATTACHMENT["contentType"], ""),)
    assert parsed.authority == ("openid http://ana.openid.example.org",)
    assert (parsed.timestamp, parsed.version) == (FULL["timestamp"], "1.0.0")
    assert (parsed.has_stored, parsed.has_authority, parsed.has_version, parsed.is_signed) == (True, True, True, False)


def test_a_small_statement_leaves_the_rest_to_the_store() -> None:
    parsed = one(SMALL)
    assert (parsed.id, parsed.registration, parsed.timestamp, parsed.version) == (None, None, None, None)
    assert (parsed.has_stored, parsed.has_authority, parsed.has_version, parsed.is_signed) == (False, False, False, False)
    assert (parsed.definitions, parsed.attachments, parsed.authority) == ((), (), ())


def test_a_sub_statement_is_related_but_is_not_the_statement() -> None:
    inner = SUB | {"actor": TEAM, "object": AGENT | {"objectType": "Agent"}, "attachments": [ATTACHMENT]}
    inner["context"] = {"registration": REGISTRATION, "contextActivities": {"parent": ACTIVITY | {"definition": {"name": {"fr": "x"}}}}}
    parsed = one(SMALL | {"actor": ACCOUNT, "object": inner})
    assert (parsed.object_kind, parsed.activity, parsed.registration) == ("SubStatement", "", None)
    assert parsed.agents == ("account https://example.org ana",)
    assert parsed.related_agents == ("account https://example.org ana", "account https://example.org team", "mbox mailto:ana@example.org")
    assert parsed.related_activities == (ACTIVITY["id"],)
    assert [iri for iri, _definition in parsed.definitions] == [ACTIVITY["id"]]
    assert len(parsed.attachments) == 1


def test_groups_are_found_by_their_members() -> None:
    parsed = one(SMALL | {"actor": GROUP, "object": TEAM})
    assert parsed.actor == ""
    assert parsed.agents == ("mbox mailto:ana@example.org", "mbox mailto:bo@example.org", "account https://example.org team")
    context = {"contextAgents": [CONTEXT_AGENT], "contextGroups": [{"objectType": "contextGroup", "group": TEAM}]}
    parsed = one(SMALL | {"actor": ACCOUNT, "context": context}, "2.0.0")
    assert parsed.related_agents == ("account https://example.org ana", "mbox mailto:ana@example.org", "account https://example.org team")


def test_references_and_voidings_name_their_statement() -> None:
    assert one(SMALL | {"object": REF}).refers == UUID(REF["id"])
    voiding = one(SMALL | {"object": REF, "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}})
    assert voiding.voids == voiding.refers == UUID(REF["id"])


def test_a_signature_is_seen() -> None:
    signature = ATTACHMENT | {"usageType": "http://adlnet.gov/expapi/attachments/signature"}
    assert one(SMALL | {"attachments": [ATTACHMENT, signature]}).is_signed


def test_a_batch_keeps_each_text_as_it_was_sent() -> None:
    first, second = (
        b'{"actor":{"mbox":"mailto:a@b.c"}, "verb":{"id":"a:b"},"object":{"id":"a:c"},"result":{"score":{"raw":1.10}}}',
        text(FULL),
    )
    parsed = parse(b" [ " + first + b" ,\n" + second + b"]\n", "1.0.3")
    assert [one.raw for one in parsed] == [first, second]
    assert parse(b"[]", "1.0.3") == []
    assert parse(b"\n" + first + b"\t", "1.0.3")[0].raw == first


def test_one_bad_statement_refuses_the_batch_and_says_which() -> None:
    with pytest.raises(Declined, match=r"^\[1\]\.actor\.mbox: this is not in the format required\.$"):
        parse(text([SMALL, with_("actor.mbox", "ana")]), "1.0.3")
    with pytest.raises(Declined, match="the same id"):
        parse(text([FULL, SMALL | {"id": FULL["id"].upper()}]), "1.0.3")


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (lacking(SMALL, "actor"), "statement: actor is missing."),
        (with_("Result", {}), "statement: Result is not allowed here."),
        (with_("$secret <b>", {}), "statement: one of its properties is not allowed here."),
        (with_("result.success", "secret"), "result.success: Expected bool, got str."),
        (with_("actor.objectType", "secret"), "actor.objectType: this is not one of the values allowed."),
        (with_("context.extensions", {"http://a.b/c": {"secret": "secret"}, "secret": 1}), "context.extensions[1]: this is no IRI with a scheme."),
        (with_("verb.id", "secret"), "verb.id: this is no IRI with a scheme."),
        (with_("object.definition.name", {"secret-": "x"}), "object.definition.name: this is no language tag of RFC 5646."),
        (with_("object", SUB | {"object": {"id": 1}}), "object.object.id: Expected str, got int."),
    ],
)  # fmt: skip
def test_a_refusal_names_the_place_and_never_the_value(statement: Json, sentence: str) -> None:
    with pytest.raises(Declined) as caught:
        parse(text(statement), "1.0.3")
    assert caught.value.message == sentence


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[", b"null", b"1", b"[1]", b"[null]", b"[{}", b"{}{}", b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"a":' * 100_000]
)
def test_what_is_no_statement_is_refused(body: bytes) -> None:
    with pytest.raises(Declined) as caught:
        parse(body, "1.0.3")
    assert caught.value.status == 400


def paths(value: Any, path: str = "") -> list[str]:
    """Every dotted path of a statement."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in steps if "." not in str(key) for found in (f"{path}{key}", *paths(inner, f"{path}{key}."))]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([AGENT, GROUP, SUB, REF, ACTIVITY, SMALL]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "objectType", "mbox", "http://a.b/c"]) | st.text(), inner, max_size=3)
    ),
)


@settings(deadline=None)  # a busy machine is no defect
@given(st.lists(st.tuples(st.sampled_from(paths(FULL)), anything), min_size=1, max_size=3), st.sampled_from(["1.0.3", "2.0.0"]))
def test_a_changed_statement_is_accepted_or_declined(changes: list[tuple[str, Any]], version: str) -> None:
    statement = FULL
    for path, value in changes:
        try:
            statement = changed(statement, path, value)
        except (TypeError, KeyError, IndexError, AttributeError):  # the place is gone by now
            continue
    body = json.dumps(statement).encode()
    with suppress(Declined):
        (parsed,) = parse(body, version)
        assert parsed.raw == body


@settings(deadline=None)  # a busy machine is no defect
@given(st.integers(0, len(text(FULL)) - 1), st.binary(max_size=4), st.integers(0, 20))
def test_changed_bytes_are_accepted_or_declined(place: int, other: bytes, gone: int) -> None:
    raw = text(FULL)
    with suppress(Declined):
        parse(raw[:place] + other + raw[place + gone :], "2.0.0")
