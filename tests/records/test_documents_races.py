"""Documents written at the same moment, on a real database (promises.md L08, L09, L10)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import msgspec
import pytest
from django.db import connection

from lms.records.models import Document
from lms.records.rules.documents import ANY, Address, Conditions
from lms.records.rules.refusals import Declined
from lms.records.services.documents import delete_document, merge_document, put_document

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 20
KIND = "application/json"
WHO, WHAT = uuid4(), uuid4()
PLACES = [Address(1, WHO, WHAT, None, "k"), Address(1, WHO, None, None, "k"), Address(1, None, WHAT, None, "k")]
every_place = pytest.mark.parametrize("place", PLACES, ids=["state", "agent profile", "activity profile"])
NONE_THERE = Conditions(none_match=ANY)


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> range:
    return range(50 if request.config.getoption("--long") else 5)


def outcomes(acts: list[Callable[[], None]]) -> list[int]:
    """The status that each act ends with, all of them begun at once; any other error fails the test."""
    gate = threading.Barrier(len(acts))

    def go(act: Callable[[], None]) -> int:
        try:
            gate.wait(20)
            act()
        except Declined as refusal:
            return refusal.status
        finally:
            connection.close()
        return 204

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(go, acts))


def put(place: Address, content: bytes, conditions: Conditions) -> Callable[[], None]:
    return lambda: put_document(at=place, content=content, content_type=KIND, conditions=conditions)


@every_place
def test_put_of_one_etag_has_one_winner(place: Address, rounds: range) -> None:
    """L08."""
    put(place, b"{}", NONE_THERE)()
    for turn in rounds:
        held = Conditions(match=frozenset({Document.objects.get().etag}))
        assert outcomes([put(place, b"[%d, %d]" % (turn, number), held) for number in range(AT_ONCE)]) == [204] + [412] * 19


@every_place
@pytest.mark.parametrize(("conditions", "loses"), [(NONE_THERE, 412), (Conditions(), 409)], ids=["If-None-Match", "no condition"])
def test_creation_has_one_winner(place: Address, rounds: range, conditions: Conditions, loses: int) -> None:
    """L09; and what sets no condition is refused by the one that came first."""
    for _turn in rounds:
        Document.objects.all().delete()
        assert outcomes([put(place, b"[%d]" % number, conditions) for number in range(AT_ONCE)]) == [204] + [loses] * 19


def test_delete_of_one_etag_has_one_winner(rounds: range) -> None:
    for _turn in rounds:
        put(PLACES[0], b"{}", NONE_THERE)()
        held = Conditions(match=frozenset({Document.objects.get().etag}))
        acts: list[Callable[[], None]] = [lambda: delete_document(at=PLACES[0], conditions=held), put(PLACES[0], b"[1]", held)] * 10  # noqa: B023  run before the loop goes on
        assert outcomes(acts) == [204] + [412] * 19
        Document.objects.all().delete()


def test_blind_replacements_all_pass_and_one_stays(rounds: range) -> None:
    """1.0.3 §3.1: State; the last one wins, whole."""
    for _turn in rounds:
        Document.objects.all().delete()
        contents = [b"[%d]" % number for number in range(AT_ONCE)]

        def act(content: bytes) -> Callable[[], None]:
            return lambda: put_document(at=PLACES[0], content=content, content_type=KIND, conditions=Conditions(), blindly=True)

        assert outcomes([act(content) for content in contents]) == [204] * AT_ONCE
        assert bytes(Document.objects.get().content) in contents


@every_place
@pytest.mark.parametrize("there", [False, True])
def test_merging_loses_no_key(place: Address, there: bool) -> None:
    """L10: 200 clients, one key each, into a document that is there or that the first of them creates."""
    if there:
        put(place, b'{"first": 1}', NONE_THERE)()

    def act(number: int) -> Callable[[], None]:
        return lambda: merge_document(at=place, content=b'{"%d": %d}' % (number, number), conditions=Conditions())

    for start in range(0, 200, AT_ONCE):
        assert outcomes([act(number) for number in range(start, start + AT_ONCE)]) == [204] * AT_ONCE
    kept = msgspec.json.decode(Document.objects.get().content)
    assert kept == {str(number): number for number in range(200)} | ({"first": 1} if there else {})


def test_merging_under_one_etag_has_one_winner(rounds: range) -> None:
    put(PLACES[0], b"{}", NONE_THERE)()
    for turn in rounds:
        held = Conditions(match=frozenset({Document.objects.get().etag}))

        def act(number: int, turn: int = turn, held: Conditions = held) -> Callable[[], None]:
            return lambda: merge_document(at=PLACES[0], content=b'{"who": "%d-%d"}' % (turn, number), conditions=held)

        assert outcomes([act(number) for number in range(AT_ONCE)]) == [204] + [412] * 19
