"""Queries whose SQL is built once a process.

Django builds the SQL of a queryset anew at each call, which on the pages people open all day costs more than asking the
database (docs/speed.md, ADR 18). A query of these pages is written as always, in a function that is called once.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import datetime
from enum import Enum
from inspect import signature
from typing import Any, NamedTuple, ParamSpec, TypeVar, get_origin
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, QuerySet
from django.db.models.sql.compiler import SQLCompiler

P = ParamSpec("P")
Row = TypeVar("Row")
FIELDS: dict[Any, models.Field[Any, Any]] = {
    int: models.BigIntegerField(), str: models.TextField(), UUID: models.UUIDField(), datetime: models.DateTimeField(),
    list[int]: models.BigIntegerField(),
}  # fmt: skip


class _Slot(Expression):
    """The place of a value that is not known yet."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG002  Django's signature
        return "%s", (self,)

    def filled(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return self.output_field.get_db_prep_value(value, connection)

    def get_group_by_cols(self) -> list[Any]:
        return []  # a value groups nothing, and PostgreSQL would read a number as a column's place

    def __bool__(self) -> bool:
        if sys._getframe(1).f_globals["__name__"].startswith("django."):  # it asks whether there is an expression
            return True
        raise self._looked_at()

    def __str__(self) -> str:
        raise self._looked_at()

    def _looked_at(self) -> TypeError:
        return TypeError(f"a prepared query may not look at its argument '{self.name}': its SQL is written once for every value")


class _Numbers(_Slot):
    """The place of any number of numbers, for `__in`: one parameter, else their number would be in the SQL."""

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG002  # Django's signature
        return "(SELECT value FROM json_each(%s))", (self,)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG002  # Django's signature
        return "(SELECT unnest(%s::bigint[]))", (self,)

    def filled(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return json.dumps(value) if connection.vendor == "sqlite" else value


def prepared(build: Callable[P, QuerySet[Any, Row]]) -> Callable[P, list[Row]]:
    """The rows of the queryset that `build` writes, as a list, its SQL kept from the first call on.

    `build` only places its arguments in lookups: it gets stand-ins, never values. What changes from one call to the next
    (the hour, the language, a person) is an argument, or it is frozen. Arguments are of the types of `FIELDS`, as annotated;
    one that is an Enum is given as it is, and each of its values keeps its own SQL. A list of numbers stands after `__in`.
    Refused (TypeError): any other type, None among them, and looking at a stand-in.
    """
    expected = signature(build, eval_str=True)
    kinds = {name: one.annotation for name, one in expected.parameters.items()}
    for name, kind in kinds.items():
        if kind not in FIELDS and not (isinstance(kind, type) and issubclass(kind, Enum)):
            raise TypeError(f"{build.__qualname__}: '{name}' is of a type that no prepared query can place ({kind})")
    kept: dict[tuple[object, ...], _Kept | None] = {}

    def run(*values: P.args, **named: P.kwargs) -> list[Row]:
        given = expected.bind(*values, **named).arguments
        for name, value in given.items():
            if not isinstance(value, get_origin(kinds[name]) or kinds[name]):
                raise TypeError(f"{build.__qualname__}: '{name}' takes {kinds[name].__name__}, not {value!r}")
        shape = tuple(value for name, value in given.items() if kinds[name] not in FIELDS)
        if shape not in kept:
            slots = {name: _slot(name, kind) if kind in FIELDS else given[name] for name, kind in kinds.items()}
            kept[shape] = _built(build(**slots))  # type: ignore[call-arg, arg-type]  # stand-ins for the values
        found = kept[shape]
        return _fetched(found, given) if found else []

    return run


def _slot(name: str, kind: Any) -> _Slot:
    return (_Numbers if kind == list[int] else _Slot)(name, FIELDS[kind])


class _Kept(NamedTuple):
    """A queryset never asked itself, its compiler and the SQL it made; of the parameters, slots are still to fill."""

    rows: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    params: Sequence[Any]


def _built(rows: QuerySet[Any, Any]) -> _Kept | None:
    compiler = rows.query.get_compiler(rows.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:  # `none()`: there is nothing to ask
        return None
    return _Kept(rows, compiler, sql, params)


def _fetched(kept: _Kept, given: Mapping[str, Any]) -> list[Any]:
    """Django's own reading of the answer into rows, by copies that are told the SQL they would have built."""
    rows, compiler, sql, params = kept
    connection = connections[rows.db]  # this thread's
    filled = tuple(one.filled(given[one.name], connection) if isinstance(one, _Slot) else one for one in params)
    told, asked, answered = copy(compiler), copy(rows.query), rows.__class__(rows.model)
    told.connection, told.as_sql = connection, lambda *_args, **_options: (sql, filled)  # type: ignore[method-assign]  # the way a queryset asks its compiler (ADR 18)
    asked.get_compiler = lambda *_args, **_options: told  # type: ignore[method-assign]  # the way a queryset asks its compiler (ADR 18)
    answered.__dict__.update(rows.__dict__, _query=asked)
    return list(answered)
