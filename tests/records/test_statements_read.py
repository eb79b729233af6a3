"""Statements asked for: one, or those that match (xAPI 1.0.3 Communication §2.1.3, §2.1.4; L12, B17)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import http_date

from lms.records.models import Clock, Reference, Statement
from lms.records.services.storing import FURTHEST
from tests.records.programs import (
    ANA,
    BEN,
    CHLOE,
    DAN,
    DID,
    TEAM,
    THING,
    THROUGH,
    VERSION,
    Json,
    Program,
    attachment,
    credential_of,
    ids,
    mixed,
    program,
    reference,
    said,
)  # fmt: skip

pytestmark = pytest.mark.django_db
SAW, ELSEWHERE = "https://example.org/verbs/saw", "https://example.org/things/2"
RUN, OTHER_RUN = "ec531277-b57b-4c15-8d91-d292c5b2b8f7", "8f87ccde-bb56-4c2e-ab83-44982ef22df0"


@pytest.fixture
def me() -> Program:
    return program()


def around(kind: str) -> Json:
    return {"actor": BEN, "object": {"id": ELSEWHERE}, "context": {"contextActivities": {kind: [{"id": THING}]}}}


INNER = {
    "objectType": "SubStatement", "actor": ANA, "verb": {"id": SAW}, "object": {"id": ELSEWHERE},
    "context": {"instructor": DAN, "registration": OTHER_RUN, "contextActivities": {"grouping": [{"id": THING}]}},
}  # fmt: skip
STORY: dict[str, Json] = {
    "actor": {"actor": {"name": "Ana", **ANA}},
    "agent": {"actor": BEN, "object": {"objectType": "Agent", **ANA}},
    "member": {"actor": {"objectType": "Group", "member": [ANA, BEN]}, "verb": {"id": SAW}, "object": {"id": ELSEWHERE}},
    "team": {"actor": TEAM, "object": {"id": ELSEWHERE}},
    "group": {"actor": BEN, "object": TEAM},
    "instructor": {"actor": BEN, "object": {"id": ELSEWHERE}, "context": {"instructor": ANA, "registration": RUN}},
    "context team": {"actor": BEN, "context": {"team": {"objectType": "Group", "member": [ANA]}, "registration": RUN}},
    "sub": {"actor": BEN, "object": INNER},
    "parent": around("parent"),
    "grouping": around("grouping"),
    "category": around("category"),
    "other": around("other"),
    "cited": {"actor": BEN, "object": {"id": ELSEWHERE}, "context": {"statement": reference(uuid4())}},
}
AROUND = {"parent", "grouping", "category", "other"}
YES = {"related_agents": "true", "related_activities": "true"}


def tell_story(me: Program) -> dict[str, str]:
    """Stores it in order; name by id."""
    told = {name: said(**changes) for name, changes in STORY.items()}
    told["cited"]["context"]["statement"] = reference(told["actor"]["id"])
    me.tell(*told.values())
    return {statement["id"]: name for name, statement in told.items()}


ASKED: list[tuple[dict[str, Any], set[str]]] = [
    ({}, set(STORY)),
    ({"agent": ANA}, {"actor", "agent", "member"}),
    ({"agent": {"objectType": "Agent", "name": "Anne", "mbox": "mailto:ana@EXAMPLE.org"}}, {"actor", "agent", "member"}),
    ({"agent": ANA, "related_agents": "true"}, {"actor", "agent", "member", "instructor", "context team", "sub"}),
    ({"agent": ANA, "related_agents": "false"}, {"actor", "agent", "member"}),
    ({"agent": CHLOE}, {"team", "group"}),  # one of the group's members
    ({"agent": TEAM}, {"team", "group"}),
    ({"agent": {"objectType": "Group", "account": TEAM["account"]}}, {"team", "group"}),
    ({"agent": DAN}, set()),
    ({"agent": DAN, "related_agents": "true"}, {"sub"}),
    ({"agent": {"mbox": "mailto:nobody@example.org"}}, set()),
    ({"verb": DID}, set(STORY) - {"member"}),
    ({"verb": SAW}, {"member"}),
    ({"verb": SAW + "/"}, set()),
    ({"activity": THING}, {"actor", "context team"}),
    ({"activity": THING, "related_activities": "true"}, {"actor", "context team", "sub", *AROUND}),
    ({"activity": ELSEWHERE}, {"member", "team", "instructor", "cited", *AROUND}),
    ({"activity": ELSEWHERE, "related_activities": "true"}, {"member", "team", "instructor", "cited", "sub", *AROUND}),
    ({"registration": RUN}, {"instructor", "context team"}),
    ({"registration": RUN.upper()}, {"instructor", "context team"}),
    ({"registration": OTHER_RUN}, set()),
    ({"agent": ANA, "verb": SAW}, {"member"}),
    ({"agent": ANA, "verb": DID}, {"actor", "agent"}),
    ({"agent": ANA, "activity": THING}, {"actor"}),
    ({"agent": ANA, "activity": THING, **YES}, {"actor", "context team", "sub"}),
    ({"agent": ANA, "activity": ELSEWHERE, **YES}, {"member", "instructor", "sub"}),
    ({"agent": ANA, "activity": ELSEWHERE, "related_agents": "true"}, {"member", "instructor"}),
    ({"agent": BEN, "verb": DID, "activity": THING, "registration": RUN}, {"context team"}),
    ({"agent": ANA, "registration": RUN, "related_agents": "true"}, {"instructor", "context team"}),
    ({"verb": SAW, "registration": RUN}, set()),
    (YES, set(STORY)),
]


@pytest.mark.parametrize(("asked", "expected"), ASKED, ids=[json.dumps(asked) for asked, _expected in ASKED])
@pytest.mark.parametrize("ascending", ["true", "false"])
def test_filters(me: Program, asked: dict[str, Any], expected: set[str], ascending: str) -> None:
    """§2.1.3; the order is that of `stored`, latest first unless asked otherwise."""
    names = tell_story(me)
    in_order = [name for name in STORY if name in expected]
    assert [names[one] for one in me.found(**asked, ascending=ascending)] == (in_order if ascending == "true" else in_order[::-1])


def test_the_authority_is_a_related_agent(me: Program) -> None:
    authority = json.loads(credential_of(me).authority_text)
    names = tell_story(me)
    assert me.found(agent=authority) == []
    assert len(me.found(agent=authority, related_agents="true")) == len(names)


def test_since_is_exclusive_and_until_is_inclusive(me: Program) -> None:
    told = me.tell(*[said() for _n in range(5)])
    stored = [me.one(identifier)["stored"] for identifier in told]
    assert me.found(since=stored[1], ascending="true") == told[2:]
    assert me.found(until=stored[3], ascending="true") == told[:4]
    assert me.found(since=stored[0], until=stored[2]) == told[2:0:-1]
    assert me.found(since=stored[4]) == me.found(until="2020-01-01T00:00:00Z") == []
    assert me.found(until="2120-01-01T00:00:00Z", limit="1") == told[4:]


@pytest.mark.parametrize(("limit", "most"), [("0", 500), ("500", 500), ("501", 500), ("999999999", 500), ("1", 1), ("007", 7)])
def test_limit(me: Program, limit: str, most: int) -> None:
    """0 asks for as many as the store gives."""
    me.tell(*[said() for _n in range(502)])
    assert len(me.found(limit=limit)) == most
    assert len(me.found(limit=limit, agent=ANA)) == most


def test_nothing_found_is_an_empty_list(me: Program) -> None:
    response = me.get(verb=DID)
    assert (response.status_code, response.content) == (200, b'{"statements":[],"more":""}')
    assert "Last-Modified" not in response.headers


# --- through references ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("late", [False, True], ids=["target first", "target last"])
@pytest.mark.parametrize("by", [{"agent": ANA}, {"verb": SAW}, {"activity": THING}, {"registration": RUN}, {"agent": DAN, **YES}])
def test_what_leads_to_a_match_matches(me: Program, by: dict[str, Any], late: bool) -> None:
    """§2.1.3 Filter Conditions for StatementRefs: a → b → c, in whatever order they come."""
    c = said(verb={"id": SAW}, context={"registration": RUN, "instructor": DAN})
    b = said(actor=BEN, object=reference(c["id"]))
    a = said(actor=BEN, object=reference(b["id"]))
    side = said(actor=BEN, object={"id": ELSEWHERE}, context={"statement": reference(c["id"])})
    told = [a, side, b, c] if late else [c, b, side, a]
    for statement in told:
        me.tell(statement)
    matching = [one["id"] for one in told if one is not side]
    assert me.found(**by, ascending="true") == matching
    moment = me.one(matching[0])["stored"]  # time is asked of the statement that refers
    assert me.found(**by, ascending="true", since=moment) == matching[1:]
    assert me.found(**by, until=moment) == matching[:1]
    assert me.found(**{**by, "agent": CHLOE}) == []


def test_a_circle_of_references_ends(me: Program) -> None:
    one, other, third = said(), said(actor=BEN), said(actor=CHLOE)
    for statement, target in ((one, other), (other, third), (third, one)):
        statement["object"] = reference(target["id"])
        me.tell(statement)
    assert len(me.found(agent=ANA)) == len(me.found(agent=CHLOE)) == 3


@pytest.mark.parametrize("ascending", ["true", "false"])
@pytest.mark.parametrize("limit", ["1", "2", "3"])
def test_long_chains_hide_nothing(me: Program, limit: str, ascending: str) -> None:
    """A statement that leads to several matches counts once in a page."""
    told = [said()]
    for _n in range(6):
        told.append(said(object=reference(told[-1]["id"])))
    told += [said(verb={"id": SAW}, object=reference(told[-1]["id"])) for _n in range(3)]
    for statement in told:
        me.tell(statement)
    found = [one for page in me.pages(verb=DID, limit=limit, ascending=ascending) for one in page]
    in_order = [one["id"] for one in told]
    assert found == (in_order if ascending == "true" else in_order[::-1])


@pytest.mark.parametrize("late", [False, True], ids=["target first", "target last"])
def test_a_chain_is_followed_so_far_and_no_further(me: Program, late: bool) -> None:
    """A chain costs its length times `FURTHEST` under the lock of the store, not its square."""
    told = [said()]
    for _n in range(FURTHEST + 8):
        told.append(said(actor=BEN, object=reference(told[-1]["id"])))
    me.tell(*(reversed(told) if late else told))
    assert set(me.found(agent=ANA)) == {one["id"] for one in told[: FURTHEST + 1]}
    assert Reference.objects.filter(steps__gt=FURTHEST).count() == 0


# --- one ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["statementId", "voidedStatementId"])
def test_one_goes_with_format_and_attachments_only(me: Program, name: str) -> None:
    identifier = str(uuid4())
    others = {"agent": ANA, "verb": DID, "activity": THING, "registration": RUN, "since": "2026-01-01T00:00:00Z", "limit": "1",
              "ascending": "true", "related_agents": "false", "cursor": "x"}  # fmt: skip
    for other, value in others.items():
        assert me.get(**{name: identifier, other: value}).status_code == 400, other
    assert me.get(**{name: identifier, "format": "ids", "attachments": "false"}).status_code == 404
    assert me.get(statementId=identifier, voidedStatementId=identifier).status_code == 400


def test_last_modified_is_the_hour_of_storing(me: Program) -> None:
    """§2.1.3: of the statement; of a list, its latest."""
    told = me.tell(said(), said())
    moments = [datetime.fromisoformat(me.one(identifier)["stored"]) for identifier in told]
    assert me.get(statementId=told[0]).headers["Last-Modified"] == http_date(moments[0].timestamp())
    for ascending in ("true", "false"):
        assert me.get(ascending=ascending).headers["Last-Modified"] == http_date(moments[1].timestamp())


@pytest.mark.parametrize("parameters", [{}, {"format": "ids"}, {"attachments": "true"}, {"statementId": str(uuid4())}, {"limit": "x"}])
def test_head_is_get_less_its_body(me: Program, parameters: dict[str, str]) -> None:
    """§1.1."""
    me.tell(said())
    get, head = me.get(**parameters), me.ask("HEAD", **parameters)
    assert (head.status_code, head.content) == (get.status_code, b"")
    told, meant = dict(head.headers), dict(get.headers)
    if "attachments" in parameters:  # its boundary is drawn anew
        assert told.pop("Content-Type").startswith("multipart/mixed; boundary=")
        meant.pop("Content-Type")
    assert told == meant
    assert head.headers["Content-Length"] == str(len(get.content))


# --- parameters -----------------------------------------------------------------------------------------------------
BAD = [
    "limit=-1", "limit=x", "limit=", "limit=1.0", "limit=٣", "limit=1&limit=2", "limit=9999999999", "ascending=1", "ascending=", "ascending=yes",
    "attachments=x", "related_agents=x", "related_activities=x", "verb=x", "verb=", "activity=x", "activity=http%3A%2F%2Fx%20y", "registration=x",
    "registration=", "since=x", "since=2026-01-01", "until=2026-13-01T00:00:00Z", "until=", "format=x", "format=", "format=Exact", "agent=", "agent=x",
    "agent={}", "agent=[]", "agent=null", 'agent={"mbox":"ana@example.org"}', 'agent={"mbox":"mailto:a@x.org","openid":"http://x"}',
    'agent={"objectType":"Group","member":[{"mbox":"mailto:a@x.org"}]}', 'agent={"mbox":"mailto:a@x.org","mbox":"mailto:b@x.org"}',
    'agent={"mbox":"mailto:a@x.org","x":1}', "statementId=", "statementId=x", "voidedStatementId=x", "cursor=x&limit=1", "unknown=1", "Limit=1",
    "statementid=x", "verb=%FF", "verb=http://x/%00", "&".join(f"x{n}=1" for n in range(200)), "agent=" + "[" * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("query", BAD)
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_bad_parameters_are_refused_with_a_reason(query: str, version: str) -> None:
    """B17, §2.0: names are case sensitive; the reason repeats no value (L17)."""
    me = program(version=version)
    response = me.get(f"/xapi/statements?{query}")
    assert response.status_code == 400
    reason = json.loads(response.content)["error"]
    assert reason.endswith(".")
    assert response.headers[VERSION] == version
    value = query.partition("=")[2]
    assert len(value) < 5 or value not in reason


@pytest.mark.parametrize(
    "query", ["ascending=True", "ascending=TRUE&limit=1", "since=2026-01-01T00:00:00 01:00", "since=2026-01-01T00:00:00+01:00",
              "since=2026-01-01T00:00:00%2B0100", "until=2126-01-01T00:00:00Z", "attachments=False"],
)  # fmt: skip
def test_what_real_clients_send_is_understood(me: Program, query: str) -> None:
    """A capital, and the + of a zone that was not encoded."""
    told = me.tell(said())
    assert ids(me.get(f"/xapi/statements?{query}")) == told


# --- formats --------------------------------------------------------------------------------------------------------
def test_ids_leave_what_identifies() -> None:
    """§2.1.3 `ids`: agents, groups, verbs and activities; for an anonymous group its members."""
    me, full = program(version="2.0.0"), {"name": "Ana", **ANA}
    group = {"objectType": "Group", "name": "us", "member": [full]}
    thing = {"objectType": "Activity", "id": THING, "definition": {"name": {"en": "A"}}}
    context = {
        "instructor": full, "team": {**TEAM, "name": "T"}, "contextActivities": {"parent": [thing]}, "language": "fr",
        "contextAgents": [{"objectType": "contextAgent", "agent": full}],
    }  # fmt: skip
    inner = {"objectType": "SubStatement", "actor": full, "verb": {"id": DID, "display": {"en": "did"}}, "object": thing}
    (identifier,) = me.tell(said(actor=group, verb={"id": DID, "display": {"en": "did"}}, object=inner, context=context))
    one = me.one(identifier, format="ids")
    assert one["actor"] == {"objectType": "Group", "member": [ANA]}
    assert one["verb"] == {"id": DID}
    assert one["object"] == {"objectType": "SubStatement", "actor": ANA, "verb": {"id": DID}, "object": {"id": THING}}
    assert one["context"]["contextActivities"] == {"parent": [{"id": THING}]}
    assert one["context"]["team"] == {"objectType": "Group", "account": TEAM["account"]}
    assert one["context"]["instructor"] == one["context"]["contextAgents"][0]["agent"] == ANA
    assert "name" not in one["authority"]
    assert one["context"]["language"] == "fr"
    (listed,) = json.loads(me.get(format="ids").content)["statements"]
    assert listed == one


WORDS = {"en": "thing", "fr-FR": "chose", "de": "Ding"}
WANTED = [
    ("", "en"), ("fr", "fr-FR"), ("fr-FR", "fr-FR"), ("FR-fr", "fr-FR"), ("de-AT", "de"), ("it, de;q=0.5, fr;q=0.7", "fr-FR"), ("it", "en"),
    ("*", "en"), ("de;q=x, fr", "fr-FR"), ("fr;q=0, de;q=0.1", "de"),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "given"), WANTED)
def test_canonical_is_in_one_language(me: Program, wanted: str, given: str) -> None:
    """§2.1.3 Language Filtering: each map by itself, what the store knows of the activity rather than what was sent."""
    definition = {
        "name": WORDS,
        "description": WORDS,
        "interactionType": "choice",
        "choices": [{"id": "a", "description": WORDS}, {"id": "b"}],
    }
    first, second = me.tell(
        said(object={"id": THING, "definition": definition}),
        said(verb={"id": DID, "display": WORDS}, context={"contextActivities": {"parent": [{"id": THING}]}}, actor={"name": "Ana", **ANA}),
    )
    one = {given: WORDS[given]}
    told = {"name": one, "description": one, "interactionType": "choice", "choices": [{"id": "a", "description": one}, {"id": "b"}]}
    assert me.one(first, format="canonical", headers={"Accept-Language": wanted})["object"]["definition"] == told
    other = me.one(second, format="canonical", headers={"Accept-Language": wanted})
    assert other["object"]["definition"] == other["context"]["contextActivities"]["parent"][0]["definition"] == told
    assert other["verb"]["display"] == one
    assert other["actor"] == {"name": "Ana", **ANA}
    assert "definition" not in me.one(second)["object"]


def test_canonical_of_what_nobody_may_define_is_in_one_language_too(me: Program) -> None:
    inner = {
        "objectType": "SubStatement",
        "actor": ANA,
        "verb": {"id": DID, "display": WORDS},
        "object": {"id": THING, "definition": {"name": WORDS}},
    }
    (identifier,) = program("statements/write").tell(said(object=inner))
    told = me.one(identifier, format="canonical", headers={"Accept-Language": "de"})["object"]
    assert (told["object"]["definition"]["name"], told["verb"]["display"]) == ({"de": "Ding"}, {"de": "Ding"})


# --- consistent through ---------------------------------------------------------------------------------------------
def test_every_answer_says_up_to_when_it_is_complete(me: Program) -> None:
    """L12, §2.1.3: on all responses, refusals included; in ISO 8601."""
    statement = said()
    answers = [
        me.put(statement), me.post(said()), me.get(), me.get(statementId=statement["id"]), me.get(statementId=str(uuid4())), me.get(limit="x"),
        me.post(b"{"), me.put({**statement, "actor": BEN}), me.ask("DELETE"), me.ask("HEAD"), program("state").get(), me.post([]),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [204, 200, 200, 200, 404, 400, 400, 409, 405, 200, 403, 200]
    moments = [datetime.fromisoformat(answer.headers[THROUGH]) for answer in answers]
    assert moments == sorted(moments)
    assert all(moment.tzinfo == UTC for moment in moments)
    assert moments[-1] >= Statement.objects.latest("stored").stored


@pytest.mark.parametrize("idle", [timedelta(0), timedelta(hours=1)])
def test_consistent_through_is_recent_even_when_nothing_comes(me: Program, idle: timedelta) -> None:
    """§2.1.3: and nothing is stored at or before it later."""
    me.tell(said())
    Clock.objects.update(last=timezone.now() - idle)
    through = me.get().headers[THROUGH]
    assert abs(datetime.fromisoformat(through) - timezone.now()) < timedelta(seconds=5)
    (identifier,) = me.tell(said())
    assert me.one(identifier)["stored"] > through


# --- what it costs --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("parameters", [{}, {"format": "canonical"}, {"attachments": "true"}, {"agent": ANA, "activity": THING, **YES}])
def test_a_list_costs_the_same_for_1_and_100(me: Program, parameters: dict[str, Any]) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert me.get(**parameters).status_code == 200
        return len(queries)

    def told(number: int) -> Json:
        return said(object={"id": f"{THING}/{number}", "definition": {"name": {"en": "A"}}}, attachments=[attachment(b"%d" % number)],
                    context={"contextActivities": {"parent": [{"id": THING}]}})  # fmt: skip

    for numbers in (range(1), range(1, 101)):
        body, content_type = mixed([told(number) for number in numbers], *[b"%d" % number for number in numbers])
        assert me.post(body, content_type=content_type).status_code == 200
        if numbers.start == 0:
            me.get()  # the credentials and their authority are known from here on
            first = cost()
    assert cost() == first <= (4 if "attachments" in parameters else 3)  # the fourth: how large they are, before they are read
