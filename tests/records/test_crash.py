"""F01: a killed server loses nothing that it acknowledged, and keeps no half of a batch."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from pathlib import Path
from uuid import uuid4

import pytest

from tests.server import ROOT, Site, own_site, wait_for

BATCH, CLIENTS = 50, 4
WITHIN = 5.0  # seconds from a start to the first answer


def statement(identifier: str, batch: str) -> dict[str, object]:
    return {
        "id": identifier,
        "actor": {"account": {"homePage": "https://site.example", "name": "client"}},
        "verb": {"id": "https://site.example/verbs/did"},
        "object": {"id": "https://site.example/things/1"},
        "context": {"registration": batch},
    }


def post_until_cut(site: Site, header: str, acknowledged: dict[str, list[str]]) -> None:
    """Batches one after the other; those answered 200 are noted, under the registration that names the batch."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    headers = {"Authorization": header, "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}
    try:
        while True:
            batch, ids = str(uuid4()), [str(uuid4()) for _n in range(BATCH)]
            connection.request("POST", "/xapi/statements", json.dumps([statement(one, batch) for one in ids]), headers)
            answer = connection.getresponse()
            if answer.status == 200 and json.loads(answer.read()) == ids:
                acknowledged[batch] = ids
    except (OSError, http.client.HTTPException, ValueError):
        connection.close()


def kept(site: Site) -> dict[str, set[str]]:
    """What the database holds: ids by batch, read past the server."""
    sql = "SELECT registration, id FROM records_statement"
    if not site.env["DATABASE_URL"].startswith("postgres"):
        assert site.sql("PRAGMA integrity_check") == [("ok",)]
        assert site.sql("PRAGMA foreign_key_check") == []
    rows = [(str(batch), str(one)) for batch, one in site.sql(sql)]
    found: dict[str, set[str]] = {}
    for batch, one in rows:
        found.setdefault(batch.replace("-", ""), set()).add(one.replace("-", ""))
    return found


def test_killed_server_loses_nothing_acknowledged(request: pytest.FixtureRequest) -> None:
    kills = 30 if request.config.getoption("--long") else 3
    chance = random.Random(1)  # when to strike
    acknowledged: dict[str, list[str]] = {}
    granian = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--workers", "2", "--log-level", "error"]
    with own_site() as site:
        made = json.loads(site.manage("create_credential", "client", "--scope", "statements/write", "--json"))
        header = "Basic " + b64encode(f"{made['key']}:{made['secret']}".encode()).decode()
        for _kill in range(kills):
            began = time.monotonic()
            server = subprocess.Popen(
                [*granian, "--port", str(site.port), "lms.wsgi:application"], cwd=ROOT, env=site.env, start_new_session=True
            )
            wait_for(f"{site.url}/livez")
            assert time.monotonic() - began < WITHIN * (1 if kills > 3 else 4)  # the suite shares its two cores with other tests
            clients = [threading.Thread(target=post_until_cut, args=(site, header, acknowledged)) for _n in range(CLIENTS)]
            for client in clients:
                client.start()
            time.sleep(chance.uniform(0.4, 1.4))
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
            for client in clients:
                client.join()
        found = kept(site)
    assert len(acknowledged) > kills
    lost = [
        batch for batch, ids in acknowledged.items() if {one.replace("-", "") for one in ids} - found.get(batch.replace("-", ""), set())
    ]
    assert not lost
    assert not [batch for batch, ids in found.items() if len(ids) != BATCH]
