"""A real server on a database of its own with the demo loaded, and a real Chromium. One for all journeys of a run."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.server import ROOT, Site, own_site, wait_for

PASSWORD = "tremplin-journey"


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The demo, loaded and served by `manage.py serve` (granian, two workers, and the background worker)."""
    with own_site(DEMO_PASSWORD=PASSWORD, FIELD_KEYS="c3VpdGUtb25seS1zdWl0ZS1vbmx5LXN1aXRlLW9ubHk=") as here:
        here.manage("load_demo")
        server = subprocess.Popen([sys.executable, "manage.py", "serve", "--port", str(here.port)], cwd=ROOT, env=here.env)
        try:
            wait_for(f"{here.url}/compte/login/")
            yield here
        finally:
            server.terminate()
            server.wait(timeout=30)


@pytest.fixture(scope="package")  # no longer: while it lives, Django takes this process for an asynchronous one
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium manque : make test l'installe"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-gpu",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",  # a microphone that hums, and says yes
            ],
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
