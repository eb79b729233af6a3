"""When two texts are one statement (xAPI 1.0.3 Data §2.3.1, promise L04)."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.records.rules.equality import same
from tests.records.rules.told import ACTIVITY, ATTACHMENT, FULL, GROUP, SMALL, SUB, TEAM, Json, changed, lacking, text

MEMBERS = GROUP["member"]
CASED = SMALL | {
    "actor": {"mbox": "mailto:Ana@Example.ORG"},
    "context": {"registration": FULL["context"]["registration"].upper(), "language": "FR-fr"},
}
LOWERED = SMALL | {
    "actor": {"mbox": "mailto:Ana@example.org"},
    "context": {"registration": FULL["context"]["registration"], "language": "fr-FR"},
}

SAME: dict[str, tuple[Any, Any]] = {
    "itself": (FULL, FULL),
    "another order of keys": (FULL, dict(reversed(FULL.items()))),
    "what the store sets": (FULL, FULL | {"stored": "2020-01-01T00:00:00Z", "authority": TEAM, "version": "1.0.9"}),
    "without what the store sets": (FULL, {key: FULL[key] for key in FULL if key not in ("id", "stored", "authority", "version")}),
    "another zone": (FULL, changed(FULL, "timestamp", "2026-03-04T12:11:12.345+02:00")),
    "1.0 and 1": (changed(SMALL, "result", {"score": {"raw": 1.0}}), changed(SMALL, "result", {"score": {"raw": 1}})),
    "one activity and a list of one": (FULL, changed(FULL, "context.contextActivities.parent", [FULL["context"]["contextActivities"]["parent"]])),
    "another order of activities": (FULL, changed(FULL, "context.contextActivities.other", FULL["context"]["contextActivities"]["other"][::-1])),
    "another order of members": (changed(SMALL, "actor", GROUP), changed(SMALL, "actor", GROUP | {"member": MEMBERS[::-1]})),
    "another display of the verb": (FULL, changed(FULL, "verb.display", {"en": "replied"})),
    "another definition": (FULL, changed(FULL, "object.definition", {"name": {"fr": "x"}})),
    "no definition": (FULL, lacking(FULL, "context.contextActivities.grouping.0.definition")),
    "what has no case": (CASED, LOWERED),
    "a duration finer than a hundredth": (changed(SMALL, "result", {"duration": "PT1.237S"}), changed(SMALL, "result", {"duration": "PT1.23S"})),
    "all that in a SubStatement": (
        SMALL | {"object": SUB | {"actor": GROUP, "timestamp": "2026-03-04T10:00:00Z"}},
        SMALL | {"object": SUB | {"actor": GROUP | {"member": MEMBERS[::-1]}, "timestamp": "2026-03-04T11:00:00+01:00"}},
    ),
}  # fmt: skip
OTHER: dict[str, tuple[Any, Any]] = {
    "another actor": (FULL, changed(FULL, "actor.account.name", "bo")),
    "another name of the actor": (FULL, changed(FULL, "actor.name", "Anna")),
    "an objectType more": (SMALL, changed(SMALL, "actor.objectType", "Agent")),
    "another verb": (FULL, changed(FULL, "verb.id", "http://example.org/verbs/asked")),
    "another activity": (FULL, changed(FULL, "object.id", "http://example.org/activities/9")),
    "no result": (FULL, lacking(FULL, "result")),
    "true and 1": (changed(SMALL, "result", {"extensions": {"a:b": True}}), changed(SMALL, "result", {"extensions": {"a:b": 1}})),
    "1 and a string": (changed(SMALL, "result", {"extensions": {"a:b": 1}}), changed(SMALL, "result", {"extensions": {"a:b": "1"}})),
    "null and nothing": (changed(SMALL, "result", {"extensions": {"a:b": None}}), changed(SMALL, "result", {"extensions": {}})),
    "the 23rd digit": (changed(SMALL, "result", {"extensions": {"a:b": 10**23}}), changed(SMALL, "result", {"extensions": {"a:b": 10**23 + 1}})),
    "a list in an extension in another order": (changed(SMALL, "result", {"extensions": {"a:b": [1, 2]}}), changed(SMALL, "result", {"extensions": {"a:b": [2, 1]}})),
    "another instant": (FULL, changed(FULL, "timestamp", "2026-03-04T10:11:12.346Z")),
    "a timestamp and none": (FULL, lacking(FULL, "timestamp")),
    "the same length told otherwise": (changed(SMALL, "result", {"duration": "PT60S"}), changed(SMALL, "result", {"duration": "PT1M"})),
    "another parent": (FULL, changed(FULL, "context.contextActivities.parent", [ACTIVITY])),
    "a member less": (changed(SMALL, "actor", GROUP), changed(SMALL, "actor", GROUP | {"member": MEMBERS[:1]})),
    "another attachment": (FULL, changed(FULL, "attachments", [ATTACHMENT | {"length": 28}])),
    "no attachment": (FULL, lacking(FULL, "attachments")),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_these_are_one_statement(one: Json, other: Json) -> None:
    assert same(text(one), text(other))
    assert same(text(other), text(one))


@pytest.mark.parametrize(("one", "other"), OTHER.values(), ids=OTHER)
def test_these_are_two(one: Json, other: Json) -> None:
    assert not same(text(one), text(other))
    assert not same(text(other), text(one))


def test_the_timestamp_that_the_store_gave_stands_for_none() -> None:
    bare = lacking(FULL, "timestamp")
    assert same(text(bare), text(FULL), timestamp="2026-03-04T11:11:12.345+01:00")
    assert same(text(FULL), text(bare), timestamp=FULL["timestamp"])
    assert not same(text(bare), text(FULL), timestamp="2026-03-04T11:11:12.345Z")


def test_a_number_beyond_reckoning_is_still_compared() -> None:
    tiny = b'{"actor":{"mbox":"mailto:a@b.c"},"verb":{"id":"a:b"},"object":{"id":"a:c"},"result":{"extensions":{"a:b":1e-99999999999999999999}}}'
    assert same(tiny, tiny)
    assert not same(tiny, tiny.replace(b"1e-99999999999999999999", b"1"))


def shuffled(value: Any, chance: Any) -> Any:
    if isinstance(value, dict):
        return {key: shuffled(value[key], chance) for key in sorted(value, key=lambda _key: chance.random())}
    return [shuffled(inner, chance) for inner in value] if isinstance(value, list) else value


@settings(deadline=None)  # a busy machine is no defect
@given(st.randoms(use_true_random=False), st.booleans(), st.sampled_from([None, 2]))
def test_how_it_is_written_makes_no_difference(chance: Any, ascii_only: bool, indent: int | None) -> None:
    written = json.dumps(shuffled(copy.deepcopy(FULL), chance), ensure_ascii=ascii_only, indent=indent)
    assert same(text(FULL), written.encode())
