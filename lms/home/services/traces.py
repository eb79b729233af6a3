"""Voiding a statement: it stays readable, and no longer stands."""

from django.db import transaction
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from lms import clock
from lms.home.selectors.traces import Trace, voider_of
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import notify
from lms.people.statements import agent_of, statement_id
from lms.records import services as records
from lms.records.statements import voided
from lms.records.vocabulary import EXT_REASON
from lms.refusal import Refused

VOIDERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@transaction.atomic
def void_statement(*, by: User, trace: Trace, reason: str) -> None:
    """Say that a statement no longer stands, and why; the trainees it is about are told. Levels stay: evidence has its own withdrawal.

    Refused: another role, no reason, a statement that voids another, one that is voided already.
    """
    if by.role not in VOIDERS:
        raise Refused("role_not_allowed", _("Une trace est annulée par la coordination ou l'administration."))
    if not reason.strip():
        raise Refused("reason_missing", _("Écrivez pourquoi vous annulez cette trace."))
    if trace.is_voiding:
        raise Refused("voiding_statement", _("Cette trace en annule une autre : elle reste. Enregistrez le fait de nouveau s'il est vrai."))
    told = voided(by=agent_of(by), statement_id=trace.uuid, reason=reason.strip(), reason_iri=EXT_REASON, at=clock.now())
    words = {"who": by, "what": Truncator(trace.about).chars(60), "reason": reason.strip()}
    text = _("%(who)s a annulé une trace sur %(what)s. Tes niveaux ne changent pas. Motif : %(reason)s") % words
    notify(recipients=trace.trainees, text=Truncator(text).chars(200), path=reverse("home:profile"))
    records.record(told)
    # Asked under the store's own lock: of two people who void it at once, the second is told.
    if voider_of(trace.uuid) != statement_id(told):
        raise Refused("already_voided", _("Cette trace est déjà annulée. Relisez sa page : le motif y est."))
