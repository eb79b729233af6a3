"""`make bench-lrs`: how fast the record store takes and gives, beside what its database can do bare. Measures, never asserts."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
NAME = "tremplin_bench_lrs"
SECONDS = float(os.environ.get("BENCH_SECONDS", "6"))
MANY = int(os.environ.get("BENCH_MANY", "1000000"))
FEW = 10_000


def prepare(engine: str) -> dict[str, str]:
    """An empty database of its own and what reaches it."""
    folder = Path(tempfile.gettempdir()) / f"{NAME}_{engine}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    url = f"sqlite:///{folder / 'db.sqlite3'}"
    if engine == "postgresql":
        url = urlsplit(SERVER)._replace(path=f"/{NAME}").geturl()
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {NAME}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        **os.environ, "DATABASE_URL": url, "SECRET_KEY": "bench-only", "VAR_DIR": str(folder), "SITE_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "lms.settings", "PORT": str(port),
    }  # fmt: skip


@contextmanager
def served(env: dict[str, str]) -> Iterator[int]:
    """The production server, 2 workers; its process number."""
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--no-worker", "--workers", "2", "--port", env["PORT"]], cwd=ROOT, env=env
    )
    try:
        for _try in range(150):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{env['PORT']}/xapi/about", timeout=5).close()
                break
            except OSError:
                time.sleep(0.2)
        yield server.pid
    finally:
        server.terminate()
        server.wait(timeout=30)


def load(env: dict[str, str], credential: dict[str, str], **asked: Any) -> dict[str, float]:
    """What a second process measured."""
    told = {"port": int(env["PORT"]), **credential, "seconds": SECONDS, **asked}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"], input=json.dumps(told), capture_output=True, text=True, cwd=ROOT, check=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main() -> None:
    for engine in sys.argv[1:] or ["postgresql", "sqlite"]:
        env = prepare(engine)
        os.environ.update(env)
        for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)
        # One engine a process: Django's settings are read once.
        subprocess.run([sys.executable, "-m", "tests.bench.lrs_engine", engine], cwd=ROOT, env=env, check=True)


if __name__ == "__main__":
    main()
