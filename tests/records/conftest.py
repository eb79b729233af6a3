"""What a process of the store remembers is forgotten between tests: each has a database of its own."""

from collections.abc import Callable

import pytest
from django.db import connection

from lms.records.services import activities, credentials


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    activities._last.clear()
    credentials._remembered.clear()


@pytest.fixture
def emptied() -> Callable[[], None]:
    """Empties the store: no path of the product does."""

    def empty() -> None:
        verb = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"
        with connection.cursor() as cursor:
            for table in ("statement", "mention", "reference", "voiding", "attachment", "activity", "import", "origin"):
                cursor.execute(f"{verb} records_{table}")
        activities._last.clear()

    return empty
