"""The interface's promises (promises.md §7): on every page of every role, then without JavaScript, by keyboard, in two tabs, aloud."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import PASSWORD, Site
from tests.journeys.pages import SIGN_INS
from tests.journeys.survey import Survey

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
expect.set_options(timeout=15_000)
PROMISES = ("answers", "axe", "sideways", "targets", "console", "light", "plots", "leave", "text", "dignity", "one action")
ONE_FRENCH_VOICE = """
window.spoken = [];
Object.defineProperty(window, 'speechSynthesis', { value: {
  getVoices: () => [{ lang: 'fr-FR', name: 'Voix', default: true, localService: true, voiceURI: 'voix' }],
  speak: (utterance) => spoken.push({ text: utterance.text, lang: utterance.lang }), cancel: () => {}, addEventListener: () => {},
} });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
# What has the focus: said, seen, and not under a bar.
FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const label = element.matches('[type=radio], [type=checkbox]') ? element.closest('label') ?? element : element;
  const box = label.getBoundingClientRect(), style = getComputedStyle(element);
  const spot = document.elementFromPoint(Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1),
    Math.min(Math.max(box.top + Math.min(box.height, innerHeight) / 2, 1), innerHeight - 1));
  return {
    words: (element.innerText || element.getAttribute('aria-label') || element.name || element.id || element.tagName).trim().replace(/\\s+/g, ' '),
    tag: element.tagName, name: element.name ?? '',
    seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none',
    free: Boolean(spot) && (label.contains(spot) || spot.contains(label)) && !(spot.closest('.next-bar, .nav') && !element.closest('.next-bar, .nav')),
  };
}"""


@pytest.fixture(scope="module")
def survey(browser: Browser, site: Site) -> Survey:
    return Survey(browser, site)


@pytest.fixture(scope="module")
def course(site: Site) -> dict[str, str]:
    """Paths of a complete module that the demo's last trainees have not reached."""
    return json.loads(
        site.shell(
            "import json\n"
            "from curriculum.models import ModulePage\n"
            "from content.models import StepPage\n"
            "m = ModulePage.objects.get(code='M32')\n"
            "steps = list(StepPage.objects.live().child_of(m).order_by('path'))\n"
            "print(json.dumps({'module': m.door_path(), 'title': m.plain_title, 'lesson': steps[0].door_path(), 'first': steps[0].title,"
            " 'second': steps[1].door_path(), 'practical': steps[-1].door_path(), 'work': steps[-1].title,"
            " 'steps': str(len(steps))}))"
        )
    )


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "ma-page.png"
    Image.new("RGB", (320, 240), (11, 92, 85)).save(path)
    return path


@pytest.mark.parametrize("promise", PROMISES)
@pytest.mark.parametrize("role", ["anonymous", *SIGN_INS])
def test_every_page_keeps(role: str, promise: str, survey: Survey) -> None:
    broken = survey.findings(role, promise)
    assert not broken, "\n".join(f"{finding.page}  {finding.what}" for finding in broken)


def test_main_flows_without_javascript(open_page: Callable[..., Page], course: dict[str, str], picture: Path) -> None:
    page = open_page(js=False, width=360, user="ibrahim")
    expect(page.locator("main")).to_contain_text("C’est bien toi ?")
    page.goto(course["lesson"])
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("main .block").first).not_to_be_empty()
    page.get_by_role("button", name="Étape suivante").click()
    expect(page).to_have_url(re.compile(re.escape(course["second"])))
    page.goto(course["practical"])
    page.fill("textarea[name=text]", "Ma page est en ligne.")
    page.set_input_files("input[name=uploads]", str(picture))
    page.get_by_role("button", name="Envoyer mon travail").click()
    thread = page.locator("ol.thread")
    expect(thread).to_contain_text("Ma page est en ligne.")
    expect(thread).to_contain_text(picture.name)
    page.goto("/modules/")
    expect(page.locator("main li", has_text=course["title"])).to_contain_text(f"2 étapes sur {course['steps']}")
    page.goto("/ce-que-je-sais-faire/")
    expect(page.locator("main .tile").first).to_be_visible()
    page.get_by_role("button", name="Quitter", exact=True).click()
    page.goto("/ce-que-je-sais-faire/")
    expect(page).to_have_url(re.compile("/compte/login/"))


def _tab_to(page: Page, words: str, *, tag: str = "") -> None:
    """Press Tab until what says `words` has the focus; each stop on the way must show it, in full view."""
    passed = []
    for _stop in range(80):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            continue
        assert stop["seen"], f"the focus cannot be seen on {stop}"
        assert stop["free"], f"something hides the focus on {stop}"
        passed.append(stop["words"][:40])
        if (words in stop["words"] or words == stop["name"]) and tag in {"", stop["tag"]}:
            return
    raise AssertionError(f"Tab never reaches « {words} » on {page.url}: {passed}")


def _go(page: Page, words: str) -> None:
    """By keyboard to `words`, then Enter, and on to the page it opens."""
    _tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [360, 1280])
def test_whole_way_of_a_trainee_by_keyboard(width: int, open_page: Callable[..., Page], course: dict[str, str]) -> None:
    page = open_page(width=width)
    page.goto("/compte/login/")
    _tab_to(page, "login")
    page.keyboard.type("dylan")
    _tab_to(page, "password")
    page.keyboard.type(PASSWORD)
    _go(page, "Entrer")
    _go(page, "Mes modules")
    _go(page, course["title"])
    _go(page, course["first"])
    _go(page, "Étape suivante")
    expect(page.locator("main")).to_contain_text(f"sur {course['steps']}")
    page.goto(course["practical"])
    _tab_to(page, "text", tag="TEXTAREA")
    page.keyboard.press("Control+A")
    page.keyboard.type(f"Écrit au clavier, à {width}.")
    expect(page.locator("[data-saved-mark]")).to_contain_text("Brouillon gardé")
    _go(page, "Envoyer mon travail")
    expect(page.locator("ol.thread")).to_contain_text(f"Écrit au clavier, à {width}.")
    _go(page, "Quitter")
    page.goto("/")
    expect(page).to_have_url(re.compile("/compte/login/"))


def test_first_tab_skips_to_the_content(open_page: Callable[..., Page]) -> None:
    page = open_page(user="lucas")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Aller au contenu")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def _mark(page: Page) -> Locator:
    return page.locator("[data-saved-mark]")


def test_draft_survives_a_reload_with_its_mark(open_page: Callable[..., Page], course: dict[str, str]) -> None:
    page = open_page(width=360, user="yanis")
    page.goto(course["practical"])
    with page.expect_response("**/brouillon/"):
        page.fill("textarea[name=text]", "Je n'ai pas fini.")
    expect(_mark(page)).to_have_attribute("aria-live", "polite")
    expect(_mark(page)).to_contain_text(re.compile(r"Brouillon gardé \d\d h \d\d"))
    page.reload()
    expect(page.locator("textarea[name=text]")).to_have_value("Je n'ai pas fini.")
    expect(_mark(page)).to_contain_text("Brouillon gardé")


def test_draft_says_when_the_network_is_gone_and_catches_up(open_page: Callable[..., Page], course: dict[str, str]) -> None:
    page = open_page(width=360, user="melissa")
    page.goto(course["practical"])
    page.context.set_offline(True)
    page.fill("textarea[name=text]", "Écrit sans réseau.")
    expect(_mark(page)).to_contain_text("Pas de réseau : gardé ici")
    page.context.set_offline(False)
    expect(_mark(page)).to_contain_text("Brouillon gardé")
    page.reload()
    expect(page.locator("textarea[name=text]")).to_have_value("Écrit sans réseau.")


def test_two_tabs_never_overwrite_each_other(open_page: Callable[..., Page], course: dict[str, str]) -> None:
    first = open_page(width=360, user="moussa")
    first.goto(course["practical"])
    second = first.context.new_page()
    second.goto(course["practical"])
    with first.expect_response("**/brouillon/"):
        first.fill("textarea[name=text]", "Texte du premier onglet.")
    second.fill("textarea[name=text]", "Texte du second onglet.")
    expect(_mark(second)).to_contain_text("les deux sont gardés")
    expect(second.locator("[data-other]")).to_contain_text("Texte du premier onglet.")
    expect(second.locator("textarea[name=text]")).to_have_value("Texte du second onglet.")
    second.get_by_role("button", name="Garder les deux").click()
    expect(second.locator("textarea[name=text]")).to_have_value("Texte du second onglet.\n\nTexte du premier onglet.")
    expect(_mark(second)).to_contain_text("Brouillon gardé")
    second.reload()
    expect(second.locator("textarea[name=text]")).to_have_value("Texte du second onglet.\n\nTexte du premier onglet.")


def test_lesson_is_read_aloud_in_french(open_page: Callable[..., Page], course: dict[str, str]) -> None:
    page = open_page(width=360, user="clara")
    page.context.add_init_script(ONE_FRENCH_VOICE)
    page.goto(course["lesson"])
    button = page.locator("[data-read-aloud]:visible").first
    button.focus()
    page.keyboard.press("Enter")
    spoken = page.evaluate("window.spoken")
    assert len(spoken) == 1
    assert spoken[0]["lang"] == "fr-FR"
    assert len(spoken[0]["text"]) > 20
    expect(button).to_have_text("Arrêter")


def test_listening_hides_where_no_voice_can_be_heard(open_page: Callable[..., Page], course: dict[str, str]) -> None:
    page = open_page(width=360, user="clara")
    page.goto(course["lesson"])
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-read-aloud]").first).to_be_attached()
    assert page.locator("[data-read-aloud]:visible").count() == 0


def test_step_says_where_it_stands_in_its_title(open_page: Callable[..., Page], course: dict[str, str]) -> None:
    page = open_page(width=360, user="clara")
    page.goto(course["lesson"])
    expect(page).to_have_title(re.compile(f"Étape 1 sur {course['steps']}"))


def test_errors_are_summed_up_focused_and_keep_what_was_typed(open_page: Callable[..., Page], course: dict[str, str]) -> None:
    page = open_page(width=360)
    page.goto("/compte/login/")
    page.fill("[name=login]", "ines")
    page.fill("[name=password]", "pas le bon")
    page.get_by_role("button", name="Entrer").click()
    expect(page.locator(".errors")).to_be_focused()
    expect(page.locator("[name=login]")).to_have_value("ines")


def test_empty_work_is_answered_beside_its_field(open_page: Callable[..., Page], course: dict[str, str]) -> None:
    page = open_page(width=360, user="kevin")
    page.goto(course["practical"])
    page.get_by_role("button", name="Envoyer mon travail").click()
    summary = page.locator(".errors")
    expect(summary).to_be_focused()
    expect(summary).not_to_be_empty()
