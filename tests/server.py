"""A place of its own for a real server: folder, database of the engine under test, port, and the commands that act there."""

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
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]


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


@contextmanager
def own_site(**environment: str) -> Iterator[Site]:
    """Migrated and empty, not served yet; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tremplin-site-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    configured = os.environ.get("DATABASE_URL", "")
    database = ""
    url = f"sqlite:///{folder}/db.sqlite3"
    if configured.startswith("postgres"):
        database = f"tremplin_site_{os.getpid()}_{port}"
        with psycopg.connect(configured, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')
        url = urlsplit(configured)._replace(path=f"/{database}").geturl()
    env = {
        **os.environ, "DATABASE_URL": url, "VAR_DIR": str(folder), "SITE_URL": f"http://127.0.0.1:{port}", "SECRET_KEY": "site-only",
        "DJANGO_SETTINGS_MODULE": "lms.settings", **environment,
    }  # fmt: skip
    site = Site(f"http://127.0.0.1:{port}", env, folder)
    try:
        site.manage("migrate", "-v0")
        site.manage("collectstatic", "--noinput", "-v0")
        yield site
    finally:
        if database:
            with psycopg.connect(configured, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(url: str) -> None:
    """Until it answers; half a minute at most."""
    for _try in range(150):
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310  our own server
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} never answered")
