"""Who may be presented, how long a jury reads, when a session may be closed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certification.rules import Missing, Needs, Presented, Proven, days_in_order, first_and_last_day, left_before_closing, missing_of


def proven(*levels: int, is_validated: bool = False, planned: int = 600, done: int = 0) -> Proven:
    return Proven({f"ON1.{place}": level for place, level in enumerate(levels, 1)}, 3, is_validated, planned, done)


@pytest.mark.parametrize(
    ("needs", "record", "missing"),
    [
        (Needs(), proven(3, 4), []),
        (Needs(), proven(3, 2), [Missing("levels", ("ON1.2",), 1, 2)]),
        (Needs(), proven(), [Missing("levels", (), 0, 0)]),
        (Needs(acquired_percent=50), proven(3, 0), []),
        (Needs(acquired_percent=51), proven(3, 0), [Missing("levels", ("ON1.2",), 1, 2)]),
        (Needs(acquired_percent=0, hours_percent=50), proven(0, done=299), [Missing("hours", (), 299, 300)]),
        (Needs(acquired_percent=0, hours_percent=50), proven(0, done=300), []),
        (Needs(needs_validation=True), proven(3), [Missing("validation")]),
        (Needs(needs_validation=True), proven(3, is_validated=True), []),
    ],
)
def test_a_block_lacks_what_the_rules_ask_for(needs: Needs, record: Proven, missing: list[Missing]) -> None:
    assert missing_of(needs, record) == missing


@given(st.lists(st.integers(0, 4), min_size=1, max_size=9), st.integers(0, 100), st.integers(0, 100), st.integers(0, 2000))
def test_more_never_lacks_more(levels: list[int], percent: int, hours: int, done: int) -> None:
    needs = Needs(percent, hours)
    kinds = {one.kind for one in missing_of(needs, proven(*levels, done=done))}
    raised = {one.kind for one in missing_of(needs, proven(*(min(4, level + 1) for level in levels), done=done + 60))}
    assert raised <= kinds


def test_a_jury_reads_from_the_opening_to_days_after_the_closing() -> None:
    opens, ends = date(2026, 6, 1), date(2026, 6, 12)
    assert first_and_last_day(opens_on=opens, ends_on=ends, closed_on=None, access_days=30) == (opens, date(2026, 7, 12))
    assert first_and_last_day(opens_on=opens, ends_on=ends, closed_on=date(2026, 6, 10), access_days=0) == (opens, date(2026, 6, 10))


def test_a_session_waits_for_every_decision_and_every_signature() -> None:
    rows = [
        Presented("A", "ON1", True, frozenset({1})),
        Presented("B", "ON1", False, frozenset()),
        Presented("C", "ON1", True, frozenset({1, 2})),
    ]
    assert left_before_closing(rows, [1, 2]) == ([rows[1]], [rows[0]])
    assert left_before_closing(rows[2:], [1, 2]) == ([], [])


@pytest.mark.parametrize(
    ("opens", "starts", "ends", "wrong"),
    [(0, 1, 2, ""), (1, 1, 1, ""), (2, 1, 3, "opens_on"), (0, 2, 1, "ends_on"), (0, 1, 100, "ends_on")],
)
def test_days_come_in_order(opens: int, starts: int, ends: int, wrong: str) -> None:
    first = date(2026, 6, 1)
    said = {"opens_on": first + timedelta(opens), "starts_on": first + timedelta(starts), "ends_on": first + timedelta(ends)}
    assert days_in_order(**said) == wrong
