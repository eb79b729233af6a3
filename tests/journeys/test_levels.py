"""A level asked about, tried under another rule, and groups made of levels: a trainee's phone, a trainer's and the coordination's screens."""

from collections.abc import Callable

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
