"""When a block may be acquired, from what the last weeks brought. A range, never a day: paces change."""

from dataclasses import dataclass
from datetime import date, timedelta

PACE_DAYS = 28  # each of the two spans compared: the last four weeks, and the four before
FURTHEST_DAYS = 5 * 365  # beyond, a forecast says nothing


@dataclass(frozen=True, slots=True)
class Forecast:
    """Between two days; `latest` is None when one of the two spans brought nothing, both when neither did."""

    soonest: date | None
    latest: date | None


def forecast(*, recent: int, before: int, remaining: int, today: date) -> Forecast:
    """What remains to acquire, at the better and at the worse of two paces (acquired in each span of `PACE_DAYS`)."""
    return Forecast(_day(max(recent, before), remaining, today), _day(min(recent, before), remaining, today))


def _day(pace: int, remaining: int, today: date) -> date | None:
    if remaining <= 0:
        return today
    if pace <= 0:
        return None
    days = -(-remaining * PACE_DAYS // pace)
    return today + timedelta(days=days) if days <= FURTHEST_DAYS else None


def verdict(found: Forecast, *, remaining: int, ends_on: date) -> str:
    """Against the end of the cohort: `done`, `unknown`, `before`, `maybe` or `after`."""
    if remaining <= 0:
        return "done"
    if found.soonest is None:
        return "unknown"
    if found.soonest > ends_on:
        return "after"
    return "before" if found.latest and found.latest <= ends_on else "maybe"
