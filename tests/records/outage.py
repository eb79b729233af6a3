"""A PostgreSQL of a test's own, to be broken, and clients that keep count of what was acknowledged."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from tests.server import Site

AS_POSTGRES = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
BATCH = 20


def programs() -> Path | None:
    """Where this machine has PostgreSQL's server programs; none where it has a client only."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@dataclass
class Cluster:
    """`stop` and `restart` break it as a crash would: nothing is flushed, nobody is told."""

    bin: Path
    folder: Path
    port: int

    def control(self, *words: str) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        command = [*AS_POSTGRES, str(self.bin / "pg_ctl"), "-D", str(self.folder / "data"), "-w", "-t", "60", "-o", options]
        subprocess.run([*command, "-l", str(self.folder / "log"), *words], check=True, capture_output=True, timeout=90)

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"


@contextmanager
def own_cluster(programs: Path) -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="tremplin-pg-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        cluster = Cluster(programs, folder, int(probe.getsockname()[1]))
    if AS_POSTGRES:
        shutil.chown(folder, "postgres")
    initdb = [*AS_POSTGRES, str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "--no-sync"]
    subprocess.run([*initdb, "-E", "UTF8", "--locale=C.UTF-8"], check=True, capture_output=True)
    cluster.control("start")
    try:
        yield cluster
    finally:
        cluster.control("stop", "-m", "immediate")
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Writers:
    """Threads that post batches, each of one registration, until told to stop. `statuses` counts the answers, 0 those that never came."""

    site: Site
    header: str
    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    bodies: set[bytes] = field(default_factory=set)
    last_ok: float = 0.0
    has_retry_after: bool = True
    stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def writing(self, many: int) -> Iterator[None]:
        threads = [threading.Thread(target=self._write) for _n in range(many)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stop.set()
            for thread in threads:
                thread.join(60)

    def _write(self) -> None:
        while not self.stop.is_set():
            registration, ids = str(uuid4()), [str(uuid4()) for _n in range(BATCH)]
            status, retry, content = self.post([said(one, registration) for one in ids])
            self.statuses[status] += 1
            if status == 200:
                self.acknowledged[registration] = ids
                self.last_ok = time.monotonic()
            elif status:
                self.bodies.add(content)
                self.has_retry_after = self.has_retry_after and (status != 503 or retry)
                time.sleep(0.05)

    def post(self, statements: list[dict[str, object]]) -> tuple[int, bool, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=40)
        headers = {"Authorization": self.header, "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}
        try:
            connection.request("POST", "/xapi/statements", json.dumps(statements), headers)
            answer = connection.getresponse()
            return answer.status, answer.headers["Retry-After"] is not None, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, False, b""
        finally:
            connection.close()

    def answers_again(self, within: float) -> bool:
        """Whether it stores once more, before so many seconds have passed."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            if self.post([said(str(uuid4()), str(uuid4()))])[0] == 200:
                return True
            time.sleep(0.1)
        return False

    def lost(self) -> list[str]:
        """Batches that were acknowledged and are not whole in the database."""
        kept: dict[str, set[str]] = {}
        for registration, one in self.site.sql("SELECT registration, id FROM records_statement"):
            kept.setdefault(plain(registration), set()).add(plain(one))
        return [batch for batch, ids in self.acknowledged.items() if {plain(one) for one in ids} != kept.get(plain(batch))]

    def halves(self) -> list[int]:
        """Sizes of batches kept in part."""
        sizes = self.site.sql("SELECT count(*) FROM records_statement GROUP BY registration")
        return [size for (size,) in sizes if size not in (1, BATCH)]


def plain(identifier: object) -> str:
    return str(identifier).replace("-", "")


def said(identifier: str, registration: str) -> dict[str, object]:
    return {
        "id": identifier, "actor": {"account": {"homePage": "https://site.example", "name": "client"}},
        "verb": {"id": "https://site.example/verbs/did"}, "object": {"id": "https://site.example/things/1"},
        "context": {"registration": registration, "extensions": {"https://site.example/x": "x" * 400}},
    }  # fmt: skip


def writers(site: Site) -> Writers:
    made = json.loads(site.manage("create_credential", "client", "--scope", "all", "--json"))
    return Writers(site, "Basic " + b64encode(f"{made['key']}:{made['secret']}".encode()).decode())
