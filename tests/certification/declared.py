"""A closed session at which Inès's one block was validated, its certifier, and the account it is declared by."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from competencies.models import Block
from lms import clock
from lms.certification.models import (
    Candidate,
    Certification,
    CertificationSession,
    Decision,
    DecisionSignature,
    DepositAccount,
    JuryMember,
    PresentedBlock,
)
from lms.certification.services.deposits import save_account
from lms.certification.services.identity import save_identity
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import let_read
from tests.cast import Small, person, small
from tests.certification.civil import INES


@dataclass
class Declarable:
    """The small world, its session, its candidate, who sits in the jury."""

    small: Small
    session: CertificationSession
    candidate: Candidate
    certifier: User


def candidate_of(session: CertificationSession, trainee: User, by: User) -> Candidate:
    return Candidate.objects.create(session=session, trainee=trainee, added_at=clock.now(), added_by=by)


def decided(candidate: Candidate, block: Block, outcome: str, *, at: datetime | None = None, corrects: Decision | None = None) -> Decision:
    """What the jury said of one block."""
    presented, _made = PresentedBlock.objects.get_or_create(candidate=candidate, block=block, defaults={"is_eligible": True})
    member = JuryMember.objects.filter(session=candidate.session).first()
    made = Decision.objects.create(
        presented=presented, outcome=outcome, at=at or clock.now(), by=member, text="{}", statement_id=uuid4(), corrects=corrects,
        reason="Relu." if corrects else "",
    )  # fmt: skip
    if member:
        DecisionSignature.objects.create(decision=made, member=member, at=made.at, text="{}", jws="")
    return made


def session_of(world: Small, certifier: User, *, is_closed: bool = True) -> CertificationSession:
    today = clock.today()
    certification = Certification.objects.filter(framework=world.programme.framework).first() or Certification.objects.create(
        framework=world.programme.framework, number=1, title="Opérateur numérique", certifier="IFOCOP", kind="RNCP", code="RNCP00000",
        starts_on=today, made_at=clock.now(), made_by=world.coordinator,
    )  # fmt: skip
    session = CertificationSession.objects.create(
        certification=certification, name="Jury d'automne", opens_on=today, starts_on=today, ends_on=today, place="Antony", postal_code="92160",
        made_at=clock.now(), made_by=world.coordinator, closed_at=clock.now() if is_closed else None,
        closed_by=world.coordinator if is_closed else None,
    )  # fmt: skip
    JuryMember.objects.create(session=session, user=certifier, name=str(certifier))
    return session


def opened_to(session: CertificationSession, certifier: User, *trainees: User, days: int = 30) -> None:
    now = clock.now()
    let_read(
        session=session.uuid, readers=[certifier.pk], trainees=[one.pk for one in trainees], opens_at=now - timedelta(days=40),
        closes_at=now + timedelta(days=days),
    )  # fmt: skip


def declarable(*, with_account: bool = True, with_identity: bool = True, is_closed: bool = True) -> Declarable:
    world, certifier = small(), person(Role.CERTIFIER, "Claire")
    session = session_of(world, certifier, is_closed=is_closed)
    candidate = candidate_of(session, world.trainee, world.coordinator)
    decided(candidate, world.competencies[0].block, "total")
    opened_to(session, certifier, world.trainee)
    if with_account:
        save_account(
            by=world.coordinator, session=session, emitter="03ABC123", certifier="03ABC123", contract="MCFCER000001",
            declares=DepositAccount.Declares.WHOLE,
        )  # fmt: skip
    if with_identity:
        save_identity(by=world.coordinator, trainee=world.trainee, civil=INES)
    return Declarable(world, session, candidate, certifier)
