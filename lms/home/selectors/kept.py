"""What is slow to count for many, kept a minute. A cohort of an ordinary size is always counted anew."""

import hashlib
from array import array
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from django.core.cache import cache

T = TypeVar("T")
LARGE = 200  # trainees; a page says so above it
SECONDS = 60


def kept(build: Callable[[], T], *key: object, trainees: Sequence[int]) -> T:
    """What `build` counts about these trainees; of more than `LARGE`, as it was a minute ago at most. `key` names what is counted.

    The same trainees have the same numbers, whoever asks. The process keeps them, nobody else's (no shared cache to look after).
    """
    if len(trainees) <= LARGE:
        return build()
    people = hashlib.sha256(array("q", trainees).tobytes()).hexdigest()
    return cast("T", cache.get_or_set(":".join(map(str, (*key, people))), build, SECONDS))
