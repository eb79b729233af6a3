"""A real server on a database of its own with the demo loaded, and a real Chromium. One for all journeys of a run."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "tremplin-journey"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """A running site: its address and the environment its commands need."""

    url: str
    env: dict[str, str]

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def shell(self, code: str) -> str:
        """What a line of Python prints inside the site."""
        return self.manage("shell", "--no-imports", "-v0", "-c", code).strip()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The demo, loaded and served by `manage.py serve` (granian, two workers, and the background worker)."""
    folder, port = tempfile.mkdtemp(prefix="tremplin-journey-"), _free_port()
    configured = os.environ.get("DATABASE_URL", "")
    database = ""
    if configured.startswith("postgres"):
        parts = urlsplit(configured)
        database = f"tremplin_journey_{os.getpid()}"
        with psycopg.connect(configured, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')
        url = parts._replace(path=f"/{database}").geturl()
    else:
        url = f"sqlite:///{folder}/db.sqlite3"
    env = {
        **os.environ, "DATABASE_URL": url, "VAR_DIR": folder, "SITE_URL": f"http://127.0.0.1:{port}", "SECRET_KEY": "journey-only",
        "DEMO_PASSWORD": PASSWORD, "DJANGO_SETTINGS_MODULE": "lms.settings",
    }  # fmt: skip
    here = Site(f"http://127.0.0.1:{port}", env)
    here.manage("migrate", "-v0")
    here.manage("collectstatic", "--noinput", "-v0")
    here.manage("load_demo")
    server = subprocess.Popen([sys.executable, "manage.py", "serve", "--port", str(port)], cwd=ROOT, env=env)
    try:
        _wait_for(f"{here.url}/compte/login/")
        yield here
    finally:
        server.terminate()
        server.wait(timeout=30)
        if database:
            with psycopg.connect(configured, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: str) -> None:
    for _try in range(150):
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310  our own server
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} never answered")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium manque : make test l'installe"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Open a page in a context of its own: `open_page(width=360, js=False, user="stagiaire")`."""
    contexts = []

    def open_(*, width: int = 1280, js: bool = True, user: str = "", dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 740 if width < 600 else 800}, java_script_enabled=js, locale="fr-FR", base_url=site.url,
            color_scheme="dark" if dark else "light", reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        if user:
            sign_in(page, user)
        return page

    yield open_
    for context in contexts:
        context.close()


def sign_in(page: Page, user: str, password: str = PASSWORD) -> None:
    """Through the real form."""
    page.goto("/compte/login/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/compte/login" not in url)
