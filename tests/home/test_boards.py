"""The boards: figure, table and CSV say the same; true numbers; same cost for 2 and 12; small counts hidden from outside readers."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import plotly.graph_objects as go
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from competencies.charts import Plot
from competencies.selectors import competencies_of
from curriculum.models import Run
from curriculum.services import retake
from lms import clock
from lms.exports.selectors import followers_in
from lms.home.charts.readiness import readiness
from lms.home.selectors.assessors import assessors_of, pairs_of
from lms.home.selectors.beside import cohorts_beside
from lms.home.selectors.effects import Effects, effects_of
from lms.home.selectors.growth import next_proof_of
from lms.home.selectors.trainee_home import skills_of
from lms.home.views.boards import BOARDS
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import join_cohort
from tests.cast import Small, module_of, person, small
from tests.home.test_dashboard import read_csv, signed
from tests.story import classmates, hand_in, judge, read_lesson

pytestmark = pytest.mark.django_db

FIGURES = re.compile(r'<script id="(plot-\w+)" type="application/json">(.*?)</script>')


def reader_of(world: Small, role: Role = Role.COORDINATOR) -> User:
    return person(role, cohort=None if role is Role.COORDINATOR else world.cohort)


def busy(number: int = 3) -> Small:
    """Works judged, one by two assessors, one in a second run."""
    world = small()
    second = person(Role.TRAINER, "Nadia", cohort=world.cohort)
    for mate in classmates(world, number):
        submission = hand_in(world.practical, mate, "Encore")
        judge(submission, world.trainer, 2)
        judge(submission, second, 3)
        retake(by=mate, module=world.module)
        judge(hand_in(world.practical, mate, "Refait"), world.trainer, 3)
    return world


def plots_of(client: Client, path: str) -> list[Plot]:
    answer = client.get(path)
    assert answer.status_code == 200
    plots: list[Plot] = answer.context["plots"]
    html = answer.content.decode()
    assert [name for name, _json in FIGURES.findall(html)] == [plot.figure_id for plot in plots]
    for plot in plots:
        assert plot.title
        assert plot.summary in html.replace("&#x27;", "'").replace("&quot;", '"')
    return plots


def numbers_drawn(plot: Plot, axis: str = "x") -> list[Any]:
    return [value for trace in plot.figure["data"] for value in trace[axis]]


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_board_page_table_and_csv_say_the_same(client: Client, board: Any) -> None:
    world = busy()
    signed(client, reader_of(world))
    for plot in plots_of(client, f"/promotions/{world.cohort.uuid}/{board.slug}/"):
        go.Figure(plot.figure)  # Plotly takes it
        lines = read_csv(client.get(plot.csv_url).content)
        assert lines[0] == list(plot.columns)
        assert lines[1:] == [[str(cell) for cell in row] for row in plot.rows]
        assert all(len(row) == len(plot.columns) for row in plot.rows)
    assert client.get(f"/promotions/{world.cohort.uuid}/{board.slug}/autre.csv").status_code == 404


def test_bars_draw_the_numbers_of_their_table(client: Client) -> None:
    world = busy()
    signed(client, reader_of(world))
    for slug, last in (("preuves", None), ("evaluateurs", -1), ("blocs", None)):
        for plot in plots_of(client, f"/promotions/{world.cohort.uuid}/{slug}/"):
            table = [list(row[1:last]) for row in plot.rows]
            assert [list(trace["x"]) for trace in plot.figure["data"]] == [list(column) for column in zip(*table, strict=True)]


def test_effects_and_forecast_draw_the_numbers_of_their_table(client: Client) -> None:
    world = busy()
    signed(client, reader_of(world))
    for plot in plots_of(client, f"/promotions/{world.cohort.uuid}/modules/"):
        dots = plot.figure["data"][1:]
        for trace, column in zip(dots, (2, 3), strict=True):
            assert [f"{x:.1f}".replace(".", ",") for x in trace["x"]] == [row[column] for row in plot.rows]
    [plot] = plots_of(client, f"/promotions/{world.cohort.uuid}/prevision/")
    assert plot.rows[0][:5] == ["ON1 Premier bloc", 6, 8, 6, 0]
    assert plot.rows[0][6:] == ["sans date", "peut-être après la fin"] or plot.rows[0][7] == "après la fin"


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_board_costs_the_same_for_2_and_12(client: Client, board: Any) -> None:
    costs = []
    for number in (2, 12):
        world = busy(number)
        signed(client, reader_of(world))
        path = f"/promotions/{world.cohort.uuid}/{board.slug}/"
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 20


def test_board_of_an_empty_cohort_and_of_others(client: Client) -> None:
    world, other = small(), small()
    world.trainee.memberships.update(left_at=clock.now())
    for board in BOARDS:
        signed(client, reader_of(world))
        path = f"/promotions/{world.cohort.uuid}/{board.slug}/"
        assert "Personne ne suit encore" in client.get(path).content.decode()
        assert client.get(f"{path}manques.csv").status_code == 404
        signed(client, other.trainer)
        assert client.get(path).status_code == (404 if Role.TRAINER in board.roles else 403)


def test_gaps_lead_to_the_people_behind_each_number(client: Client) -> None:
    world = small()
    mates = classmates(world, 2)  # one occasion each
    judge(hand_in(world.practical, mates[0]), world.trainer, 3)  # two occasions, one assessor
    judge(hand_in(world.practical, mates[1]), person(Role.TRAINER, "Nadia", cohort=world.cohort), 3)
    signed(client, world.trainer)
    [plot] = plots_of(client, f"/promotions/{world.cohort.uuid}/preuves/")
    assert [row[1:] for row in plot.rows] == [[1, 1, 0, 1]] * 2
    assert plot.title == "4 compétences restent à étayer pour le dossier"
    for gap, who in ((4, world.trainee), (2, mates[0]), (1, mates[1])):
        answer = client.get(plot.links[0][gap].partition("#")[0])
        assert [one.trainee for one in answer.context["behind"]] == [who.pk]
        assert f"/pourquoi/{who.uuid}/{world.competencies[0].uuid}/" in answer.content.decode()
    assert "behind" not in client.get(f"/promotions/{world.cohort.uuid}/preuves/", {"competence": str(uuid4()), "manque": "zz"}).context


def found(world: Small) -> Effects:
    trainees = [row.trainee for row in followers_in(seen_by=world.trainer, cohort=world.cohort, programme=world.programme.pk)]
    return effects_of(trainees, world.programme.pk, world.programme.framework_id)


def test_module_effect_counts_what_was_known_before_and_what_its_own_works_prove() -> None:
    world = small()
    judge(hand_in(world.practical, world.trainee), world.trainer, 1)
    with clock.at(clock.now() + timedelta(days=10)):
        later, _lesson, practical = module_of(world.programme, code="M02")
        judge(hand_in(practical, world.trainee), world.trainer, 3)
        judge(hand_in(practical, world.trainee, "Encore"), world.trainer, 2)
    effects = {effect.module.code: effect for effect in found(world).modules}
    assert effects["M01"].levels == [(0, 1), (0, 1)]  # what M02 proved since is no effect of M01
    assert effects["M02"].levels == [(1, 3), (1, 3)]
    assert Run.objects.filter(module=later).count() == 1
    assert found(world).retakes == []


def test_retake_effect_compares_runs_and_may_come_out_lower() -> None:
    world = small()
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    retake(by=world.trainee, module=world.module)
    judge(hand_in(world.practical, world.trainee), world.trainer, 2)
    assert [effect.levels for effect in found(world).retakes] == [[(3, 2), (3, 2)]]
    assert [effect.levels for effect in found(world).modules] == [[(0, 3), (0, 3)]]


def test_assessors_are_compared_on_shared_criteria_only_and_small_numbers_left_out(client: Client) -> None:
    world = small()
    second, third = (person(Role.TRAINER, name, cohort=world.cohort) for name in ("Nadia", "Zoé"))
    mates = classmates(world, 2)
    submission = hand_in(world.practical, mates[0])
    judge(submission, second, 3)
    judge(submission, world.trainer, 1)
    first = mates[0].submissions.order_by("pk").first()
    assert first
    judge(first, third, levels={"ON1.1.1": 2, **dict.fromkeys(("ON1.1.2", "ON1.1.3", "ON1.2.1", "ON1.2.2", "ON1.2.3"))})
    rows = assessors_of([mate.pk for mate in mates])
    assert [sum(row.counts) for row in rows if row.name.endswith("Zoé")] == [1]
    assert [row.name for row in rows] == sorted(row.name for row in rows)
    pairs = {row.names: list(row.counts) for row in pairs_of([mate.pk for mate in mates])}
    assert sorted(pairs.values()) == [[0, 0, 6], [1, 0, 0]]
    signed(client, reader_of(world))
    spread, apart = plots_of(client, f"/promotions/{world.cohort.uuid}/evaluateurs/")
    assert len(spread.rows) == 2
    assert "Zoé" not in str(spread.rows) + str(spread.figure)
    assert [row[1:] for row in apart.rows] == [[0, 0, 6, 6]]
    assert "1 ligne de moins de 5 observations" in apart.summary


def test_certifier_is_told_no_count_under_five_anywhere(client: Client) -> None:
    world = small()
    mates = classmates(world, 8)  # 2 or 3: four acquired, four begun, one with nothing
    for role, row in ((Role.CERTIFIER, ["masqué", "masqué", 5]), (Role.TRAINER, [4, 0, 5])):
        signed(client, person(role, cohort=world.cohort))
        [plot] = plots_of(client, f"/promotions/{world.cohort.uuid}/blocs/")
        assert plot.rows[0][1:] == row
        drawn = [None if cell == "masqué" else cell for cell in row]
        assert numbers_drawn(plot) == drawn
        assert read_csv(client.get(plot.csv_url).content)[1][1:] == [str(cell) for cell in row]
        assert ("4 stagiaires" in plot.title) is (role is Role.TRAINER)
    for mate in mates:
        mate.standings.update(level=3)
    [plot] = plots_of(client, f"/promotions/{world.cohort.uuid}/blocs/")
    assert plot.title == "8 stagiaires sur 9 ont acquis tout le bloc « ON1 Premier bloc »"


def test_readiness_of_nobody_and_of_a_script_in_a_label() -> None:
    world = small()
    world.competencies[0].block.label = "</script><b>"
    world.competencies[0].block.save()
    heads = competencies_of(world.programme.framework_id)
    assert readiness([], heads, {}, 3, is_outside=True).rows[0][1:] == ["masqué"] * 3
    assert readiness([], [], {}, 3, is_outside=False).rows == []


def test_cohorts_stand_side_by_side_with_their_hours(client: Client) -> None:
    worlds = [small(), small()]
    classmates(worlds[0], 1)
    read_lesson(worlds[1], worlds[1].trainee)
    join_cohort(by=worlds[0].coordinator, person=worlds[1].trainee, cohort=worlds[0].cohort)  # in both: counted in both
    rows = {row.cohort.pk: row for row in cohorts_beside([world.cohort for world in worlds])}
    first, second = (rows[world.cohort.pk] for world in worlds)
    assert (first.trainees, first.possible, first.acquired) == (3, 6, 0)
    assert (second.trainees, second.done_each("theory"), second.planned_each("theory"), second.done_each("culture")) == (1, 30, 120, None)
    signed(client, worlds[0].coordinator)
    for plot in plots_of(client, "/promotions/cote-a-cote/"):
        go.Figure(plot.figure)
        lines = read_csv(client.get(plot.csv_url).content)
        assert lines[1:] == [[str(cell) for cell in row] for row in plot.rows]
    assert client.get("/promotions/cote-a-cote/autre.csv").status_code == 404


def test_cohorts_beside_cost_the_same_for_2_and_12() -> None:
    costs = []
    for number in (2, 12):
        cohorts = [small().cohort for _n in range(number)]
        with CaptureQueriesContext(connection) as queries:
            cohorts_beside(cohorts)
        costs.append(len(queries))
    assert costs[0] == costs[1] == 4


def test_next_proof_is_the_closest_with_its_reason(client: Client) -> None:
    world = small()
    first, second = world.competencies
    proof = next_proof_of(world.trainee, world.programme, skills_of(world.trainee, world.programme))
    assert proof
    assert (proof.competency, proof.reason, proof.url) == (first.uuid, "new", world.practical.door_path())
    submission = hand_in(world.practical, world.trainee)
    assert next_proof_of(world.trainee, world.programme, skills_of(world.trainee, world.programme)) is None  # it waits for a trainer's eyes
    judge(submission, world.trainer, levels={"ON1.1.1": 1}, level=2)
    proof = next_proof_of(world.trainee, world.programme, skills_of(world.trainee, world.programme))
    assert proof
    assert (proof.competency, proof.reason, proof.level) == (second.uuid, "close", 2)
    html = signed(client, world.trainee).get("/ce-que-je-sais-faire/").content.decode()
    assert "Il te manque un seul niveau. « Faire » permet de le montrer." in html
    judge(hand_in(world.practical, world.trainee), world.trainer, 2, asks_revision=True)
    proof = next_proof_of(world.trainee, world.programme, skills_of(world.trainee, world.programme))
    assert proof
    assert proof.reason == "revise"
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    assert next_proof_of(world.trainee, world.programme, skills_of(world.trainee, world.programme)) is None
    assert next_proof_of(world.trainee, None, []) is None


def test_growth_says_tu_and_its_csv_is_its_table(client: Client) -> None:
    world = small()
    signed(client, world.trainee)
    assert client.get("/ce-que-je-sais-faire/mon-chemin/").context["plot"].title == "Ton chemin commence"
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    plot = client.get("/ce-que-je-sais-faire/mon-chemin/").context["plot"]
    assert plot.title == "Tu as acquis 2 compétences"
    assert [row[2] for row in plot.rows] == list(plot.figure["data"][0]["y"]) == [2]
    assert [line[1:] for line in read_csv(client.get(plot.csv_url).content)[1:]] == [["2", "2"]]
    assert "2 compétences de plus en 4 semaines." in client.get("/ce-que-je-sais-faire/").content.decode()
    with clock.at(clock.now() + timedelta(days=60)):
        assert "Ce que tu as acquis reste acquis." in client.get("/ce-que-je-sais-faire/").content.decode()


def test_profile_costs_the_same_whatever_was_handed_in(client: Client) -> None:
    costs = []
    for number in (2, 12):
        world = small()
        for turn in range(number):
            judge(hand_in(world.practical, world.trainee, str(turn)), world.trainer, 2)
        signed(client, world.trainee).get("/ce-que-je-sais-faire/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/ce-que-je-sais-faire/")
        costs.append(len(queries))
    assert costs[0] == costs[1]
