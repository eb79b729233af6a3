"""The hot path: rows into their tables by the fastest way each database has, and the moment they are stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.utils import timezone

from lms.records.models import Mention, Statement
from lms.records.rules.packing import packed
from lms.records.statements import instant

TICK = timedelta(microseconds=1)
FEW = 8  # up to here, two INSERTs wait for the database less often than two COPYs: our own facts tell one to four statements
LOCK_AND_TELL = """
    INSERT INTO records_clock AS kept (id, last) VALUES (1, clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET last = GREATEST(clock_timestamp(), kept.last + %s * interval '1 microsecond')
    RETURNING last
"""
# The same for a statement alone, with its row and its mentions, in one round trip; nothing where its id is stored already.
STORE_ONE = """
    WITH moment AS (
        INSERT INTO records_clock AS kept (id, last) VALUES (1, clock_timestamp())
        ON CONFLICT (id) DO UPDATE SET last = GREATEST(clock_timestamp(), kept.last + interval '1 microsecond')
        RETURNING last
    ), told AS (
        INSERT INTO records_statement (id, store, stored, actor, verb, authority, activity, registration, text)
        SELECT %s::uuid, %s, last, %s::uuid, %s::uuid, %s::uuid, %s::uuid, %s::uuid, %s FROM moment
        ON CONFLICT (id) DO NOTHING RETURNING id, stored
    ), mentioned AS (
        INSERT INTO records_mention (ref, stored, statement) SELECT ref, stored, id FROM told, unnest(%s::uuid[]) AS ref
    )
    SELECT stored FROM told
"""
COPY_STATEMENTS = (
    "COPY records_statement (id, store, stored, actor, verb, authority, activity, registration, text) FROM STDIN (FORMAT BINARY)"
)
COPY_MENTIONS = "COPY records_mention (ref, stored, statement) FROM STDIN (FORMAT BINARY)"

# PostgreSQL's binary COPY (its manual, "COPY", File Formats): each field is its length, then its bytes; -1 stands for null.
COPY_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_TAIL = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
UUID_LENGTH = b"\x00\x00\x00\x10"
STATEMENT_ROW = Struct(">hi16siiiqi16si16si16s")
MENTION_ROW = Struct(">hi16siqi16s")
LENGTH = Struct(">i")
POSTGRESQL_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Row:
    """A statement ready for its table, but for the moment it is stored.

    `lacks_timestamp`: its sender gave none, so that it happened when it was stored (1.0.3 Data §2.4.7).
    """

    id: UUID
    text: bytes
    lacks_timestamp: bool
    actor: UUID
    verb: UUID
    activity: UUID | None
    registration: UUID | None
    mentions: tuple[UUID, ...]


def next_stored(number: int) -> datetime:
    """The moment of the last of `number` statements about to be stored; the others come before it, a microsecond apart.

    Strictly later than everything stored before, whatever the machine's clock does (F13, L14). The lock is held until the
    transaction ends, so statements become visible in the order of their `stored` (L11, L12).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(LOCK_AND_TELL, [number])
            moment: datetime = cursor.fetchone()[0]
            return moment
    # SQLite has one writer at a time already (IMMEDIATE).
    with connection.cursor() as cursor:
        cursor.execute("SELECT last FROM records_clock WHERE id = 1")
        row = cursor.fetchone()
        moment = max(timezone.now(), row[0].replace(tzinfo=UTC) + number * TICK) if row else timezone.now()
        cursor.execute("INSERT OR REPLACE INTO records_clock (id, last) VALUES (1, %s)", [connection.ops.adapt_datetimefield_value(moment)])
    return moment


def insert_one(row: Row, *, store: int, authority: UUID) -> datetime | None:
    """Store a statement that has its timestamp, in a transaction of its own; its moment, or none where its id is stored already.

    PostgreSQL only: prepared once a connection, and neither BEGIN nor COMMIT to wait for.
    """
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    values = (row.id, store, row.actor, row.verb, authority, row.activity, row.registration, packed(row.text), list(row.mentions))
    with connection.wrap_database_errors:
        found = cursor.execute(STORE_ONE, values, prepare=True).fetchone()
    return found[0] if found else None


def insert_statements(placed: Sequence[tuple[Row, datetime]], *, store: int, authority: UUID) -> None:
    """New statements, each with its moment, and what they mention."""
    if connection.vendor == "postgresql" and len(placed) > FEW:
        _copy(placed, store, authority)
    else:
        _insert(placed, store, authority)


def copy_of(placed: Sequence[tuple[Row, datetime]], store: int, authority: UUID) -> tuple[bytes, bytes]:
    """What COPY reads for the statements and for their mentions; empty where there is none."""
    statements, mentions = [COPY_HEAD], [COPY_HEAD]
    authority_bytes = authority.bytes
    for row, stored in placed:
        moment, identifier = (stored - POSTGRESQL_EPOCH) // TICK, row.id.bytes
        text = packed(text_at(row, stored))
        statements += (
            STATEMENT_ROW.pack(9, 16, identifier, 4, store, 8, moment, 16, row.actor.bytes, 16, row.verb.bytes, 16, authority_bytes),
            UUID_LENGTH + row.activity.bytes if row.activity else NULL,
            UUID_LENGTH + row.registration.bytes if row.registration else NULL,
            LENGTH.pack(len(text)), text,
        )  # fmt: skip
        mentions += (MENTION_ROW.pack(3, 16, ref.bytes, 8, moment, 16, identifier) for ref in row.mentions)
    return b"".join([*statements, COPY_TAIL]), b"".join([*mentions, COPY_TAIL]) if len(mentions) > 1 else b""


def _copy(placed: Sequence[tuple[Row, datetime]], store: int, authority: UUID) -> None:
    statements, mentions = copy_of(placed, store, authority)
    with connection.wrap_database_errors, connection.cursor() as cursor:  # Django wraps the call that begins a COPY, not its writing
        for sql, data in ((COPY_STATEMENTS, statements), (COPY_MENTIONS, mentions)):
            if data:
                with cursor.copy(sql) as copy:
                    copy.write(data)


def _insert(placed: Sequence[tuple[Row, datetime]], store: int, authority: UUID) -> None:
    def adapted(value: Any) -> Any:
        return connection.ops.adapt_datetimefield_value(value)

    rows = [
        (
            row.id.hex, store, adapted(stored), row.actor.hex, row.verb.hex, authority.hex, row.activity and row.activity.hex,
            row.registration and row.registration.hex, packed(text_at(row, stored)),
        )
        for row, stored in placed
    ]  # fmt: skip
    mentions = [(ref.hex, adapted(stored), row.id.hex) for row, stored in placed for ref in row.mentions]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {Statement._meta.db_table} (id, store, stored, actor, verb, authority, activity, registration, text)"  # noqa: S608  # names of our own tables
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )
        if mentions:
            cursor.executemany(f"INSERT INTO {Mention._meta.db_table} (ref, stored, statement) VALUES (%s, %s, %s)", mentions)  # noqa: S608  # names of our own tables


def text_at(row: Row, stored: datetime) -> bytes:
    """The text to keep: a statement without a timestamp happened when it was stored."""
    if not row.lacks_timestamp:
        return row.text
    return row.text[:-1].rstrip() + b',"timestamp":"' + instant(stored).encode() + b'"}'


def tell_time() -> datetime:
    """Move the store's clock on to now, so that readers know nothing is on its way; waits for whoever is storing."""
    with transaction.atomic():
        return next_stored(0)
