"""What is kept of a large cohort: for a minute, of those trainees, and of nobody else's."""

import pytest
from django.core.cache import cache

from lms.home.selectors import kept as room
from lms.home.selectors.kept import kept


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LARGE", 2)
    cache.clear()


def test_ordinary_cohort_is_counted_anew() -> None:
    numbers = iter(range(9))
    assert [kept(lambda: next(numbers), "hours", trainees=[1, 2]) for _n in range(2)] == [0, 1]


def test_large_cohort_is_counted_once_for_the_same_trainees_and_the_same_question() -> None:
    numbers = iter(range(9))
    for _n in range(2):
        assert kept(lambda: next(numbers), "hours", trainees=[1, 2, 3]) == 0
    assert kept(lambda: next(numbers), "weeks", trainees=[1, 2, 3]) == 1
    assert kept(lambda: next(numbers), "hours", trainees=[1, 2, 4]) == 2
