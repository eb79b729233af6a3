"""Verbs of who trains and what is done: each change is a new version, from a day on; former documents keep theirs."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from curriculum.models import ProgrammePage
from lms import clock
from lms.exports.models import TrainingAction, TrainingBody
from lms.exports.rules.training import checked_declaration, checked_siret, checked_speciality
from lms.exports.selectors.documents import action_on, body_on
from lms.people.models import User
from lms.people.rules import Role
from lms.refusal import Refused

MOST_YEARS_BACK = 10


@transaction.atomic
def save_body(*, by: User, key: UUID, starts_on: date, values: dict[str, Any]) -> TrainingBody:
    """Say who trains, from a day on. `values`: the fields of `TrainingBody`. The same form twice, or the same words, is one version.

    Refused: another role, a SIRET or a declaration number that cannot be, a day to come or too far back.
    """
    _check_coordinator(by)
    values = {
        **_trimmed(values), "siret": checked_siret(str(values["siret"])), "declaration": checked_declaration(str(values["declaration"])),
    }  # fmt: skip
    _check_day(starts_on)
    _wait(by)
    already = TrainingBody.objects.filter(uuid=key).first() or _same(body_on(starts_on), values)
    if isinstance(already, TrainingBody):
        return already
    return TrainingBody.objects.create(uuid=key, starts_on=starts_on, entered_at=clock.now(), entered_by=by, **values)


@transaction.atomic
def save_action(*, by: User, key: UUID, programme: ProgrammePage, starts_on: date, values: dict[str, Any]) -> TrainingAction:
    """Say what a programme is for the papers, from a day on. As `save_body`. Refused besides: a speciality code of another shape."""
    _check_coordinator(by)
    values = {**_trimmed(values), "speciality": checked_speciality(str(values["speciality"]))}
    _check_day(starts_on)
    _wait(by)
    already = TrainingAction.objects.filter(uuid=key).first() or _same(action_on(programme.pk, starts_on), values)
    if isinstance(already, TrainingAction):
        return already
    return TrainingAction.objects.create(
        uuid=key, programme=programme, starts_on=starts_on, entered_at=clock.now(), entered_by=by, **values
    )


def _check_coordinator(by: User) -> None:
    if by.role is not Role.COORDINATOR:
        raise Refused("role_not_allowed", _("L'organisme et les actions sont décrits par la coordination."))


def _check_day(starts_on: date) -> None:
    if not clock.today().year - MOST_YEARS_BACK <= starts_on.year or starts_on > clock.today():
        raise Refused("day_out_of_reach", _("Choisissez un jour passé, ou aujourd'hui, dans les dix dernières années."))


def _wait(by: User) -> None:
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)  # a double click is taken one after the other


def _same(row: TrainingBody | TrainingAction | None, values: dict[str, Any]) -> TrainingBody | TrainingAction | None:
    """The version in force when it says the same."""
    return row if row and all(getattr(row, name) == value for name, value in values.items()) else None


def _trimmed(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.strip().replace("\r\n", "\n") if isinstance(value, str) else value for name, value in values.items()}
