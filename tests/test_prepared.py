"""A prepared query answers as the queryset it was made from, whoever asks and whatever they ask."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Count, Model, QuerySet
from django.test.utils import CaptureQueriesContext

from assessments.models import Submission
from content.models import StepPage
from curriculum.models import Run, StepVisit
from curriculum.services import open_step
from lms.people.models import User
from lms.people.rules import Role
from lms.prepared import prepared
from tests.cast import Small, person, small

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    story = small()
    open_step(by=story.trainee, step=story.lesson, module=story.module)
    return story


def users(pk: int) -> QuerySet[User]:
    return User.objects.with_role_name().filter(pk=pk)


def visits(trainee: int) -> QuerySet[StepVisit]:
    return (
        StepVisit.objects.filter(run__trainee=trainee, step__live=True)
        .select_related("run__module", "step")
        .only("place", "run__uuid", "run__module__code", "step__title")
    )


def steps(path: str, depth: int) -> QuerySet[StepPage, dict[str, Any]]:
    return StepPage.objects.filter(path__startswith=path, depth=depth).order_by("path").values("uuid", "title")


def runs(uuid: UUID) -> QuerySet[Run, tuple[Any, ...]]:
    return Run.objects.filter(uuid=uuid).annotate(number_of=Count("visits")).values_list("uuid", "opened_at", "number_of")


def run_count(trainee: int) -> QuerySet[Run, int]:
    rows = Run.objects.filter(trainee=trainee).values("trainee").annotate(number_of=Count("pk"))
    return rows.values_list("number_of", flat=True)


def opened_before(trainee: int, moment: datetime) -> QuerySet[Run, int]:
    return Run.objects.filter(trainee=trainee, opened_at__lt=moment).values_list("pk", flat=True)


def given_to(build: Callable[..., QuerySet[Any, Any]], story: Small) -> list[Any]:
    return {
        users: [story.trainer.pk],
        visits: [story.trainee.pk],
        steps: [story.module.path, story.module.depth + 1],
        runs: [Run.objects.get().uuid],
        run_count: [story.trainee.pk],
    }[build]


def told(row: object) -> object:
    """A row of models with all it read, the rows it is related to included."""
    if not isinstance(row, Model):
        return row
    related = {name: told(one) for name, one in row._state.fields_cache.items()}
    return {name: value for name, value in row.__dict__.items() if name not in ("_state", "_cluster_related_objects")} | related


@pytest.mark.parametrize("build", [users, visits, steps, runs, run_count])
def test_rows_are_those_of_the_queryset(build: Callable[..., QuerySet[Any, Any]], story: Small) -> None:
    given = given_to(build, story)
    asked = prepared(build)
    expected = [told(row) for row in build(*given)]
    assert expected
    for _first_then_kept in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert [told(row) for row in asked(*given)] == expected
        assert len(queries) == 1


def test_each_call_has_its_own_values(story: Small) -> None:
    asked = prepared(users)
    assert [asked(pk=one.pk)[0].role for one in (story.trainee, story.trainer)] == [Role.TRAINEE, Role.TRAINER]
    assert asked(0) == []


def test_a_moment_is_an_argument(story: Small) -> None:
    asked = prepared(opened_before)
    opened_at = Run.objects.get().opened_at
    assert asked(story.trainee.pk, opened_at) == []
    assert asked(story.trainee.pk, opened_at + timedelta(seconds=1)) == [Run.objects.get().pk]


def test_each_value_of_an_enum_keeps_its_own_sql(story: Small) -> None:
    @prepared
    def seen(user: int, role: Role) -> QuerySet[Run, int]:
        return Run.objects.visible_to(User.known(user, role)).values_list("pk", flat=True)

    run = Run.objects.get().pk
    other = person(Role.TRAINEE)
    for _first_then_kept in range(2):
        assert seen(story.trainee.pk, Role.TRAINEE) == seen(story.trainer.pk, Role.TRAINER) == [run]
        assert seen(other.pk, Role.TRAINEE) == seen(story.trainer.pk, Role.ADMINISTRATOR) == []


def test_it_is_built_once(story: Small) -> None:
    counted = []

    @prepared
    def versions(trainee: int, uuid: UUID) -> QuerySet[Submission]:
        counted.append("built")
        return Submission.objects.filter(trainee=trainee, uuid=uuid)

    assert [versions(story.trainee.pk, uuid4()) for _call in range(3)] == [[], [], []]
    assert counted == ["built"]


@pytest.mark.django_db(transaction=True)
def test_two_threads_at_once(story: Small) -> None:
    asked = prepared(users)

    def ask(pk: int) -> str:
        try:
            return asked(pk)[0].username
        finally:
            connection.close()

    pks = [story.trainee.pk, story.trainer.pk] * 20
    names = {story.trainee.pk: story.trainee.username, story.trainer.pk: story.trainer.username}
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(ask, pks)) == [names[pk] for pk in pks]


def test_any_number_of_numbers(story: Small) -> None:
    @prepared
    def several(pks: list[int]) -> QuerySet[User, int]:
        return User.objects.filter(pk__in=pks).order_by("pk").values_list("pk", flat=True)

    two = sorted([story.trainee.pk, story.trainer.pk])
    assert [several(pks) for pks in ([], two[:1], two)] == [[], two[:1], two]


def test_refuses_a_list_of_anything_else() -> None:
    def several(names: list[str]) -> QuerySet[User]:
        return User.objects.filter(username__in=names)

    with pytest.raises(TypeError, match="'names' is of a type"):
        prepared(several)


@pytest.mark.parametrize("value", [None, "1", [1]])
def test_refuses_a_value_of_another_type(value: Any) -> None:
    with pytest.raises(TypeError, match="'pk' takes int"):
        prepared(users)(value)


@pytest.mark.parametrize("look", [bool, str, int, list, lambda pk: pk < 3])
def test_refuses_to_look_at_a_stand_in(look: Callable[[Any], object]) -> None:
    @prepared
    def curious(pk: int) -> QuerySet[User]:
        look(pk)
        return User.objects.filter(pk=pk)

    with pytest.raises(TypeError):
        curious(1)
