"""A level is the same whatever the order, the copies and the number of tries (product.md §3b)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competencies.rules import (
    DECIDING,
    DECISION,
    POLICY_KINDS,
    SUPPORTING,
    BlockPolicy,
    Minimum,
    Observation,
    Policy,
    Reached,
    block_is_reached,
    level_of_occasion,
    level_reached,
    state_of_level,
)

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


# --- policies -------------------------------------------------------------------------------------------------------
CRITERIA = frozenset({1, 2, 3})


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    m = draw(st.integers(min_value=1, max_value=4))
    small = st.integers(min_value=0, max_value=2)
    return Policy(
        kind=draw(st.sampled_from(POLICY_KINDS)), m=m, n=draw(st.integers(min_value=1, max_value=m)),
        weight=draw(st.integers(min_value=1, max_value=100)), points=((1, 2), (2, 1), (3, 1)),
        required=frozenset(draw(st.sets(st.sampled_from(sorted(CRITERIA))))), threshold=draw(st.integers(min_value=0, max_value=4)),
        minimum=Minimum(draw(small), draw(small), draw(small), draw(small)), valid_days=draw(st.none() | st.integers(min_value=1, max_value=400)),
    )  # fmt: skip


@st.composite
def mixed(draw: st.DrawFn) -> list[Observation]:
    """Occasions of every kind by two assessors: on criteria, on the whole competency, or without a level."""
    seen: list[Observation] = []
    for occasion in draw(st.lists(st.sampled_from(OCCASIONS), unique=True, max_size=5)):
        kind = draw(st.sampled_from(sorted(DECIDING | SUPPORTING | {DECISION})))
        at = START + timedelta(days=draw(st.integers(min_value=0, max_value=3)))
        who = draw(st.sampled_from([1, 2]))
        if kind in SUPPORTING | {DECISION}:
            seen.append(Observation(occasion, None, draw(levels) if kind == DECISION else draw(st.none() | levels), at, kind, who))
        else:
            marks = draw(st.dictionaries(st.integers(min_value=1, max_value=3), levels, min_size=1))
            seen += [Observation(occasion, criterion, level, at, kind, who) for criterion, level in marks.items()]
    return seen


def reached(history: list[Observation], policy: Policy) -> Reached:
    return level_reached(history, policy, criteria=CRITERIA)


@given(mixed(), policies(), st.randoms(use_true_random=False))
def test_any_policy_gives_the_same_in_any_order_and_twice_over(history: list[Observation], policy: Policy, chance: object) -> None:
    shuffled = history + history
    chance.shuffle(shuffled)
    assert reached(shuffled, policy) == reached(history, policy)


@given(mixed(), policies(), st.sampled_from(sorted(DECIDING)), levels)
def test_no_policy_lets_a_later_try_lower_a_level(history: list[Observation], policy: Policy, kind: str, level: int) -> None:
    before = reached(history, policy)
    later = [Observation(UUID(int=99), criterion, level, START + timedelta(days=9), kind, 1) for criterion in sorted(CRITERIA)]
    after = reached(history + later, policy)
    assert after.level >= before.level
    if after.level == before.level and before.occasion:
        assert (after.occasion, after.since) == (before.occasion, before.since)


@given(mixed(), policies(), st.sampled_from(sorted(SUPPORTING)), st.none() | levels, st.integers(min_value=-9, max_value=9))
def test_practice_never_lowers_a_level_and_never_makes_one_alone(
    history: list[Observation], policy: Policy, kind: str, level: int | None, day: int
) -> None:
    practice = Observation(UUID(int=99), None, level, START + timedelta(days=day), kind, 1)
    assert reached([*history, practice], policy).level >= reached(history, policy).level
    assert reached([practice], policy) == Reached()


@given(mixed(), policies(), levels)
def test_a_decision_alone_lowers_a_level(history: list[Observation], policy: Policy, level: int) -> None:
    decided = Observation(UUID(int=99), None, level, START + timedelta(days=9), DECISION, 1)
    after = reached([*history, decided], policy)
    assert (after.level, after.occasion, after.since) == (level, decided.occasion, decided.at)
    better = [Observation(UUID(int=100), criterion, 4, START + timedelta(days=10), "judgement", 2) for criterion in sorted(CRITERIA)]
    assert reached([*history, decided, *better], policy).level >= level


def seen(*marks: int, kind: str = "judgement", who: int = 1) -> list[Observation]:
    """One occasion a day, each on criterion 1."""
    return [Observation(UUID(int=day + 1), 1, mark, START + timedelta(days=day), kind, who) for day, mark in enumerate(marks)]


@pytest.mark.parametrize(
    ("policy", "marks", "level", "recent"),
    [
        (Policy(kind="best"), (2, 4, 1), 4, 4),
        (Policy(kind="latest"), (2, 4, 1), 4, 1),
        (Policy(kind="n_of_last", n=2, m=3), (3, 1, 3), 3, 3),
        (Policy(kind="n_of_last", n=2, m=3), (3, 1, 1, 3), 1, 1),
        (Policy(kind="n_of_last", n=2, m=3), (3,), 0, 0),
        (Policy(kind="decaying", weight=65), (2, 4), 3, 3),  # 0.65 x 4 + 0.35 x 2 = 3.3
        (Policy(kind="decaying", weight=65), (4, 2, 2), 4, 2),
        (Policy(kind="best", minimum=Minimum(occasions=2)), (4,), 2, 2),
        (Policy(kind="best", minimum=Minimum(occasions=2)), (4, 2, 3), 4, 4),
        (Policy(kind="best", minimum=Minimum(days=3)), (3, 3), 2, 2),
        (Policy(kind="best", minimum=Minimum(assessors=2)), (3, 3), 2, 2),
    ],
)
def test_level_reached_by_policy(policy: Policy, marks: tuple[int, ...], level: int, recent: int) -> None:
    found = level_reached(seen(*marks), policy, criteria={1})
    assert (found.level, found.recent) == (level, recent)


def test_minimum_is_completed_by_another_kind_at_that_moment() -> None:
    policy = Policy(minimum=Minimum(kinds=2))
    quiz = Observation(UUID(int=50), None, None, START + timedelta(days=5), "quiz", 0)
    assert level_reached(seen(3), policy).level == 2
    found = level_reached([*seen(3), quiz], policy)
    assert (found.level, found.occasion, found.since) == (3, quiz.occasion, quiz.at)


def test_all_criteria_wants_each_of_them_and_takes_the_best_of_each() -> None:
    one = Observation(UUID(int=1), 1, 3, START)
    two = Observation(UUID(int=2), 2, 2, START + timedelta(days=1))
    again = Observation(UUID(int=3), 2, 4, START + timedelta(days=2))
    policy = Policy(kind="all_criteria")
    levels_met = [level_reached(history, policy, criteria={1, 2}).level for history in ([one], [one, two], [one, two, again])]
    assert levels_met == [0, 2, 3]
    whole = Observation(UUID(int=4), None, 3, START, "prior")
    assert level_reached([whole], policy, criteria={1, 2}).level == 3, "prior learning speaks for every criterion"


def test_points_want_the_threshold_and_the_required_items() -> None:
    policy = Policy(kind="points", points=((1, 2), (2, 1)), required=frozenset({2}), threshold=3)
    first, second = Observation(UUID(int=1), 1, 4, START), Observation(UUID(int=2), 2, 3, START)
    assert level_reached([first], policy, criteria={1, 2}).level == 0
    assert level_reached([first, second], policy, criteria={1, 2}).level == 3


def test_a_proof_grows_old_and_is_refreshed_but_the_level_stays() -> None:
    policy = Policy(valid_days=30)
    assert level_reached(seen(3), policy).refresh_at == START + timedelta(days=30)
    assert level_reached(seen(3, 1), policy).refresh_at == START + timedelta(days=30)
    assert level_reached(seen(4, 3), policy).refresh_at == START + timedelta(days=31), "seen again at the marker"
    assert level_reached(seen(2), policy).refresh_at is None, "nothing acquired, nothing to refresh"


@pytest.mark.parametrize(
    ("policy", "is_reached"),
    [
        (BlockPolicy(), False),
        (BlockPolicy(kind="n", n=2), True),
        (BlockPolicy(kind="n", n=2, required=frozenset({3})), False),
        (BlockPolicy(kind="points", points=((1, 3), (2, 1), (3, 9)), threshold=4), True),
        (BlockPolicy(kind="points", points=((1, 3), (2, 1)), threshold=5), False),
    ],
)
def test_block_is_reached(policy: BlockPolicy, *, is_reached: bool) -> None:
    assert block_is_reached({1: 3, 2: 4, 3: 2}, policy) is is_reached
    assert block_is_reached({}, BlockPolicy()) is False
