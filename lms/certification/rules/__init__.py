"""Pure decisions of certification: who may be presented, from when to when a jury reads, when a session may be closed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MOST_ACCESS_DAYS = 366
LONGEST_SESSION = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a certification asks of a block: percentages of competencies acquired and of planned hours done, and an assessor's validation."""

    acquired_percent: int = 100
    hours_percent: int = 0
    needs_validation: bool = False


@dataclass(frozen=True, slots=True)
class Proven:
    """What stands in a trainee's record for one block: level by competency code, validated or not, minutes planned and done."""

    levels: Mapping[str, int]
    acquired_at: int
    is_validated: bool
    planned: int
    done: int


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a block still lacks. `kind`: levels, hours or validation; `codes`: competencies not acquired; minutes where hours lack."""

    kind: str
    codes: tuple[str, ...] = ()
    done: int = 0
    needed: int = 0


def missing_of(needs: Needs, proven: Proven) -> list[Missing]:
    """What a block lacks to be presented; nothing: it may be."""
    found: list[Missing] = []
    behind = tuple(code for code, level in proven.levels.items() if level < proven.acquired_at)
    if len(proven.levels) - len(behind) < _share(len(proven.levels), needs.acquired_percent) or not proven.levels:
        found.append(Missing("levels", behind, len(proven.levels) - len(behind), _share(len(proven.levels), needs.acquired_percent)))
    needed = _share(proven.planned, needs.hours_percent)
    if proven.done < needed:
        found.append(Missing("hours", (), proven.done, needed))
    if needs.needs_validation and not proven.is_validated:
        found.append(Missing("validation"))
    return found


def _share(whole: int, percent: int) -> int:
    """A percentage of a whole, rounded up: 70 % of 7 competencies is 5."""
    return -(-whole * percent // 100)


def first_and_last_day(*, opens_on: date, ends_on: date, closed_on: date | None, access_days: int) -> tuple[date, date]:
    """From which day to which, both taken in, a jury reads its candidates (promises.md S32)."""
    return opens_on, (closed_on or ends_on) + timedelta(days=access_days)


@dataclass(frozen=True, slots=True)
class Presented:
    """One presented block as it stands: decided or not, and which members signed the decision that counts."""

    name: str
    block: str
    is_decided: bool
    signed_by: frozenset[int]


def left_before_closing(presented: Sequence[Presented], members: Collection[int]) -> tuple[list[Presented], list[Presented]]:
    """What keeps a session open: blocks nobody decided, and decisions that a member with an account has not signed."""
    undecided = [row for row in presented if not row.is_decided]
    unsigned = [row for row in presented if row.is_decided and not row.signed_by >= frozenset(members)]
    return undecided, unsigned


def days_in_order(*, opens_on: date, starts_on: date, ends_on: date) -> str:
    """Which day is out of order (a field's name), or nothing."""
    if ends_on < starts_on:
        return "ends_on"
    if ends_on - starts_on > LONGEST_SESSION:
        return "ends_on"
    return "opens_on" if opens_on > starts_on else ""
