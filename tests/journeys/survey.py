"""One visit of every page of a role in Chromium: what each page does that we promised it would not."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from tests.journeys.conftest import ROOT, Site, sign_in
from tests.journeys.pages import SIGN_INS, STATUS, addresses

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
MEASURES = (Path(__file__).parent / "measures.js").read_text()
UNSAID = re.compile(r"\b(échec|échoué|raté|faux|fausse|nul|nulle|retard|redoublement|classement)\b", re.IGNORECASE)
MOST_BYTES, MOST_REQUESTS = 200_000, 15  # a trainee page from a cold cache
TRAINEE_TARGET, STAFF_TARGET = 44, 24  # CSS px
LOOKS = ((360, False), (1280, False), (360, True))  # width, dark: trainee pages are seen in the dark too


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken promise: which, on what page, in what way."""

    promise: str
    page: str
    what: str


@dataclass
class Wire:
    """What a page asked of the network and said on the console since `start`."""

    session: CDPSession
    weight: int = 0
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> "Wire":
        wire = cls(page.context.new_cdp_session(page))
        wire.session.send("Network.enable")
        wire.session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.session.on("Network.requestWillBeSent", lambda event: wire.asked.append(event["request"]["url"]))
        wire.session.on("Network.loadingFinished", wire._weigh)
        page.on("console", lambda message: wire.said.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: wire.said.append(str(error)))
        return wire

    def _weigh(self, event: dict[str, Any]) -> None:
        self.weight += int(event["encodedDataLength"])

    def start(self) -> None:
        self.weight, self.asked, self.said = 0, [], []


class Survey:
    """Visits a role's pages the first time something is asked of it."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser, self._site, self._paths = browser, site, addresses(site)
        self._found: dict[str, list[Finding]] = {}

    def findings(self, role: str, promise: str) -> list[Finding]:
        if role not in self._found:
            self._found[role] = self._visit(role)
        return [finding for finding in self._found[role] if finding.promise == promise]

    def _visit(self, role: str) -> list[Finding]:
        context = self._browser.new_context(locale="fr-FR", base_url=self._site.url, reduced_motion="reduce")
        context.add_init_script(
            "window.refused = []; addEventListener('securitypolicyviolation', event => refused.push(event.violatedDirective))"
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        if role in SIGN_INS:
            sign_in(page, SIGN_INS[role])
        wire = Wire.of(page)
        found = [
            Finding(promise, path, what)
            for path in self._paths[role]
            for promise, what in _look_at(
                page, wire, path, is_trainee=role in {"trainee", "newcomer", "anonymous"}, is_signed_in=role in SIGN_INS
            )
        ]
        context.close()
        return found


def _look_at(page: Page, wire: Wire, path: str, *, is_trainee: bool, is_signed_in: bool) -> list[tuple[str, str]]:
    """(promise, what) for each promise the page breaks."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="light")
    wire.start()
    answer = page.goto(path)
    if is_trainee:  # weighed before a wider window calls for more pictures
        page.wait_for_load_state("networkidle")
    carried = _carried(page, wire, is_trainee=is_trainee)
    page.evaluate("document.querySelectorAll('details:has([data-plot])').forEach(fold => fold.open = true)")  # drawn when opened
    page.wait_for_function("() => [...document.querySelectorAll('[data-plot]')].every(plot => plot.querySelector('svg'))")
    found = carried + _looks(page, is_trainee=is_trainee) + _said(page, wire, path)
    if not answer or answer.status != STATUS.get(path, 200):
        found.append(("answers", f"{answer and answer.status}"))
    found += [("plots", line) for line in page.evaluate("measures.barePlots()")]
    if is_signed_in and not page.get_by_role("button", name="Quitter", exact=True).count():
        found.append(("leave", "no « Quitter »"))
    return found + (_for_trainees(page) if is_trainee else [])


def _looks(page: Page, *, is_trainee: bool) -> list[tuple[str, str]]:
    """At each width; a trainee's page in the dark too, its contrast at 7:1."""
    page.evaluate(AXE)
    page.evaluate(MEASURES)
    least, found = TRAINEE_TARGET if is_trainee else STAFF_TARGET, []
    for width, dark in LOOKS if is_trainee else LOOKS[:-1]:
        page.set_viewport_size({"width": width, "height": 740 if width < 600 else 800})
        page.emulate_media(color_scheme="dark" if dark else "light")
        look = f"{width} {'dark' if dark else 'light'}"
        found += [("axe", f"{look} {line}") for line in page.evaluate("isTrainee => measures.axe(isTrainee)", is_trainee)]
        found += [("targets", f"{look} {line}") for line in page.evaluate("least => measures.smallTargets(least)", least)]
    page.emulate_media(color_scheme="light")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        found += [("sideways", f"{width} {line}") for line in page.evaluate("measures.wideThings()")]
    return found


def _said(page: Page, wire: Wire, path: str) -> list[tuple[str, str]]:
    said = [line for line in wire.said if not (path in STATUS and str(STATUS[path]) in line)]
    return [("console", line) for line in [*said, *page.evaluate("window.refused")]]


def _carried(page: Page, wire: Wire, *, is_trainee: bool) -> list[tuple[str, str]]:
    found = []
    if is_trainee and (wire.weight > MOST_BYTES or len(wire.asked) > MOST_REQUESTS):
        found.append(("light", f"{wire.weight} bytes in {len(wire.asked)} requests"))
    if any("plotly" in url for url in wire.asked) and not page.locator("[data-plot]").count():
        found.append(("light", "Plotly without a plot"))
    return found


def _for_trainees(page: Page) -> list[tuple[str, str]]:
    found = [("dignity", line) for line in page.evaluate("measures.redThings()")]
    found += [("dignity", word) for word in UNSAID.findall(page.inner_text("body"))]
    found += [("text", line) for line in page.evaluate("measures.smallOrSlantedText()")]
    mains = page.locator(".btn-main:visible").count()
    return [*found, ("one action", f"{mains} main buttons")] if mains > 1 else found
