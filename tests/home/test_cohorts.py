"""Cohorts as the coordination runs them: make, fill, move, close, print cards."""

import re
from datetime import date
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curriculum.models import Enrolment
from lms.home.services import cohorts as services
from lms.people.models import Cohort, Membership, TrainingSite, User
from lms.people.rules import Role
from lms.people.services import close_cohort, create_cohort, create_person, join_cohort, pause_person
from lms.records import vocabulary as v
from lms.records.models import Statement
from lms.refusal import Refused
from tests.cast import PASSWORD, Small, cohort, framework, person, programme_of, small
from tests.story import verbs_told

pytestmark = pytest.mark.django_db
CODE = re.compile(r'<code class="secret">([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</code>')
SEEN = re.compile(r'name="seen" value="([0-9a-f]{64})"')


@pytest.fixture
def story() -> Small:
    return small()


@pytest.fixture
def client(story: Small) -> Client:
    client = Client()
    client.force_login(story.coordinator)
    return client


def door(name: str, *args: Any) -> str:
    return reverse(f"home:{name}", args=args)


def verbs_since(count: int) -> list[str]:
    return verbs_told()[count:]


def text_of(response: Any) -> str:
    return response.content.decode()


def test_cohort_list_is_the_coordinations(story: Small, client: Client) -> None:
    page = text_of(client.get(door("cohort-list")))
    assert story.cohort.name in page
    for role in Role:
        if role is not Role.COORDINATOR:
            other = Client()
            other.force_login(person(role, cohort=story.cohort))
            for path in (door("cohort-list"), door("cohort-manage", story.cohort.uuid), door("people-import", story.cohort.uuid)):
                assert other.get(path).status_code == 403, role


def test_cohort_list_says_what_to_do_when_empty() -> None:
    client = Client()
    client.force_login(person(Role.COORDINATOR))
    assert "Créez-en une" in text_of(client.get(door("cohort-list")))
    assert "Il faut d’abord un site" in text_of(client.get(door("cohort-create")))


@pytest.mark.parametrize("name", ["cohort-list", "cohort-manage", "cohort-cards"])
def test_pages_cost_the_same_for_2_and_12(story: Small, client: Client, name: str) -> None:
    path = door(name) if name == "cohort-list" else door(name, story.cohort.uuid)
    costs = []
    for wanted in (2, 12):
        while story.cohort.memberships.count() < wanted:
            member = person(Role.TRAINEE, cohort=story.cohort)
            User.objects.filter(pk=member.pk).update(must_choose_password=True)
            cohort()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12


def test_create_site_then_cohort(client: Client) -> None:
    assert client.post(door("site-create"), {"code": "lyo", "name": "Lyon", "seats": "6"}).status_code == 302
    assert "déjà ce code" in text_of(client.post(door("site-create"), {"code": "LYO", "name": "Lyon", "seats": "6"}))
    sent = {"name": "Lyon 1", "site": TrainingSite.objects.get(code="LYO").pk, "starts_on": "2026-01-05", "ends_on": "2026-10-30"}
    made = client.post(door("cohort-create"), sent)
    group = Cohort.objects.get(name="Lyon 1")
    assert made.headers["Location"] == door("cohort-manage", group.uuid)
    assert (group.starts_on, group.ends_on) == (date(2026, 1, 5), date(2026, 10, 30))
    assert "Personne encore" in text_of(client.get(made.headers["Location"]))
    assert "déjà ce nom" in text_of(client.post(door("cohort-create"), sent))
    assert "avant la date de début" in text_of(client.post(door("cohort-create"), {**sent, "name": "X", "ends_on": "2025-01-01"}))


def test_enrol_one_trainee_makes_the_account_the_membership_and_the_enrolment(story: Small, client: Client) -> None:
    before = Statement.objects.count()
    page = client.post(door("cohort-enrol", story.cohort.uuid), {"first_name": "Zoé", "last_name": "Martin", "role": "trainee"})
    code = CODE.search(text_of(page))
    assert code
    zoe = User.objects.get(username="zoe.martin")
    assert zoe.check_password(code[1])
    assert Enrolment.objects.get(trainee=zoe).programme_id == story.programme.pk
    assert verbs_since(before) == [v.JOINED.iri, v.REGISTERED.iri]
    assert page.headers["Cache-Control"] == "no-store, private"


def test_enrol_refused_makes_nothing(story: Small, client: Client) -> None:
    close_cohort(by=story.coordinator, cohort=story.cohort)
    count = User.objects.count()
    page = client.post(door("cohort-enrol", story.cohort.uuid), {"first_name": "Zoé", "last_name": "Martin", "role": "trainee"})
    assert "close" in text_of(page)
    page = client.post(
        door("cohort-enrol", story.cohort.uuid),
        {"first_name": "Zoé", "last_name": "M", "role": "trainer", "username": story.trainee.username[:0] + "x"},
    )
    assert "3 à 40 lettres" in text_of(page)
    assert User.objects.count() == count


def test_enrol_asks_for_the_programme_when_there_are_several(story: Small, client: Client) -> None:
    other = programme_of(framework())
    other.save_revision().publish()
    fresh = cohort()
    page = client.post(door("cohort-enrol", fresh.uuid), {"first_name": "Zoé", "last_name": "Martin", "role": "trainee"})
    assert "Choisissez le parcours" in text_of(page)
    assert not User.objects.filter(username="zoe.martin").exists()
    client.post(door("cohort-enrol", fresh.uuid), {"first_name": "Zoé", "last_name": "Martin", "role": "trainee", "programme": other.pk})
    assert Enrolment.objects.get(trainee__username="zoe.martin").programme_id == other.pk
    # the programme already followed in a cohort is proposed first
    assert f'value="{other.pk}" selected' in text_of(client.get(door("cohort-enrol", fresh.uuid)))


def test_join_finds_an_account_and_adds_it(story: Small, client: Client) -> None:
    zoe, marc = person(Role.TRAINEE, "Zoé"), person(Role.TRAINER, "Zorro")
    path = door("cohort-join", story.cohort.uuid)
    page = text_of(client.get(path, {"search": "zo"}))
    assert str(zoe.uuid) in page
    assert str(marc.uuid) in page
    assert "Personne ne correspond" in text_of(client.get(path, {"search": "introuvable"}))
    for member in (zoe, marc):
        assert client.post(path, {"person": str(member.uuid)}).status_code == 302
    assert Membership.objects.filter(cohort=story.cohort, user__in=[zoe, marc], left_at=None).count() == 2
    assert list(Enrolment.objects.filter(cohort=story.cohort).values_list("trainee", flat=True)) == [story.trainee.pk, zoe.pk]
    assert client.post(path, {"person": str(uuid4())}).status_code == 404
    assert client.post(path, {"person": "n'importe quoi"}).status_code == 404
    close_cohort(by=story.coordinator, cohort=story.cohort)
    assert "close" in text_of(client.post(path, {"person": str(person(Role.TRAINEE).uuid)}))


def test_join_at_another_site(story: Small, client: Client) -> None:
    paris = TrainingSite.objects.create(code="PAR", name="Paris", seats=4)
    zoe = person(Role.TRAINEE, "Zoé")
    client.post(door("cohort-join", story.cohort.uuid), {"person": str(zoe.uuid), "site": paris.pk})
    assert Membership.objects.get(user=zoe).site == paris
    assert "Paris" in text_of(client.get(door("cohort-manage", story.cohort.uuid)))


def test_member_move_keeps_the_programme_and_everything_done(story: Small, client: Client) -> None:
    target = cohort("Autre promotion")
    before = Statement.objects.count()
    page = text_of(client.get(door("cohort-member", story.cohort.uuid, story.trainee.uuid)))
    assert "Autre promotion" in page
    moved = client.post(door("member-move", story.cohort.uuid, story.trainee.uuid), {"target": str(target.uuid)})
    assert moved.headers["Location"] == door("cohort-manage", story.cohort.uuid)
    assert [place.cohort for place in Membership.objects.filter(user=story.trainee, left_at=None)] == [target]
    assert [(e.cohort, e.programme_id, e.withdrawn_at is None) for e in Enrolment.objects.filter(trainee=story.trainee).order_by("pk")] == [
        (story.cohort, story.programme.pk, False),
        (target, story.programme.pk, True),
    ]
    assert verbs_since(before) == [v.WITHDREW.iri, v.LEFT.iri, v.JOINED.iri, v.REGISTERED.iri]
    assert client.get(door("cohort-member", story.cohort.uuid, story.trainee.uuid)).status_code == 404


def test_member_move_of_a_trainer_and_of_a_wrong_target(story: Small, client: Client) -> None:
    target = cohort()
    client.post(door("member-move", story.cohort.uuid, story.trainer.uuid), {"target": str(target.uuid)})
    assert [place.cohort for place in story.trainer.memberships.filter(left_at=None)] == [target]
    page = client.post(door("member-move", story.cohort.uuid, story.trainee.uuid), {"target": str(story.cohort.uuid)})
    assert page.status_code == 200
    assert "has-error" in text_of(page)
    assert story.trainee.memberships.get().left_at is None


@pytest.mark.parametrize("case", ["same", "stranger", "closed"])
def test_move_person_refuses(story: Small, case: str) -> None:
    target = cohort()
    if case == "closed":
        close_cohort(by=story.coordinator, cohort=target)
        target.refresh_from_db()
    source = target if case == "stranger" else story.cohort
    goal = story.cohort if case in ("same", "stranger") else target
    count = Statement.objects.count()
    with pytest.raises(Refused) as error:
        services.move_person(by=story.coordinator, person=story.trainee, source=source, target=goal)
    assert error.value.code == {"same": "same_cohort", "stranger": "not_a_member", "closed": "cohort_closed"}[case]
    assert Statement.objects.count() == count
    assert Enrolment.objects.get(trainee=story.trainee).withdrawn_at is None
    assert story.trainee.memberships.get().left_at is None


def test_member_remove_withdraws_and_keeps(story: Small, client: Client) -> None:
    before = Statement.objects.count()
    client.post(door("member-remove", story.cohort.uuid, story.trainee.uuid))
    enrolment = Enrolment.objects.get(trainee=story.trainee)
    assert enrolment.withdrawn_by == story.coordinator
    assert story.trainee.memberships.get().left_at
    assert verbs_since(before) == [v.WITHDREW.iri, v.LEFT.iri]
    services.remove_person(by=story.coordinator, person=story.trainee, cohort=story.cohort)
    assert verbs_since(before) == [v.WITHDREW.iri, v.LEFT.iri]
    assert User.objects.get(pk=story.trainee.pk).is_active


def test_cohort_close_shuts_the_doors_in(story: Small, client: Client) -> None:
    assert client.get(door("cohort-close", story.cohort.uuid)).status_code == 405
    client.post(door("cohort-close", story.cohort.uuid))
    page = text_of(client.get(door("cohort-manage", story.cohort.uuid)))
    assert "close le" in page
    assert "Coller une liste" not in page
    assert "Aucune autre promotion" in text_of(client.get(door("cohort-member", story.cohort.uuid, story.trainee.uuid)))


def test_cohort_cards_for_those_who_never_came_in(story: Small, client: Client) -> None:
    path = door("cohort-cards", story.cohort.uuid)
    assert "Tout le monde a choisi" in text_of(client.get(path))
    waiting = [create_person(by=None, username=f"zoe{n}.m", first_name="Zoé", last_name=f"M{n}", role=Role.TRAINEE)[0] for n in range(3)]
    for member in waiting:
        join_cohort(by=story.coordinator, person=member, cohort=story.cohort)
    assert text_of(client.get(path)).count('type="checkbox"') == 3
    assert "Cochez" in text_of(client.post(path, {}))
    sent = {"person": [str(waiting[0].uuid), str(waiting[1].uuid), str(story.trainee.uuid), "x"]}
    codes = CODE.findall(text_of(client.post(path, sent)))
    assert len(codes) == 2
    for member, code in zip(waiting, codes, strict=False):
        member.refresh_from_db()
        assert member.check_password(code)
    story.trainee.refresh_from_db()
    assert story.trainee.check_password(PASSWORD)


def test_unknown_cohort_is_not_there(client: Client) -> None:
    for name in ("cohort-manage", "cohort-join", "cohort-enrol", "people-import", "cohort-cards"):
        assert client.get(door(name, uuid4())).status_code == 404


# --- A pasted list ---------------------------------------------------------------------------------------------
LIST = """prénom;nom;rôle;identifiant;e-mail
Zoé;Martin;stagiaire
Zoe;MARTIN;stagiaire
Ali;Benali;stagiaire;ali.b;ali@exemple.fr
Rose;Petit;formatrice
Jean;Valjean;roi
"""


def paste(client: Client, story: Small, text: str, **details: str) -> Any:
    return client.post(door("people-import", story.cohort.uuid), {"text": text, **details})


def test_import_dry_run_writes_nothing_and_says_everything(story: Small, client: Client) -> None:
    counts = (User.objects.count(), Membership.objects.count(), Statement.objects.count())
    page = text_of(paste(client, story, LIST))
    assert "Créer les 4 bonnes lignes" in page
    assert "Rôle inconnu" in page
    assert "1 ligne est à corriger" in page
    assert "zoe.martin2" in page
    assert not CODE.search(page)
    assert counts == (User.objects.count(), Membership.objects.count(), Statement.objects.count())


def test_import_does_exactly_the_good_lines_then_nothing_more(story: Small, client: Client) -> None:
    before = Statement.objects.count()
    seen = SEEN.search(text_of(paste(client, story, LIST)))
    assert seen
    page = text_of(paste(client, story, LIST, seen=seen[1]))
    codes = CODE.findall(page)
    made = list(User.objects.filter(created_by=story.coordinator).order_by("pk"))
    assert [one.username for one in made] == ["zoe.martin", "zoe.martin2", "ali.b", "rose.petit"]
    assert len(codes) == 4
    for one, code in zip(made, codes, strict=True):
        assert one.check_password(code)
        assert one.must_choose_password
    assert Enrolment.objects.filter(trainee__in=made).count() == 3
    assert sorted(verbs_since(before)) == sorted([v.JOINED.iri, v.REGISTERED.iri] * 3)
    everything = " ".join(str(row) for table in (User, Statement) for row in table.objects.values())
    assert not [code for code in codes if code in everything]
    again = text_of(paste(client, story, LIST))
    assert "Déjà dans la promotion" in again
    assert not SEEN.search(again)
    assert User.objects.filter(created_by=story.coordinator).count() == 4


def test_import_double_click_makes_nobody_twice(story: Small, client: Client) -> None:
    seen = SEEN.search(text_of(paste(client, story, LIST)))
    assert seen
    paste(client, story, LIST, seen=seen[1])
    page = text_of(paste(client, story, LIST, seen=seen[1]))
    assert "Les comptes ont changé" in page
    assert not CODE.search(page)
    assert User.objects.filter(created_by=story.coordinator).count() == 4


def test_import_refuses_a_plan_that_was_not_the_one_shown(story: Small, client: Client) -> None:
    seen = SEEN.search(text_of(paste(client, story, LIST)))
    assert seen
    create_person(by=None, username="ali.b", first_name="Autre", last_name="Personne", role=Role.TRAINEE)
    page = text_of(paste(client, story, LIST, seen=seen[1]))
    assert "Les comptes ont changé" in page
    assert "Cet identifiant est celui de Autre Personne" in page
    assert not User.objects.filter(created_by=story.coordinator).exists()
    fresh = SEEN.search(page)
    assert fresh
    assert len(CODE.findall(text_of(paste(client, story, LIST, seen=fresh[1])))) == 3


def test_import_is_all_or_nothing(story: Small) -> None:
    text = "Zoé;Martin;stagiaire\nAli;Benali;stagiaire"
    plan = services.plan_of(services.read_people(text), by=story.coordinator, cohort=story.cohort)
    counts = (User.objects.count(), Membership.objects.count(), Statement.objects.count())
    with mock.patch.object(services.records, "record", side_effect=DatabaseError), pytest.raises(DatabaseError):
        services.add_list(by=story.coordinator, cohort=story.cohort, programme=story.programme, text=text, seen=services.fingerprint(plan))
    assert counts == (User.objects.count(), Membership.objects.count(), Statement.objects.count())


def test_import_joins_someone_who_has_an_account_without_a_new_card(story: Small, client: Client) -> None:
    trainer = person(Role.TRAINER, "Rose")
    text = f"Rose;{trainer.last_name};formatrice;{trainer.username}"
    seen = SEEN.search(text_of(paste(client, story, text)))
    assert seen
    assert paste(client, story, text, seen=seen[1]).headers["Location"] == door("cohort-manage", story.cohort.uuid)
    assert trainer.memberships.filter(cohort=story.cohort, left_at=None).exists()
    trainer.refresh_from_db()
    assert trainer.check_password(PASSWORD)


@pytest.mark.parametrize("text", ["Ada;Roy;administrateur", "Ada;Roy;coordinatrice"])
def test_import_makes_no_administrator_nor_coordinator(story: Small, client: Client, text: str) -> None:
    page = text_of(paste(client, story, text))
    assert "Vous ne pouvez pas créer un compte" in page
    assert not SEEN.search(page)
    forged = services.fingerprint(services.plan_of(services.read_people(text), by=story.coordinator, cohort=story.cohort))
    paste(client, story, text, seen=forged)
    assert not User.objects.filter(created_by=story.coordinator).exists()


@pytest.mark.parametrize(
    ("text", "seen"), [("", "requis"), (" ; ; ", "au moins une ligne"), ("x" * 500, "trop longue"), ("a;b;stagiaire\n" * 101, "101 lignes")]
)
def test_import_of_what_cannot_be_read(story: Small, client: Client, text: str, seen: str) -> None:
    assert seen in text_of(paste(client, story, text))
    assert seen in text_of(paste(client, story, text, seen="0" * 64))


def test_import_into_a_closed_cohort_makes_nobody(story: Small, client: Client) -> None:
    seen = SEEN.search(text_of(paste(client, story, "Zoé;Martin;stagiaire")))
    assert seen
    close_cohort(by=story.coordinator, cohort=story.cohort)
    assert "close" in text_of(paste(client, story, "Zoé;Martin;stagiaire", seen=seen[1]))
    assert not User.objects.filter(username="zoe.martin").exists()


def test_import_shows_names_as_text(story: Small, client: Client) -> None:
    page = text_of(paste(client, story, "<script>alert(1)</script>;Martin;stagiaire"))
    assert "<script>alert" not in page
    assert "n&#x27;est pas lisible" in page


def test_import_leaves_paused_accounts_paused(story: Small, client: Client) -> None:
    trainee = person(Role.TRAINEE, "Zoé")
    pause_person(by=story.coordinator, person=trainee)
    assert "est en pause" in text_of(paste(client, story, f"Zoé;{trainee.last_name};stagiaire;{trainee.username}"))


def test_import_into_a_new_cohort_of_the_only_programme(story: Small, client: Client) -> None:
    fresh = create_cohort(
        by=story.coordinator, name="Neuve", site=TrainingSite.objects.get(), starts_on=date(2026, 1, 5), ends_on=date(2026, 2, 5)
    )
    page = text_of(client.post(door("people-import", fresh.uuid), {"text": "Zoé;Martin;stagiaire"}))
    assert "Parcours suivi" not in page
    seen = SEEN.search(page)
    assert seen
    client.post(door("people-import", fresh.uuid), {"text": "Zoé;Martin;stagiaire", "seen": seen[1]})
    assert Enrolment.objects.get(trainee__username="zoe.martin").programme_id == story.programme.pk
