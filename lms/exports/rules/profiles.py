"""What a saved export says and when it runs next. Pure.

A mark is what the receiver has: the digest of each row of a file's state. A row leaves unless its digest is in the mark of the last delivered
file and of each one after it.
"""

import hmac
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from hashlib import blake2b, sha256
from uuid import UUID

LEAST_PEOPLE = 5  # a file without names about fewer would still tell who they are (promises.md P15)
DIGEST = 16  # bytes a row
CADENCES = ("daily", "weekly", "monthly")
LAST_DAY = 28  # of a month that every month has
LONGEST_DAYS = 366


def next_moment(cadence: str, *, hour: int, day: int, after: datetime) -> datetime:
    """The first moment after `after` (in the site's time zone) that a cadence names. `day`: of the week from 0, or of the month from 1.

    However many were missed, there is one next: a worker that slept runs a profile once.
    """
    for ahead in range(63):
        there = after.date() + timedelta(days=ahead)
        if cadence == "weekly" and there.weekday() != day:
            continue
        if cadence == "monthly" and there.day != day:
            continue
        moment = datetime.combine(there, time(hour), tzinfo=after.tzinfo)
        if moment > after:
            return moment
    raise ValueError(f"{cadence} {day}")


def pseudonym(key: bytes, person: UUID) -> UUID:
    """What stands for a person in the files of one profile: always the same there, and nothing anywhere else."""
    return UUID(bytes=hmac.new(key, person.bytes, sha256).digest()[:16])


def row_digest(sheet: int, columns: Sequence[str], cells: Sequence[object]) -> bytes:
    """A row as the receiver would know it again: all of its cells, and the columns that leave."""
    return text_digest(json.dumps([sheet, list(columns), list(cells)], default=str, ensure_ascii=False))


def text_digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=DIGEST).digest()


def digests_in(mark: bytes) -> frozenset[bytes]:
    """The digests that a kept mark holds."""
    return frozenset(mark[start : start + DIGEST] for start in range(0, len(mark), DIGEST))


def mark_of(digests: Iterable[bytes]) -> bytes:
    return b"".join(sorted(set(digests)))
