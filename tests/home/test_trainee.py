"""The page of one trainee for staff, the list of trainees, and « pourquoi ce niveau ? »."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.services import submit_work
from competencies.models import Evidence, Standing
from curriculum.services import ask_help, retake
from lms.people.models import User
from lms.people.rules import Role
from lms.records.models import Statement
from tests.assessments.things import picture
from tests.cast import Small, person, small
from tests.story import classmates, hand_in, judge, read_lesson

pytestmark = pytest.mark.django_db


def signed(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'").split())


def why_of(world: Small, place: int = 0) -> str:
    return f"/pourquoi/{world.trainee.uuid}/{world.competencies[place].uuid}/"


def test_trainee_shows_runs_works_levels_hours_and_requests(client: Client) -> None:
    world = small()
    read_lesson(world, world.trainee)
    judge(hand_in(world.practical, world.trainee), world.trainer, 2, asks_revision=True)
    retake(by=world.trainee, module=world.module)
    ask_help(by=world.trainee, module=world.module, step=None, message="Le calque disparaît.")
    html = signed(client, world.trainer).get(f"/stagiaires/{world.trainee.uuid}/").content.decode()
    text = text_of(html)
    assert "ON1.1 : niveau 2" in text
    assert "à revoir ensemble" in text
    assert "M01 Mon module M01 1 h 30 min non renseigné 2 h 2 h 2 h – – –" in text
    assert "En tout 1 h 30 min non renseigné 2 h 2 h 2 h – – –" in text
    assert "Le calque disparaît." in text
    assert f'href="/pourquoi/{world.trainee.uuid}/{world.competencies[0].uuid}/"' in html
    assert f'href="/exports/?stagiaire={world.trainee.uuid}"' in html


def test_trainee_not_enrolled_is_said(client: Client) -> None:
    world = small()
    loner = person(Role.TRAINEE)
    html = signed(client, world.coordinator).get(f"/stagiaires/{loner.uuid}/").content.decode()
    assert "Pas encore de parcours" in html


@pytest.mark.parametrize("role", [Role.CERTIFIER, Role.COUNSELLOR])
def test_trainee_by_role(client: Client, role: Role) -> None:
    world = small()
    ask_help(by=world.trainee, module=world.module, step=None, message="Secret.")
    html = signed(client, person(role, cohort=world.cohort)).get(f"/stagiaires/{world.trainee.uuid}/").content.decode()
    assert ("Secret." in html) is (role is Role.COUNSELLOR), "a certifier does not read what a trainee asks"
    assert ("/exports/?stagiaire" in html) is (role is Role.CERTIFIER)


def test_trainee_of_others_is_not_there(client: Client) -> None:
    world = small()
    for role in (Role.TRAINER, Role.COUNSELLOR, Role.CERTIFIER):
        signed(client, person(role))
        assert client.get(f"/stagiaires/{world.trainee.uuid}/").status_code == 404
        assert client.get(why_of(world)).status_code == 404
    for role in (Role.TRAINEE, Role.ADMINISTRATOR):
        assert signed(client, person(role)).get(f"/stagiaires/{world.trainee.uuid}/").status_code == 403
    assert signed(client, world.coordinator).get(f"/stagiaires/{world.coordinator.uuid}/").status_code == 404, "not a trainee"


def test_trainees_lists_those_one_follows(client: Client) -> None:
    world = small()
    classmates(world, 2)
    person(Role.TRAINEE, "Ailleurs")
    html = text_of(signed(client, world.trainer).get("/stagiaires/").content.decode())
    assert "Ailleurs" not in html
    assert "Élève0" in html
    assert "pas encore venu" in html
    assert "Ailleurs" in signed(client, world.coordinator).get("/stagiaires/").content.decode()
    found = client.get("/stagiaires/", {"q": "élève1", "promotion": str(world.cohort.uuid)})
    assert [row.first_name for row in found.context["rows"]] == ["Élève1"]
    assert (found.context["rows"][0].acquired, found.context["rows"][0].begun) == (2, 0)
    assert "Personne ne correspond" in client.get("/stagiaires/", {"q": "zzz"}).content.decode()


def test_pages_cost_the_same_for_2_and_12(client: Client) -> None:
    costs = []
    for number in (2, 12):
        world = small()
        classmates(world, number - 1)
        for place in range(number):
            judge(hand_in(world.practical, world.trainee, f"Version {place}"), world.trainer, 1 + place % 3)
        signed(client, world.trainer).get("/stagiaires/")
        cost = []
        for path in ("/stagiaires/", f"/stagiaires/{world.trainee.uuid}/", why_of(world)):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            cost.append(len(queries))
        costs.append(cost)
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 30


def test_why_for_staff_goes_down_to_the_statements(client: Client) -> None:
    world = small()
    first = judge(hand_in(world.practical, world.trainee, "Version 1"), world.trainer, 2)
    best = judge(hand_in(world.practical, world.trainee, "Version 2"), world.trainer, 3)
    answer = signed(client, world.trainer).get(why_of(world))
    why = answer.context["why"]
    assert (why.level, why.rule, why.best.occasion, why.best.version) == (3, "best-proven/1", best.uuid, 2)
    assert [proof.occasion for proof in why.proofs] == [best.uuid, first.uuid]
    assert [(cell.criterion, cell.level, cell.word) for cell in why.best.cells] == [
        (f"ON1.1.{n}", 3, "Je sais faire") for n in (1, 2, 3)
    ]  # fmt: skip
    html = answer.content.decode().replace("&quot;", '"').replace("&#x27;", "'")
    standing = Standing.objects.get(trainee=world.trainee, competency=world.competencies[0])
    for uuid in (best.statement_id, best.submission.statement_id, standing.statement_id):
        text = Statement.objects.get(pk=uuid).text
        assert str(uuid) in html
        assert text in html, "the exact text, as it was stored"
    for row in Evidence.objects.filter(trainee=world.trainee, competency=world.competencies[0]):
        assert str(row.uuid) in html


def test_why_keeps_what_a_correction_withdrew(client: Client) -> None:
    world = small()
    wrong = judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    right = judge(wrong.submission, world.trainer, 1, corrects=wrong, reason="Mauvaise grille lue.")
    answer = signed(client, world.trainer).get(why_of(world))
    why = answer.context["why"]
    assert (why.level, why.best.occasion) == (1, right.uuid)
    withdrawn = next(proof for proof in why.proofs if proof.occasion == wrong.uuid)
    assert withdrawn.is_withdrawn
    assert [trace.is_voided for trace in withdrawn.traces] == [False, True]
    assert "Mauvaise grille lue." in answer.content.decode()


def test_why_for_the_trainee_is_two_sentences_and_the_works(client: Client) -> None:
    world = small()
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    answer = signed(client, world.trainee).get(why_of(world))
    text = text_of(answer.content.decode())
    assert "Marc a regardé ton travail « Faire » le" in text
    assert "C'est ton meilleur niveau prouvé : il reste à toi, même si tu recommences." in text
    assert f'href="/travaux/{world.practical.uuid}/"' in answer.content.decode()
    assert "xAPI" not in text


def test_why_shows_the_trainee_the_picture_of_each_work(client: Client) -> None:
    world = small()
    sent = submit_work(by=world.trainee, practical=world.practical, text="Voici.", uploads=[picture()], key=uuid4())
    judge(sent, world.trainer, 3)
    page = signed(client, world.trainee).get(why_of(world)).content.decode()
    assert f'<img class="tile-img" src="{reverse("assessments:file", args=[sent.files.get().file.uuid])}" alt="Ton travail : Faire"' in page


def test_why_before_any_proof(client: Client) -> None:
    world = small()
    assert "Envoie un travail" in signed(client, world.trainee).get(why_of(world)).content.decode()
    assert "le niveau est 0" in signed(client, world.trainer).get(why_of(world)).content.decode()
    assert client.get(f"/pourquoi/{world.trainee.uuid}/{uuid4()}/").status_code == 404


def test_why_of_a_classmate_is_not_there(client: Client) -> None:
    world = small()
    other = classmates(world, 1)[0]
    assert signed(client, other).get(why_of(world)).status_code == 404
