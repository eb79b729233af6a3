"""What the database holds is what the API gives, and what was promised at each reading (promises.md L12, L19)."""

import random
import threading
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

import pytest

from lms.records.models import Statement, Voiding
from tests.records.programs import ANA, BEN, CHLOE, DAN, DID, THING, THROUGH, Program, at_once, program, said, voiding

pytestmark = pytest.mark.django_db(transaction=True)
AGENTS = [ANA, BEN, CHLOE, DAN]
VERBS = [f"{DID}/{number}" for number in range(4)]
THINGS = [f"{THING}/{number}" for number in range(5)]


def counted(column: str) -> list[int]:
    """How many statements have each value of a column, counted by the database.

    A voided one counts: a list gives the statement that voids it in its place, since what it refers to matches (1.0.3 §2.1.3).
    """
    values = Statement.objects.exclude(id__in=Voiding.objects.values("by"))
    return sorted(Counter(values.values_list(column, flat=True)).values())


def paged(me: Program, name: str, values: Iterable[object]) -> list[int]:
    """The same by walking each list through the API, in pages of 37."""
    return sorted(sum(len(page) for page in me.pages(limit="37", **{name: value})) for value in values)


def test_counts_are_the_same_by_sql_and_by_pages(request: pytest.FixtureRequest) -> None:
    """L19, after four writers at once and some voidings: by actor, by verb, by activity."""
    me, many = program(), 2_000 if request.config.getoption("--long") else 150
    chance = random.Random(19)

    def write(number: int) -> list[str]:
        mine = random.Random(number)
        told = [said(actor=mine.choice(AGENTS), verb={"id": mine.choice(VERBS)}, object={"id": mine.choice(THINGS)}) for _n in range(many)]
        return [one for place in range(0, many, 50) for one in me.tell(*told[place : place + 50])]

    written = [one for batch in at_once([partial(write, number) for number in range(4)]) for one in batch]
    me.tell(*[voiding(one, actor={"mbox": "mailto:staff@example.org"}) for one in chance.sample(written, 40)])
    assert sum(counted("verb")) == len(written)
    assert counted("actor") == paged(me, "agent", AGENTS)
    assert counted("verb") == paged(me, "verb", VERBS)
    assert counted("activity") == paged(me, "activity", THINGS)


def test_consistent_through_is_true_at_every_reading(request: pytest.FixtureRequest) -> None:
    """L12: nothing is stored later at or before the moment that an answer named; 10,000 readings with `--long`."""
    me, readings = program(), 10_000 if request.config.getoption("--long") else 300
    over = threading.Event()

    def write() -> list[tuple[str, int]]:
        while not over.is_set():
            me.tell(*[said() for _n in range(10)])
            me.tell(said(timestamp="2026-03-04T05:06:07Z"))
            time.sleep(0.02)  # readers are what is counted here
        return []

    def read() -> list[tuple[str, int]]:
        """The moment each answer named, and how many statements the database showed up to it right after."""
        found = []
        try:
            for _n in range(readings // 4):
                through = me.get(limit="1").headers[THROUGH]
                found.append((through, Statement.objects.filter(stored__lte=moment(through)).count()))
        finally:
            if not next(left, None):
                over.set()
        return found

    left = iter([True] * 3)
    acts: list[Callable[[], list[tuple[str, int]]]] = [write, write, read, read, read, read]
    seen = [one for found in at_once(acts) for one in found]
    assert len(seen) == readings
    stored = sorted(Statement.objects.values_list("stored", flat=True))
    assert not [through for through, number in seen if bisect_right(stored, moment(through)) != number]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
