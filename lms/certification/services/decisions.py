"""Verbs of a jury: decide, sign, correct, close. What was decided never disappears; every word of it is signed."""

import hashlib
import json
from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms import clock
from lms.badges.formats.credentials import detached
from lms.badges.services import current_key
from lms.certification import statements
from lms.certification.models import Candidate, CertificationSession, Decision, DecisionSignature, JuryMember, Outcome, PresentedBlock
from lms.certification.rules import left_before_closing
from lms.certification.selectors import access_days_of, awaited_of, member_of, presented_of, signers_of, unsigned_by
from lms.certification.services import locked, open_to_jury
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import notify
from lms.records import services as records
from lms.records.rules.events import DECISION_RECORDED
from lms.records.services.webhooks import tell
from lms.refusal import Refused

TYPE = "tremplin-decision"  # `typ` of its signatures


@transaction.atomic
def decide(
    *,
    by: User,
    presented: PresentedBlock,
    outcome: str,
    comment: str = "",
    corrects: UUID | None = None,
    reason: str = "",
    key: UUID | None = None,
) -> Decision:
    """A jury member says what the jury decided of one block, and signs it. The same `key` again is the same decision.

    `corrects` names the decision that this one takes the place of: the latest one, whose words the member has read. Refused: somebody who is
    not of this jury; somebody withdrawn; a day before the first; an outcome that does not exist; a decision that is there already, or that another corrected
    meanwhile; a correction without a reason; a block given in part, not given, or corrected without a word.
    """
    session = presented.candidate.session
    locked(session, may_be_closed=True)
    member = _member(by, session)
    known = Decision.objects.filter(uuid=key).first() if key else None
    if known:
        return _same(known, presented, outcome, comment)
    latest = Decision.objects.filter(presented=presented).current().first()
    _check_presented(presented)
    _check(session, outcome, comment, latest, corrects, reason)
    decision = _written(member, presented, outcome, comment.strip(), latest, reason.strip(), key or uuid4())
    fact = statements.decided(decision=decision, by=by)
    decision.statement_id = UUID(str(fact["id"]))
    decision.save(force_insert=True)
    _sign(decision, member, by)
    if session.closed_at:
        _tell([presented], _("Le jury a corrigé une décision sur « %(name)s ».") % {"name": session.name[:100]})
    tell(event=DECISION_RECORDED, subject=decision.uuid)
    records.record(fact)
    return decision


def _same(known: Decision, presented: PresentedBlock, outcome: str, comment: str) -> Decision:
    if (known.presented_id, known.outcome, known.comment) != (presented.pk, outcome, comment.strip()[:1000]):
        raise Refused("key_taken", _("Cette clé a déjà servi pour une autre décision. Rechargez la page et recommencez."))
    return known


def _member(by: User, session: CertificationSession) -> JuryMember:
    member = member_of(session, by) if by.role is Role.CERTIFIER else None
    if member is None or not CertificationSession.objects.visible_to(by).filter(pk=session.pk).exists():
        raise Refused("not_of_jury", _("Seul le jury de cette session décide, pendant qu'elle lui est ouverte."))
    return member


def _check_presented(presented: PresentedBlock) -> None:
    """Somebody taken off while the page was open has nothing decided: it would be of no session."""
    if Candidate.objects.filter(pk=presented.candidate_id).exclude(withdrawn_at=None).exists():
        raise Refused(
            "withdrawn", _("Cette personne n'est plus présentée à la session. Demandez à la coordination de la présenter à nouveau.")
        )


def _check(session: CertificationSession, outcome: str, comment: str, latest: Decision | None, corrects: UUID | None, reason: str) -> None:
    if clock.today() < session.starts_on:
        raise Refused("too_early", _("La session n'a pas commencé : le jury décide à partir de son premier jour."))
    if outcome not in Outcome.values:
        raise Refused("outcome_unknown", _("Choisissez une décision de la liste."))
    if latest is None and session.closed_at:
        raise Refused("session_closed", _("Cette session est close : une décision se corrige, il ne s'en ajoute pas."))
    if (latest.uuid if latest else None) != corrects:
        raise Refused("decided_meanwhile", _("Une décision est déjà là. Relisez-la ; pour la changer, corrigez-la avec une raison."))
    if latest and not reason.strip():
        raise Refused("reason_missing", _("Écrivez pourquoi la décision change."))
    if outcome in (Outcome.PARTIAL, Outcome.NONE) and not comment.strip():
        raise Refused("comment_missing", _("Dites en une phrase ce qui est là et ce qui manque encore."))


def _written(
    member: JuryMember, presented: PresentedBlock, outcome: str, comment: str, latest: Decision | None, reason: str, key: UUID
) -> Decision:
    at = clock.now()
    decision = Decision(
        uuid=key, presented=presented, outcome=outcome, comment=comment[:1000], corrects=latest, reason=reason[:300] if latest else "", at=at,
        by=member,
    )  # fmt: skip
    decision.text = text_of(decision)
    return decision


def text_of(decision: Decision) -> str:
    """What is signed of a decision: whole, so that it says the same without this site (docs/certification.md)."""
    presented, session = decision.presented, decision.presented.candidate.session
    certification, block = session.certification, presented.block
    return _json(
        {
            "type": TYPE, "decision": str(decision.uuid), "at": decision.at.isoformat(), "outcome": decision.outcome, "comment": decision.comment,
            "corrects": str(decision.corrects.uuid) if decision.corrects else None, "reason": decision.reason,
            "trainee": str(presented.candidate.trainee.uuid),
            "block": {
                "uuid": str(block.uuid), "code": block.code, "label": block.label, "framework": certification.framework.code,
                "version": certification.framework.version,
            },
            "session": {
                "uuid": str(session.uuid), "name": session.name, "starts_on": session.starts_on.isoformat(), "ends_on": session.ends_on.isoformat(),
                "certification": certification.title, "certifier": certification.certifier, "kind": certification.kind, "code": certification.code,
                "rules": certification.number,
            },
        }
    )  # fmt: skip


def _json(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _sign(decision: Decision, member: JuryMember, by: User) -> None:
    at = clock.now()
    text = _json(
        {
            "type": f"{TYPE}-signature", "decision": str(decision.uuid), "sha256": hashlib.sha256(decision.text.encode()).hexdigest(),
            "member": str(member.uuid), "name": member.name, "quality": member.quality, "account": str(by.uuid), "at": at.isoformat(),
        }
    )  # fmt: skip
    jws = detached(text.encode(), current_key(), kind=TYPE)
    DecisionSignature.objects.create(decision=decision, member=member, at=at, text=text, jws=jws)


@transaction.atomic
def sign_decisions(*, by: User, session: CertificationSession, read: Collection[str] | None = None) -> int:
    """Sign the decisions that count and that one has not signed yet: those whose uuids are in `read`, the ones on the page; all, for None.

    How many. What was decided or corrected meanwhile waits to be read. Refused: somebody who is not of this jury.
    """
    locked(session, may_be_closed=True)
    member = _member(by, session)
    unsigned = [one for one in unsigned_by(session, member) if read is None or str(one.uuid) in read]
    for decision in unsigned:
        _sign(decision, member, by)
    return len(unsigned)


@transaction.atomic
def close_session(*, by: User, session: CertificationSession) -> None:
    """Close a session: every block is decided and signed by all who sign here; candidates are told. Done twice, it is done once.

    Refused: somebody who neither presides this jury nor coordinates; a block that is not decided; a signature that is missing; nobody presented.
    """
    locked(session, may_be_closed=True)
    if by.role is not Role.COORDINATOR and not _member(by, session).is_president:
        raise Refused("not_president", _("La session est close par la personne qui préside le jury, ou par la coordination."))
    if session.closed_at:
        return
    presented, members = presented_of(session), signers_of(session)
    if not presented or not members:
        raise Refused("nobody_presented", _("Il faut des candidats et un jury avec un compte pour clore la session."))
    undecided, unsigned = left_before_closing(presented, [member.pk for member in members])
    if undecided:
        first = undecided[0]
        raise Refused(
            "undecided",
            ngettext(
                "Il reste un bloc à décider : %(block)s de %(name)s.", "Il reste %(number)s blocs à décider : %(block)s de %(name)s d'abord.", len(undecided)
            ) % {"number": len(undecided), "block": first.block, "name": first.name},
        )  # fmt: skip
    if unsigned:
        raise _unsigned(awaited_of(session))
    session.closed_at, session.closed_by = clock.now(), by
    session.save(update_fields=["closed_at", "closed_by"])
    open_to_jury(session)
    rows = PresentedBlock.objects.filter(candidate__session=session, candidate__withdrawn_at=None).select_related("candidate__trainee")
    _tell(list(rows), _("Le jury a décidé pour « %(name)s ». Tu peux lire ce qu'il dit.") % {"name": session.name[:100]})


def check_signed(session: CertificationSession) -> None:
    """Refused while a correction waits for somebody who may still sign it. Once the jury reads no more, what is not signed stays so: it is said."""
    awaited = awaited_of(session)
    if awaited and clock.today() <= access_days_of(session)[1]:
        raise _unsigned(awaited)


def _unsigned(names: list[str]) -> Refused:
    words = _("Il manque des signatures : %(names)s. Chacun relit et signe sur la page de la session.")
    return Refused("unsigned", words % {"names": ", ".join(names)})


def _tell(rows: list[PresentedBlock], text: str) -> None:
    people = {row.candidate.trainee_id: row.candidate.trainee for row in rows}
    notify(recipients=list(people.values()), text=text, path=reverse("certification:own"))
