"""Groups: found by level, proposed, kept once, shown and exported alike, nothing of others."""

import io
import json
import zipfile
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.people.models import User, WorkingGroup, WorkingGroupMember
from lms.people.rules import Role
from lms.people.services import delete_group, leave_cohort, save_group
from lms.refusal import Refused
from tests.cast import Small, cohort, person, small
from tests.home.test_dashboard import read_csv, signed
from tests.story import classmates

pytestmark = pytest.mark.django_db


def page_of(world: Small) -> str:
    return f"/promotions/{world.cohort.uuid}/groupes/"


def keep(world: Small, *people: User, by: User | None = None, key: UUID | None = None) -> WorkingGroup:
    teams = {one.uuid: number for number, one in enumerate(people, 1)}
    return save_group(by=by or world.trainer, cohort=world.cohort, name="Atelier", purpose="Contours", teams=teams, key=key or uuid4())


def names(answer: object) -> list[list[str]]:
    return [[one.name.split()[-1] for one in team.people] for team in answer.context["teams"]]  # type: ignore[attr-defined]


def test_those_between_two_levels_in_a_competency(client: Client) -> None:
    world = small()
    classmates(world, 4)  # 2, 3, 2, 3
    signed(client, world.trainer)
    asked = {"competence": str(world.competencies[0].uuid), "de": "1", "a": "2"}
    answer = client.get(page_of(world), asked)
    assert names(answer) == [["Élève0", "Élève2"]]
    assert "2 stagiaires sur 5, entre les niveaux 1 et 2" in " ".join(answer.content.decode().split())
    assert names(client.get(page_of(world), asked | {"de": "2", "a": "1"})) == [["Élève0", "Élève2"]]
    assert names(client.get(page_of(world), asked | {"de": "0", "a": "0"})) == [["Inès"]]
    assert names(client.get(page_of(world), asked | {"de": "4", "a": "4"})) == []
    assert len(names(client.get(page_of(world), {"competence": "x", "de": "9", "nombre": "-1", "maniere": "?"}))[0]) == 5


def test_every_competency_asked_must_be_in_the_range(client: Client) -> None:
    world = small()
    mates = classmates(world, 2)
    first, second = world.competencies
    mates[0].standings.filter(competency=second).update(level=4)
    answer = signed(client, world.trainer).get(page_of(world), {"competence": [str(first.uuid), str(second.uuid)], "de": "2", "a": "3"})
    assert names(answer) == [["Élève1"]]


def test_proposal_mixes_levels_or_brings_like_ones_together(client: Client) -> None:
    world = small()
    classmates(world, 5)  # 0 for Inès, then 2 3 2 3 2
    signed(client, world.trainer)
    asked = {"competence": str(world.competencies[0].uuid), "par": "nombre", "nombre": "2"}
    mixed = client.get(page_of(world), asked | {"maniere": "melange"})
    assert [len(team.people) for team in mixed.context["teams"]] == [3, 3]
    assert [team.total for team in mixed.context["teams"]] == [5, 7] or [team.total for team in mixed.context["teams"]] == [7, 5]
    like = client.get(page_of(world), asked | {"maniere": "niveau"})
    assert [team.total for team in like.context["teams"]] == [8, 4]
    by_size = client.get(page_of(world), {"maniere": "melange", "par": "taille", "nombre": "2"})
    assert [len(team.people) for team in by_size.context["teams"]] == [2, 2, 2]


def test_group_is_kept_as_the_trainer_typed_it_and_exported_as_shown(client: Client) -> None:
    world = small()
    first, second, third = classmates(world, 3)
    signed(client, world.trainer)
    sent = {
        "key": str(uuid4()), "name": " Atelier ", "purpose": "Contours fins",
        "trainee": [str(one.uuid) for one in (first, second, third, world.trainee)], "team": ["7", "3", "7", ""],
    }  # fmt: skip
    answer = client.post(page_of(world), sent)
    group = WorkingGroup.objects.get()
    assert answer.headers["Location"] == f"/groupes/{group.uuid}/"
    assert (group.name, group.purpose, group.made_by) == ("Atelier", "Contours fins", world.trainer)
    kept = {member.trainee: member.team for member in group.members.all()}
    assert kept == {second: 1, first: 2, third: 2}  # numbers without gaps, who has none is in none
    client.post(page_of(world), sent)
    assert WorkingGroup.objects.count() == 1  # sent twice, saved once
    page = client.get(f"/groupes/{group.uuid}/")
    shown = [[str(row.team), row.last_name, row.first_name, str(row.uuid)] for row in page.context["members"]]
    lines = read_csv(client.get(f"/groupes/{group.uuid}/groupe.csv").content)
    assert [line[:4] for line in lines[1:]] == shown
    assert lines[1][4:7] == ["Atelier", "Contours fins", world.cohort.name]
    book = client.get(f"/groupes/{group.uuid}/groupe.xlsx").content
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert all(row[3] in sheet for row in shown)
    assert client.get(f"/groupes/{group.uuid}/groupe.pdf").status_code == 404
    assert "Atelier" in client.get(page_of(world)).content.decode()


def test_form_comes_back_with_what_was_typed(client: Client) -> None:
    world = small()
    first, second = classmates(world, 2)
    sent = {"key": str(uuid4()), "name": "", "purpose": "Contours", "trainee": [str(first.uuid), str(second.uuid)], "team": ["2", "x"]}
    answer = signed(client, world.trainer).post(page_of(world), sent)
    assert not WorkingGroup.objects.exists()
    numbers = {team.number: [one.uuid for one in team.people] for team in answer.context["teams"]}
    assert numbers[2] == [first.uuid]
    assert set(numbers[0]) == {second.uuid, world.trainee.uuid}
    empty = client.post(page_of(world), sent | {"name": "Atelier", "team": ["", ""]})
    assert "Personne n&#x27;est dans ce groupe" in empty.content.decode()


def test_group_is_deleted_and_nothing_else(client: Client) -> None:
    world = small()
    mate = classmates(world, 1)[0]
    group = keep(world, mate)
    before = mate.evidence.count()
    assert signed(client, world.trainer).post(f"/groupes/{group.uuid}/supprimer/").status_code == 302
    assert not WorkingGroup.objects.exists()
    assert not WorkingGroupMember.objects.exists()
    assert mate.evidence.count() == before > 0


def test_save_group_refusals() -> None:
    world, other = small(), small()
    mate = classmates(world, 1)[0]
    asked = {"by": world.trainer, "cohort": world.cohort, "name": "Atelier", "purpose": "Contours", "teams": {mate.uuid: 1}, "key": uuid4()}
    cases = {
        "name_missing": {"purpose": "  "}, "nobody": {"teams": {}}, "not_here": {"teams": {mate.uuid: 1, other.trainee.uuid: 1}},
    }  # fmt: skip
    for code, change in cases.items():
        with pytest.raises(Refused) as refused:
            save_group(**asked | change)
        assert refused.value.code == code
    assert not WorkingGroup.objects.exists()
    save_group(**asked)
    with pytest.raises(Refused) as refused:
        save_group(**asked | {"by": world.coordinator})
    assert refused.value.code == "key_taken"


def test_who_left_cannot_be_put_in_a_group_and_no_longer_shows_to_the_trainer(client: Client) -> None:
    world = small()
    first, second = classmates(world, 2)
    group = keep(world, first, second)
    leave_cohort(by=world.coordinator, person=first, cohort=world.cohort)
    shown = signed(client, world.trainer).get(f"/groupes/{group.uuid}/").content.decode()
    assert first.last_name not in shown
    assert second.last_name in shown
    with pytest.raises(Refused):
        keep(world, first)


def test_group_of_others_is_not_there(client: Client) -> None:
    world, other = small(), small()
    group = keep(world, classmates(world, 1)[0])
    signed(client, other.trainer)
    assert client.get(f"/groupes/{group.uuid}/").status_code == 404
    assert client.get(f"/groupes/{group.uuid}/groupe.csv").status_code == 404
    assert client.post(f"/groupes/{group.uuid}/supprimer/").status_code == 404
    delete_group(by=other.trainer, group=group)
    assert WorkingGroup.objects.count() == 1
    for role in (Role.CERTIFIER, Role.COUNSELLOR, Role.TRAINEE):
        assert not WorkingGroup.objects.visible_to(person(role, cohort=world.cohort)).exists()


def test_groups_for_programs(client: Client) -> None:
    world = small()
    mate = classmates(world, 1)[0]
    group = keep(world, mate)
    signed(client, world.trainer)
    found = json.loads(client.get("/api/v1/groups/").content)["results"]
    assert found[0]["members"] == [{"trainee": str(mate.uuid), "team": 1}]
    assert (found[0]["name"], found[0]["purpose"], found[0]["cohort"]) == ("Atelier", "Contours", str(world.cohort.uuid))
    assert json.loads(client.get("/api/v1/groups/", {"cohort": str(cohort().uuid)}).content)["count"] == 0
    assert client.get(f"/api/v1/groups/{group.uuid}/").status_code == 200
    signed(client, small().trainer)
    assert json.loads(client.get("/api/v1/groups/").content)["count"] == 0


def test_group_pages_cost_the_same_for_2_and_12(client: Client) -> None:
    costs = []
    for number in (2, 12):
        world = small()
        mates = classmates(world, number)
        groups = [keep(world, *mates) for _n in range(number)]
        signed(client, world.trainer)
        paths = (page_of(world) + "?maniere=melange", f"/groupes/{groups[0].uuid}/", "/api/v1/groups/")
        for path in paths:
            client.get(path)
        with CaptureQueriesContext(connection) as queries:
            for path in paths:
                assert client.get(path).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_member_is_in_one_team_numbered_from_one() -> None:
    world = small()
    mate = classmates(world, 1)[0]
    group = keep(world, mate)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkingGroupMember.objects.create(group=group, trainee=mate, team=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        group.members.update(team=0)
