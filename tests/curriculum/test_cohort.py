"""The way of many at once says what the rules say of one."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from content.models import StepPage
from curriculum.models import Outing, Run, StepVisit
from curriculum.rules import KINDS, done_minutes
from curriculum.selectors.cohort import (
    counted_visits,
    enrolments_of,
    followers,
    last_opened,
    longest_open_runs,
    minutes_by_module,
    minutes_by_trainee,
    modules_planned,
    outing_minutes,
    programmes_in,
    runs_of,
)
from curriculum.services import complete_step, enrol, open_step, retake, withdraw
from lms import clock
from lms.people.rules import Role
from lms.people.services import join_cohort, leave_cohort
from tests.cast import cohort, person, small
from tests.story import classmates, hand_in, read_lesson

pytestmark = pytest.mark.django_db


def test_counted_visits_are_the_rule_in_sql() -> None:
    """Steps redone, lengthened, shortened and changed of kind between runs: the database counts as `done_minutes` does."""
    world = small()
    others = classmates(world, 2)
    changes = [(45, "theory"), (10, "theory"), (45, "practical"), (60, "culture")]
    for minutes, kind in changes:
        StepPage.objects.filter(pk=world.lesson.pk).update(minutes=minutes, hours_kind=kind)
        world.lesson.refresh_from_db()
        for trainee in (world.trainee, others[0]):
            retake(by=trainee, module=world.module)
            complete_step(by=trainee, step=world.lesson, module=world.module)
    hand_in(world.practical, world.trainee)
    found = minutes_by_trainee(counted_visits([one.pk for one in (world.trainee, *others)]))
    for trainee in (world.trainee, *others):
        visits = StepVisit.objects.filter(run__trainee=trainee, completed_at__isnull=False).order_by("pk")
        expected = done_minutes(visits.values_list("step_id", "hours_kind", "minutes"))
        totals = {kind: sum(minutes for (_module, of), (minutes, _proven) in found[trainee.pk].items() if of == kind) for kind in KINDS}
        assert totals == expected
    assert found[world.trainee.pk] == {(world.module.pk, "culture"): (60, 0), (world.module.pk, "practical"): (120, 0)}


def test_minutes_by_module_add_everybody_up() -> None:
    world = small()
    read_lesson(world, world.trainee)
    trainees = [world.trainee.pk, *(one.pk for one in classmates(world, 2))]
    assert sorted(minutes_by_module(counted_visits(trainees))) == [
        (world.module.pk, "practical", 240, 0),
        (world.module.pk, "theory", 90, 0),
    ]
    assert not minutes_by_module(counted_visits([]))


def test_opened_is_not_done() -> None:
    world = small()
    open_step(by=world.trainee, step=world.lesson, module=world.module)
    assert not counted_visits([world.trainee.pk]).exists()
    assert world.trainee.pk in last_opened([world.trainee.pk])


def test_followers_are_those_present_whom_one_may_read() -> None:
    world = small()
    gone, *stay = classmates(world, 3)
    leave_cohort(by=world.coordinator, person=gone, cohort=world.cohort)
    found = followers(seen_by=world.trainer, cohort=world.cohort)
    assert {row.trainee_id for row in found} == {world.trainee.pk, *(one.pk for one in stay)}
    assert not followers(seen_by=person(Role.TRAINER), cohort=world.cohort).exists()


def test_followers_of_a_second_cohort_follow_there_too() -> None:
    """One enrolment on a programme, two memberships: somebody who joins a workshop group is seen in both."""
    world, second = small(), cohort()
    join_cohort(by=world.coordinator, person=world.trainee, cohort=second)
    assert [row.trainee_id for row in followers(seen_by=world.coordinator, cohort=second)] == [world.trainee.pk]
    assert [programme.pk for programme in programmes_in(second)] == [world.programme.pk]


def test_enrolments_of_keep_the_ended_one_of_somebody_who_left() -> None:
    world = small()
    withdraw(by=world.coordinator, enrolment=world.trainee.enrolments.get())
    assert enrolments_of(seen_by=world.coordinator, trainee=world.trainee.uuid).count() == 1
    enrol(by=world.coordinator, trainee=world.trainee, programme=world.programme, cohort=world.cohort)
    latest = enrolments_of(seen_by=world.coordinator, trainee=world.trainee.uuid).get()
    assert latest.withdrawn_at is None
    assert not enrolments_of(seen_by=person(Role.TRAINER), trainee=world.trainee.uuid).exists()


def test_runs_of_lists_every_take() -> None:
    world = small()
    read_lesson(world, world.trainee)
    retake(by=world.trainee, module=world.module)
    rows = runs_of([world.trainee.pk])[world.trainee.pk]
    assert [(row.number, row.steps_done, bool(row.closed_at), row.module_code) for row in rows] == [
        (1, 1, True, "M01"),
        (2, 0, False, "M01"),
    ]


def test_longest_open_runs_forget_finished_and_closed() -> None:
    world = small()
    open_step(by=world.trainee, step=world.lesson, module=world.module)
    with clock.at(clock.now() + timedelta(days=46)):
        assert longest_open_runs([world.trainee.pk])[world.trainee.pk][0] == "Mon module M01"
        Run.objects.update(completed_at=clock.now())
        assert longest_open_runs([world.trainee.pk]) == {}


def test_modules_planned_count_an_archived_module_for_nothing() -> None:
    world = small()
    assert [module.planned for module in modules_planned(world.programme.pk)] == [{"theory": 60, "practical": 120, "culture": 0}]
    world.module.unpublish()
    assert [module.planned for module in modules_planned(world.programme.pk)] == [{"theory": 0, "practical": 0, "culture": 0}]


def test_outing_minutes_stand_apart() -> None:
    world = small()
    assert outing_minutes(world.programme.pk) == 0
    for number in range(2):
        Outing.objects.create(programme=world.programme, code=f"S{number}", title="Musée", minutes=180)
    assert outing_minutes(world.programme.pk) == 360


@pytest.mark.parametrize("number", [2, 12])
def test_questions_cost_the_same_for_2_and_12(number: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world = small()
    trainees = [one.pk for one in classmates(world, number)]
    for question in (runs_of, last_opened, longest_open_runs):
        with django_assert_num_queries(1):
            question(trainees)
    with django_assert_num_queries(1):
        minutes_by_trainee(counted_visits(trainees))
