"""What the joining pages decide, as arithmetic."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lms.home.rules.dossier import gap_of
from lms.home.rules.forecast import PACE_DAYS, forecast, verdict
from lms.home.rules.groups import MOST_GROUPS, alike, balanced, number_of_groups
from lms.home.rules.proving import Way, next_to_prove, reason_of

TODAY = date(2026, 3, 2)
PEOPLE = st.dictionaries(st.integers(1, 10_000), st.integers(0, 136), min_size=1, max_size=80)


@given(PEOPLE, st.integers(1, 12))
def test_balanced_groups_hold_everyone_once_and_are_even(weights: dict[int, int], count: int) -> None:
    count = number_of_groups(len(weights), count=count)
    groups = balanced(weights, count)
    assert sorted(person for group in groups for person in group) == sorted(weights)
    sizes = [len(group) for group in groups]
    assert max(sizes) - min(sizes) <= 1
    assert min(sizes) >= 1
    sums = [sum(weights[person] for person in group) for group in groups]
    assert max(sums) - min(sums) <= max(weights.values())
    if max(sizes) == min(sizes):
        assert max(sums) - min(sums) <= max(weights.values()) - min(weights.values())


@given(PEOPLE, st.integers(1, 12))
def test_alike_groups_hold_everyone_once_and_never_cross(weights: dict[int, int], count: int) -> None:
    groups = alike(weights, number_of_groups(len(weights), count=count))
    assert sorted(person for group in groups for person in group) == sorted(weights)
    sizes = [len(group) for group in groups]
    assert max(sizes) - min(sizes) <= 1
    for higher, lower in pairwise(groups):
        assert min(weights[person] for person in higher) >= max(weights[person] for person in lower)


@given(PEOPLE, st.integers(1, 12), st.randoms())
def test_the_same_people_make_the_same_groups(weights: dict[int, int], count: int, chance: object) -> None:
    items = list(weights.items())
    chance.shuffle(items)  # type: ignore[attr-defined]
    number = number_of_groups(len(weights), count=count)
    assert balanced(dict(items), number) == balanced(weights, number)
    assert alike(dict(items), number) == alike(weights, number)


def test_balanced_mixes_the_levels() -> None:
    weights = {1: 4, 2: 4, 3: 3, 4: 1, 5: 0, 6: 0}
    sums = sorted(sum(weights[person] for person in group) for group in balanced(weights, 3))
    assert sums == [4, 4, 4]


@given(st.integers(0, 500), st.integers(1, 500))
def test_number_of_groups_of_a_size_holds_no_more_than_it(people: int, size: int) -> None:
    count = number_of_groups(people, size=size)
    assert count == MOST_GROUPS or -(-people // count) <= size
    assert 1 <= count <= max(1, people)


def test_number_of_groups_asked() -> None:
    assert number_of_groups(12, count=3) == 3
    assert number_of_groups(2, count=5) == 2
    assert number_of_groups(12, size=5) == 3
    assert number_of_groups(12) == 1


@given(st.integers(0, 400), st.integers(0, 400), st.integers(-5, 5_000))
def test_forecast_is_a_range_that_the_better_pace_opens(recent: int, before: int, remaining: int) -> None:
    found = forecast(recent=recent, before=before, remaining=remaining, today=TODAY)
    said = verdict(found, remaining=remaining, ends_on=TODAY + timedelta(days=90))
    if remaining <= 0:
        assert said == "done"
    elif found.soonest is None:
        assert found.latest is None
        assert said == "unknown"
    else:
        assert found.soonest > TODAY
        assert found.latest is None or found.latest >= found.soonest
        assert (found.soonest - TODAY).days * max(recent, before) >= remaining * PACE_DAYS  # that pace does it by then
        assert (said == "after") == (found.soonest > TODAY + timedelta(days=90))
        assert (said == "before") == (found.latest is not None and found.latest <= TODAY + timedelta(days=90))


@given(st.lists(st.builds(Way, *[st.integers(0, 9)] * 4, st.booleans(), st.booleans())), st.integers(1, 4))
def test_next_to_prove_is_the_nearest_and_never_acquired(ways: list[Way], acquired_at: int) -> None:
    way = next_to_prove(ways, acquired_at)
    left = [one.level for one in ways if one.level < acquired_at]
    assert (way is None) == (not left)
    if way:
        assert way.level == max(left)
        assert next_to_prove(reversed(ways), acquired_at) == way
        assert reason_of(way, acquired_at) in {"revise", "close", "begun", "new"}


def test_gap_of() -> None:
    assert [gap_of(*seen) for seen in ((0, 0), (1, 1), (2, 1), (3, 1), (2, 2))] == ["none", "occasion", "assessor", "assessor", ""]
