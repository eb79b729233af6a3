"""Verbs of the cohort screens, where people and programmes meet. Each is one transaction whose facts are recorded once, last."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from curriculum.models import Enrolment, ProgrammePage
from curriculum.services import enrolment_facts, withdrawal_facts
from lms.people import services as people
from lms.people.formats import read_people
from lms.people.models import Cohort, TrainingSite, User
from lms.people.rules import Fate, PlannedLine, Role
from lms.people.selectors import done_lines, fingerprint, plan_of
from lms.people.services import Secret, new_secret
from lms.records import services as records
from lms.records.statements import Json
from lms.refusal import Refused


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed for one person, once: the code is kept nowhere in clear."""

    person: User
    code: str


@transaction.atomic
def add_person(*, by: User, person: User, cohort: Cohort, programme: ProgrammePage | None, site: TrainingSite | None = None) -> None:
    """Put someone who has an account in a cohort; a trainee also on its programme. Already there: nothing changes.

    Refused: a closed cohort, a trainee without a programme to follow.
    """
    records.record(*_place(by=by, person=person, cohort=cohort, programme=programme, site=site))


@transaction.atomic
def create_member(
    *, by: User, cohort: Cohort, programme: ProgrammePage | None, site: TrainingSite | None,
    username: str, first_name: str, last_name: str, role: Role, email: str,
) -> Card:  # fmt: skip
    """Make an account and put it in a cohort. Refused as `create_person` and `add_person` do; then no account is made."""
    person, code = people.create_person(by=by, username=username, first_name=first_name, last_name=last_name, role=role, email=email)
    records.record(*_place(by=by, person=person, cohort=cohort, programme=programme, site=site))
    return Card(person, code)


def _place(*, by: User, person: User, cohort: Cohort, programme: ProgrammePage | None, site: TrainingSite | None) -> list[Json]:
    if person.role is not Role.TRAINEE:
        return people.membership_facts(by=by, person=person, cohort=cohort, site=site)
    if programme is None:
        raise Refused("no_programme", _("Choisissez le parcours que suit ce stagiaire."))
    _enrolment, told = enrolment_facts(by=by, trainee=person, programme=programme, cohort=cohort, site=site)
    return told


@transaction.atomic
def remove_person(*, by: User, person: User, cohort: Cohort) -> None:
    """Someone leaves a cohort, and a trainee the programmes followed in it. Everything done stays. Not there: nothing changes."""
    records.record(*_leave(by=by, person=person, cohort=cohort)[1])


def _leave(*, by: User, person: User, cohort: Cohort) -> tuple[list[ProgrammePage], list[Json]]:
    enrolments = list(Enrolment.objects.filter(trainee=person, cohort=cohort, withdrawn_at=None).select_related("trainee", "programme"))
    told = [fact for enrolment in enrolments for fact in withdrawal_facts(by=by, enrolment=enrolment)]
    told += people.departure_facts(by=by, person=person, cohort=cohort)
    return [enrolment.programme for enrolment in enrolments], told


@transaction.atomic
def move_person(*, by: User, person: User, source: Cohort, target: Cohort) -> None:
    """Someone goes from one cohort to another, and a trainee keeps the programmes followed. Runs and proofs are untouched.

    Refused: the same cohort, a closed one, someone who is not in `source`.
    """
    if source.pk == target.pk:
        raise Refused("same_cohort", _("C'est déjà sa promotion. Choisissez-en une autre."))
    if not source.memberships.filter(user=person, left_at=None).exists():
        raise Refused("not_a_member", _("%(name)s n'est plus dans cette promotion.") % {"name": person})
    programmes, told = _leave(by=by, person=person, cohort=source)
    told += people.membership_facts(by=by, person=person, cohort=target, site=None)
    for programme in programmes:
        told += enrolment_facts(by=by, trainee=person, programme=programme, cohort=target, site=None)[1]
    records.record(*told)


def add_list(*, by: User, cohort: Cohort, programme: ProgrammePage | None, text: str, seen: str) -> list[Card]:
    """Do the good lines of a pasted list, all of them or none: accounts made, people put in the cohort, trainees enrolled.

    `seen` is the fingerprint of the plan that was shown: what was read is what is done. Gives back the cards of the new
    accounts. Refused: a list that cannot be read, a plan that is no longer the one shown, no good line, a closed cohort.
    """
    lines = read_people(text)
    # Hashed before the transaction: 48 ms each, and while it is open nobody else writes (SQLite).
    secrets = [new_secret() for line in plan_of(lines, by=by, cohort=cohort) if line.fate is Fate.CREATE]
    with transaction.atomic():
        Cohort.objects.select_for_update().get(pk=cohort.pk)  # a double click waits here, then sees that all is done
        plan = plan_of(lines, by=by, cohort=cohort)
        if fingerprint(plan) != seen or sum(line.fate is Fate.CREATE for line in plan) != len(secrets):
            raise Refused("list_changed", _("Les comptes ont changé depuis la vérification. Relisez la liste ci-dessous."))
        if not done_lines(plan):
            raise Refused("nothing_to_do", _("Aucune ligne à créer. Corrigez la liste, puis vérifiez-la."))
        cards, told = _do_lines(done_lines(plan), secrets, by=by, cohort=cohort, programme=programme)
        records.record(*told)
    return cards


def _do_lines(
    lines: Sequence[PlannedLine], secrets: Sequence[Secret], *, by: User, cohort: Cohort, programme: ProgrammePage | None
) -> tuple[list[Card], list[Json]]:
    cards: list[Card] = []
    told: list[Json] = []
    remaining = iter(secrets)
    known = User.objects.in_bulk([line.known for line in lines if line.known is not None])
    for line in lines:
        if line.known is not None:
            person = known[line.known]
        else:
            person, code = people.create_person(
                by=by, username=line.username, first_name=line.first_name, last_name=line.last_name, role=Role(str(line.role)),
                email=line.email, secret=next(remaining),
            )  # fmt: skip
            cards.append(Card(person, code))
        told += _place(by=by, person=person, cohort=cohort, programme=programme, site=None)
    return cards, told


def new_cards(*, by: User, members: Sequence[User]) -> list[Card]:
    """New first passwords for several people at once, all or none. Refused for a role above the author's."""
    secrets = [new_secret() for _member in members]
    with transaction.atomic():
        return [
            Card(person, people.reset_password(by=by, person=person, secret=secret))
            for person, secret in zip(members, secrets, strict=True)
        ]
