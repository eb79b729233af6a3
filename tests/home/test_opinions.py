"""The pages of a one-time link: asking, the list on the trainee's page, and what the person outside sees in each state."""

import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from competencies.models import Block, Competency, Evidence, OpinionRequest
from competencies.services.opinions import ask_opinion, revoke_opinion
from lms import clock
from lms.people.models import User
from tests.cast import Small, small

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    cache.clear()
    return small()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def made(story: Small) -> tuple[OpinionRequest, str]:
    asked, secret = ask_opinion(
        by=story.trainer, trainee=story.trainee, kind="client", name="Mme Roy, musée", about="L'affiche d'été",
        competencies=story.competencies, key=uuid4(),
    )  # fmt: skip
    return asked, reverse("home:opinion-give", args=[secret])


FORM = {"seen_1": "done", "comment_1": "Repris tel quel.", "seen_2": "unseen", "comment_2": ""}


def test_a_trainer_makes_a_link_that_is_shown_once(story: Small) -> None:
    client = signed_in(story.trainer)
    door = reverse("home:opinion-ask", args=[story.trainee.uuid])
    page = client.get(f"{door}?competence={story.competencies[1].uuid}").text
    assert re.search(rf'value="{story.competencies[1].uuid}"[^>]* checked', page)
    form = {"key": uuid4(), "kind": "client", "name": "Mme Roy, musée", "days": 14, "competencies": [story.competencies[0].uuid]}
    links = {re.search(r'class="secret">([^<]+)<', client.post(door, form).text)[1] for _time in range(2)}
    assert len(links) == OpinionRequest.objects.count() == 1
    link = links.pop()
    listed = client.get(reverse("home:trainee", args=[story.trainee.uuid])).text
    assert "Mme Roy, musée" in listed
    assert link.rsplit("/", 2)[1] not in listed
    assert Client().get(re.sub(r"^https?://[^/]+", "", link)).status_code == 200


def test_competencies_are_asked_block_by_block_and_a_ticked_one_is_in_sight(story: Small) -> None:
    framework = story.programme.framework
    Block.objects.filter(framework=framework).update(sort_order=1)  # unplaced, the engines put it at either end
    second = Block.objects.create(framework=framework, code="ON2", label="Second bloc", sort_order=2)
    other = Competency.objects.create(block=second, code="ON2.1", label="Autre", plain_label="Je fais autre chose", position=1)
    door = reverse("home:opinion-ask", args=[story.trainee.uuid])
    page = signed_in(story.trainer).get(f"{door}?competence={other.uuid}").text
    blocks = re.findall(r"<details class=\"more\"( open)?>\s*<summary>(ON\d)", page)
    assert blocks == [("", "ON1"), (" open", "ON2")]
    assert page.count('name="competencies"') == 3
    assert "1 cochée" in page


def test_asking_without_a_name_or_a_competency_says_so(story: Small) -> None:
    door = reverse("home:opinion-ask", args=[story.trainee.uuid])
    page = signed_in(story.coordinator).post(door, {"key": uuid4(), "kind": "client", "name": "", "days": 14})
    assert page.status_code == 400
    assert "À qui demandez-vous ?" in page.text
    assert not OpinionRequest.objects.exists()


def test_the_person_outside_reads_who_asks_about_whom_and_what(story: Small) -> None:
    User.objects.filter(pk=story.trainee.pk).update(email="ines@exemple.org")
    _asked, link = made(story)
    page = Client().get(link)
    text = html.unescape(page.text)
    assert f"vu {story.trainee.first_name} faire" in text
    assert str(story.trainer) in text
    assert "L'affiche d'été" in text
    assert [one.plain_label in text for one in story.competencies] == [True, True]
    for secret in (story.trainee.last_name, story.trainee.username, "ines@exemple.org", str(story.trainee.uuid), story.cohort.name):
        assert secret not in text
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in page.headers["Cache-Control"]
    assert not Evidence.objects.exists(), "a page read, even by a machine, answers nothing"


def test_an_answer_is_thanked_kept_and_read_on_the_pages(story: Small) -> None:
    asked, link = made(story)
    page = Client().post(link, FORM)
    assert page.status_code == 200
    assert "Merci, votre avis est arrivé" in page.text
    for _time in range(2):
        again = Client().post(link, FORM)
        assert again.status_code == 410
        assert "déjà arrivé" in again.text
    assert Evidence.objects.get().occasion == asked.uuid
    why = reverse("home:why", args=[story.trainee.uuid, story.competencies[0].uuid])
    said = "Mme Roy, musée : vu, bien fait. Repris tel quel."
    staff, mine = signed_in(story.trainer).get(why).text, signed_in(story.trainee).get(why).text
    assert said in staff
    assert said in mine
    assert "Sans niveau, noté par" in staff
    listed = signed_in(story.coordinator).get(reverse("home:trainee", args=[story.trainee.uuid])).text
    assert "a répondu" in listed
    assert "Pas vu" in listed


def test_an_answer_with_a_line_left_out_keeps_what_was_typed(story: Small) -> None:
    _asked, link = made(story)
    page = Client().post(link, {"seen_1": "done", "comment_1": "Repris tel quel."})
    assert page.status_code == 400
    assert "Repris tel quel." in page.text
    assert not Evidence.objects.exists()


def test_a_link_that_is_closed_over_or_unknown_says_so(story: Small) -> None:
    asked, link = made(story)
    with clock.at(asked.expires_at + timedelta(days=1)):
        for page in (Client().get(link), Client().post(link, FORM)):
            assert page.status_code == 410
            assert "Il servait jusqu'au" in html.unescape(page.text)
    revoke_opinion(by=story.trainer, asked=asked)
    page = Client().post(link, FORM)
    assert page.status_code == 410
    assert "l'a fermé" in html.unescape(page.text)
    assert story.trainee.first_name not in page.text
    assert Client().get(link.replace("/avis/", "/avis/x")).status_code == 404
    assert not Evidence.objects.exists()


def test_a_link_is_closed_from_the_page_of_the_trainee(story: Small) -> None:
    asked, link = made(story)
    other = small()
    close = reverse("home:opinion-close", args=[asked.uuid])
    assert signed_in(other.trainer).post(close).status_code == 404
    assert "n'ouvre plus rien" in html.unescape(signed_in(story.coordinator).post(close, follow=True).text)
    assert Client().get(link).status_code == 410


def test_many_answers_at_once_from_one_place_are_asked_to_wait(story: Small, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "give_opinion": "2/m/ip"}  # type: ignore[attr-defined]
    links = [made(story)[1] for _time in range(3)]
    pages = [Client().post(link, FORM) for link in links]
    assert [page.status_code for page in pages] == [200, 200, 400]
    assert "Réessayez dans une minute" in pages[2].text
    assert "Repris tel quel." in pages[2].text
    cache.clear()
    assert Client().post(links[2], FORM).status_code == 200
