"""A trainee says yes to their dossier and takes it; it is checked with the page that the site gives, the network cut."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

expect.set_options(timeout=40_000)  # the worker makes the file meanwhile


def test_a_trainee_agrees_takes_their_dossier_and_anyone_checks_it(
    open_page: Callable[..., Page], browser: Browser, tmp_path: Path
) -> None:
    page = open_page(user="fatou", width=360)
    page.goto("/ce-que-je-sais-faire/")
    page.get_by_role("link", name="Mon dossier").click()
    page.get_by_label("Ton mot").fill("J'ai aussi monté un film.")
    page.get_by_role("button", name="Garder mon mot").click()
    page.get_by_role("button", name="Oui, mon dossier peut partir").click()
    expect(page.locator("#agree")).to_contain_text("Tu as dit oui le")
    page.get_by_role("button", name="Préparer mon dossier").click()
    ready = page.locator("a[href*='/exports/']", has_text="Télécharger")  # beside the papers of « Mes documents »
    expect(ready).to_be_visible()
    with page.expect_download() as dossier:
        ready.click()
    dossier.value.save_as(tmp_path / "dossier.zip")
    with page.expect_download() as checker:
        page.get_by_role("link", name="La page qui vérifie un dossier").click()
    checker.value.save_as(tmp_path / "verify.html")

    context = browser.new_context(locale="fr-FR")
    context.set_offline(True)
    alone = context.new_page()
    alone.goto((tmp_path / "verify.html").as_uri())
    alone.set_input_files("#dossier", tmp_path / "dossier.zip")
    expect(alone.locator("#result h2")).to_have_text("Dossier bon")
    assert " 0 traces" not in alone.locator("#result").inner_text()
    context.close()

    trainer = open_page(user="formateur", width=360)
    trainer.goto("/stagiaires/")
    trainer.get_by_role("link", name="Diarra").first.click()
    trainer.get_by_role("link", name="Dossier de certification").click()
    expect(trainer.locator("main")).to_contain_text("J'ai aussi monté un film.")
    expect(trainer.locator("main")).to_contain_text("Accord du stagiaire pour le certificateur : oui")
