"""Lists longer than a page: `more` leads through one moment's list, each statement once (xAPI 1.0.3 Data §2.5; G5, L13, L15)."""

import json
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from tests.records.programs import ANA, BEN, DID, THING, Program, ids, program, reference, said, voiding

pytestmark = pytest.mark.django_db
each_way = pytest.mark.parametrize("ascending", ["true", "false"])
DAY = 24 * 3600


@pytest.fixture
def me() -> Program:
    return program()


def more_of(response: Any) -> str:
    return str(json.loads(response.content)["more"])


@each_way
@pytest.mark.parametrize("asked", [{}, {"agent": ANA}, {"activity": THING, "related_activities": "true"}], ids=json.dumps)
@pytest.mark.parametrize(("number", "limit"), [(7, 3), (6, 3), (3, 3), (1, 1), (5, 500)])
def test_more_leads_through_every_statement_once(me: Program, ascending: str, asked: dict[str, Any], number: int, limit: int) -> None:
    """No page is empty, not even the last."""
    told = me.tell(*[said() for _n in range(number)])
    me.tell(said(actor=BEN, object={"id": "https://example.org/other"}))  # one that two of the three lists do not hold
    pages = list(me.pages(**asked, ascending=ascending, limit=str(limit), until=me.one(told[-1])["stored"]))
    assert [len(page) for page in pages] == [limit] * (number // limit) + [number % limit] * (number % limit > 0)
    found = [one for page in pages for one in page]
    assert found == (told if ascending == "true" else told[::-1])


@each_way
def test_more_is_not_shifted_by_what_comes_or_goes_meanwhile(me: Program, ascending: str) -> None:
    """L13: whoever reads page after page reads the list of the moment it was first asked for."""
    told = me.tell(*[said() for _n in range(60)])
    response = me.get(limit="20", ascending=ascending)
    found = ids(response)
    for start in (0, 20, 40):
        me.tell(*[said() for _n in range(10)], *[voiding(one) for one in told[start : start + 10]])
    while more_of(response):
        me.tell(said(), said(object=reference(told[5])))
        response = me.get(more_of(response))
        assert ids(response)
        found += ids(response)
    assert found == (told if ascending == "true" else told[::-1])
    assert not set(me.found(limit="0")) & set(told[:10])


@each_way
def test_more_of_a_chain_is_the_list_of_its_moment(me: Program, ascending: str) -> None:
    """A reference that comes later changes nothing of the list being read."""
    told = me.tell(*[said() for _n in range(4)])
    first = me.get(agent=ANA, limit="2", ascending=ascending)
    me.tell(said(actor=BEN, object=reference(told[0])), said(actor=BEN, object=reference(told[3])))
    found = ids(first) + ids(me.get(more_of(first)))
    assert found == (told if ascending == "true" else told[::-1])


def test_more_keeps_what_was_asked(me: Program) -> None:
    me.tell(*[said(verb={"id": DID, "display": {"en": "did"}}) for _n in range(4)])
    for parameters in ({"format": "ids"}, {"attachments": "true"}, {"format": "canonical"}):
        first = me.get(limit="2", **parameters)
        text = first.content.decode()
        more = text[text.index('"more":"') + 8 :].partition('"')[0]
        second = me.get(more).content.decode()
        assert ('"display"' in second) == (parameters != {"format": "ids"})
        assert ("X-Experience-API-Hash" in second or second.startswith("--")) == ("attachments" in parameters)


def test_more_is_of_this_server_and_needs_no_other_parameter(me: Program) -> None:
    """Data §2.5: an IRL relative to the server; it is followed as it is."""
    me.tell(said(), said())
    more = more_of(me.get(limit="1"))
    assert more.startswith("/xapi/statements?cursor=")
    assert more_of(me.get("/xapi/1.0/statements?limit=1")).startswith("/xapi/1.0/statements?cursor=")
    assert me.get(f"{more}&limit=500").status_code == 400
    assert me.ask("HEAD", more).status_code == 200


def test_more_opens_with_its_own_credentials_only(me: Program) -> None:
    """L13, L15."""
    me.tell(said(), said())
    more = more_of(me.get(limit="1"))
    for stranger in (program(), program("all/read"), program(store=2)):
        assert stranger.get(more).status_code == 404
    assert program("state").get(more).status_code == 403


@pytest.mark.parametrize(
    "forge", [lambda more: more[:-2], lambda more: more + "x", lambda more: more[:40], lambda more: "/xapi/statements?cursor=",
              lambda more: more.replace("cursor=", "cursor=e30."), lambda more: more.swapcase().replace("/XAPI/STATEMENTS?CURSOR", "/xapi/statements?cursor")],
)  # fmt: skip
def test_more_cannot_be_forged(me: Program, forge: Any) -> None:
    me.tell(said(), said())
    response = me.get(forge(more_of(me.get(limit="1"))))
    assert response.status_code == 404
    assert "Start again" in json.loads(response.content)["error"]


@pytest.mark.parametrize(("later", "status"), [(0, 200), (DAY - 10, 200), (DAY + 10, 404)])
def test_more_lasts_a_day(me: Program, later: int, status: int) -> None:
    """L13: nothing of it is kept here, so that it outlives a restart."""
    me.tell(said(), said())
    more = more_of(me.get(limit="1"))
    with mock.patch("django.core.signing.time.time", return_value=(timezone.now() + timedelta(seconds=later)).timestamp()):
        assert me.get(more).status_code == status


@each_way
def test_reading_mine_reads_mine_to_the_end(me: Program, ascending: str) -> None:
    """L15: through pages, chains, related agents and voided statements too."""
    mine = program("statements/write", "statements/read/mine")
    others = me.tell(*[said() for _n in range(6)])
    told = mine.tell(*[said() for _n in range(3)], said(object=reference(others[0])))
    found = [one for page in mine.pages(limit="2", ascending=ascending) for one in page]
    assert found == (told if ascending == "true" else told[::-1])
    for one in others:
        assert mine.get(statementId=one).status_code == 404
    me.tell(voiding(others[0]), voiding(told[0]))
    assert mine.get(voidedStatementId=others[0]).status_code == 404
    assert mine.get(voidedStatementId=told[0]).status_code == 200
    assert mine.found(agent=ANA, related_agents="true") == [told[3], *told[2:0:-1]]  # by its own actor


def test_a_chain_tells_nothing_of_what_may_not_be_read(me: Program) -> None:
    """L15: a reference of mine is found through statements that I may read, of this store."""
    run, mine, abroad = "ec531277-b57b-4c15-8d91-d292c5b2b8f7", program("statements/write", "statements/read/mine"), program(store=2)
    secret = said(actor=ANA, context={"registration": run})
    for owner, reader in ((me, mine), (abroad, me)):
        (target,) = owner.tell({**secret, "id": said()["id"]})
        (link,) = reader.tell(said(actor=BEN, object=reference(target)))
        assert link not in reader.found(registration=run)
        assert link not in reader.found(agent=ANA)
