"""Levels of one and of many, counted as the rules count them."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from competencies.models import Standing
from competencies.selectors import (
    acquired_by_week,
    acquired_counts,
    cohort_matrix,
    competencies_of,
    level_counts,
    profile_of,
    profiles_of,
    scale_of,
)
from lms import clock
from tests.cast import small
from tests.story import classmates, hand_in, judge

pytestmark = pytest.mark.django_db
MONDAY = datetime.fromisoformat("2026-03-02T12:00:00+01:00")


def test_profile_of_shows_every_competency_with_its_proof() -> None:
    world = small()
    judgement = judge(hand_in(world.practical, world.trainee), world.trainer, levels={"ON1.1.1": 1}, level=3)
    first, second = profile_of(world.trainee.pk, world.programme.framework_id)
    assert (first.competency.code, first.level, first.state, first.word) == ("ON1.1", 1, "in_progress", "Je découvre")
    assert (second.competency.code, second.level, second.state, second.occasion) == ("ON1.2", 3, "acquired", judgement.uuid)
    assert second.since == judgement.released_at
    assert second.statement_id


def test_profile_of_someone_new_is_all_to_see() -> None:
    world = small()
    rows = profile_of(world.trainee.pk, world.programme.framework_id)
    assert [(row.level, row.state, row.since, row.occasion) for row in rows] == [(0, "not_seen", None, None)] * 2


def test_competencies_of_leaves_drafts_out() -> None:
    world = small()
    world.competencies[1].live = False
    world.competencies[1].save()
    assert [head.code for head in competencies_of(world.programme.framework_id)] == ["ON1.1"]


def test_level_counts_and_matrix_say_the_same() -> None:
    world = small()
    others = classmates(world, 3)
    trainees = [world.trainee.pk, *(other.pk for other in others)]
    framework = world.programme.framework_id
    matrix, counts = cohort_matrix(trainees, framework), level_counts(trainees, competencies_of(framework))
    for head in competencies_of(framework):
        levels = [matrix[trainee].get(head.pk, 0) for trainee in trainees]
        assert counts[head.pk] == [levels.count(level) for level in range(5)]
    assert counts[world.competencies[0].pk] == [1, 0, 2, 1, 0]


def test_acquired_counts_per_trainee() -> None:
    world = small()
    two, three = classmates(world, 2)
    assert acquired_counts([world.trainee.pk, two.pk, three.pk]) == {world.trainee.pk: (0, 0), two.pk: (0, 2), three.pk: (2, 0)}


def test_acquired_by_week_counts_each_competency_the_first_time() -> None:
    world = small()
    with clock.at(MONDAY):
        judge(hand_in(world.practical, world.trainee), world.trainer, 3, levels={"ON1.2.1": 2})
    with clock.at(MONDAY + timedelta(days=15)):
        judge(hand_in(world.practical, world.trainee, "Encore"), world.trainer, 3)
    with clock.at(MONDAY + timedelta(days=22)):
        weeks = acquired_by_week([world.trainee.pk], world.programme.framework_id, 3)
    assert [(week.monday.isoformat(), week.acquired, week.total) for week in weeks] == [
        ("2026-03-02", 1, 1), ("2026-03-09", 0, 1), ("2026-03-16", 1, 2), ("2026-03-23", 0, 2),
    ]  # fmt: skip


def test_acquired_by_week_of_nobody() -> None:
    world = small()
    assert acquired_by_week([world.trainee.pk], world.programme.framework_id, 3) == []


def test_scale_of_knows_the_marker_and_the_words() -> None:
    scale = scale_of(small().programme.framework_id)
    assert (scale.acquired_at, scale.labels[3], len(scale.plain_labels)) == (3, "Je sais faire", 5)


@pytest.mark.parametrize("number", [2, 12])
def test_selectors_cost_the_same_for_2_and_12(number: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world = small()
    trainees = [world.trainee.pk, *(one.pk for one in classmates(world, number - 1))]
    framework = world.programme.framework_id
    heads = competencies_of(framework)
    for cost, question in (
        (3, lambda: profiles_of(trainees, framework)), (1, lambda: cohort_matrix(trainees, framework)),
        (1, lambda: level_counts(trainees, heads)), (1, lambda: acquired_by_week(trainees, framework, 3)),
    ):  # fmt: skip
        with django_assert_num_queries(cost):
            question()
    assert Standing.objects.count() == 2 * (number - 1)
