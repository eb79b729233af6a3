"""A worker killed in the middle of forwarding: the other store misses nothing and holds nothing twice (promises.md F23)."""

import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from urllib.request import Request, urlopen

import pytest

from tests.bench.statements import body
from tests.server import ROOT, Site, own_site, served

FIELD_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
MAKE = (
    "from lms.records.services.subscribers import create_subscriber; from uuid import uuid4;"
    "print(create_subscriber(by=uuid4(), name='réseau', kind='forward', address={url!r}, user={key!r}, secret={secret!r}, from_start=True)[0].pk)"
)
MANY = 3_000


def program(site: Site, *scopes: str) -> dict[str, str]:
    told = [word for scope in scopes for word in ("--scope", scope)]
    made: dict[str, str] = json.loads(site.manage("create_credential", "client", *told, "--json"))
    return made


def post(site: Site, made: dict[str, str], content: bytes) -> None:
    token = b64encode(f"{made['key']}:{made['secret']}".encode()).decode()
    headers = {"Authorization": f"Basic {token}", "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}
    request = Request(f"{site.url}/xapi/statements", content, headers)  # noqa: S310  our own server
    with urlopen(request, timeout=30) as answer:  # noqa: S310  our own server
        assert answer.status == 200


def ids(site: Site) -> list[str]:
    return [str(one).replace("-", "") for (one,) in site.sql("SELECT id FROM records_statement ORDER BY stored")]


def test_killed_worker_loses_and_doubles_nothing(request: pytest.FixtureRequest) -> None:
    kills = 10 if request.config.getoption("--long") else 1
    with (
        own_site() as there,
        own_site(FIELD_KEYS=FIELD_KEY, OUTSIDE_ALLOWED=f"127.0.0.1:{there.port}") as here,
        served(here),
        served(there),
    ):
        ours, theirs = program(here, "all"), program(there, "statements/write")
        for number in range(MANY // 500):
            post(here, ours, body(number * 500, 500))
        here.shell(MAKE.format(url=f"{there.url}/xapi", **theirs))
        for _kill in range(kills):
            worker = subprocess.Popen([sys.executable, "manage.py", "worker", "--interval", "0.01"], cwd=ROOT, env=here.env)
            before, until = len(ids(there)), time.monotonic() + 60
            while len(ids(there)) < min(before + 100, MANY) and time.monotonic() < until:
                time.sleep(0.05)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
            here.shell("from lms.records.models import Subscriber; Subscriber.objects.update(lease_until=None)")  # its five minutes pass
        here.manage("worker", "--once")
        while ids(there) != ids(here) and time.monotonic() < until:
            here.manage("worker", "--once")
        assert ids(there) == ids(here), "every one, once, in the same order"
        assert len(ids(here)) == MANY
        assert here.sql("SELECT count(*) FROM records_heldstatement") == [(0,)]
