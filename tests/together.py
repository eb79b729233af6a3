"""The same thing at the same moment, from many places, on a real database."""

import threading
from collections.abc import Callable

from django.db import connection

from lms.refusal import Refused

AT_ONCE = 20


def together(*acts: Callable[[], object]) -> list[object]:
    """What each act gave back or was refused, all of them begun at once; any other error fails the test."""
    gate, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def go(place: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(20)
            outcomes[place] = act()
        except BaseException as error:  # noqa: BLE001  looked at below
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    broken = [one for one in outcomes if isinstance(one, BaseException) and not isinstance(one, Refused)]
    assert not broken, broken
    return list(outcomes)
