"""Statements as Parquet: typed columns beside each exact text. Imported by the command that writes it, never by the web server."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from lms.records.formats.lines import Line, Writer
from lms.records.rules.agents import Actor, identity
from lms.records.rules.values import instant

_MOMENT = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema([
    pa.field("id", pa.string(), nullable=False),
    pa.field("stored", _MOMENT, nullable=False),
    pa.field("timestamp", _MOMENT),
    pa.field("actor", pa.string(), nullable=False),
    pa.field("verb", pa.string(), nullable=False),
    pa.field("activity", pa.string()),
    pa.field("registration", pa.string()),
    pa.field("authority", pa.string()),
    pa.field("voided_by", pa.string()),
    pa.field("text", pa.string(), nullable=False),
])  # fmt: skip


class _Verb(msgspec.Struct):
    id: str


class _Object(msgspec.Struct):
    id: str = ""
    objectType: str = "Activity"  # noqa: N815  the specification's spelling


class _Context(msgspec.Struct):
    registration: str | None = None


class _Statement(msgspec.Struct):
    """What the columns are made of: the rest of a text is not looked at."""

    id: str
    stored: str
    authority: Actor
    actor: Actor
    verb: _Verb
    object: _Object
    timestamp: str = ""
    context: _Context = msgspec.field(default_factory=_Context)


_STATEMENT = msgspec.json.Decoder(_Statement)


def _row(line: Line) -> dict[str, Any]:
    told = _STATEMENT.decode(line.text)
    return {
        "id": told.id.lower(), "stored": instant(told.stored), "timestamp": instant(told.timestamp) if told.timestamp else None,
        "actor": identity(told.actor), "verb": told.verb.id, "activity": told.object.id if told.object.objectType == "Activity" else None,
        "registration": told.context.registration and told.context.registration.lower(), "authority": identity(told.authority),
        "voided_by": str(line.voided_by) if line.voided_by else None, "text": line.text,
    }  # fmt: skip


def _write(path: Path, lines: Sequence[Line]) -> None:
    table = pa.Table.from_pylist([_row(line) for line in lines], schema=SCHEMA)
    pq.write_table(table, path, compression="zstd")


def _join(path: Path, parts: Sequence[Path]) -> None:
    """Each part becomes a row group: no more than one is ever in memory."""
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as out:
        for part in parts:
            with pq.ParquetFile(part) as content:
                table = content.read(use_threads=False)
            out.write_table(table, row_group_size=max(table.num_rows, 1))


PARQUET = Writer("parquet", _write, _join)
