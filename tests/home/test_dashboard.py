"""The cohort's page: true numbers, sentences rather than scores, same cost for 2 and 12, nothing of others."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from curriculum.rules import IDLE_DAYS, LONG_OPEN_DAYS, UNREVISED_DAYS
from curriculum.services import answer_help, ask_help, open_step
from lms import clock
from lms.exports.selectors import followers_of
from lms.home.selectors.needs import Waiting, needs_of
from lms.people.models import User
from lms.people.rules import Role
from tests.cast import Small, cohort, person, small
from tests.story import classmates, hand_in, judge, read_lesson

pytestmark = pytest.mark.django_db


def page_of(world: Small) -> str:
    return f"/promotions/{world.cohort.uuid}/"


def matrix_of(world: Small) -> str:
    return f"{page_of(world)}niveaux/"


def signed(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def waiting(world: Small) -> list[Waiting]:
    return needs_of(followers_of(world.trainee.enrolments.all()))


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_cohort_shows_figures_as_sentences_tables_and_json(client: Client) -> None:
    world = small()
    classmates(world, 2)
    html = signed(client, world.trainer).get(page_of(world)).content.decode()
    assert "1 stagiaire sur 3 a acquis « Compétence 1 », la compétence la plus avancée" in html
    assert "En moyenne, 1 h 40 de formation faites sur 3 h prévues" in html  # 20 min and 80 min: 2 of 3 did 30 and 120
    figures = re.findall(r'<script id="(plot-\w+)" type="application/json">(.*?)</script>', html)
    assert [name for name, _json in figures] == ["plot-heatmap", "plot-hours", "plot-history"]
    heat = json.loads(figures[0][1])["data"][0]
    assert sorted(heat["z"]) == [[0, 0], [2, 2], [3, 3]]
    assert html.count('class="table"') >= 4


def test_cohort_matrix_links_each_level_to_its_proof(client: Client) -> None:
    world = small()
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    html = signed(client, world.trainer).get(matrix_of(world)).content.decode()
    for competency in world.competencies:
        assert f'<td class="heat heat-3"><a href="/pourquoi/{world.trainee.uuid}/{competency.uuid}/">3</a></td>' in html


def test_cohort_filters_by_name_and_block(client: Client) -> None:
    world = small()
    classmates(world, 2)
    answer = signed(client, world.trainer).get(matrix_of(world), {"q": "ÉLEVE1", "bloc": "ON1"})
    assert [row["name"].split()[-1] for row in answer.context["matrix"]] == ["Élève1"]
    nobody = client.get(matrix_of(world), {"q": "zzz", "bloc": "inconnu", "parcours": "x", "page": "99"})
    assert nobody.status_code == 200
    assert "Personne ne correspond" in nobody.content.decode()


def test_matrix_filters_by_level_in_any_competency_shown(client: Client) -> None:
    world = small()
    mates = classmates(world, 3)  # 2, 3, 2; Inès has nothing
    mates[0].standings.filter(competency=world.competencies[0]).update(level=4)
    mates[2].standings.filter(competency=world.competencies[0]).delete()
    signed(client, world.trainer)
    found = {
        (low, high): [row["name"].split()[-1] for row in client.get(matrix_of(world), {"de": low, "a": high}).context["matrix"]]
        for low, high in (("0", "0"), ("1", "2"), ("4", "4"), ("3", "2"), ("0", "4"))
    }
    assert found["0", "0"] == ["Inès", "Élève2"]
    assert found["1", "2"] == ["Élève0", "Élève2"]
    assert found["4", "4"] == ["Élève0"]
    assert found["3", "2"] == ["Élève0", "Élève1", "Élève2"]
    assert len(found["0", "4"]) == 4
    html = client.get(matrix_of(world), {"de": "4", "a": "4"}).content.decode()
    assert f"/promotions/{world.cohort.uuid}/groupes/?competence={world.competencies[0].uuid}" in html


def test_certifier_is_told_no_small_count_on_the_page_of_a_cohort(client: Client) -> None:
    world = small()
    classmates(world, 2)
    signed(client, person(Role.CERTIFIER, cohort=world.cohort))
    answer = client.get(page_of(world))
    levels = answer.context["plots"][0]
    assert [row[1:] for row in levels.rows] == [["masqué"] * 3] * 2
    assert "a acquis" not in answer.content.decode()
    assert [plot.figure_id for plot in answer.context["plots"]] == ["plot-heatmap", "plot-hours"]
    assert client.get(f"/promotions/{world.cohort.uuid}/rythme.csv").status_code == 404


@pytest.mark.parametrize("query", ["", "?de=0&a=1&bloc=ON1", "?q=e"])
def test_matrix_costs_the_same_for_2_and_12(client: Client, query: str) -> None:
    costs = []
    for number in (2, 12):
        world = small()
        classmates(world, number - 1)
        signed(client, world.trainer).get(matrix_of(world) + query)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(matrix_of(world) + query).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 16


def test_cohort_without_anybody_says_what_to_do(client: Client) -> None:
    empty = cohort()
    html = signed(client, person(Role.COORDINATOR)).get(f"/promotions/{empty.uuid}/").content.decode()
    assert "Personne ne suit encore de parcours ici" in html


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.TRAINER, 200),
        (Role.COORDINATOR, 200),
        (Role.CERTIFIER, 200),
        (Role.COUNSELLOR, 403),
        (Role.TRAINEE, 403),
        (Role.ADMINISTRATOR, 403),
    ],
)
def test_cohort_by_role(client: Client, role: Role, status: int) -> None:
    world = small()
    signed(client, person(role, cohort=world.cohort))
    assert client.get(page_of(world)).status_code == status
    assert client.get(f"/promotions/{world.cohort.uuid}/niveaux.csv").status_code == status


def test_cohort_of_others_is_not_there(client: Client) -> None:
    world = small()
    for role in (Role.TRAINER, Role.CERTIFIER):
        signed(client, person(role, cohort=cohort()))
        assert client.get(page_of(world)).status_code == 404
        assert client.get(f"/promotions/{world.cohort.uuid}/heures.csv").status_code == 404
    assert client.get(f"/promotions/{uuid4()}/").status_code == 404


def test_certifier_sees_levels_and_not_who_waits(client: Client) -> None:
    world = small()
    ask_help(by=world.trainee, module=world.module, step=None, message="Je bloque.")
    signed(client, person(Role.CERTIFIER, cohort=world.cohort))
    html = client.get(page_of(world)).content.decode()
    assert "attend une aide" not in html
    assert "Qui aller voir" not in html
    assert client.get(f"/promotions/{world.cohort.uuid}/aides.csv").status_code == 404


def test_cohort_csv_says_what_the_page_says(client: Client) -> None:
    world = small()
    classmates(world, 2)
    ask_help(by=world.trainee, module=world.module, step=world.lesson, message="")
    html = signed(client, world.trainer).get(page_of(world)).content.decode()
    answer = client.get(matrix_of(world))
    levels = read_csv(client.get(f"/promotions/{world.cohort.uuid}/niveaux.csv").content)
    shown = [[row["name"], *(str(level) for level, _url in row["cells"])] for row in answer.context["matrix"]]
    assert [[f"{row[0]} {row[1]}", *row[3:]] for row in levels[1:]] == shown
    hours = read_csv(client.get(f"/promotions/{world.cohort.uuid}/heures.csv").content)
    assert hours[1] == ["Premier bloc", "M01", "Mon module M01", "1,00", "0,33", "non renseigné", "2,00", "1,33", "1,33", "", "", ""]
    weeks = read_csv(client.get(f"/promotions/{world.cohort.uuid}/rythme.csv").content)
    assert weeks[-1][1:] == ["2", "2"]
    needs = read_csv(client.get(f"/promotions/{world.cohort.uuid}/aides.csv").content)
    assert needs[1][2] == f"{world.trainee} attend une aide sur « Lire » depuis moins d'un jour."
    assert needs[1][2].split(" attend")[1] in html.replace("&#x27;", "'")
    assert client.get(f"/promotions/{world.cohort.uuid}/autre.csv").status_code == 404


def test_needs_of_waiting_help_until_it_is_answered() -> None:
    world = small()
    request = ask_help(by=world.trainee, module=world.module, step=None, message="")
    with clock.at(clock.now() + timedelta(days=3)):
        assert [need.sentence for need in waiting(world)[0].needs] == [
            f"{world.trainee} attend une aide sur « Mon module M01 » depuis 3 jours."
        ]
        answer_help(by=world.trainer, request=request, answer="J'arrive.")
        assert waiting(world) == []


def test_needs_of_silence() -> None:
    world = small()
    with clock.at(clock.now() + timedelta(days=IDLE_DAYS, hours=1)):
        assert waiting(world)[0].needs[0].sentence == f"{world.trainee} n'a encore rien ouvert, {IDLE_DAYS} jours après son inscription."
        open_step(by=world.trainee, step=world.lesson, module=world.module)
        assert waiting(world) == []
    with clock.at(clock.now() + timedelta(days=2 * IDLE_DAYS, hours=2)):
        assert waiting(world)[0].needs[0].sentence == f"{world.trainee} n'a rien ouvert depuis {IDLE_DAYS} jours."


def test_needs_of_a_work_to_revise_until_it_is_revised() -> None:
    world = small()
    submission = hand_in(world.practical, world.trainee)
    judge(submission, world.trainer, 2, asks_revision=True)
    assert waiting(world) == []
    with clock.at(clock.now() + timedelta(days=UNREVISED_DAYS, hours=1)):
        need = waiting(world)[0].needs[0]
        assert need.sentence == f"{world.trainee} n'a pas encore repris « Faire », à revoir depuis 7 jours."
        assert need.url == f"/rendus/{submission.uuid}/"
        hand_in(world.practical, world.trainee, "Version 2")
        assert waiting(world) == []


def test_needs_of_a_module_long_open_are_the_oldest_one() -> None:
    world = small()
    open_step(by=world.trainee, step=world.lesson, module=world.module)
    with clock.at(clock.now() + timedelta(days=LONG_OPEN_DAYS, hours=1)):
        kinds = {need.kind: need.sentence for need in waiting(world)[0].needs}
        assert kinds["open"] == f"{world.trainee} a ouvert « Mon module M01 » il y a {LONG_OPEN_DAYS} jours et ne l'a pas terminé."
        read_lesson(world, world.trainee)
        hand_in(world.practical, world.trainee)
        assert waiting(world) == []


def test_needs_come_most_pressing_first() -> None:
    world = small()
    second, third = classmates(world, 2)
    with clock.at(clock.now() + timedelta(days=IDLE_DAYS + 1)):
        ask_help(by=third, module=world.module, step=None, message="")
        rows = followers_of(type(world.trainee.enrolments.get()).objects.order_by("trainee"))
        found = needs_of(rows)
    assert (found[0].trainee, found[0].needs[0].kind) == (third.pk, "help")
    assert {(person.trainee, person.needs[0].kind) for person in found[1:]} == {(world.trainee.pk, "absent"), (second.pk, "idle")}


def test_cohort_page_costs_the_same_for_2_and_12(client: Client) -> None:
    costs = []
    for number in (2, 12):
        world = small()
        for one in classmates(world, number - 1):
            ask_help(by=one, module=world.module, step=None, message="")
        signed(client, world.trainer).get(page_of(world))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(page_of(world)).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 40


def test_learner_pages_never_load_plotly() -> None:
    """In a process of its own: a trainee's pages are served, then no class of Plotly's figures is in memory."""
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n"
        "import django; django.setup()\n"
        "from django.conf import settings; settings.DATABASES['default']['NAME'] = ':memory:'\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from django.test import Client; from lms.people.services import set_up_roles; set_up_roles()\n"
        "from tests.cast import small; world = small(); client = Client(); client.force_login(world.trainee)\n"
        "for path in ('/', '/modules/', world.module.door_path(), world.lesson.door_path(), world.practical.door_path(), "
        "'/ce-que-je-sais-faire/'):\n"
        "    assert client.get(path, SERVER_NAME='127.0.0.1').status_code == 200, path\n"
        "loaded = [name for name in sys.modules if name.startswith('plotly.') and name != 'plotly.graph_objects']\n"
        "assert not loaded, loaded\n"
    )
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}  # its own database, in memory
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
