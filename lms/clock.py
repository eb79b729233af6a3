"""What time it is. Services ask here, so that a demo history is made by the same services on other days."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.utils import timezone

_fixed: ContextVar[datetime | None] = ContextVar("fixed_time", default=None)


def now() -> datetime:
    """The moment facts are dated by, aware, UTC."""
    return _fixed.get() or timezone.now()


def today() -> date:
    """The day of `now()` in the site's own time zone."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Every fact recorded inside is dated `moment` (aware)."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)


class Start(NamedTuple):
    """A moment to count from: the hour, and what a clock that nobody sets showed then (`boot`: of which machine, since when; empty: none)."""

    at: datetime
    boot: str
    ticks: float


def start() -> Start:
    """This moment, to be counted from later, by this process or another."""
    boot = "" if _fixed.get() else _boot()
    return Start(now(), boot, _ticks() if boot else 0.0)


def elapsed(since: Start) -> float:
    """Seconds since then. An hour that someone corrects meanwhile changes nothing, as long as it is the same machine, not restarted."""
    if since.boot and not _fixed.get() and since.boot == _boot():
        return _ticks() - since.ticks
    return (now() - since.at).total_seconds()


@cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _ticks() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)
