"""Faults on purpose: the k-th SQL statement of a service fails, and everything must be as it was before (promises.md F02)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import psycopg
from django.db import OperationalError, connection


class FaultError(OperationalError):
    """The database failed, because a test wanted it to."""


@contextmanager
def failing_at(number: int) -> Iterator[list[str]]:
    """The `number`-th SQL statement (from 1) sent inside fails before it reaches the database; those sent are listed, that one last."""
    sent: list[str] = []

    def fail(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        sent.append(sql)
        if len(sent) == number:
            raise FaultError(sql)
        return execute(sql, params, many, context)

    copy = psycopg.Cursor.copy

    def fail_copy(cursor: psycopg.Cursor[Any], sql: str, *args: Any, **options: Any) -> Any:
        return fail(lambda *_told: copy(cursor, sql, *args, **options), sql, None, False, {})

    write = psycopg.Copy.write

    def fail_write(copying: psycopg.Copy, data: Any) -> None:
        fail(lambda *_told: write(copying, data), "COPY, its data", None, False, {})

    # COPY goes round Django's wrapper: the call that begins it, and its data
    with (
        connection.execute_wrapper(fail),
        mock.patch.object(psycopg.Cursor, "copy", fail_copy),
        mock.patch.object(psycopg.Copy, "write", fail_write),
    ):
        yield sent


def all_rows() -> dict[str, list[str]]:
    """Every row of every table, in an order of its own: two equal answers are two equal databases."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  names from the database itself
            found[table] = sorted(repr(row) for row in cursor.fetchall())
    return found


def sweep(act: Callable[[], object]) -> int:
    """Make every SQL statement of `act` fail in its turn: each time the call fails and the database is as before.

    Ends with the run in which nothing failed; gives back how many statements it sent.
    """
    before, number = all_rows(), 0
    while True:
        number += 1
        try:
            with failing_at(number) as sent:
                act()
        except FaultError:
            after = all_rows()
            changed = [table for table in after if after[table] != before[table]]
            assert not changed, f"statement {number} failed and these tables changed: {changed} ({sent[-1]})"
            continue
        assert len(sent) < number, f"statement {number} failed and nobody was told: {sent[number - 1]}"
        return len(sent)
