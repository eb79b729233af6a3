"""Who trains and what is done: checked, in versions, by the coordination alone."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from lms import clock
from lms.exports.models import TrainingAction, TrainingBody
from lms.exports.services.training import save_body
from lms.people.rules import Role
from tests.cast import person, small
from tests.exports.papers import (
    ACTION,
    BODY,
    code_of,
    described,
    entered_action,
    entered_body,
)

pytestmark = pytest.mark.django_db


def test_body_entered_twice_is_one_version_and_a_change_is_another() -> None:
    by, key = person(Role.COORDINATOR), uuid4()
    first = save_body(by=by, key=key, starts_on=clock.today(), values=BODY)
    assert save_body(by=by, key=key, starts_on=clock.today(), values=BODY).pk == first.pk
    assert entered_body(by).pk == first.pk
    assert entered_body(by, name="Autre").pk != first.pk
    assert (first.siret, first.declaration) == ("73282932000074", "11750123475")
    past = entered_body(by, name="Avant", starts_on=clock.today() - timedelta(days=30))
    assert TrainingBody.objects.first() != past


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"siret": "732 829 320 00075"}, "siret_wrong"), ({"siret": "123"}, "siret_shape"), ({"declaration": "12"}, "declaration_shape"),
        ({"starts_on": date(2001, 1, 1)}, "day_out_of_reach"), ({"starts_on": date(2999, 1, 1)}, "day_out_of_reach"),
    ],
)  # fmt: skip
def test_body_that_cannot_be_is_refused(change: dict[str, Any], code: str) -> None:
    assert code_of(entered_body, by=person(Role.COORDINATOR), **change) == code
    assert not TrainingBody.objects.exists()


def test_only_the_coordination_describes() -> None:
    world = small()
    for role in (Role.TRAINER, Role.ADMINISTRATOR, Role.TRAINEE):
        assert code_of(entered_body, by=person(role)) == "role_not_allowed"
    assert code_of(described, world=world, speciality="32") == "speciality_shape"
    assert not TrainingAction.objects.exists()
    assert entered_action(world.coordinator, world.programme).pk == entered_action(world.coordinator, world.programme).pk
    assert [str(row) for row in (TrainingAction.objects.get(), entered_body(world.coordinator))] == [ACTION["title"], BODY["name"]]
