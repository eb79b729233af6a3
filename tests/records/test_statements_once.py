"""Each id once, a batch whole or not at all, nothing changed afterwards (xAPI 1.0.3 Communication §2.1, Data §2.3.1; G2, G3, L01-L05, B03)."""

import copy
import random
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from lms.records.models import Attachment, Reference, Statement, Voiding
from tests.faults import FaultError, all_rows, sweep
from tests.records.programs import (
    ANA,
    BEN,
    CHLOE,
    DID,
    THING,
    Json,
    Program,
    at_once,
    attachment,
    mixed,
    program,
    reference,
    said,
    voiding,
)  # fmt: skip

pytestmark = pytest.mark.django_db
on_a_real_database = pytest.mark.django_db(transaction=True)


@pytest.fixture
def me() -> Program:
    return program()


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> range:
    return range(50 if request.config.getoption("--long") else 4)


# --- the same again, or another thing under the same id -------------------------------------------------------------
RICH: Json = {
    "id": str(uuid4()),
    "actor": {"objectType": "Group", "member": [ANA, BEN, CHLOE]},
    "verb": {"id": DID, "display": {"fr": "a fait"}},
    "object": {"objectType": "Activity", "id": THING, "definition": {"name": {"fr": "Une chose"}}},
    "result": {"score": {"raw": 1, "max": 10}, "duration": "PT1.234S", "extensions": {"http://x/e": {"a": 1, "b": [1, 2]}}},
    "context": {
        "registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
        "contextActivities": {"parent": [{"id": THING}], "other": [{"id": "http://x/1"}, {"id": "http://x/2"}]},
        "language": "fr",
    },
    "timestamp": "2026-03-04T05:06:07Z",
}


def but(path: str, value: Any) -> Json:
    """RICH with another value at that path; without it when the value is `...`."""
    told: Any = copy.deepcopy(RICH)
    *steps, last = path.split(".")
    here = told
    for step in steps:
        here = here[step]
    if value is ...:
        del here[last]
    else:
        here[last] = value
    return dict(told)


SAME = {
    "letter for letter": RICH,
    "keys in another order": dict(reversed(RICH.items())),
    "1.0 for 1": but("result.score.raw", 1.0),
    "a stored of its own": {**RICH, "stored": "2020-01-01T00:00:00Z"},
    "an authority of its own": {**RICH, "authority": BEN},
    "a version": {**RICH, "version": "1.0.3"},
    "the same instant in another zone": but("timestamp", "2026-03-04T06:06:07.000+01:00"),
    "one activity alone": but("context.contextActivities.parent", {"id": THING}),
    "activities in another order": but("context.contextActivities.other", [{"id": "http://x/2"}, {"id": "http://x/1"}]),
    "members in another order": but("actor.member", [CHLOE, ANA, BEN]),
    "another display": but("verb.display", {"en": "did"}),
    "another definition": but("object.definition", ...),
    "a duration finer than 0.01 s": but("result.duration", "PT1.239S"),
    "a UUID in capitals": but("context.registration", RICH["context"]["registration"].upper()),
}
OTHER = {
    "another actor": but("actor", ANA),
    "a member fewer": but("actor.member", [ANA, BEN]),
    "a name": but("actor.name", "Ana"),
    "another verb": but("verb.id", "https://example.org/verbs/other"),
    "another object": but("object.id", "https://example.org/things/2"),
    "no result": but("result", ...),
    "another score": but("result.score.raw", 1.1),
    "true for 1": but("result.extensions", {"http://x/e": {"a": True, "b": [1, 2]}}),
    "a list in another order": but("result.extensions", {"http://x/e": {"a": 1, "b": [2, 1]}}),
    "another duration": but("result.duration", "PT1.25S"),
    "another instant": but("timestamp", "2026-03-04T05:06:08Z"),
    "no timestamp": but("timestamp", ...),
    "an activity fewer": but("context.contextActivities.other", [{"id": "http://x/1"}]),
    "another kind of parent": but("context.contextActivities", {"grouping": [{"id": THING}], **RICH["context"]["contextActivities"]}),
    "no objectType": but("object.objectType", ...),
    "another language": but("context.language", "en"),
}


@pytest.mark.parametrize("again", SAME.values(), ids=SAME.keys())
def test_the_same_statement_again_is_taken_and_changes_nothing(me: Program, again: Json) -> None:
    """L02, L04, §2.1.1."""
    me.put(RICH)
    before = all_rows()["records_statement"]
    assert me.put(again, RICH["id"]).status_code == 204
    assert me.post([again]).status_code == 200
    assert all_rows()["records_statement"] == before


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER.keys())
def test_another_statement_under_its_id_is_refused(me: Program, other: Json) -> None:
    """L03, L04."""
    me.put(RICH)
    before = all_rows()["records_statement"]
    assert me.put(other, RICH["id"]).status_code == me.post([said(), other]).status_code == 409
    assert all_rows()["records_statement"] == before


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_what_was_read_can_be_sent_back(version: str) -> None:
    """Data §2.3.1: what the store added is no difference, in either format that keeps the whole statement."""
    me = program(version=version)
    (identifier,) = me.tell({"actor": ANA, "verb": {"id": DID}, "object": {"id": THING}})
    for format_ in ("exact", "canonical"):
        assert me.put(me.one(identifier, format=format_)).status_code == 204
    again = {**me.one(identifier), "timestamp": "2026-01-01T00:00:00Z"}
    assert me.put(again).status_code == 409


def test_a_batch_may_hold_what_is_stored_already(me: Program) -> None:
    """Ids come back in order; what is new is stored, strictly later and without a gap in the order."""
    old, first, second = said(), said(), said()
    me.tell(old)
    assert me.tell(first, old, second) == [first["id"], old["id"], second["id"]]
    assert me.found(ascending="true") == [old["id"], first["id"], second["id"]]


def test_another_program_sends_the_same(me: Program) -> None:
    """The first one stays its authority."""
    statement = said()
    me.tell(statement)
    before = me.one(statement["id"])
    assert program().put(statement).status_code == 204
    assert me.one(statement["id"]) == before


# --- many at once ---------------------------------------------------------------------------------------------------
@on_a_real_database
def test_fifty_send_the_same_at_once(me: Program) -> None:
    """L02: all taken, one row, one `stored`. With a timestamp, without, and a reference, which are stored in different ways."""
    for changes in ({"timestamp": "2026-03-04T05:06:07Z"}, {}, {"object": reference(uuid4())}):
        statement = said(**changes)
        assert {response.status_code for response in at_once([partial(me.put, statement)] * 50)} == {204}
        assert me.found(limit="1") == [statement["id"]]
    assert Statement.objects.count() == 3


@on_a_real_database
def test_of_two_contents_exactly_one_wins(me: Program, rounds: range) -> None:
    """L03: by PUT and by POST, 20 of each; the winner never changes."""
    for _turn in rounds:
        one = said(timestamp="2026-03-04T05:06:07Z")
        contents = [one, {**one, "actor": BEN}]

        def put(content: Json) -> Callable[[], tuple[Any, bool]]:
            return lambda: (content["actor"], me.put(content).status_code == 204)

        def post(content: Json) -> Callable[[], tuple[Any, bool]]:
            return lambda: (content["actor"], me.post([said(), content]).status_code == 200)

        answers = at_once([send(content) for content in contents for send in (put, post) for _n in range(10)])
        kept = me.one(one["id"])["actor"]
        assert all(taken == (actor == kept) for actor, taken in answers)
        assert sum(taken for _actor, taken in answers) == 20


@on_a_real_database
def test_writers_on_the_same_actor_and_activity_never_fail(me: Program) -> None:
    """L18: 50 at once, each with a definition of the same activities in an order of its own."""
    things = [f"https://example.org/things/{number}" for number in range(5)]

    def act(number: int) -> Callable[[], int]:
        order = random.sample(things, len(things))
        told = [said(object={"id": iri, "definition": {"name": {"en": str(number)}}}) for iri in order]
        return lambda: me.post(told).status_code

    assert set(at_once([act(number) for number in range(50)])) == {200}
    assert Statement.objects.count() == 250


# --- whole or not at all --------------------------------------------------------------------------------------------
def batch() -> tuple[Any, ...]:
    """100 statements: with attachments, references to each other, definitions, and voidings of those before them."""
    told = [said(timestamp="2026-03-04T05:06:07Z") for _n in range(92)]
    told += [
        said(object={"id": f"{THING}/{n}", "definition": {"name": {"en": "A"}}}, attachments=[attachment(b"%d" % n)]) for n in range(3)
    ]
    told += [said(object=reference(told[0]["id"])), said(object=reference(uuid4()))]
    told += [voiding(told[n]["id"]) for n in (1, 2)] + [voiding(uuid4())]
    return (told, *mixed(told, b"0", b"1", b"2"))


def test_whatever_fails_in_a_batch_nothing_of_it_is_kept(me: Program) -> None:
    """L01, F02: each SQL statement fails in its turn; the client is told 503, and sends the same again."""
    _told, body, content_type = batch()

    def act() -> None:
        response = me.post(body, content_type=content_type)
        if response.status_code == 503:
            raise FaultError
        assert response.status_code == 200

    me.get()  # the credentials are known, the clock was told
    assert sweep(act) > 10
    assert Statement.objects.count() == 100
    assert (Attachment.objects.count(), Voiding.objects.count(), Reference.objects.count()) == (3, 3, 5)
    assert len(me.found(limit="0")) == 98


@pytest.mark.parametrize("place", [0, 50, 99])
@pytest.mark.parametrize("wrong", [said(actor={}), {"id": "x"}, 1, None], ids=["no actor", "no UUID", "a number", "null"])
def test_one_wrong_statement_refuses_the_batch(me: Program, place: int, wrong: Any) -> None:
    """B03."""
    told, _body, _type = batch()
    told = [{key: value for key, value in one.items() if key != "attachments"} for one in told]
    told[place] = wrong
    before = all_rows()["records_statement"]
    assert me.post(told).status_code == 400
    assert all_rows()["records_statement"] == before == []
    assert not any(model.objects.exists() for model in (Attachment, Voiding, Reference))


def test_one_id_twice_refuses_the_batch(me: Program) -> None:
    """B03, §2.1.2; whatever its case."""
    one = said()
    for twin in (one, {**one, "id": one["id"].upper()}, said(id=one["id"], actor=BEN)):
        assert me.post([one, said(), twin]).status_code == 400
    assert not Statement.objects.exists()


def test_one_conflict_refuses_the_batch(me: Program) -> None:
    old, inner = said(), said(attachments=[attachment(b"x")])
    me.tell(old)
    body, content_type = mixed([said(), inner, voiding(old["id"]), {**old, "actor": BEN}], b"x")
    assert me.post(body, content_type=content_type).status_code == 409
    assert me.found() == [old["id"]]
    assert not Attachment.objects.exists()


def test_five_thousand_statements_are_one_batch(me: Program) -> None:
    """B03: and one wrong at the end keeps none of them."""
    told = [said() for _n in range(5_000)]
    assert me.post([*told, {}]).status_code == 400
    assert not Statement.objects.exists()
    assert me.tell(*told) == [one["id"] for one in told]
    assert Statement.objects.count() == 5_000


# --- afterwards -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_no_method_changes_or_deletes(me: Program, method: str) -> None:
    """L05."""
    statement = said()
    me.tell(statement)
    response = me.ask(method, statementId=statement["id"])
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, PUT, POST, HEAD, OPTIONS")
    assert me.found() == [statement["id"]]
