"""A place of its own for a real server: folder, database of the engine under test, port, and the commands that act there."""

import atexit
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]
CONFIGURED = os.environ.get("DATABASE_URL", "")  # of the suite


@dataclass
class Site:
    """A site: its address, the environment its commands need, and the folder of its files."""

    url: str
    env: dict[str, str]
    folder: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def shell(self, code: str) -> str:
        """What a line of Python prints inside the site."""
        return self.manage("shell", "--no-imports", "-v0", "-c", code).strip()

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """What the database itself answers, past the site."""
        if self.env["DATABASE_URL"].startswith("postgres"):
            with psycopg.connect(self.env["DATABASE_URL"]) as connection:
                cursor = connection.execute(query)
                return cursor.fetchall() if cursor.description else []
        with sqlite3.connect(self.env["DATABASE_URL"].removeprefix("sqlite:///"), timeout=20) as file:
            return file.execute(query).fetchall()


@contextmanager
def own_site(**environment: str) -> Iterator[Site]:
    """Migrated and empty, not served yet; gone afterwards. A copy of one made once a process: migrating takes half a minute."""
    model = _model()
    folder = Path(tempfile.mkdtemp(prefix="tremplin-site-"))
    shutil.copytree(model.folder, folder, dirs_exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    name = f"tremplin_site_{os.getpid()}_{port}"
    url = _database(name, folder, like=_name_in(model.env["DATABASE_URL"]))
    site = Site(f"http://127.0.0.1:{port}", {**_environment(url, folder), "SITE_URL": f"http://127.0.0.1:{port}", **environment}, folder)
    try:
        yield site
    finally:
        _drop(url)
        shutil.rmtree(folder, ignore_errors=True)


@cache
def _model() -> Site:
    folder = Path(tempfile.mkdtemp(prefix="tremplin-model-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = _database(f"tremplin_model_{os.getpid()}", folder)
    atexit.register(_drop, url)
    model = Site("http://127.0.0.1:1", _environment(url, folder), folder)
    model.manage("migrate", "-v0")
    model.manage("collectstatic", "--noinput", "-v0")
    return model


def _environment(url: str, folder: Path) -> dict[str, str]:
    own = {"DATABASE_URL": url, "VAR_DIR": str(folder), "SECRET_KEY": "site-only", "DJANGO_SETTINGS_MODULE": "lms.settings"}
    return {**os.environ, **own}


def _database(name: str, folder: Path, like: str = "template1") -> str:
    """The address of a new database, on the engine of the suite; SQLite's is a file of the folder."""
    if not CONFIGURED.startswith("postgres"):
        return f"sqlite:///{folder}/db.sqlite3"
    with psycopg.connect(CONFIGURED, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    return urlsplit(CONFIGURED)._replace(path=f"/{name}").geturl()


def _drop(url: str) -> None:
    if url.startswith("postgres"):
        with psycopg.connect(CONFIGURED, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{_name_in(url)}" WITH (FORCE)')


def _name_in(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


@contextmanager
def served(site: Site) -> Iterator[None]:
    """Granian as the site runs it: two workers, four threads each."""
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--port", str(site.port), "--workers", "2",
        "--blocking-threads", "4", "--log-level", "error", "lms.wsgi:application",
    ]  # fmt: skip
    server = subprocess.Popen(
        command, cwd=ROOT, env={**site.env, "LOG_LEVEL": "CRITICAL"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"{site.url}/livez")
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(url: str) -> None:
    """Until it answers; two minutes at most, for a machine that does much else."""
    for _try in range(600):
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310  our own server
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} never answered")
