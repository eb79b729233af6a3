"""Rows for lists, and what a pasted list would do."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.people import selectors, services
from lms.people.formats import read_people
from lms.people.models import TrainingSite, User
from lms.people.rules import Fate, Role
from tests.cast import cohort, person

pytestmark = pytest.mark.django_db


def names(people: list[selectors.PersonRow]) -> set[str]:
    return {row.username for row in people}


def listed(by: User, **filters: object) -> set[str]:
    return names(selectors.person_rows(selectors.people_listed(by=by, **filters)))


def test_people_listed_narrows_by_role_cohort_state_and_words() -> None:
    group, coordinator = cohort(), person(Role.COORDINATOR)
    ines, marc = person(Role.TRAINEE, "Inès", cohort=group), person(Role.TRAINER, "Marc", cohort=group)
    elise, _code = services.create_person(by=None, username="elise.roy", first_name="Élise", last_name="Roy", role=Role.TRAINEE)
    services.pause_person(by=coordinator, person=marc)
    everyone = listed(coordinator)
    assert {ines.username, marc.username, elise.username, coordinator.username} <= everyone
    assert listed(coordinator, role="trainee") == {ines.username, elise.username}
    assert listed(coordinator, cohort=group) == {ines.username, marc.username}
    assert listed(coordinator, state="paused") == {marc.username}
    assert listed(coordinator, state="invited") == {elise.username}
    assert marc.username not in listed(coordinator, state="active")
    assert listed(coordinator, search="élise roy") == {elise.username}
    assert listed(coordinator, search="elise zoe") == set()


def test_people_listed_shows_a_trainer_only_the_trainees_of_their_cohorts() -> None:
    group = cohort()
    trainer, mine, other = person(Role.TRAINER, cohort=group), person(Role.TRAINEE, cohort=group), person(Role.TRAINEE, cohort=cohort())
    seen = listed(trainer)
    assert mine.username in seen
    assert other.username not in seen


def test_person_rows_say_role_state_and_cohorts() -> None:
    group, coordinator = cohort("Promo A"), person(Role.COORDINATOR)
    trainee = person(Role.TRAINEE, "Inès", cohort=group)
    row = next(row for row in selectors.person_rows(selectors.people_listed(by=coordinator)) if row.uuid == trainee.uuid)
    assert (str(row.role_name), str(row.state_name), row.cohorts) == ("stagiaire", "actif", ("Promo A",))
    User.objects.create_user("sans-role")
    nobody = next(row for row in selectors.person_rows(selectors.people_listed(by=coordinator)) if row.username == "sans-role")
    assert nobody.role_name == "–"


@pytest.mark.parametrize("selector", ["list", "members", "plan", "cards", "join", "cohorts"])
def test_selectors_cost_the_same_for_2_and_12_people(selector: str) -> None:
    group, coordinator = cohort(), User.objects.get(pk=person(Role.COORDINATOR).pk)
    assert coordinator.role
    lines = read_people("\n".join(f"Zoé;Nom{'x' * n};stagiaire" for n in range(20)))
    questions = {
        "list": lambda: selectors.person_rows(selectors.people_listed(by=coordinator)),
        "members": lambda: selectors.members_of(group),
        "plan": lambda: selectors.plan_of(lines, by=coordinator, cohort=group),
        "cards": lambda: selectors.people_to_card(by=coordinator, cohort=group),
        "join": lambda: selectors.people_who_may_join(by=coordinator, cohort=group, search="e"),
        "cohorts": lambda: [(c.site.name, c.trainee_count) for c in selectors.cohorts_listed(by=coordinator)],
    }
    costs = []
    for wanted in (2, 12):
        while group.memberships.count() < wanted:
            member = person(Role.TRAINEE, cohort=group)
            User.objects.filter(pk=member.pk).update(must_choose_password=True)
            person(Role.TRAINEE, cohort=cohort())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            questions[selector]()
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 5


def test_members_of_groups_by_role_then_name() -> None:
    group = cohort()
    zoe, ali = person(Role.TRAINEE, "Zoé", cohort=group), person(Role.TRAINEE, "Ali", cohort=group)
    trainer = person(Role.TRAINER, cohort=group)
    gone = person(Role.TRAINEE, cohort=group)
    services.leave_cohort(by=trainer, person=gone, cohort=group)
    User.objects.filter(pk=zoe.pk).update(last_name="Évrard")
    User.objects.filter(pk=ali.pk).update(last_name="Faure")
    groups = selectors.members_of(group)
    assert [(role, [row.uuid for row in rows]) for role, _name, rows in groups] == [
        (Role.TRAINEE, [zoe.uuid, ali.uuid]), (Role.TRAINER, [trainer.uuid]),
    ]  # fmt: skip
    assert groups[0][2][0].site == group.site.name
    assert str(groups[0][2][0].state_name) == "actif"


def test_sites_of_counts_trainees_where_they_train() -> None:
    group, coordinator = cohort(), person(Role.COORDINATOR)
    paris = TrainingSite.objects.create(code="PAR", name="Paris", seats=4)
    for site in (None, None, paris):
        services.join_cohort(by=coordinator, person=person(Role.TRAINEE), cohort=group, site=site)
    person(Role.TRAINER, cohort=group)
    assert selectors.sites_of(selectors.members_of(group)) == [selectors.SiteRow("Antony", 8, 2), selectors.SiteRow("Paris", 4, 1)]


def test_people_to_card_are_those_still_on_their_first_password_and_below() -> None:
    group, coordinator = cohort(), person(Role.COORDINATOR)
    waiting, _code = services.create_person(by=None, username="zoe.m", first_name="Zoé", last_name="M", role=Role.TRAINEE)
    boss, _code = services.create_person(by=None, username="boss", first_name="Bo", last_name="S", role=Role.ADMINISTRATOR)
    for member in (waiting, boss, person(Role.TRAINEE)):
        services.join_cohort(by=coordinator, person=member, cohort=group)
    assert selectors.people_to_card(by=coordinator, cohort=group) == [waiting]


def test_people_who_may_join_are_active_have_a_role_and_are_not_there() -> None:
    group, coordinator = cohort(), person(Role.COORDINATOR)
    person(Role.TRAINEE, "Membre", cohort=group)
    paused, free = person(Role.TRAINEE, "Membrana"), person(Role.TRAINER, "Membrino")
    services.pause_person(by=coordinator, person=paused)
    User.objects.create_user("membre-sans-role", first_name="Membre")
    assert names(selectors.people_who_may_join(by=coordinator, cohort=group, search="membr")) == {free.username}
    assert selectors.people_who_may_join(by=coordinator, cohort=group, search=" ") == []


def test_cohorts_listed_counts_the_trainees_of_today_and_puts_closed_last() -> None:
    old, new, coordinator = cohort(), cohort(), person(Role.COORDINATOR)
    for _n in range(2):
        person(Role.TRAINEE, cohort=new)
    trainer = person(Role.TRAINER, cohort=new)
    services.leave_cohort(by=coordinator, person=person(Role.TRAINEE, cohort=new), cohort=new)
    services.close_cohort(by=coordinator, cohort=old)
    assert [(c.pk, c.trainee_count) for c in selectors.cohorts_listed(by=coordinator)] == [(new.pk, 2), (old.pk, 0)]
    assert [(c.pk, c.trainee_count) for c in selectors.cohorts_listed(by=trainer)] == [(new.pk, 2)]
    assert not selectors.cohorts_listed(by=person(Role.ADMINISTRATOR)).exists()


def test_places_of_are_those_the_reader_may_see() -> None:
    group, coordinator, administrator = cohort(), person(Role.COORDINATOR), person(Role.ADMINISTRATOR)
    trainee = person(Role.TRAINEE, cohort=group)
    assert [place.cohort for place in selectors.places_of(trainee, by=coordinator)] == [group]
    assert not selectors.places_of(trainee, by=administrator)


def test_plan_of_knows_who_is_here_who_left_and_who_came_back() -> None:
    group, coordinator = cohort(), person(Role.COORDINATOR)
    here, left, back = (person(Role.TRAINEE, name, cohort=group) for name in ("Ali", "Bea", "Cyd"))
    for gone in (left, back):
        services.leave_cohort(by=coordinator, person=gone, cohort=group)
    services.join_cohort(by=coordinator, person=back, cohort=group)
    text = "\n".join(f"{one.first_name};{one.last_name};stagiaire;{one.username}" for one in (here, left, back))
    plan = selectors.plan_of(read_people(text), by=coordinator, cohort=group)
    assert [line.fate for line in plan] == [Fate.ALREADY, Fate.REFUSED, Fate.ALREADY]
    assert selectors.done_lines(plan) == []


def test_fingerprint_changes_with_what_would_be_done() -> None:
    group, coordinator = cohort(), person(Role.COORDINATOR)
    lines = read_people("Inès;Durand;stagiaire")
    before = selectors.plan_of(lines, by=coordinator, cohort=group)
    assert selectors.fingerprint(before) == selectors.fingerprint(selectors.plan_of(lines, by=coordinator, cohort=group))
    services.create_person(by=coordinator, username="ines.durand", first_name="Inès", last_name="Durand", role=Role.TRAINEE)
    after = selectors.plan_of(lines, by=coordinator, cohort=group)
    assert selectors.fingerprint(before) != selectors.fingerprint(after)
    assert selectors.sentence_of(before[0]) == "Nouveau compte."
    assert "ines.durand porte le même nom" in selectors.sentence_of(after[0])


def test_every_reason_has_its_sentence() -> None:
    for code, sentence in selectors.SENTENCES.items():
        assert (str(sentence) % {"word": "x"}).endswith("."), code
    assert set(selectors.ROLE_NAMES) == set(selectors.ROLE_PLURALS) == set(Role)
