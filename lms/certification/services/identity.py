"""Verbs of civil identities: enter, paste, read, erase. Each leaves a line of who did it; none says what was in it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from lms import clock
from lms.certification.models import CivilIdentity, IdentityAct
from lms.certification.rules.identity import COLUMNS, Civil, as_kept, faults_of, number_fault, read_line
from lms.certification.selectors.identity import identity_of, number_of, opened
from lms.people.formats import read_people
from lms.people.models import Cohort, User
from lms.people.rules import Role
from lms.refusal import Refused
from lms.sealed import seal


@sensitive_variables()
@transaction.atomic
def save_identity(*, by: User, trainee: User, civil: Civil, number: str | None = None) -> CivilIdentity:
    """Keep what was typed, sealed. `number`: a new national number, empty to take the kept one away, None to leave it.

    The same again changes nothing and leaves no line. Refused: another role, somebody whose record `by` may not read, something
    missing or wrong (its sentence), a number that cannot be one, a site without FIELD_KEYS.
    """
    _check(by, trainee)
    faults = faults_of(civil, clock.today())
    if faults:
        raise Refused("identity_incomplete", faults[0].sentence.capitalize())
    if number and (wrong := number_fault(number)):
        raise Refused("number_wrong", wrong)
    User.objects.select_for_update(no_key=True).only("pk").get(pk=trainee.pk)  # a double click is taken one after the other
    kept = identity_of(trainee.pk)
    if kept and opened(kept) == civil and number in (None, number_of(kept)):
        return kept
    kept = kept or CivilIdentity(trainee=trainee)
    kept.sealed = seal(json.dumps(as_kept(civil)))
    if number is not None:
        kept.sealed_number = seal(number) if number else ""
    kept.saved_at = clock.now()
    kept.save()
    _note(by, trainee, IdentityAct.Act.SAVED)
    return kept


@transaction.atomic
def read_identity(*, by: User, trainee: User) -> Civil | None:
    """What is kept of somebody, and a line that `by` read it. Refused as `save_identity` refuses people."""
    _check(by, trainee)
    kept = identity_of(trainee.pk)
    if kept is None:
        return None
    _note(by, trainee, IdentityAct.Act.READ)
    return opened(kept)


@transaction.atomic
def erase_identity(*, by: User, trainee: User) -> None:
    """Take it away for good, number and all; the lines of who saw it stay. Done twice, it is done once."""
    _check(by, trainee)
    deleted, _each = CivilIdentity.objects.filter(trainee=trainee).delete()
    if deleted:
        _note(by, trainee, IdentityAct.Act.ERASED)


def note_written(*, by: User, trainees: Sequence[User]) -> None:
    """Leave a line that a file with their civil identity was handed to `by`. For the service that makes it, in its transaction."""
    for trainee in trainees:
        _note(by, trainee, IdentityAct.Act.WRITTEN)


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A pasted line that cannot be kept, and each reason."""

    number: int
    name: str
    sentences: tuple[str, ...]


@sensitive_variables()
@transaction.atomic
def paste_identities(*, by: User, cohort: Cohort, text: str) -> tuple[int, list[WrongLine]]:
    """Keep a pasted list (`rules.identity.COLUMNS`), all of it or none: how many people, or the lines to correct.

    National numbers are not pasted. Refused: an unreadable list, a cohort that `by` may not read.
    """
    if not Cohort.objects.visible_to(by).filter(pk=cohort.pk).exists():
        raise Refused("cohort_unknown", _("Cette promotion n'est pas parmi les vôtres."))
    people = {person.username: person for person in trainees_in(cohort)}
    good: list[tuple[User, Civil]] = []
    wrong: list[WrongLine] = []
    for line in read_people(text):
        if line.cell(0).lower() == COLUMNS[0]:
            continue
        username, civil = read_line(line.cells)
        person = people.get(username.lower())
        sentences = _line_faults(line.cells, civil, is_known=person is not None)
        if sentences or person is None:
            wrong.append(WrongLine(line.number, username, tuple(sentences)))
        else:
            good.append((person, civil))
    if wrong:
        return 0, wrong
    for person, civil in good:
        save_identity(by=by, trainee=person, civil=civil)
    return len(good), []


def _line_faults(cells: Sequence[str], civil: Civil, *, is_known: bool) -> list[str]:
    sentences = [fault.sentence for fault in faults_of(civil, clock.today())]
    if not is_known:
        sentences.insert(0, _("cet identifiant n'est pas celui d'un stagiaire de la promotion."))
    if len(cells) > len(COLUMNS):
        sentences.insert(0, _("il y a trop de colonnes : %(most)d au plus, sans le numéro.") % {"most": len(COLUMNS)})
    return sentences


def trainees_in(cohort: Cohort) -> list[User]:
    """The trainees who are in a cohort now."""
    here = User.objects.with_role(Role.TRAINEE).filter(memberships__cohort=cohort, memberships__left_at=None)
    return list(here.distinct().order_by("last_name", "first_name", "pk"))


def _check(by: User, trainee: User) -> None:
    if by.role is not Role.COORDINATOR or not User.objects.trainees_visible_to(by).filter(pk=trainee.pk).exists():
        raise Refused("role_not_allowed", _("L'état civil d'un stagiaire est saisi et lu par la coordination."))


def _note(by: User, trainee: User, act: str) -> None:
    IdentityAct.objects.create(trainee=trainee, act=act, by=by, at=clock.now())
