"""Voided statements (xAPI 1.0.3 Data §2.3.2, Communication §2.1.4; L07): one state in the end, whatever comes first."""

from collections.abc import Callable
from itertools import permutations
from uuid import uuid4

import pytest

from lms.records.models import Statement, Voiding
from tests.records.programs import BEN, DID, THING, VOIDED, Json, Program, at_once, program, reference, said, voiding

pytestmark = pytest.mark.django_db


@pytest.fixture
def me() -> Program:
    return program()


def standing(me: Program) -> set[str]:
    return {identifier for page in me.pages() for identifier in page}


def test_voided_is_found_by_voided_statement_id_only(me: Program) -> None:
    """§2.1.4."""
    one, act = said(), voiding("x")
    me.tell(one)
    before = me.get(statementId=one["id"]).content
    act["object"] = reference(one["id"])
    me.tell(act)
    assert me.get(statementId=one["id"]).status_code == 404
    assert me.get(voidedStatementId=one["id"]).content == before
    assert me.get(statementId=act["id"]).status_code == 200
    assert me.get(voidedStatementId=act["id"]).status_code == 404
    assert me.get(voidedStatementId=str(uuid4())).status_code == 404
    for parameters in ({}, {"verb": DID}, {"agent": one["actor"]}, {"activity": THING}, {"activity": THING, "related_activities": "true"}):
        assert one["id"] not in me.found(**parameters)
    assert me.found(verb=VOIDED) == [act["id"]]


def test_the_voiding_statement_is_found_through_what_it_voids(me: Program) -> None:
    """§2.1.4: statements that target a voided one are still returned, the voiding one among them."""
    one, comment = said(actor=BEN), said()
    me.tell(one)
    comment["object"] = reference(one["id"])
    act = voiding(one["id"])
    me.tell(comment, act)
    assert me.found(agent=BEN) == [act["id"], comment["id"]]


def test_a_voiding_statement_is_never_voided(me: Program) -> None:
    """Data §2.3.2: accepted, without effect; what was voided stays so."""
    one = said()
    first = voiding(one["id"])
    second = voiding(first["id"])
    third = voiding(second["id"])
    me.tell(one, first)
    me.tell(second)
    me.tell(third)
    assert standing(me) == {first["id"], second["id"], third["id"]}
    assert Voiding.objects.count() == 1


def test_twice_is_once(me: Program) -> None:
    one = said()
    acts = [voiding(one["id"]) for _n in range(3)]
    me.tell(one)
    me.tell(acts[0])
    me.tell(*acts[1:])
    assert standing(me) == {act["id"] for act in acts}
    assert str(Voiding.objects.get().by) == acts[0]["id"]


def test_voiding_itself_changes_nothing(me: Program) -> None:
    identifier = str(uuid4())
    assert me.put(voiding(identifier, id=identifier)).status_code == 204
    assert standing(me) == {identifier}


def story() -> dict[str, Json]:
    """A statement, what voids it, what would void that, and a comment on the first."""
    one = said()
    act = voiding(one["id"])
    return {"one": one, "act": act, "again": voiding(act["id"]), "comment": said(object=reference(one["id"]))}


@pytest.mark.parametrize("order", list(permutations(["one", "act", "again", "comment"])), ids="-".join)
@pytest.mark.parametrize("at_a_time", [1, 2, 4])
def test_the_end_is_the_same_in_any_order(me: Program, order: tuple[str, ...], at_a_time: int) -> None:
    """L07: unknown targets, late ones, those of the same batch."""
    told = story()
    sent = [told[name] for name in order]
    for start in range(0, 4, at_a_time):
        me.tell(*sent[start : start + at_a_time])
    assert standing(me) == {told[name]["id"] for name in ("act", "again", "comment")}
    assert set(me.found(activity=THING)) == standing(me)
    assert me.get(voidedStatementId=told["one"]["id"]).status_code == 200
    assert me.get(statementId=told["act"]["id"]).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_racing_with_the_target(me: Program, request: pytest.FixtureRequest) -> None:
    """L07: 20 races (100 with --long) of all four at once."""
    turns = 100 if request.config.getoption("--long") else 20
    stories = [story() for _turn in range(turns)]

    def act(name: str) -> Callable[[], set[int]]:
        return lambda: {me.put(told[name]).status_code for told in stories}

    assert at_once([act(name) for name in ("one", "act", "again", "comment")]) == [{204}] * 4
    assert Statement.objects.count() == 4 * turns
    assert set(Voiding.objects.values_list("target", flat=True)) == set(
        Statement.objects.filter(pk__in=[told["one"]["id"] for told in stories]).values_list("id", flat=True)
    )
    assert standing(me) == {told[name]["id"] for told in stories for name in ("act", "again", "comment")}


def test_the_voided_one_is_never_touched(me: Program) -> None:
    """L05: voiding is a row beside."""
    one = said()
    me.tell(one)
    before = Statement.objects.values().get()
    me.tell(voiding(one["id"]))
    assert Statement.objects.values().get(pk=one["id"]) == before
    assert me.put(one).status_code == 204
    assert me.put({**one, "actor": BEN}).status_code == 409
    assert me.get(statementId=one["id"]).status_code == 404


def test_another_store_voids_nothing_here(me: Program) -> None:
    one = said()
    me.tell(one)
    program(store=2).tell(voiding(one["id"]))
    assert me.found() == [one["id"]]
    me.tell(voiding(one["id"]))
    assert one["id"] not in me.found()


def test_who_may_not_read_others_voids_its_own_only(me: Program) -> None:
    """1.0.3 Data §2.3.2 leaves to the store who may void: what may not be read is not voided either."""
    narrow = program("statements/write", "statements/read/mine")
    theirs, own = me.tell(said())[0], narrow.tell(said())[0]
    for target in (theirs, uuid4()):
        assert narrow.post([said(), voiding(target)]).status_code == 403
    assert me.one(theirs)
    assert len(narrow.found()) == 1, "nothing of those batches is kept"
    assert narrow.post(voiding(own)).status_code == 200
    together = said()
    assert narrow.post([together, voiding(together["id"])]).status_code == 200
    assert me.get(voidedStatementId=together["id"]).status_code == 200
    assert narrow.post([me.one(theirs), voiding(theirs)]).status_code == 403, "sent again, it is still another's"
    assert me.one(theirs)
    assert program("statements/write", "statements/read").post(voiding(theirs)).status_code == 200
