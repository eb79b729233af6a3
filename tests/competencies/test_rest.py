"""/api/v1/competencies/ and /api/v1/standings/: read-only, one's own rights, the same numbers as the screen."""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competencies.models import Standing
from competencies.services import apply_rule, drafted_rule
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import create_token, revoke_token
from tests.cast import Small, person, small
from tests.story import classmates, hand_in, judge

pytestmark = pytest.mark.django_db
STANDINGS, RULES = "/api/v1/standings/", "/api/v1/rules/"


def bearer(user: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {create_token(by=user, label='essai')[1]}"}


def judged() -> Small:
    world = small()
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    return world


def test_standings_say_what_is_kept(client: Client) -> None:
    world = judged()
    answer = client.get(STANDINGS, headers=bearer(world.trainer))
    kept = Standing.objects.order_by("pk")
    assert answer.json()["count"] == kept.count() == 2
    first, row = kept[0], answer.json()["results"][0]
    assert row["trainee"] == str(world.trainee.uuid)
    assert (row["competency"], row["code"], row["level"], row["rule"]) == (str(first.competency.uuid), "ON1.1", 3, "best-proven/1")
    assert (row["judgement"], row["statement"]) == (str(first.occasion), str(first.statement_id))
    assert "first_name" not in answer.content.decode()


def test_standings_of_others_are_absent(client: Client) -> None:
    world = judged()
    for reader, number in (
        (world.trainee, 2), (world.coordinator, 2), (person(Role.CERTIFIER, cohort=world.cohort), 2), (person(Role.TRAINEE), 0),
        (person(Role.TRAINER), 0), (person(Role.ADMINISTRATOR), 0), (person(Role.CERTIFIER), 0),
    ):  # fmt: skip
        assert client.get(STANDINGS, headers=bearer(reader)).json()["count"] == number, reader.role
    stranger = bearer(person(Role.TRAINER))
    assert client.get(f"{STANDINGS}?trainee={world.trainee.uuid}", headers=stranger).json()["count"] == 0


def test_standings_filters(client: Client) -> None:
    world = judged()
    token = bearer(world.trainer)
    competency = world.competencies[1].uuid
    assert client.get(f"{STANDINGS}?competency={competency}", headers=token).json()["count"] == 1
    assert client.get(f"{STANDINGS}?trainee={uuid4()}", headers=token).json()["count"] == 0
    answer = client.get(f"{STANDINGS}?trainee=moi", headers=token)
    assert (answer.status_code, answer.json()) == (400, {"trainee": ["Ce n'est pas un uuid."]})


def test_api_without_a_live_token_is_shut(client: Client) -> None:
    world = small()
    token, secret = create_token(by=world.trainer, label="essai")
    assert client.get(STANDINGS).status_code == 401
    assert client.get(STANDINGS, headers={"Authorization": f"Bearer {secret}x"}).status_code == 401
    assert client.get(STANDINGS, headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    revoke_token(by=world.trainer, token=token)
    assert client.get(STANDINGS, headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_api_with_a_session_reads_and_never_writes(client: Client) -> None:
    world = small()
    client.force_login(world.trainer)
    assert client.get(STANDINGS).status_code == 200
    for path in (STANDINGS, "/api/v1/competencies/", "/api/v1/modules/", "/api/v1/programmes/", "/api/v1/progress/"):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(client, method)(path).status_code == 405


def test_pages_are_bounded(client: Client) -> None:
    world = judged()
    answer = client.get(f"{STANDINGS}?limit=1", headers=bearer(world.trainer)).json()
    assert len(answer["results"]) == 1
    assert "offset=1" in answer["next"]
    assert "limit=500" in (client.get(f"{STANDINGS}?limit=99999&offset=600", headers=bearer(world.trainer)).json()["previous"])


def test_competencies_show_criteria_and_hide_drafts(client: Client) -> None:
    world = small()
    world.competencies[1].live = False
    world.competencies[1].save()
    token = bearer(world.trainee)
    answer = client.get("/api/v1/competencies/", headers=token).json()
    assert [row["code"] for row in answer["results"]] == ["ON1.1"]
    assert [row["code"] for row in answer["results"][0]["criteria"]] == ["ON1.1.1", "ON1.1.2", "ON1.1.3"]
    one = client.get(f"/api/v1/competencies/{world.competencies[0].uuid}/", headers=token)
    assert one.json() == answer["results"][0]
    assert client.get(f"/api/v1/competencies/{world.competencies[1].uuid}/", headers=token).status_code == 404
    assert client.get("/api/v1/competencies/x/", headers=token).status_code == 404


@pytest.mark.parametrize("number", [2, 12])
def test_standings_cost_the_same_for_2_and_12(client: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world = small()
    classmates(world, number)
    token = bearer(world.trainer)
    client.get(STANDINGS, headers=token)
    with django_assert_num_queries(4):  # token, role, count, rows
        assert client.get(STANDINGS, headers=token).json()["count"] == 2 * number


def test_rules_say_which_are_in_force_and_which_were(client: Client) -> None:
    world = small()
    framework, (first, _second) = world.programme.framework, world.competencies
    for place, (kind, settings, scope) in enumerate(
        [
            ("best", {}, {}),
            ("n_of_last", {"n": 2, "m": 3}, {}),
            ("latest", {}, {"competency": first}),
            ("block_n", {"n": 1}, {"block": first.block}),
        ]
    ):
        rule = drafted_rule(framework=framework, kind=kind, settings=settings, name=f"Règle {place}", **scope)
        apply_rule(by=world.coordinator, rule=rule, reason="Pour voir.")
    token = bearer(world.trainer)
    rows = client.get(f"{RULES}?framework={framework.uuid}", headers=token).json()["results"]
    assert [(row["code"], row["in_force"]) for row in rows] == [
        ("block_n/4", True), ("latest/3", True), ("n_of_last/2", True), ("best/1", False),
    ]  # fmt: skip
    assert rows[2]["settings"] == {"n": 2, "m": 3, "minimum": {}}
    assert (rows[1]["competency"], rows[1]["block"], rows[0]["block"]) == (str(first.uuid), None, str(first.block.uuid))
    assert (rows[0]["reason"], rows[0]["applied_by"]) == ("Pour voir.", str(world.coordinator.uuid))
    for query, codes in (
        ("in_force=true", ["block_n/4", "latest/3", "n_of_last/2"]), ("in_force=false", ["best/1"]), (f"competency={first.uuid}", ["latest/3"]),
        (f"block={first.block.uuid}", ["block_n/4"]), (f"framework={uuid4()}", []),
    ):  # fmt: skip
        assert [row["code"] for row in client.get(f"{RULES}?{query}", headers=token).json()["results"]] == codes, query
    assert client.get(f"{RULES}?in_force=oui", headers=token).status_code == 400


def test_rules_are_read_by_those_who_read_their_page(client: Client) -> None:
    for role, status in (
        (Role.CERTIFIER, 200), (Role.COORDINATOR, 200), (Role.TRAINEE, 403), (Role.COUNSELLOR, 403), (Role.ADMINISTRATOR, 403),
    ):  # fmt: skip
        assert client.get(RULES, headers=bearer(person(role))).status_code == status, role
