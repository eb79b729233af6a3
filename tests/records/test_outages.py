"""The database goes away, is cut off or is full: nothing acknowledged is lost, nobody is answered 500 (promises.md F04, F05, F06)."""

import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.records.outage import AS_POSTGRES, own_cluster, programs, writers
from tests.server import CONFIGURED, Site, own_site, served

IS_POSTGRESQL = CONFIGURED.startswith("postgres")


def page_status(site: Site, path: str = "/compte/login/") -> tuple[int, str | None, str]:
    """As someone whose session the page looks up."""
    request = urllib.request.Request(f"{site.url}{path}", headers={"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"})  # noqa: S310  our own server
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  as above
            return answer.status, None, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Retry-After"], error.read().decode()


@pytest.fixture(scope="module")
def breakable() -> Iterator[tuple[Site, object]]:
    """A site on a PostgreSQL of its own, served."""
    if not IS_POSTGRESQL:
        pytest.skip("a database server that stops: PostgreSQL only")
    where = programs()
    if where is None:
        pytest.skip("PostgreSQL's server programs are not on this machine")
    with own_cluster(where) as cluster, own_site() as model:
        dump = subprocess.run([str(where / "pg_dump"), model.env["DATABASE_URL"]], check=True, capture_output=True).stdout
        subprocess.run([str(where / "psql"), "-q", "-v", "ON_ERROR_STOP=1", cluster.url], input=dump, check=True, capture_output=True)
        model.env["DATABASE_URL"] = cluster.url
        with served(model):
            yield model, cluster


def test_a_database_that_crashes_and_comes_back(breakable: tuple[Site, object], request: pytest.FixtureRequest) -> None:
    """F05: every answer meanwhile is 503 with Retry-After, of the store and of the site's pages."""
    site, cluster = breakable
    crowd = writers(site)
    with crowd.writing(8):
        time.sleep(1)
        for _crash in range(3 if request.config.getoption("--long") else 1):
            cluster.control("stop", "-m", "immediate")
            status, retry, page = page_status(site)
            assert (status, retry) == (503, "2"), page[:300]
            assert "Ça bloque chez nous" in page
            assert page_status(site, "/readyz")[0] == 503
            cluster.control("start")
            assert crowd.answers_again(within=5)
            time.sleep(1)
    assert crowd.statuses.keys() <= {0, 200, 503}, crowd.statuses
    assert not crowd.statuses[0], "every request is answered"
    assert crowd.statuses[503] >= 1
    assert crowd.has_retry_after
    assert crowd.bodies == {b'{"error": "The store cannot be reached now. Try again."}'}
    assert not crowd.lost()
    assert not crowd.halves()
    assert page_status(site)[0] == 200


def test_connections_that_are_cut(breakable: tuple[Site, object], request: pytest.FixtureRequest) -> None:
    """F06: one failed request a cut connection at the most, and no worker stays broken."""
    site, _cluster = breakable
    crowd = writers(site)
    cut = 0
    with crowd.writing(8):
        for _second in range(30 if request.config.getoption("--long") else 3):
            time.sleep(1)
            with psycopg.connect(site.env["DATABASE_URL"], autocommit=True) as own:
                mine = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                cut += len(own.execute(mine).fetchall())
    assert cut >= 3
    assert crowd.statuses.keys() <= {200, 503}, crowd.statuses
    assert crowd.statuses[503] <= cut
    assert crowd.has_retry_after
    assert not crowd.lost()
    assert not crowd.halves()
    assert all(crowd.answers_again(within=2) for _n in range(20)), "each of the two workers is well"


@contextmanager
def small_disk() -> Iterator[Path]:
    """A disk of 6 MB, that can be made larger."""
    small = Path(tempfile.mkdtemp(prefix="tremplin-small-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m,mode=777", "tmpfs", str(small)], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        small.rmdir()
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield small
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)
        small.rmdir()


def fill_and_free(site: Site, small: Path, *, tells_readiness: bool) -> None:
    """Write until nothing fits, make room, write again: nothing acknowledged is lost, nothing is kept in part."""
    crowd = writers(site)
    with crowd.writing(3):
        until = time.monotonic() + 60
        while crowd.statuses[503] < 10 and time.monotonic() < until:
            time.sleep(0.1)
        assert not tells_readiness or page_status(site, "/readyz")[0] == 503
    assert crowd.statuses.keys() <= {200, 503}, crowd.statuses
    assert crowd.statuses[503] >= 10
    assert crowd.has_retry_after
    assert not crowd.halves()
    subprocess.run(["mount", "-o", "remount,size=60m", str(small)], check=True)
    assert crowd.answers_again(within=10)
    assert page_status(site, "/readyz")[0] == 200
    assert not crowd.lost()
    assert not crowd.halves()


def test_a_full_disk() -> None:
    """F04: SQLite on a disk of 6 MB."""
    if IS_POSTGRESQL:
        pytest.skip("the disk under SQLite; the suite on SQLite runs it")
    with small_disk() as small, own_site() as site:
        (small / "db.sqlite3").write_bytes((site.folder / "db.sqlite3").read_bytes())
        site.env["DATABASE_URL"] = f"sqlite:///{small}/db.sqlite3"
        with served(site):
            fill_and_free(site, small, tells_readiness=True)
        assert site.sql("PRAGMA integrity_check") == [("ok",)]


def test_a_full_disk_under_postgresql(breakable: tuple[Site, object]) -> None:
    """F04: the statements' table and its indexes on a disk of 6 MB. (With its journal's disk full, PostgreSQL itself stops: F05.)"""
    site, _cluster = breakable
    with small_disk() as small:
        place = small / "space"
        place.mkdir()
        shutil.chown(place, "postgres" if AS_POSTGRES else None)
        with psycopg.connect(site.env["DATABASE_URL"], autocommit=True) as own:
            indexes = "SELECT indexname FROM pg_indexes WHERE tablename = 'records_statement'"
            own.execute("TRUNCATE records_statement, records_mention")
            own.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
            own.execute("ALTER TABLE records_statement SET TABLESPACE small")
            moved = [name for (name,) in own.execute(indexes).fetchall()]
            for name in moved:
                own.execute(f'ALTER INDEX "{name}" SET TABLESPACE small')
            try:
                fill_and_free(site, small, tells_readiness=False)
            finally:
                own.execute("TRUNCATE records_statement, records_mention")
                own.execute("ALTER TABLE records_statement SET TABLESPACE pg_default")
                for name in moved:
                    own.execute(f'ALTER INDEX "{name}" SET TABLESPACE pg_default')
                own.execute("DROP TABLESPACE small")
