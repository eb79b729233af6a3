"""A client's opinion in a real browser: a trainer makes the link, the client answers on a phone without JavaScript, everyone reads it."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
MAKE = """
import json
from competencies.models import Standing
from lms.people.models import User
trainee = User.objects.get(username='stagiaire')
one = Standing.objects.filter(trainee=trainee).order_by('competency__code').first().competency
print(json.dumps({'trainee': str(trainee.uuid), 'first': trainee.first_name, 'last': trainee.last_name, 'code': one.code, 'competency': str(one.uuid)}))
"""


@pytest.fixture(scope="module")
def who(site: Site) -> dict[str, str]:
    return json.loads(site.shell(MAKE))


def test_a_client_answers_by_a_link_and_it_is_read(open_page: Callable[..., Page], who: dict[str, str], site: Site) -> None:
    trainer = open_page(user="formateur")
    why = f"/pourquoi/{who['trainee']}/{who['competency']}/"
    trainer.goto(why)
    trainer.get_by_role("link", name="Demander un avis par un lien").click()
    expect(trainer.get_by_label(who["code"], exact=False)).to_be_checked()
    trainer.get_by_label("À qui demandez-vous ?").fill("Mme Roy, musée de la Ville")
    trainer.get_by_role("button", name="Créer le lien").click()
    link = trainer.locator("code.secret").inner_text()

    phone = open_page(width=360, js=False)
    phone.goto(site.url + "/avis/" + link.rstrip("/").rpartition("/")[2] + "/")
    expect(phone.get_by_role("heading", level=1)).to_contain_text(who["first"])
    assert who["last"] not in phone.content()
    phone.get_by_text("Vu, bien fait").click()
    phone.get_by_label("Un mot, si vous voulez").fill("Le détourage est parti tel quel à l'imprimeur.")
    phone.get_by_role("button", name="Envoyer mon avis").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Merci, votre avis est arrivé")
    answer = phone.goto(site.url + "/avis/" + link.rstrip("/").rpartition("/")[2] + "/")
    assert answer
    assert answer.status == 410
    expect(phone.get_by_role("heading", level=1)).to_have_text("Votre avis est déjà arrivé")

    trainee = open_page(width=360, user="stagiaire")
    trainee.goto(why)
    expect(trainee.get_by_text("parti tel quel à l'imprimeur")).to_be_visible()
    trainer.goto(f"/stagiaires/{who['trainee']}/")
    expect(trainer.get_by_text("a répondu")).to_be_visible()
