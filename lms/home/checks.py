"""Checks of the site's own settings, run by `migrate` and `check --database default`."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.db import connections

SQLITE_WANTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}  # 2 is FULL: a power cut loses nothing said to be saved


def check_sqlite(app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:  # noqa: ARG001  # Django's signature
    """SQLite keeps what it says it kept only with these pragmas and IMMEDIATE transactions (promises.md §9)."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor != "sqlite":
            continue
        with connection.cursor() as cursor:
            for pragma, wanted in SQLITE_WANTED.items():
                value = cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
                if value != wanted:
                    found.append(Error(f"SQLite : {pragma} vaut {value}, il faut {wanted}.", id="lms.E001"))
        if connection.settings_dict["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
            found.append(Error("SQLite : les transactions doivent être IMMEDIATE.", id="lms.E002"))
    return found
