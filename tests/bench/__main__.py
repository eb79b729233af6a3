"""Measure and print a table. Client and server share the machine's cores: the processor column is the server's own."""

import base64
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
NAME = "tremplin_bench"
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    PORT = int(probe.getsockname()[1])


def prepare_environment() -> dict[str, str]:
    """A database of its own, kept between runs: filling it takes a minute."""
    with psycopg.connect(SERVER, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            connection.execute(f"CREATE DATABASE {NAME}")
    folder = Path(tempfile.gettempdir()) / NAME
    values = {
        "DATABASE_URL": urlsplit(SERVER)._replace(path=f"/{NAME}").geturl(), "SECRET_KEY": "bench-only", "VAR_DIR": str(folder),
        "SITE_URL": f"http://127.0.0.1:{PORT}", "DJANGO_SETTINGS_MODULE": "lms.settings",
        "FIELD_KEYS": base64.urlsafe_b64encode(b"bench-only-" * 3)[:43].decode() + "=",  # dossiers are signed
    }  # fmt: skip
    os.environ.update(values)
    return dict(os.environ)


def main() -> None:
    env = prepare_environment()
    from tests.bench import scenarios  # noqa: PLC0415  the environment comes first

    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)
    print("Remplissage…", flush=True)
    scenarios.prepare()
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--no-worker", "--workers", "2", "--port", str(PORT)], cwd=ROOT, env=env
    )
    try:
        for _try in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/livez", timeout=5).close()
                break
            except OSError:
                time.sleep(0.2)
        scenarios.run(PORT, server.pid, uuid.uuid4().hex)
    finally:
        server.terminate()
        server.wait(timeout=30)


main()
