"""Import and export by their real commands: killed, taken up again, in bounded memory, with the rates printed."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pyarrow.parquet as pq
import pytest

from tests.bench.statements import statement
from tests.server import ROOT, Site, own_site

MOST_MEMORY = 350  # MiB of a command, Django and pyarrow included: the same for 20,000 statements and for 200,000
BATCH = 500


def started(site: Site, *arguments: str) -> subprocess.Popen[bytes]:
    with (site.folder / "said").open("w") as out:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments, "--json"], cwd=ROOT, env=site.env, stdout=out, stderr=subprocess.DEVNULL
        )


def finished(site: Site, *arguments: str) -> dict[str, Any]:
    """What the command says; its memory is bounded and its rate printed."""
    began, memory = time.monotonic(), 0
    with started(site, *arguments) as process:
        while process.poll() is None:
            with suppress(OSError):  # it may end meanwhile
                found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
                memory = max(memory, int(found[1]) // 1024 if found else 0)
            time.sleep(0.02)
    assert process.returncode == 0
    told: dict[str, Any] = json.loads((site.folder / "said").read_text())
    rows, seconds = told.get("rows") or told["read"], time.monotonic() - began
    sys.stdout.write(f"{arguments[0]} {rows} in {seconds:.1f} s ({rows / seconds:.0f}/s with the start of the process), {memory} MiB\n")
    assert 0 < memory < MOST_MEMORY
    return told


def killed_when(process: subprocess.Popen[bytes], is_time: Callable[[], bool]) -> None:
    with process:
        while not is_time():
            assert process.poll() is None, "over before it could be killed"
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()


def rows(site: Site, sql: str) -> list[tuple[object, ...]]:
    """Read past the commands."""
    if site.env["DATABASE_URL"].startswith("postgres"):
        with psycopg.connect(site.env["DATABASE_URL"]) as connection:
            return connection.execute(sql.encode()).fetchall()
    with sqlite3.connect(site.folder / "db.sqlite3", timeout=20) as file:
        return file.execute(sql).fetchall()


def stored(site: Site) -> int:
    return int(str(rows(site, "SELECT COUNT(*) FROM records_statement")[0][0]))


def test_killed_commands_lose_and_double_nothing(request: pytest.FixtureRequest) -> None:
    is_long = request.config.getoption("--long")
    number = 200_000 if is_long else 20_000
    with own_site() as site:
        file = site.folder / "in.jsonl"
        with file.open("w") as out:
            for one in range(number):
                out.write(json.dumps({"id": str(UUID(int=one + (1 << 103))), **statement(one)}, ensure_ascii=False) + "\n")
        kill_imports(site, file, number, kills=3 if is_long else 1)
        for kind in ("jsonl", "parquet") if is_long else ("parquet",):  # test_exporting.py has both
            kill_an_export(site, kind, number)


def kill_imports(site: Site, file: Path, number: int, *, kills: int) -> None:
    """In the middle of a batch, then to the end."""
    for _kill in range(kills):
        before = stored(site)
        killed_when(started(site, "import_statements", str(file), "--resume"), lambda before=before: stored(site) >= before + 3 * BATCH)
        place = json.loads(str(rows(site, "SELECT place FROM records_import")[0][0]))
        assert place["line"] == stored(site)
        assert place["line"] % BATCH == 0
    left = number - stored(site)
    assert 0 < left < number
    told = finished(site, "import_statements", str(file), "--resume")
    assert (told["read"], told["stored"], told["known"], told["refused"]) == (left, left, 0, [])
    assert stored(site) == number
    assert rows(site, "SELECT COUNT(DISTINCT stored) FROM records_statement") == [(number,)]


def kill_an_export(site: Site, kind: str, number: int) -> None:
    """Once a part is finished; resumed, it is the file of an export that nothing stopped."""
    whole, cut = site.folder / f"whole.{kind}", site.folder / f"cut.{kind}"
    until = str(finished(site, "export_statements", str(whole), "--format", kind)["until"])
    asked = ("export_statements", str(cut), "--format", kind, "--until", until)
    killed_when(started(site, *asked), lambda: any(cut.with_name(f"{cut.name}.parts").glob("*.part")))
    assert not cut.exists()
    told = finished(site, *asked, "--resume")
    assert told["rows"] == number
    assert cut.read_bytes() == whole.read_bytes()
    subprocess.run(["sha256sum", "-c", "--status", f"{cut.name}.sha256"], cwd=site.folder, check=True)
    assert sorted(path.name for path in site.folder.glob(f"cut.{kind}*")) == [cut.name, f"{cut.name}.sha256"]
    assert number == (pq.ParquetFile(cut).metadata.num_rows if kind == "parquet" else cut.read_bytes().count(b"\n"))
