"""A quiz of every kind in a real browser: by keyboard alone, by touch at 360 px, with the network away, on two devices."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Site, sign_in

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
MAKE = """
import json
from types import SimpleNamespace
from assessments.models import QuizPage, Attempt
from content.models import LessonPage
from curriculum.models import ModulePage
from tests.assessments import quizzes
module = ModulePage.objects.get(code='M20')
lesson = LessonPage.objects.live().child_of(module).first()
lesson.minutes -= 4
lesson.save_revision().publish()
story = SimpleNamespace(module=module)
kinds = [content for content in quizzes.ALL if content is not quizzes.FILE]
keys, touch = (quizzes.quiz(story, *(quizzes.question(content) for content in kinds), mode='again') for _each in range(2))
end = quizzes.quiz(story, quizzes.question(quizzes.SINGLE), quizzes.question(quizzes.LONG), quizzes.question(quizzes.SHORT), mode='end', one_per_page=False)
film = quizzes.quiz(story, quizzes.question(quizzes.FileAnswer(title='Filmer', stem='<p>Filme ton geste.</p>', accepts='video')))
print(json.dumps({'film': film.door_path(), 'keys': keys.door_path(), 'touch': touch.door_path(), 'end': end.door_path()}))
"""


@pytest.fixture(scope="module")
def paths(site: Site) -> dict[str, str]:
    return json.loads(site.shell(MAKE))


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Callable[[], Page]]:
    contexts = []

    def open_() -> Page:
        context = browser.new_context(
            viewport={"width": 360, "height": 740},
            has_touch=True,
            is_mobile=True,
            locale="fr-FR",
            base_url=site.url,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        sign_in(page, "stagiaire")
        return page

    yield open_
    for context in contexts:
        context.close()


def saved(page: Page) -> None:
    expect(page.locator("[data-saved-mark]")).to_contain_text("Réponse gardée", timeout=20_000)


def step_to(page: Page, selector: str) -> None:
    """Go with Tab alone to what matches, as someone without a mouse does."""
    for _press in range(60):
        if page.evaluate("wanted => document.activeElement?.matches(wanted) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"never reached {selector} by keyboard")


def choose(page: Page, words: str) -> None:
    """Arrow keys in a list to the option of these words."""
    for _press in range(12):
        if page.evaluate("() => document.activeElement.selectedOptions[0].textContent") == words:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no option {words}")


def kind_of(page: Page) -> str:
    """Which question is shown, by its words."""
    return page.locator(".stem").inner_text()


def _by_arrows(page: Page) -> None:
    step_to(page, "input[type=radio]")
    for _press in range(4):
        if page.evaluate("() => document.activeElement.checked && document.activeElement.closest('label').textContent.trim() === 'PNG'"):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError("never chosen by arrows")


def _boxes(page: Page) -> None:
    for words in ("PNG", "JPEG"):
        step_to(page, f"#{_with_id(page.get_by_label(words, exact=True))}")
        page.keyboard.press("Space")


def _pressed(selector: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        step_to(page, selector)
        page.keyboard.press("Space")

    return press


def _typed(selector: str, words: str) -> Callable[[Page], None]:
    def write(page: Page) -> None:
        step_to(page, selector)
        page.keyboard.type(words)

    return write


def _matched(page: Page) -> None:
    for number, words in enumerate(("tracer", "effacer", "agrandir")):
        step_to(page, f"select[name$='.a-{number}']")
        choose(page, words)


def _sorted(page: Page) -> None:
    for label, words in (("PNG", "Web"), ("TIFF", "Impression"), ("JPEG", "Web")):
        step_to(page, f"#{_with_id(page.get_by_label(label, exact=True))}")
        choose(page, words)


def _gaps(page: Page) -> None:
    step_to(page, "input[name$='.a-0']")
    page.keyboard.type("png")
    step_to(page, "select[name$='.a-1']")
    choose(page, "JPEG")


def _with_id(field: object) -> str:
    return field.evaluate("field => (field.id ||= `f${Math.random().toString(36).slice(2)}`, CSS.escape(field.id))")  # type: ignore[attr-defined]


def _order_by_keyboard(page: Page) -> None:
    """« Monter » until each line is in its place."""
    for place, words in enumerate(("Ouvrir", "Détourer", "Exporter")):
        for _press in range(4):
            lines = page.locator("[data-ordering] label").all_inner_texts()
            if lines.index(words) == place:
                break
            step_to(page, f"button[aria-label='Monter : {words}']")
            page.keyboard.press("Enter")
    if page.locator("[data-ordering] select").first.input_value() == "":  # it was shown in its order but for the last: one move said it
        raise AssertionError("the order was never told")


# By words of the question.
BY_KEYBOARD: dict[str, Callable[[Page], None]] = {
    "transparence ?": _by_arrows, "vont sur le web": _boxes, "garde tout": _pressed("input[value=true]"), "2,5 pouces": _typed("input[name$='.a']", "6,35 cm"),
    "découper le sujet": _typed("input[name$='.a']", "detourer"), "Relie": _matched, "Classe les formats": _sorted, "Range les gestes": _order_by_keyboard,
    "Complète": _gaps, "Plume": _pressed("input[type=radio]"), "Raconte": _typed("textarea", "J'ai pris la plume."),
}  # fmt: skip


def answer_by_keyboard(page: Page) -> None:
    asked = kind_of(page)
    next(answer for words, answer in BY_KEYBOARD.items() if words in asked)(page)


def begin(page: Page, path: str) -> None:
    """From the quiz's page to its first question, or on with the take under way."""
    page.goto(path)
    page.locator("main .btn-main").first.click()
    page.wait_for_url(re.compile(r"/questionnaires/[0-9a-f-]+/[0-9a-f-]+/"))


def test_every_kind_by_keyboard_alone(site: Site, paths: dict[str, str], open_page: Callable[..., Page]) -> None:
    page = open_page(user="stagiaire")
    page.goto(paths["keys"])
    step_to(page, "main form button.btn-main")
    page.keyboard.press("Enter")
    for number in range(1, 12):
        expect(page.locator("h1")).to_have_text(f"Question {number} sur 11", timeout=20_000)
        answer_by_keyboard(page)
        saved(page)
        step_to(page, "button[name=go][value=next], button[formaction$='/envoyer/']")
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Mon bilan")
    expect(page.locator("main")).to_contain_text("1 réponse sera lue par ton formateur")
    expect(page.locator("main")).not_to_contain_text("À regarder encore")


def test_touch_at_360_pixels(paths: dict[str, str], phone: Callable[[], Page]) -> None:
    """Hints after a try, the image touched, lines moved: nothing overflows, everything is big enough for a thumb."""
    page = phone()
    begin(page, paths["touch"])
    for number in range(1, 12):
        page.goto(re.sub(r"\?.*$", "", page.url).split("#")[0] + f"?q={number}")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360, kind_of(page)
        for box in page.locator(".question .choice, .question select, .question button:visible").all():
            size = box.bounding_box()
            assert size is None or size["height"] >= 44, kind_of(page)
        if "transparence ?" in kind_of(page):
            page.get_by_label("JPEG").tap()
            saved(page)
            page.get_by_role("button", name="Vérifier").tap()
            expect(page.locator("[role=status]")).to_contain_text("Le JPEG remplit le fond.")
            expect(page.locator("[role=status]")).not_to_contain_text("attendue")
            page.get_by_label("PNG").tap()
            saved(page)
            page.get_by_role("button", name="Vérifier").tap()
            expect(page.locator("[role=status]")).to_contain_text("C'est ça.")
        elif "Plume" in kind_of(page):
            image = page.locator(".hotspot img")
            size = image.bounding_box()
            assert size
            image.tap(position={"x": size["width"] / 2, "y": size["height"] / 4})
            expect(page.get_by_label("En haut")).to_be_checked()
            saved(page)
        elif "Range" in kind_of(page):
            page.get_by_role("button", name=re.compile("Descendre")).first.tap()
            saved(page)


def test_answers_wait_for_the_network_and_go_in_order(paths: dict[str, str], phone: Callable[[], Page]) -> None:
    """F15: offline for a while in the middle of a quiz; back online everything is there, once."""
    page = phone()
    begin(page, paths["end"])
    page.context.set_offline(True)
    page.get_by_label("BMP").check()
    page.get_by_label("PNG").check()
    page.locator("textarea").fill("Écrit dans le métro.")
    page.locator("input[autocapitalize]").fill("detourer")
    expect(page.locator("[data-saved-mark]")).to_contain_text("Pas de réseau : gardé ici")
    page.context.set_offline(False)
    saved(page)
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('tremplin:answer:'))")
    page.reload()
    expect(page.get_by_label("PNG")).to_be_checked()
    expect(page.locator("textarea")).to_have_value("Écrit dans le métro.")
    expect(page.locator("input[autocapitalize]")).to_have_value("detourer")


def test_two_devices_meet(paths: dict[str, str], phone: Callable[[], Page], open_page: Callable[..., Page]) -> None:
    """F09b and F09: the later choice stands and is said; two texts are both shown."""
    one, other = phone(), open_page(user="stagiaire")
    begin(one, paths["end"])
    other.goto(one.url)
    one.locator("input[type=radio]:not(:checked)").first.check()
    saved(one)
    other.locator("input[type=radio]:not(:checked)").last.check()
    expect(other.locator("[data-saved-mark]")).to_contain_text("autre appareil")
    one.locator("textarea").fill("Sur le téléphone.")
    saved(one)
    other.locator("textarea").fill("Sur le Mac.")
    expect(other.locator("details[data-other]")).to_contain_text("Sur le téléphone.")
    other.get_by_role("button", name="Garder les deux").click()
    expect(other.locator("[data-saved-mark]")).to_contain_text("Réponse gardée", timeout=20_000)
    other.reload()
    expect(other.locator("textarea")).to_have_value(re.compile(r"Sur le Mac\.\s+Sur le téléphone\."))


def test_a_session_that_ends_loses_nothing_and_shows_nothing_to_another(
    paths: dict[str, str], phone: Callable[[], Page], site: Site
) -> None:
    """F14: signed out on the server while answering; the answers come back to their owner, and to no one else."""
    page = phone()
    begin(page, paths["end"])
    kept = page.url
    page.context.clear_cookies()
    page.locator("textarea").fill("Gardé pour moi.")
    expect(page.locator("[data-saved-mark]")).to_contain_text("Reconnecte-toi")
    sign_in(page, "stagiaire")
    page.goto(kept)
    saved(page)
    page.reload()
    expect(page.locator("textarea")).to_have_value("Gardé pour moi.")
    page.context.clear_cookies()
    page.locator("textarea").fill("Encore à moi.")
    expect(page.locator("[data-saved-mark]")).to_contain_text("Reconnecte-toi")
    sign_in(page, "formateur")
    assert page.goto(kept)
    assert "Encore à moi." not in page.content()


def test_a_film_is_made_in_the_page_seen_again_and_kept(phone: Callable[[], Page], paths: dict[str, str]) -> None:
    page = phone()
    page.context.grant_permissions(["camera", "microphone"])
    page.goto(paths["film"])
    page.get_by_role("button", name="Commencer les questions").tap()
    recorder = page.locator("[data-recorder=video]")
    recorder.get_by_role("button", name="Filmer").tap()
    expect(recorder.get_by_role("status")).to_have_text("Ça enregistre.")
    expect(recorder.locator("video")).to_be_visible()
    page.wait_for_timeout(1500)
    recorder.get_by_role("button", name="Arrêter").tap()
    expect(recorder.get_by_role("status")).to_contain_text("On peut regarder")
    page.get_by_role("button", name="Garder ce fichier").tap()
    expect(page.locator(".file-list")).to_contain_text("enregistrement-")
