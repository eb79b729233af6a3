"""A trainer beside a trainee with a phone: by touch, with no network, sent once when it is back (ui.md: one tap a criterion plus two)."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Site, sign_in

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
expect.set_options(timeout=15_000)
COUNT = "from assessments.models import Observation; print(Observation.objects.count())"
OBSERVED = (
    "from lms.records.models import Statement\n"
    "print(sum('/verbs/observed' in text for text in Statement.objects.values_list('text', flat=True)))"  # packed: not to be searched in SQL
)


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Callable[[str], Page]]:
    """A page on a phone: 360 px, touch."""
    contexts = []

    def open_(user: str) -> Page:
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
        page.set_default_timeout(20_000)
        sign_in(page, user)
        return page

    yield open_
    for context in contexts:
        context.close()


def tap_levels(page: Page, level: str = "3") -> int:
    """One tap a criterion; gives back how many."""
    lines = page.locator("fieldset.criterion")
    expect(lines.first).to_be_visible()  # the tap before this one opens the page: `all` would not wait for it
    for line in lines.all():
        line.locator(f"label:has(input[value='{level}'])").tap()
    return lines.count()


def test_observing_takes_a_tap_a_criterion_plus_two(phone: Callable[[str], Page], site: Site) -> None:
    before = int(site.shell(COUNT))
    page = phone("formateur")
    page.goto("/observer/")
    page.get_by_role("link", name="Inès").tap()  # one
    criteria = tap_levels(page)
    taps = 1 + criteria
    page.get_by_role("button", name="Signer l'observation").tap()  # and two
    taps += 1
    expect(page.locator(".toast")).to_contain_text("Observation envoyée dans")
    page.wait_for_url("**/observer/", timeout=20_000)
    expect(page.locator("main")).to_contain_text("Observation envoyée à Inès")
    assert taps <= criteria + 2
    assert int(site.shell(COUNT)) == before + 1
    trainee = phone("stagiaire")
    trainee.goto("/travaux/")
    trainee.locator("#vu-sur-place a").first.tap()
    expect(trainee.locator("main")).to_contain_text("t'a vu faire")


def test_observing_called_back_sends_nothing(phone: Callable[[str], Page], site: Site) -> None:
    before = int(site.shell(COUNT))
    page = phone("formateur")
    page.goto("/observer/")
    page.get_by_role("link", name="Inès").tap()
    page.get_by_role("button", name="Signer l'observation").tap()
    expect(page.locator("[data-saved-mark]")).to_contain_text("au moins un critère")
    line = page.locator("fieldset.criterion").first
    line.locator("label").nth(2).tap()
    line.locator("label").nth(2).tap()
    expect(line.locator("input:checked")).to_have_count(0)
    line.locator("label").nth(2).tap()
    page.get_by_role("button", name="Signer l'observation").tap()
    page.get_by_role("button", name="Annuler").tap()
    page.goto("/observer/")
    page.wait_for_timeout(12_000)
    assert int(site.shell(COUNT)) == before


def test_observing_without_network_is_sent_once_when_it_is_back(phone: Callable[[str], Page], site: Site) -> None:
    before, told = int(site.shell(COUNT)), int(site.shell(OBSERVED))
    page = phone("formateur")
    page.goto("/observer/")
    page.get_by_role("link", name="Inès").tap()
    tap_levels(page, "2")
    page.locator("details.drawer summary", has_text="Photo").tap()
    page.set_input_files("input[name=photo]", {"name": "geste.png", "mimeType": "image/png", "buffer": PNG})
    page.context.set_offline(True)
    page.get_by_role("button", name="Signer l'observation").tap()
    mark = page.locator("[data-saved-mark]")
    expect(mark).to_contain_text("Gardé sur ce téléphone, envoyé au retour du réseau", timeout=20_000)
    assert int(site.shell(COUNT)) == before
    page.context.set_offline(False)
    for _try in range(30):
        if int(site.shell(COUNT)) > before:
            break
        page.wait_for_timeout(500)
    expect(page.locator("[data-outbox]")).to_have_count(0)
    page.goto("/observer/")
    page.goto("/observer/")
    page.wait_for_timeout(1000)
    assert (int(site.shell(COUNT)), int(site.shell(OBSERVED))) == (before + 1, told + 1)
    kept = site.shell(
        "from assessments.models import Observation as O; o = O.objects.order_by('pk').last(); print(o.photo.name, o.marks.count() > 1)"
    )
    assert kept == "geste.png True"


def test_observing_kept_and_the_page_closed_is_sent_by_the_next_page(phone: Callable[[str], Page], site: Site) -> None:
    before = int(site.shell(COUNT))
    page = phone("formateur")
    page.goto("/observer/")
    page.get_by_role("link", name="Inès").tap()
    tap_levels(page, "2")
    page.context.set_offline(True)
    page.get_by_role("button", name="Signer l'observation").tap()
    expect(page.locator("[data-saved-mark]")).to_contain_text("Gardé sur ce téléphone", timeout=20_000)
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/a-evaluer/")
    for _try in range(30):
        if int(site.shell(COUNT)) > before:
            break
        again.wait_for_timeout(500)
    assert int(site.shell(COUNT)) == before + 1


def test_observing_kept_is_wiped_when_another_person_signs_in(phone: Callable[[str], Page], site: Site) -> None:
    before = int(site.shell(COUNT))
    page = phone("formateur")
    page.goto("/observer/")
    page.get_by_role("link", name="Inès").tap()
    tap_levels(page, "2")
    page.context.set_offline(True)
    page.get_by_role("button", name="Signer l'observation").tap()
    expect(page.locator("[data-saved-mark]")).to_contain_text("Gardé sur ce téléphone", timeout=20_000)
    context = page.context
    page.close()
    context.clear_cookies()  # the session ended without « Quitter »
    context.set_offline(False)
    other = context.new_page()
    sign_in(other, "accompagnement")
    other.goto("/stagiaires/")
    other.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('tremplin:outbox:'))")
    context.clear_cookies()
    sign_in(other, "formateur")
    other.goto("/observer/")
    other.wait_for_timeout(2000)
    assert int(site.shell(COUNT)) == before


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)
