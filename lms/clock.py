"""What time it is. Services ask here, so that a demo history is made by the same services on other days."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

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
