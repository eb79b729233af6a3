"""Verbs of the accrochage: say which account it is declared by, make the file for who deposits it."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from lms import clock
from lms.certification.formats.accrochage import accrochage_bytes
from lms.certification.models import CertificationSession, DepositAccount, DepositFile
from lms.certification.selectors.deposits import account_of, declared_of, flow_of
from lms.certification.services import locked
from lms.certification.services.decisions import check_signed
from lms.certification.services.identity import note_written
from lms.people.models import User
from lms.people.rules import Role
from lms.refusal import Refused


@dataclass(frozen=True, slots=True)
class Made:
    """A file for who asked for it: its bytes are in this answer and nowhere else."""

    name: str
    content: bytes


@transaction.atomic
def save_account(*, by: User, session: CertificationSession, emitter: str, certifier: str, contract: str, declares: str) -> DepositAccount:
    """Keep what the Caisse des Dépôts gave the certifier, and whom they declare. Refused: another role, an unknown choice."""
    if by.role is not Role.COORDINATOR:
        raise Refused("role_not_allowed", _("Les identifiants du dépôt sont tenus par la coordination."))
    if declares not in DepositAccount.Declares.values:
        raise Refused("declares_unknown", _("Choisissez qui est déclaré, dans la liste."))
    told = {"emitter": emitter, "certifier": certifier, "contract": contract, "declares": declares, "saved_at": clock.now(), "saved_by": by}
    account, _made = DepositAccount.objects.update_or_create(framework=session.certification.framework, defaults=told)
    return account


@sensitive_variables()
@transaction.atomic
def make_file(*, by: User, session: CertificationSession, key: UUID, left_out: Collection[UUID] = ()) -> Made:
    """The file of a closed session, less the candidates named in `left_out`; who took it, and its digest, are kept, the file is not.

    The same `key` again gives the same file. Refused: somebody who neither coordinates nor sits in this jury while it may read; a session
    that is not closed; a correction that a member may still sign and has not; anything missing or wrong; a file that would no longer be the one of that key.
    """
    if by.role not in (Role.COORDINATOR, Role.CERTIFIER) or not CertificationSession.objects.visible_to(by).filter(pk=session.pk).exists():
        raise Refused(
            "role_not_allowed", _("Le fichier est pris par la coordination, ou par le jury pendant que la session lui est ouverte.")
        )
    if session.closed_at is None:
        raise Refused("session_open", _("La session n'est pas close : une décision peut encore changer. Le jury la clôt d'abord."))
    locked(session, may_be_closed=True)  # a double click is taken one after the other
    check_signed(session)
    already = DepositFile.objects.filter(uuid=key, session=session, made_by=by).first()
    made_at = already.made_at if already else clock.now()
    out = {str(one) for one in left_out}
    account = account_of(session)
    everyone = declared_of(session, account)
    about = [one for one in everyone if one.passage.technical_id not in out]
    content = accrochage_bytes(flow_of(session, account, about, identifier=str(key), made_at=made_at), clock.today())
    digest = hashlib.sha256(content).hexdigest()
    if already and already.sha256 != digest:
        raise Refused("file_changed", _("Quelque chose a changé depuis ce fichier. Rouvrez la page pour en prendre un nouveau."))
    if not already:
        DepositFile.objects.create(
            uuid=key, session=session, made_at=made_at, made_by=by, sha256=digest, declared=[one.passage.technical_id for one in about],
            left_out=[one.passage.technical_id for one in everyone if one.passage.technical_id in out],
        )  # fmt: skip
        note_written(by=by, trainees=[one.candidate.trainee for one in about])
    return Made(f"accrochage-{slugify(session.name)[:60]}-{made_at:%Y-%m-%d}.xml", content)
