"""A certification session in a real browser: the coordination plans it, the jury decides and signs, the trainee reads the decision on a phone."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
WAIT = 40_000  # the worker makes the file meanwhile


def test_a_session_from_its_plan_to_the_decision_and_the_minutes(open_page: Callable[..., Page]) -> None:
    today = datetime.now(tz=ZoneInfo("Europe/Paris")).date()
    boss = open_page(user="coordination")
    boss.goto("/organisme/")
    _describe_body(boss, today)
    boss.goto("/certification/")
    boss.get_by_role("link", name="Créer une session").click()
    boss.get_by_label("Nom", exact=True).fill("Session de Chromium")
    boss.get_by_label("Le jury lit les dossiers à partir du").fill(str(today - timedelta(days=3)))
    boss.get_by_label("Premier jour de la session").fill(str(today))
    boss.get_by_label("Dernier jour").fill(str(today - timedelta(days=1)))
    boss.get_by_label("Lieu", exact=True).fill("12 rue des Forges, Antony")
    boss.get_by_role("button", name="Créer la session").click()
    expect(boss.get_by_role("alert")).to_contain_text("Le dernier jour doit suivre le premier")
    boss.get_by_label("Dernier jour").fill(str(today))
    boss.get_by_role("button", name="Créer la session").click()
    expect(boss.get_by_role("heading", level=1)).to_have_text("Session de Chromium")
    boss.get_by_label("Compte de certificateur").select_option(label="Paul Lenoir")
    boss.get_by_label("Préside le jury").check()
    boss.get_by_role("button", name="Mettre au jury").click()
    boss.get_by_role("link", name="Présenter des candidats").click()
    boss.get_by_label("Yanis Haddad").check()
    boss.get_by_role("button", name="Présenter les personnes cochées").click()
    session = boss.url
    boss.get_by_role("link", name="Convocations").click()
    boss.get_by_role("button", name="Convoquer les candidats").click()
    expect(boss.get_by_text("1 candidat est prévenu")).to_be_visible()

    jury = open_page(user="certificateur", width=360)
    expect(jury.get_by_role("heading", level=1)).to_have_text("Certification")
    jury.get_by_role("link", name="Session de Chromium").click()
    jury.get_by_role("link", name="Yanis Haddad").click()
    jury.get_by_text("Niveaux prouvés dans ce bloc").first.click()
    jury.locator("details[open] a").first.click()
    expect(jury.locator("main")).to_contain_text("Yanis")
    jury.go_back()
    jury.get_by_role("link", name="Décider").click()
    jury.get_by_label("validé en partie").check()
    jury.get_by_role("button", name="Enregistrer et signer").click()
    expect(jury.get_by_role("alert")).to_contain_text("Dites en une phrase")
    jury.get_by_label("Ce que le jury a vu").fill("L'accueil est très bien. Il manque un compte rendu.")
    jury.get_by_role("button", name="Enregistrer et signer").click()
    expect(jury.get_by_text("La décision est enregistrée et signée")).to_be_visible()

    trainee = open_page(user="yanis", width=360)
    trainee.goto("/ma-certification/")
    expect(trainee.get_by_text("Le jury dira sa décision")).to_be_visible()
    assert "compte rendu" not in trainee.content()

    jury.goto(session)
    jury.get_by_role("button", name="Clore et prévenir les candidats").click()
    trainee.reload()
    expect(trainee.get_by_text("Il manque un compte rendu")).to_be_visible()
    expect(trainee.get_by_text("Tu gardes tout ce que tu as prouvé")).to_be_visible()

    jury.get_by_role("link", name="Convocations et procès-verbal").click()
    jury.get_by_role("button", name="Faire le procès-verbal").click()
    ready = jury.get_by_role("link", name="Télécharger le PDF")
    expect(ready).to_be_visible(timeout=WAIT)
    with jury.expect_download() as minutes:
        ready.click()
    said = _words(minutes.value.path().read_bytes())
    assert "Yanis" in said
    assert "validé en partie" in said
    assert "Paul Lenoir" in said

    trainee.goto("/mon-dossier/")
    with trainee.expect_download() as summons:
        trainee.get_by_role("link", name="Convocation").first.click()
    assert "12 rue des Forges" in _words(summons.value.path().read_bytes())


def _describe_body(page: Page, today: date) -> None:
    typed = {
        "Nom": "Permis de vivre la ville", "SIRET": "732 829 320 00074", "déclaration": "11 75 01234 75", "Adresse": "1 rue des Ateliers\n92160 Antony",
        "Représentant": "Anne Morel", "Sa qualité": "présidente", "Lieu": "Antony",
    }  # fmt: skip
    for label, words in typed.items():
        page.get_by_label(label, exact=False).first.fill(words)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text("C'est noté")).to_be_visible()


def _words(content: bytes) -> str:
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(content))).split())
