"""Verbs of the works of a dossier: a trainee chooses, a trainer advises."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import PracticalPage
from curriculum.selectors.cohort import enrolments_of
from lms import clock
from lms.exports.models import WorkChoice, WorkProposal
from lms.exports.rules.choices import check_choice
from lms.exports.selectors import followers_of
from lms.exports.selectors.works import judged_practicals
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import notify
from lms.refusal import Refused


@transaction.atomic
def choose_works(*, by: User, picks: Mapping[UUID, str]) -> WorkChoice | None:
    """Choose which of one's judged works go with one's dossier, and why; none chosen: all of them. The same choice again is one.

    Refused: somebody else than a trainee, a work that no assessor judged, words too long.
    """
    if by.role is not Role.TRAINEE:
        raise Refused("role_not_allowed", _("Cela revient au stagiaire, et à personne d'autre."))
    check_choice(picks, _judged(by, by), list(picks.values()))
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)  # a double click is taken one after the other
    kept = {str(practical): why.strip() for practical, why in picks.items()}
    latest = WorkChoice.objects.filter(trainee=by).first()
    if (latest.picks if latest else {}) == kept:
        return latest
    return WorkChoice.objects.create(trainee=by, picks=kept, chosen_at=clock.now())


@transaction.atomic
def propose_work(*, by: User, trainee: User, practical: UUID) -> WorkProposal:
    """Advise a trainee to join a work that was judged; they are told. Advised twice, it is advised once.

    Refused: another role than a trainer who follows them, a work that no assessor judged.
    """
    _check_trainer(by, trainee)
    if practical not in _judged(by, trainee):
        raise Refused("work_unknown", _("Ce travail n'a pas encore été évalué : il ne peut pas être joint au dossier."))
    User.objects.select_for_update(no_key=True).only("pk").get(pk=trainee.pk)  # a double click is taken one after the other
    page = PracticalPage.objects.get(uuid=practical)
    row, is_new = WorkProposal.objects.get_or_create(
        trainee=trainee, practical=page, by=by, withdrawn_at=None, defaults={"at": clock.now()}
    )
    if is_new:
        text = _("%(name)s te propose un travail pour ton dossier. C'est toi qui choisis.") % {"name": by.first_name[:60]}
        notify(recipients=[trainee], text=text, path=reverse("exports:own-works"))
    return row


@transaction.atomic
def take_back_proposal(*, by: User, trainee: User, practical: UUID) -> None:
    """Take one's advice back. Done twice, it is done once. Refused: another role than a trainer who follows them."""
    _check_trainer(by, trainee)
    own = WorkProposal.objects.filter(trainee=trainee, practical__uuid=practical, by=by, withdrawn_at=None)
    own.update(withdrawn_at=clock.now())


def _check_trainer(by: User, trainee: User) -> None:
    if by.role is not Role.TRAINER or not User.objects.trainees_visible_to(by).filter(pk=trainee.pk).exists():
        raise Refused("role_not_allowed", _("Un travail est proposé par un formateur de la promotion."))


def _judged(by: User, trainee: User) -> list[UUID]:
    followed = followers_of(enrolments_of(seen_by=by, trainee=trainee.uuid))
    return judged_practicals(followed[0]) if followed else []
