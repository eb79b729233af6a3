"""A level is the same whatever the order, the copies and the number of tries (product.md §3b)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from competencies.rules import Observation, Reached, level_of_occasion, level_reached, state_of_level

START = datetime(2026, 1, 5, tzinfo=UTC)
OCCASIONS = [UUID(int=number) for number in range(1, 6)]
levels = st.integers(min_value=0, max_value=4)


@st.composite
def histories(draw: st.DrawFn) -> list[Observation]:
    """Judgements of a few criteria, each criterion seen once in a judgement, all marks of a judgement at its moment."""
    seen: list[Observation] = []
    for occasion in draw(st.lists(st.sampled_from(OCCASIONS), unique=True, max_size=5)):
        at = START + timedelta(minutes=draw(st.integers(min_value=0, max_value=3)))
        marks = draw(st.dictionaries(st.integers(min_value=1, max_value=3), levels, min_size=1))
        seen += [Observation(occasion, criterion, level, at) for criterion, level in marks.items()]
    return seen


@given(histories(), st.randoms(use_true_random=False))
def test_level_reached_in_any_order(history: list[Observation], chance: object) -> None:
    shuffled = list(history)
    chance.shuffle(shuffled)
    assert level_reached(shuffled) == level_reached(history)


@given(histories())
def test_level_reached_with_duplicates(history: list[Observation]) -> None:
    assert level_reached(history + history) == level_reached(history)


@given(histories(), levels)
def test_level_reached_is_never_lowered_by_a_retake(history: list[Observation], level: int) -> None:
    before = level_reached(history)
    later = Observation(UUID(int=99), 1, level, START + timedelta(days=1))
    after = level_reached([*history, later])
    assert after.level >= before.level
    if level <= before.level and before.occasion:
        assert after == before, "at equal level the earliest judgement stands"


@given(histories())
def test_level_reached_is_the_best_of_the_lowest(history: list[Observation]) -> None:
    lowest = [min(row.level for row in history if row.occasion == occasion) for occasion in {row.occasion for row in history}]
    reached = level_reached(history)
    assert reached.level == max(lowest, default=0)
    if reached.occasion:
        assert {row.at for row in history if row.occasion == reached.occasion} == {reached.since}


@given(st.lists(st.none() | levels))
def test_level_of_occasion_sets_not_observed_aside(marks: list[int | None]) -> None:
    seen = [mark for mark in marks if mark is not None]
    assert level_of_occasion(marks) == (min(seen) if seen else None)


def test_level_reached_of_nothing() -> None:
    assert level_reached([]) == Reached(0, None, None)


def test_state_of_level_around_the_marker() -> None:
    assert [state_of_level(level, 3) for level in range(5)] == ["not_seen", "in_progress", "in_progress", "acquired", "acquired"]
