"""What may be handed in and what a judgement amounts to, for any marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.rules import (
    MAX_TEXT,
    Seen,
    check_complete,
    check_marks,
    check_submittable,
    missing_marks,
    outcome_of,
    weight_of,
    work_state,
)
from lms.refusal import Refused

levels = st.none() | st.integers(min_value=0, max_value=4)
marks = st.lists(st.builds(Seen, line=st.integers(1, 20), competency=st.integers(1, 4), level=levels), max_size=12)


@given(marks, st.randoms(use_true_random=False))
def test_outcome_of_in_any_order(seen: list[Seen], chance: object) -> None:
    shuffled = list(seen)
    chance.shuffle(shuffled)
    assert outcome_of(shuffled) == outcome_of(seen)


@given(marks)
def test_outcome_of_is_the_lowest_mark_seen(seen: list[Seen]) -> None:
    outcome = outcome_of(seen)
    for competency, level in outcome.items():
        observed = [mark.level for mark in seen if mark.competency == competency and mark.level is not None]
        assert level == min(observed)
    assert outcome.keys() == {mark.competency for mark in seen if mark.level is not None}


@given(marks, st.integers(1, 4))
def test_outcome_of_sets_not_observed_aside(seen: list[Seen], competency: int) -> None:
    assert outcome_of([*seen, Seen(99, competency, None)]) == outcome_of(seen)


@given(marks)
def test_check_marks_refuses_nothing_observed_and_level_four_without_a_commission(seen: list[Seen]) -> None:
    observed = {mark.level for mark in seen} - {None}
    if not observed:
        with pytest.raises(Refused) as refusal:
            check_marks(seen, is_commission=True)
        assert refusal.value.code == "nothing_observed"
        return
    check_marks(seen, is_commission=True)
    if 4 in observed:
        with pytest.raises(Refused) as refusal:
            check_marks(seen, is_commission=False)
        assert refusal.value.code == "commission_needed"
    else:
        check_marks(seen, is_commission=False)


@given(st.integers().filter(lambda level: not 0 <= level <= 4))
def test_check_marks_refuses_a_level_out_of_the_scale(level: int) -> None:
    with pytest.raises(Refused) as refusal:
        check_marks([Seen(1, 1, level)], is_commission=True)
    assert refusal.value.code == "level_out_of_scale"


@given(st.text(max_size=50), st.integers(0, 15))
def test_check_submittable_wants_something_and_not_too_many_files(text: str, files: int) -> None:
    if not text.strip() and not files:
        expected = "nothing_to_submit"
    elif files > 10:
        expected = "too_many_files"
    else:
        check_submittable(text=text, file_count=files, max_files=10)
        return
    with pytest.raises(Refused) as refusal:
        check_submittable(text=text, file_count=files, max_files=10)
    assert refusal.value.code == expected


def test_check_submittable_refuses_a_text_too_long() -> None:
    check_submittable(text="a" * MAX_TEXT, file_count=0, max_files=10)
    with pytest.raises(Refused) as refusal:
        check_submittable(text="a" * (MAX_TEXT + 1), file_count=0, max_files=10)
    assert refusal.value.code == "text_too_long"


@given(st.lists(st.integers(1, 30), unique=True), st.sets(st.integers(1, 30)))
def test_missing_marks_are_the_lines_without_a_word(lines: list[int], spoken: set[int]) -> None:
    missing = missing_marks(lines, spoken)
    assert set(missing) == set(lines) - spoken
    if missing:
        with pytest.raises(Refused) as refusal:
            check_complete({line: f"Critère {line}" for line in lines}, spoken)
        assert all(f"Critère {line}" in refusal.value.message for line in missing)
    else:
        check_complete({line: f"Critère {line}" for line in lines}, spoken)


@pytest.mark.parametrize(
    ("is_submitted", "is_judged", "asks_revision", "state"),
    [(False, False, False, "draft"), (True, False, False, "sent"), (True, True, True, "review"), (True, True, False, "answered")],
)
def test_work_state_of_the_latest_version(is_submitted: bool, is_judged: bool, asks_revision: bool, state: str) -> None:
    assert work_state(is_submitted=is_submitted, is_judged=is_judged, asks_revision=asks_revision) == state


@pytest.mark.parametrize(("size", "words"), [(0, "1 Ko"), (1200, "1 Ko"), (999_400, "999 Ko"), (2_100_000, "2,1 Mo")])
def test_weight_of_as_people_say_it(size: int, words: str) -> None:
    assert weight_of(size) == words
