"""The whole job once, through the real server and a real browser: author, learn, hand in, judge, see the level move, revise,
retake, see the cohort, export, and read the statements."""

import base64
import json
import re
import urllib.request
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
COURSE = "M27"  # one of the complete modules that the demo's Inès has not reached


@pytest.fixture(scope="module")
def addresses(site: Site) -> dict[str, str]:
    """Ids and paths of the module walked through."""
    return json.loads(
        site.shell(
            "import json\n"
            "from curriculum.models import ModulePage\n"
            "from content.models import StepPage\n"
            f"m = ModulePage.objects.get(code='{COURSE}')\n"
            "steps = list(StepPage.objects.live().child_of(m).order_by('path'))\n"
            "print(json.dumps({'pk': str(m.pk), 'module': m.door_path(), 'title': m.plain_title, 'lesson': steps[0].door_path(),"
            " 'practical': steps[-1].door_path(), 'work': steps[-1].title, 'steps': str(len(steps)),"
            " 'competency': m.targets.first().competency.plain_label}))"
        )
    )


def author(page: Page, addresses: dict[str, str]) -> None:
    """The trainer changes a module in Wagtail: refused over budget with a sentence, then published."""
    page.goto(f"/cms/pages/{addresses['pk']}/edit/")
    page.fill("[name=theory_minutes]", "999999")
    _publish(page)
    expect(page.locator("body")).to_contain_text("Réduisez les heures")
    page.goto(f"/cms/pages/{addresses['pk']}/edit/")
    page.fill("[name=theory_minutes]", "60")
    page.fill("[name=summary]", "Tu vas dessiner une famille de pictogrammes nets.")
    _publish(page)
    expect(page.locator("body")).to_contain_text("publié")


def _publish(page: Page) -> None:
    page.locator("footer [data-w-dropdown-target=toggle], footer .w-dropdown-button button[aria-expanded]").first.click()
    page.get_by_role("button", name=re.compile("^Publier")).first.click()
    page.wait_for_load_state("networkidle")


def learn(page: Page, addresses: dict[str, str]) -> None:
    page.goto(addresses["module"])
    expect(page.locator("main")).to_contain_text("Tu vas dessiner une famille de pictogrammes nets.")
    page.get_by_role("link", name="Commencer").click()
    for number in range(1, int(addresses["steps"])):
        expect(page.locator("main")).to_contain_text(f"Étape {number} sur {addresses['steps']}")
        page.locator(".next-bar").get_by_text("Étape suivante").click()  # a lesson's is a button, a quiz's a link
    expect(page).to_have_url(re.compile(re.escape(addresses["practical"])))


def hand_in(page: Page, addresses: dict[str, str], text: str, picture: Path) -> None:
    """Write, see the draft kept, come back to it, add a picture, send."""
    page.goto(addresses["practical"])
    page.fill("textarea[name=text]", text)
    expect(page.locator("[data-saved-mark]").first).to_contain_text("Brouillon gardé", timeout=10_000)
    page.goto(addresses["practical"])
    expect(page.locator("textarea[name=text]")).to_have_value(text)
    page.set_input_files("input[name=uploads]", str(picture))
    page.get_by_role("button", name="Envoyer mon travail").click()
    expect(page.locator("main")).to_contain_text(text)
    expect(page.locator("main")).to_contain_text(picture.stem)


def judge(page: Page, addresses: dict[str, str], *, level: int, comment: str) -> None:
    """From the queue to the sheet, one tap a criterion, release; ten seconds to change one's mind, then the next work."""
    page.goto("/a-evaluer/")
    row = page.locator("tr", has_text="Inès").filter(has_text=addresses["work"])
    row.get_by_role("link").first.click()
    for scale in page.locator("fieldset.criterion").all():
        scale.locator(f"input[value='{level}']").check(force=True)
    page.fill("textarea[name=comment]", comment)
    page.get_by_role("button", name="Envoyer l'évaluation").click()
    expect(page.locator(".messages")).to_contain_text("Évaluation envoyée", timeout=25_000)  # the next work is there already


def test_the_whole_story(site: Site, open_page: Callable[..., Page], addresses: dict[str, str], tmp_path: Path) -> None:
    picture = tmp_path / "pictogramme.png"
    Image.new("RGB", (640, 480), (11, 92, 85)).save(picture)
    trainer = open_page(user="formateur", width=1280)
    author(trainer, addresses)

    trainee = open_page(user="stagiaire", width=360)
    learn(trainee, addresses)
    hand_in(trainee, addresses, "Mes trois pictogrammes sont prêts.", picture)
    judge(trainer, addresses, level=2, comment="Bon début. Rapproche les épaisseurs.")

    trainee.goto(addresses["practical"])
    expect(trainee.locator("main")).to_contain_text("Rapproche les épaisseurs.")
    hand_in(trainee, addresses, "Nouvelle version, même épaisseur partout.", picture)
    judge(trainer, addresses, level=3, comment="Régulier et net.")

    trainee.goto("/ce-que-je-sais-faire/")
    tile = trainee.locator("li.tile", has_text=addresses["competency"])
    expect(tile).to_contain_text("Je sais faire sans aide")
    tile.locator("summary").click()
    tile.get_by_role("link", name="Voir la preuve").click()
    expect(trainee.locator("main")).to_contain_text(addresses["work"])

    trainee.goto(addresses["module"])
    trainee.get_by_role("button", name="Refaire ce module").click()
    expect(trainee.locator("main")).to_contain_text("passage")
    trainee.goto("/ce-que-je-sais-faire/")
    expect(trainee.locator("li.tile", has_text=addresses["competency"])).to_contain_text("Je sais faire sans aide")

    rows = export(open_page(user="coordination"), tmp_path)
    assert any("Inès" in str(cell) for row in rows for cell in row)
    assert any(COURSE in str(cell) for row in rows for cell in row)

    statements = read_statements(site)
    verbs = {statement["verb"]["display"]["en"] for statement in statements}
    assert {"initialized", "experienced", "completed", "submitted", "scored", "mastered", "suspended"} <= verbs
    assert site.shell("from competencies.services import rebuild_standings; print(rebuild_standings())") == "0"


def export(page: Page, folder: Path) -> list[tuple[object, ...]]:
    """Ask for the cohort's XLSX, wait for the worker, download, open."""
    page.goto("/exports/")
    page.locator("input[name=content][value$=':xlsx']").first.check(force=True)
    page.locator("main form button[type=submit]").first.click()
    link = page.get_by_role("link", name=re.compile("Télécharger"))
    for _try in range(40):
        if link.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    with page.expect_download() as download:
        link.first.click()
    path = folder / "export.xlsx"
    download.value.save_as(path)
    book = openpyxl.load_workbook(path)
    return [row for sheet in book for row in sheet.iter_rows(values_only=True)]


def read_statements(site: Site) -> list[dict[str, object]]:
    """As a program would: a credential made by command, Basic, the version header, and `more` to the end of the day."""
    made = site.manage("create_credential", "Journée")
    key = re.search(r"(?:clé|key)\s*:\s*(\S+)", made).group(1)
    secret = re.search(r"secret\s*:\s*(\S+)", made).group(1)
    headers = {
        "Authorization": "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode(),
        "X-Experience-API-Version": "1.0.3",
    }
    request = urllib.request.Request(f"{site.url}/xapi/statements?limit=200", headers=headers)  # noqa: S310  our own server
    with urllib.request.urlopen(request) as answer:  # noqa: S310  our own server
        assert answer.headers["X-Experience-API-Version"] == "1.0.3"
        return json.load(answer)["statements"]
