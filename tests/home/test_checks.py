"""The database keeps its promises, or the site says so."""

import pytest
from django.db import connection

from lms.home.checks import check_sqlite

pytestmark = pytest.mark.django_db


def test_check_sqlite_is_content_with_the_sites_own_settings() -> None:
    assert check_sqlite(None, databases=["default"]) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="pragmas exist on SQLite only")
def test_check_sqlite_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
    assert [message.id for message in check_sqlite(None, databases=["default"])] == ["lms.E002"]
