"""What is kept of people's civil identity. Opened here and nowhere else; the caller has asked `visible_to`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.certification.models import CivilIdentity
from lms.certification.rules.identity import Civil, faults_of, from_kept
from lms.people.models import User
from lms.sealed import unseal


@dataclass(frozen=True, slots=True)
class IdentityState:
    """How far the civil identity of one trainee is: `faults` counts what is missing or wrong; None where nothing was entered."""

    person: User
    faults: int | None
    has_number: bool


def opened(kept: CivilIdentity) -> Civil:
    """The civil identity, without the number. Refused where no key of the site opens it."""
    return from_kept(json.loads(unseal(kept.sealed)))


def number_of(kept: CivilIdentity) -> str:
    """The national number, empty without one: for the file that declares a certificate and its pre-check, and for nothing else."""
    return unseal(kept.sealed_number) if kept.sealed_number else ""


def identity_of(trainee: int) -> CivilIdentity | None:
    """What is kept of one trainee. One query."""
    return CivilIdentity.objects.filter(trainee=trainee).first()


def identities_of(trainees: Sequence[int]) -> dict[int, CivilIdentity]:
    """What is kept of these trainees. One query."""
    return {kept.trainee_id: kept for kept in CivilIdentity.objects.filter(trainee__in=trainees)}


def states_of(people: Sequence[User], today: date) -> list[IdentityState]:
    """How far each of them is, in the order given. One query."""
    kept = identities_of([person.pk for person in people])
    return [_state(person, kept.get(person.pk), today) for person in people]


def _state(person: User, kept: CivilIdentity | None, today: date) -> IdentityState:
    if kept is None:
        return IdentityState(person, None, has_number=False)
    return IdentityState(person, len(faults_of(opened(kept), today)), has_number=bool(kept.sealed_number))
