"""One database engine measured, in the environment that `tests.bench.lrs` has made."""

import functools
import json
import os
import sqlite3
import statistics
import sys
import time
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import django

django.setup()

import psycopg
from django.db import connection, transaction

from lms.records.models import HOME, Statement
from lms.records.rules.statement import parse
from lms.records.selectors.statements import Filters, Reader, last_stored, statements_page
from lms.records.services import bulk, create_credential
from lms.records.services.storing import row_of, store_statements
from lms.records.statements import authority_digest, site_authority
from tests.bench import lrs
from tests.bench.measure import family, memory_mb
from tests.bench.statements import body, statement

AUTHORITY = authority_digest(site_authority())
numbers = count()
bulk.packed = packed = functools.cache(bulk.packed)  # the bare client sends its texts again: the database is measured, not packing


def rows_of(size: int) -> list[bulk.Row]:
    """Rows as the store makes them, new ids each time."""
    return [row_of(one, HOME, "1.0.3") for one in parse(body(next(numbers) * size, size), "1.0.3")]


def raw_rate(size: int, seconds: float) -> float:
    """Statements a second when one bare client writes the same rows, `size` a transaction, by the fastest way of the engine.

    The rows are made beforehand, so that only the database is measured.
    """
    batches = [rows_of(size) for _n in range(max(3, min(200, 20_000 // size)))]
    write = _raw_postgresql() if connection.vendor == "postgresql" else _raw_sqlite()
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for row in (batch := batches[done % len(batches)]):
            row.id = uuid4()
        write(batch)
        done += 1
    return done * size / (time.perf_counter() - start)


def _raw_postgresql() -> Callable[[list[bulk.Row]], None]:
    bare = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    one = (
        "WITH s AS (INSERT INTO records_statement (id, store, stored, actor, verb, authority, activity, registration, text)"
        " VALUES (%s, 1, %s, %s, %s, %s, %s, %s, %s)) INSERT INTO records_mention (ref, stored, statement)"
        " SELECT ref, %s, %s FROM unnest(%s::uuid[]) AS ref"
    )

    def write(batch: list[bulk.Row]) -> None:
        stored = datetime.now().astimezone()
        if len(batch) == 1:
            row = batch[0]
            values = (row.id, stored, row.actor, row.verb, AUTHORITY, row.activity, row.registration, packed(row.text))
            bare.execute(one, (*values, stored, row.id, list(row.mentions)), prepare=True)
            return
        statements, mentions = bulk.copy_of([(row, stored) for row in batch], HOME, AUTHORITY)
        with bare.transaction(), bare.cursor() as cursor:
            for sql, data in ((bulk.COPY_STATEMENTS, statements), (bulk.COPY_MENTIONS, mentions)):
                with cursor.copy(sql) as copy:
                    copy.write(data)

    return write


def _raw_sqlite() -> Callable[[list[bulk.Row]], None]:
    bare = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        bare.execute(f"PRAGMA {pragma}")

    def write(batch: list[bulk.Row]) -> None:
        stored = str(datetime.now(UTC).replace(tzinfo=None))
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(
            "INSERT INTO records_statement (id, store, stored, actor, verb, authority, activity, registration, text) VALUES (?,1,?,?,?,?,?,?,?)",
            [
                (row.id.hex, stored, row.actor.hex, row.verb.hex, AUTHORITY.hex, row.activity and row.activity.hex,
                 row.registration and row.registration.hex, packed(row.text)) for row in batch
            ],
        )  # fmt: skip
        bare.executemany(
            "INSERT INTO records_mention (ref, stored, statement) VALUES (?,?,?)",
            [(ref.hex, stored, row.id.hex) for row in batch for ref in row.mentions],
        )
        bare.execute("COMMIT")

    return write


def empty() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE records_statement, records_mention, records_reference, records_voiding")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS records_statement_no_delete")
            cursor.execute("DELETE FROM records_statement")
            cursor.execute("DELETE FROM records_mention")


def writing(env: dict[str, str], credential: dict[str, str]) -> None:
    print("\n| POST | connexions | traces/s | p50 ms | p95 ms | refusées | limite brute/s | rapport |\n|---|---|---|---|---|---|---|---|")
    for size, many in ((1, 8), (50, 8), (500, 4)):
        empty()
        raw = raw_rate(size, lrs.SECONDS)
        for connections in (1, many):
            empty()
            f = lrs.load(env, credential, connections=connections, size=size)
            rate = f["rate"] * size
            print(
                f"| {size} | {connections} | {rate:.0f} | {f['p50']:.1f} | {f['p95']:.1f} | {f['refused']:.0f} | {raw:.0f} | {rate / raw:.2f} |",
                flush=True,
            )


def fill(until: int) -> None:
    """Up to `until` statements, through the store's own service."""
    while (held := Statement.objects.count()) < until:
        for _n in range(min(20, max(1, (until - held) // 500))):
            store_statements(
                parse(body(next(numbers) * 500, 500), "1.0.3"), store=HOME, authority=AUTHORITY, version="1.0.3", may_define=True
            )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE records_statement, records_mention")


def walk(env: dict[str, str], credential: dict[str, str]) -> list[str]:
    """The addresses of ten pages of 100, each got from the page before; they stay good."""
    token = b64encode(f"{credential['key']}:{credential['secret']}".encode()).decode()
    headers = {"Authorization": f"Basic {token}", "X-Experience-API-Version": "1.0.3"}
    paths = ["/xapi/statements?limit=100"]
    while len(paths) < 10:
        request = urllib.request.Request(f"http://127.0.0.1:{env['PORT']}{paths[-1]}", headers=headers)
        with urllib.request.urlopen(request) as answer:
            paths.append(json.load(answer)["more"])
    return paths


def questions(env: dict[str, str], credential: dict[str, str]) -> Iterator[tuple[str, list[str], Filters | None]]:
    """What is read: its name, the addresses asked in turn, and the same as filters for the bare query."""
    ids = list(Statement.objects.order_by("stored").values_list("id", flat=True)[:3_000:30])
    yield "par id", [f"/xapi/statements?statementId={one}" for one in ids], None
    told = [statement(number) for number in range(50)]
    account = [json.dumps(one["actor"], separators=(",", ":")) for one in told]
    yield "100 d'une personne", [f"/xapi/statements?limit=100&agent={one}" for one in account], Filters(agent=_identity(told[0]))
    registration = [one["context"]["registration"] for one in told]
    yield (
        "100 d'une inscription",
        [f"/xapi/statements?limit=100&registration={one}" for one in registration],
        Filters(registration=UUID(registration[0])),
    )
    since = last_stored().isoformat().replace("+00:00", "Z")[:10]
    verb = told[0]["verb"]["id"]
    yield "100 d'un verbe depuis un jour", [f"/xapi/statements?limit=100&verb={verb}&since={since}T00:00:00Z"], Filters(verb=verb)
    parent = [one["context"]["contextActivities"]["parent"][0]["id"] for one in told]
    related = Filters(activity=parent[0], related_activities=True)
    yield (
        "100 d'une activité et alentour",
        [f"/xapi/statements?limit=100&related_activities=true&activity={one}" for one in parent],
        related,
    )
    yield "parcours de 1 000, par 100", walk(env, credential), Filters()


def _identity(told: dict[str, Any]) -> str:
    account = told["actor"]["account"]
    return f"account {account['homePage']} {account['name']}"


def bare_p95(filters: Filters | None, identifier: UUID) -> float:
    """Milliseconds at the 95th percentile of the same SQL, from this process."""
    times = []
    for _n in range(200):
        start = time.perf_counter()
        if filters is None:
            Statement.objects.filter(id=identifier).values_list("id", "stored", "authority", "text").first()
        else:
            statements_page(Reader(HOME), filters, limit=100, after=None, as_of=last_stored())
        times.append((time.perf_counter() - start) * 1000)
    return statistics.quantiles(times, n=20)[-1]


def reading(env: dict[str, str], credential: dict[str, str]) -> None:
    print(
        f"\n| GET, {Statement.objects.count()} traces gardées | req/s | p50 ms | p95 ms | p95 ms du même SQL | rapport |\n|---|---|---|---|---|---|"
    )
    first = Statement.objects.values_list("id", flat=True)[0]
    for name, paths, filters in questions(env, credential):
        f = lrs.load(env, credential, connections=1, paths=paths, seconds=min(lrs.SECONDS, 3))
        bare = bare_p95(filters, first)
        print(f"| {name} | {f['rate']:.0f} | {f['p50']:.1f} | {f['p95']:.1f} | {bare:.1f} | {f['p95'] / bare:.1f} |", flush=True)


def sizes() -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(pg_total_relation_size(c)) FROM unnest(ARRAY['records_statement', 'records_mention']::regclass[]) c")
        held = int(cursor.fetchone()[0])
    print(f"\nOctets par trace, index compris : {held / Statement.objects.count():.0f}")


def main() -> None:
    engine = sys.argv[1]
    with transaction.atomic():
        made, secret = create_credential(by=None, label="bench", scopes=frozenset({"all"}))
    credential = {"key": made.key, "secret": secret}
    env = dict(os.environ)
    print(f"\n## {engine}")
    with lrs.served(env) as pid:
        writing(env, credential)
        print("\n| processus | PSS Mo |\n|---|---|")
        for process in family(pid):
            print(f"| {process} | {memory_mb(process):.0f} |")
        empty()
        for held in (lrs.FEW, lrs.MANY):
            if held <= lrs.MANY:
                fill(held)
                reading(env, credential)
        sizes()


main()
