"""How a statement is made, checked by an xAPI library too."""

import json
from datetime import datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from tincan import Statement as TinCanStatement

from lms.records import vocabulary as v
from lms.records.statements import activity, agent, build, iri, voided

AT = datetime(2026, 1, 5, 10, 30, tzinfo=timezone(timedelta(hours=1)))


def full() -> dict[str, object]:
    return build(
        actor=agent(uuid4()), verb=v.SCORED, object_=activity("practical", "x", v.TYPE_PRACTICAL, "Détourer"), at=AT, registration=uuid4(),
        parent=[activity("module", "m", v.TYPE_MODULE, "Détourage")], grouping=[activity("competency", "c", v.TYPE_COMPETENCY, "C1")],
        instructor=agent(uuid4()), revision="7", result={"score": {"raw": 3}}, extensions={v.EXT_LEVEL: 3},
    )  # fmt: skip


def test_build_says_when_in_utc_and_where() -> None:
    told = full()
    assert told["timestamp"] == "2026-01-05T09:30:00.000Z"
    assert UUID(str(told["id"])).version == 4
    assert told["object"]["id"] == f"{settings.SITE_URL}/xapi/activities/practical/x"
    assert iri("module", 3).endswith("/xapi/activities/module/3")


def test_build_is_read_back_by_tincan() -> None:
    told = full()
    read = json.loads(TinCanStatement.from_json(json.dumps(told)).to_json())
    assert read["context"]["contextActivities"]["grouping"][0]["definition"]["type"] == v.TYPE_COMPETENCY
    assert read["actor"]["account"]["name"] == told["actor"]["account"]["name"]
    assert read["result"]["score"]["raw"] == 3


def test_build_of_little_holds_no_empty_part() -> None:
    told = build(actor=agent(uuid4()), verb=v.JOINED, object_=activity("cohort", "x", v.TYPE_COHORT, "X"), at=AT)
    assert set(told) == {"id", "timestamp", "actor", "verb", "object", "context"}
    assert set(told["context"]) == {"platform", "language"}


def test_voided_points_at_the_statement_and_gives_the_reason_without_revision() -> None:
    target = uuid4()
    told = voided(by=agent(uuid4()), statement_id=target, reason="Erreur", reason_iri=v.EXT_REASON, at=AT)
    assert told["object"] == {"objectType": "StatementRef", "id": str(target)}
    assert told["verb"]["id"] == "http://adlnet.gov/expapi/verbs/voided"
    assert told["context"]["extensions"] == {v.EXT_REASON: "Erreur"}
    TinCanStatement.from_json(json.dumps(told))


@pytest.mark.parametrize("verb", v.VERBS.values(), ids=lambda verb: verb.en)
def test_vocabulary_words_are_whole(verb: v.Verb) -> None:
    assert verb.iri.startswith(("http://", "https://"))
    assert verb.fr
    assert verb.en
