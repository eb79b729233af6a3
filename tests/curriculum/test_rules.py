"""Hours, progress and budgets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.rules import (
    check_module_publishable,
    check_programme_budget,
    done_minutes,
    duration,
    module_state,
    over_budget,
    progress_of,
    room_left,
)
from lms.refusal import Refused

KIND = st.sampled_from(["theory", "practical", "culture"])


def test_progress_of_ignores_steps_that_left_the_module() -> None:
    progress = progress_of([1, 2, 3], [2, 9])
    assert (progress.done, progress.total, progress.percent, progress.is_complete) == (1, 3, 33, False)


def test_progress_of_an_empty_module_is_not_complete() -> None:
    assert not progress_of([], []).is_complete
    assert progress_of([], []).percent == 0


@given(st.lists(st.tuples(st.integers(1, 5), KIND, st.integers(1, 300))))
def test_done_minutes_counts_a_step_once_whatever_the_runs(visits: list[tuple[int, str, int]]) -> None:
    assert done_minutes(visits) == done_minutes([*visits, *visits])
    assert sum(done_minutes(visits).values()) <= sum({step: 300 for step, _kind, _minutes in visits}.values())


def test_done_minutes_keeps_the_longest_take_of_a_step() -> None:
    assert done_minutes([(1, "theory", 30), (1, "theory", 45), (2, "practical", 60)]) == {"theory": 45, "practical": 60, "culture": 0}


@pytest.mark.parametrize(
    ("seen", "levels", "state"),
    [
        (False, [(0, 3)], "not_seen"),
        (True, [(0, 3)], "in_progress"),
        (False, [(1, 3)], "in_progress"),
        (True, [(3, 3), (2, 3)], "in_progress"),
        (True, [(3, 3), (4, 3)], "acquired"),
        (True, [], "in_progress"),
    ],
)
def test_module_state(seen: bool, levels: list[tuple[int, int]], state: str) -> None:
    assert module_state(seen=seen, levels=levels) == state


def test_over_budget_names_only_what_is_over() -> None:
    assert over_budget({"theory": 60, "practical": 60}, {"theory": 61, "practical": 60}) == {"theory": 1}


def _check(**changes: object) -> None:
    values = {
        "programme_budget": {"theory": 120, "practical": 600, "culture": 0},
        "other_modules": {"theory": 60, "practical": 300, "culture": 0},
        "module": {"theory": 60, "practical": 300, "culture": 0},
        "steps": {"theory": 60, "practical": 240},
        "targets": [(1, "ON1.1 Ranger")],
        "assessed": {1},
    }
    check_module_publishable(**{**values, **changes})


def test_check_module_publishable_accepts_a_module_within_its_budgets() -> None:
    _check()


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"other_modules": {"theory": 90, "practical": 300, "culture": 0}}, "over_programme_budget", "30 min de théorie"),
        ({"steps": {"theory": 60, "practical": 390}}, "over_module_budget", "1 h 30 de pratique"),
        ({"assessed": set()}, "target_not_assessed", "ON1.1 Ranger"),
    ],
)
def test_check_module_publishable_refuses_and_says_what_to_change(changes: dict[str, object], code: str, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        _check(**changes)
    assert refusal.value.code == code
    assert words in refusal.value.message


@pytest.mark.parametrize(("minutes", "words"), [(45, "45 min"), (120, "2 h"), (90, "1 h 30"), (65, "1 h 05")])
def test_duration(minutes: int, words: str) -> None:
    assert duration(minutes) == words


def test_check_programme_budget_refuses_less_than_the_modules() -> None:
    check_programme_budget({"theory": 60}, {"theory": 60, "practical": 0})
    with pytest.raises(Refused) as refusal:
        check_programme_budget({"theory": 60, "practical": 30}, {"theory": 60, "practical": 90})
    assert "1 h de pratique" in refusal.value.message


def test_room_left_names_the_kinds_under_budget() -> None:
    assert room_left({"theory": 60, "practical": 30, "culture": 0}, {"theory": 20, "practical": 40}) == {"theory": 40}
    assert room_left({}, {}) == {}
