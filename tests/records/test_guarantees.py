"""A reader that follows the store sees every statement once, in order, whatever writes meanwhile (promises.md G5, L11, L12, L14)."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import pairwise
from unittest import mock

import pytest
from django.utils import timezone

from lms.records.models import Clock, Statement
from lms.records.services import bulk
from tests.records.programs import ANA, THROUGH, Program, at_once, ids, program, said

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, BATCH = 6, 20


@pytest.fixture
def seconds(request: pytest.FixtureRequest) -> int:
    return 60 if request.config.getoption("--long") else 3


class Followed:
    """What a follower saw, and whether each answer kept its word: nothing at or before it appears later (L12)."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.last = self.through = "1970-01-01T00:00:00Z"

    def take(self, statements: list[dict[str, str]], through: str) -> None:
        for one in statements:
            assert self.last < one["stored"] <= through
            self.last = one["stored"]
            self.seen.append(one["id"])


class Race:
    """Writers write until the time is up; followers end with a round that began after the last of them and found nothing."""

    def __init__(self, me: Program, seconds: int) -> None:
        self.me = me
        self.end = time.monotonic() + seconds
        self.ended: list[bool] = []

    @property
    def is_over(self) -> bool:
        return len(self.ended) == WRITERS

    def write(self) -> list[str]:
        told: list[str] = []
        try:
            while time.monotonic() < self.end:
                told += self.me.tell(*[said() for _n in range(BATCH)])
                told += self.me.tell(said(timestamp="2026-03-04T05:06:07Z"))  # alone: stored in another way on PostgreSQL
        finally:
            self.ended.append(True)
        return told

    def follow(self, read: Callable[[Followed], None]) -> list[str]:
        followed = Followed()
        while True:
            was_over, before = self.is_over, len(followed.seen)
            read(followed)
            if was_over and len(followed.seen) == before:
                return followed.seen

    def by_since(self, followed: Followed) -> None:
        """What was stored after the last one seen."""
        response = self.me.get(since=followed.last, ascending="true")
        followed.take(json.loads(response.content)["statements"], response.headers[THROUGH])

    def by_more(self, followed: Followed) -> None:
        """A list to its end, in small pages and through a filter; the next begins where this one was complete."""
        response = self.me.get(since=followed.through, ascending="true", limit="50", agent=ANA)
        through = response.headers[THROUGH]
        while True:
            body = json.loads(response.content)
            followed.take(body["statements"], through)
            if not body["more"]:
                break
            response = self.me.get(body["more"])
        followed.through = through


def test_followers_miss_nothing_and_see_nothing_twice(seconds: int) -> None:
    """L11, L12: six writers, one follower by `since`, one by `more`."""
    race = Race(program(), seconds)
    *written, since, more = at_once(
        [*[race.write] * WRITERS, partial(race.follow, race.by_since), partial(race.follow, race.by_more)],
    )
    told = {one for batch in written for one in batch}
    assert len(told) == Statement.objects.count() > WRITERS * BATCH
    for seen in (since, more):
        assert len(seen) == len(set(seen))
        assert set(seen) == told


def test_stored_increases_when_the_clock_steps_back_under_writers() -> None:
    """L14, F13: an hour back and a day forward between the batches of four writers; a follower by `since` misses nothing."""
    me = program()
    seen: list[str] = []
    last = "1970-01-01T00:00:00Z"
    hour = timezone.now()
    for step in (timedelta(0), timedelta(hours=-1), timedelta(days=1), timedelta(hours=-1)):
        if step > timedelta(0):
            Clock.objects.update(last=Clock.objects.get().last + step)  # the store's hour is ahead of the machine's from here on
        with mock.patch.object(bulk.timezone, "now", return_value=hour + step):
            told = at_once([lambda: me.tell(*[said() for _n in range(5)])] * 4)
        page = json.loads(me.get(since=last, ascending="true").content)["statements"]
        assert {one["id"] for one in page} == {one for batch in told for one in batch}
        seen += [one["id"] for one in page]
        last = page[-1]["stored"]
    moments = list(Statement.objects.order_by("stored").values_list("stored", flat=True))
    assert all(before < after for before, after in pairwise(moments))
    assert ids(me.get(ascending="true")) == seen
