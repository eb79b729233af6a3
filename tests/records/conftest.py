"""What a process of the store remembers is forgotten between tests: each has a database of its own."""

import pytest

from lms.records.services import activities, credentials


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    activities._last.clear()
    credentials._remembered.clear()
