"""/api/v1/programmes/, /modules/ and /progress/, and the schema that describes them all."""

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from curriculum.services import retake
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import create_token
from tests.cast import module_of, person, small
from tests.story import classmates, hand_in, read_lesson

pytestmark = pytest.mark.django_db


def bearer(user: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {create_token(by=user, label='essai')[1]}"}


def test_modules_show_hours_targets_and_steps(client: Client) -> None:
    world = small()
    token = bearer(world.trainee)
    row = client.get("/api/v1/modules/", headers=token).json()["results"][0]
    assert (row["code"], row["block"], row["theory_minutes"], row["practical_minutes"]) == ("M01", "ON1", 60, 120)
    assert [(step["title"], step["kind"], step["minutes"], step["hours_kind"]) for step in row["steps"]] == [
        ("Lire", "lesson", 30, "theory"), ("Faire", "practical", 120, "practical"),
    ]  # fmt: skip
    assert [(target["code"], target["level"]) for target in row["targets"]] == [("ON1.1", 3), ("ON1.2", 3)]
    assert client.get(f"/api/v1/modules/{world.module.uuid}/", headers=token).json() == row


def test_catalogue_of_a_trainee_is_their_programme(client: Client) -> None:
    mine, other = small(), small()
    token = bearer(mine.trainee)
    assert [row["uuid"] for row in client.get("/api/v1/programmes/", headers=token).json()["results"]] == [str(mine.programme.uuid)]
    assert [row["uuid"] for row in client.get("/api/v1/modules/", headers=token).json()["results"]] == [str(mine.module.uuid)]
    assert client.get(f"/api/v1/modules/{other.module.uuid}/", headers=token).status_code == 404
    staff = bearer(person(Role.COUNSELLOR))
    assert client.get("/api/v1/programmes/", headers=staff).json()["count"] == 2
    assert client.get(f"/api/v1/modules/?programme={other.programme.uuid}", headers=staff).json()["count"] == 1


def test_modules_unpublished_are_absent(client: Client) -> None:
    world = small()
    world.module.unpublish()
    assert client.get("/api/v1/modules/", headers=bearer(world.trainer)).json()["count"] == 0


def test_progress_lists_every_run_one_may_read(client: Client) -> None:
    world = small()
    read_lesson(world, world.trainee)
    hand_in(world.practical, world.trainee)
    retake(by=world.trainee, module=world.module)
    rows = client.get("/api/v1/progress/", headers=bearer(world.trainer)).json()["results"]
    assert [(row["number"], row["steps_done"], bool(row["closed_at"])) for row in rows] == [(1, 2, True), (2, 0, False)]
    assert {row["trainee"] for row in rows} == {str(world.trainee.uuid)}
    assert client.get("/api/v1/progress/", headers=bearer(person(Role.TRAINEE))).json()["count"] == 0
    assert client.get(f"/api/v1/progress/?module={world.programme.uuid}", headers=bearer(world.trainer)).json()["count"] == 0


@pytest.mark.parametrize("number", [2, 12])
def test_lists_cost_the_same_for_2_and_12(client: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world = small()
    classmates(world, number)
    type(world.programme).objects.update(theory_minutes=6_000, practical_minutes=6_000)
    world.programme.refresh_from_db()
    for place in range(2, number + 2):
        module_of(world.programme, code=f"M{place:02d}")
    token = bearer(world.trainer)
    client.get("/api/v1/progress/", headers=token)
    with django_assert_num_queries(4):  # token, role, count, rows
        assert client.get("/api/v1/progress/", headers=token).json()["count"] == number
    with django_assert_num_queries(8):  # token, role, programmes, count, rows, targets, competencies, steps
        assert client.get("/api/v1/modules/", headers=token).json()["count"] == number + 1


def test_schema_describes_every_door_without_a_warning(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn")
    schema = capsys.readouterr().out
    for path in ("programmes", "modules", "competencies", "progress", "standings", "evidence", "rules", "groups", "evidence/decision"):
        assert f"/api/v1/{path}/:" in schema
    assert client.get("/api/schema/").status_code == 401
    client.force_login(person(Role.TRAINEE))
    assert client.get("/api/schema/").status_code == 200
