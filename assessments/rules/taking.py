"""When a take may be begun and when its time is over, what it amounts to. Pure."""

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Final, TypeVar

from msgspec import Struct

from lms.refusal import Refused

T = TypeVar("T")
GRACE: Final = 20.0  # seconds: an answer on its way when time ends is still taken
WARNINGS: Final = (300, 60)  # seconds before the end at which the page says so


class Window(Struct, frozen=True):
    """When an exam may be begun, and how long it lasts (seconds; none: no limit)."""

    opens_at: datetime | None
    closes_at: datetime | None
    seconds: int | None


def check_startable(window: Window, *, now: datetime, taken: int, code_asked: str, code: str) -> None:
    """Refuse to begin an exam before it opens, once it is closed, twice, or without its code."""
    if window.opens_at and now < window.opens_at:
        raise Refused("exam_not_open", "Cet examen blanc n'est pas encore ouvert. Reviens à l'heure dite.")
    if window.closes_at and now >= window.closes_at:
        raise Refused("exam_closed", "Cet examen blanc est fermé. Parle à ton formateur si tu voulais le passer.")
    if taken:
        raise Refused("exam_taken", "Tu as déjà passé cet examen blanc. Tes réponses sont gardées.")
    if code_asked and code.strip().casefold() != code_asked.strip().casefold():
        raise Refused("code_wrong", "Ce n'est pas le bon code. Demande-le à ton formateur.")


def seconds_allowed(window: Window, *, now: datetime, extra_minutes: int) -> int | None:
    """How long a take begun now lasts: its time or what is left of the window, the shorter, and the person's own minutes on top."""
    bounds = [window.seconds] if window.seconds is not None else []
    if window.closes_at:
        bounds.append(max(0, int((window.closes_at - now).total_seconds())))
    return min(bounds) + 60 * extra_minutes if bounds else None


def is_over(*, allowed: int | None, elapsed: float) -> bool:
    """Whether answers are no more taken; one on its way when time ended still is."""
    return allowed is not None and elapsed > allowed + GRACE


def drawn(candidates: Sequence[T], count: int, taken: Sequence[T], chance: Random) -> list[T]:
    """`count` of the candidates that are not taken yet, in an order of chance; fewer when there are no more."""
    free = [one for one in candidates if one not in taken]
    return chance.sample(free, min(count, len(free)))


class Total(Struct, frozen=True):
    """What a take is worth: points had and points of the questions marked; `waiting`: questions that a person has yet to look at."""

    score: float
    points: float
    waiting: int


def total_of(marks: Sequence[tuple[float, float | None]]) -> Total:
    """From the points of each question and the share of them had, or none while a person has yet to look at it."""
    known = [(points, share) for points, share in marks if share is not None]
    return Total(
        round(sum(points * share for points, share in known), 6), round(sum(points for points, _share in known), 6), len(marks) - len(known)
    )


def can_retry(mode: str, *, is_right: bool) -> bool:
    """Whether a question that was looked at may be answered again in the same take."""
    return mode == "again" and not is_right


def percent_of(score: float | None, points: float | None) -> int | None:
    """The share of the points had, in whole per cent, never rounded up; none where nothing was marked."""
    return int(100 * score / points + 1e-6) if score is not None and points else None
