"""The machine's clock jumps under a real server: `stored` rises all the same, and a follower misses nothing (promises.md F13, L14)."""

import json
import threading
import time
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from tests.records.outage import BATCH, writers
from tests.server import Site, own_site, served

STEPS = ("-1h", "+1d", "-1h", "+0")


def library() -> Path:
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    if not found:
        pytest.skip("libfaketime is not on this machine: apt-get install faketime")
    return found[0]


def after(site: Site, header: str, moment: str) -> list[dict[str, str]]:
    """What was stored after that moment, to the end of `more`."""
    path, found = f"/xapi/statements?ascending=true&since={quote(moment)}", []
    while path:
        asked = Request(f"{site.url}{path}", headers={"Authorization": header, "X-Experience-API-Version": "1.0.3"})  # noqa: S310  our own server
        with urlopen(asked, timeout=30) as answer:  # noqa: S310  as above
            page = json.load(answer)
        found += page["statements"]
        path = page["more"]
    return found


def test_the_clock_steps_under_writers(tmp_path: Path) -> None:
    """On SQLite the workers' clock is the store's; on PostgreSQL the store's is the database's, and theirs may say what it likes."""
    hour = tmp_path / "hour"
    hour.write_text("+0")
    faked = {
        "LD_PRELOAD": str(library()), "FAKETIME_TIMESTAMP_FILE": str(hour), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    with own_site() as site:
        crowd = writers(site)
        site.env.update(faked)
        with served(site):
            seen: list[dict[str, str]] = []

            def follow() -> None:
                seen.extend(after(site, crowd.header, seen[-1]["stored"] if seen else "1970-01-01T00:00:00Z"))

            with crowd.writing(4):
                for step in STEPS:
                    before = len(crowd.acknowledged)
                    hour.write_text(step)
                    until = time.monotonic() + 30
                    while len(crowd.acknowledged) < before + 8 and time.monotonic() < until:
                        follow()
                        threading.Event().wait(0.05)
                    assert len(crowd.acknowledged) >= before + 8
            follow()
        assert set(crowd.statuses) == {200}
        assert not crowd.lost()
    moments = [one["stored"] for one in seen]
    assert all(first < second for first, second in pairwise(moments))
    assert len(seen) == len({one["id"] for one in seen}) == len(crowd.acknowledged) * BATCH
