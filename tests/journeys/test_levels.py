"""A level asked about, tried under another rule, and groups made of levels: a trainee's phone, a trainer's and the coordination's screens."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

expect.set_options(timeout=15_000)


def test_a_trainee_asks_and_a_trainer_answers(open_page: Callable[..., Page]) -> None:
    trainee = open_page(user="stagiaire", width=360)
    trainee.goto("/ce-que-je-sais-faire/")
    trainee.get_by_role("link", name="Je sais déjà le faire ?").first.click()
    competency = trainee.locator("h1").inner_text()
    trainee.get_by_text("Demander quelque chose").click()
    trainee.get_by_label("montrer que je savais déjà le faire").check()
    trainee.get_by_label("En quelques mots").fill("Je l'ai fait dans un atelier.")
    trainee.get_by_role("button", name="Envoyer ma demande").click()
    expect(trainee.locator("main")).to_contain_text("Ta demande attend.")

    trainer = open_page(user="formateur", width=360)
    trainer.goto("/demandes/")
    asked = trainer.locator("article", has_text="Je l'ai fait dans un atelier.")
    asked.get_by_label("Niveau montré").select_option("3")
    asked.get_by_label("Votre réponse").fill("Tes photos le montrent.")
    asked.get_by_role("button", name="Envoyer la réponse").click()
    expect(trainer.locator(".messages")).to_contain_text("a votre réponse")

    trainee.reload()
    expect(trainee.locator("main")).to_contain_text("Tes photos le montrent.")
    expect(trainee.locator("h1")).to_have_text(competency)
    expect(trainee.locator("main")).to_contain_text("savais déjà le faire")


def test_the_coordination_tries_a_rule_and_changes_nothing_until_it_applies_it(open_page: Callable[..., Page]) -> None:
    page = open_page(user="coordination")
    page.goto("/stagiaires/")
    page.locator("main table a").first.click()
    page.locator("#levels-table tbody a").first.click()
    page.locator("dl.facts a").click()
    page.get_by_label("Le niveau est…").select_option("n_of_last")
    page.get_by_text("Nombres et points, selon la règle").click()
    page.get_by_label("n (facultatif)").fill("2")
    page.get_by_label("m (facultatif)").fill("3")
    page.get_by_role("button", name="Essayer, sans rien changer").click()
    expect(page.locator("#trial")).to_contain_text("Rien n'est encore changé")
    expect(page.locator("main")).to_contain_text("Personne n'en a écrit")
    page.get_by_label("Nom de la règle").fill("Deux fois sur trois")
    page.get_by_label("Pourquoi cette règle ?").fill("Une fois peut être un hasard.")
    page.get_by_label("Pour quoi ?").select_option(index=1)
    page.get_by_role("button", name="Appliquer cette règle").click()
    expect(page.locator(".messages")).to_contain_text("La règle est appliquée")
    expect(page.locator("main table").first).to_contain_text("Deux fois sur trois")


def test_a_trainer_makes_groups_of_a_cohort(open_page: Callable[..., Page]) -> None:
    page = open_page(user="formateur")
    page.goto("/stagiaires/")
    page.goto(page.locator("a[href^='/promotions/']").first.get_attribute("href") or "")
    page.get_by_role("link", name="Groupes").click()
    page.get_by_label("Nom", exact=True).fill("Atelier du jeudi")
    page.get_by_label("Pour quoi faire").fill("Reprendre les contours")
    for number, place in enumerate(page.locator("input[name=team]").all()):
        place.fill(str(number % 3 + 1))
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("main")).to_contain_text("Atelier du jeudi")
    expect(page.locator("main")).to_contain_text("Groupe 3")


def test_terms_come_in_and_a_competency_refers_to_one(open_page: Callable[..., Page], tmp_path: Path) -> None:
    terms = tmp_path / "rome.csv"
    terms.write_text("code_rome,libelle_rome\nE1205,Designer graphique\nE1306,Opérateur de prépresse\n", encoding="utf-8")
    page = open_page(user="formateur")
    page.goto("/cms/referentiels/importer/")
    page.set_input_files("input[type=file]", str(terms))
    page.get_by_role("button", name="Voir ce qu").click()
    expect(page.locator("main")).to_contain_text("Nouvelles : 2.")
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.locator("#import-state")).to_contain_text("C'est fait.", timeout=60_000)
    page.goto("/cms/snippets/competencies/competency/")
    page.locator("main tbody a").first.click()
    page.locator("#id_references_text").fill("rome E9999")
    page.get_by_role("button", name="Enregistrer").first.click()
    expect(page.locator("main")).to_contain_text("Cherchez-le dans « Termes de référence »")
    page.locator("#id_references_text").fill("rome E1205")
    page.get_by_role("button", name="Enregistrer").first.click()
    expect(page.locator("#id_references_text")).to_have_value("rome E1205 · Designer graphique")


def test_the_coordination_tries_the_next_version_of_the_framework(open_page: Callable[..., Page]) -> None:
    page = open_page(user="coordination")
    page.goto("/stagiaires/")
    page.locator("main table a").first.click()
    page.locator("#levels-table tbody a").first.click()
    page.locator("dl.facts a").click()
    page.get_by_role("link", name="Versions du référentiel").click()
    expect(page.locator("main")).to_contain_text("Aucune encore.")
    page.get_by_label("Numéro de la version").fill("2.0.0")
    page.get_by_label("Compétences remplacées ou retirées").fill("ON3.5 =")
    page.get_by_role("button", name="Voir ce que ça change").click()
    expect(page.locator("#trial")).to_contain_text("plus demandée")
    expect(page.locator("#trial")).to_contain_text("le module M16")
    page.get_by_label("Compétences remplacées ou retirées").fill("")
    page.get_by_label("Pourquoi cette version ?").fill("La première, relue avec le certificateur.")
    page.get_by_role("button", name="Voir ce que ça change").click()
    page.get_by_role("button", name="Publier cette version").click()
    expect(page.locator(".messages")).to_contain_text("La version 2.0.0 est publiée.")
    with page.expect_download() as file:
        page.get_by_role("link", name="Ce qu'elle disait (YAML)").click()
    assert "ON3.5" in Path(file.value.path()).read_text(encoding="utf-8")
