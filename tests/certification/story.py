"""A session under way, its jury and its candidates, made through the services."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from competencies.models import Block
from lms import clock
from lms.certification.models import Candidate, Certification, CertificationSession, JuryMember, Outcome, PresentedBlock
from lms.certification.services import add_member, create_session, present, save_certification
from lms.certification.services.decisions import decide
from lms.people.models import User
from lms.people.rules import Role
from tests.cast import Small, person, small
from tests.story import hand_in, judge


@dataclass
class Sitting:
    """The small world, what is certified there, a session that began yesterday, and who presides it."""

    small: Small
    certification: Certification
    session: CertificationSession
    president: User

    @property
    def block(self) -> Block:
        block: Block = self.small.competencies[0].block
        return block

    @property
    def member(self) -> JuryMember:
        return JuryMember.objects.get(session=self.session, user=self.president, removed_at=None)

    def candidate(self, trainee: User | None = None) -> Candidate:
        return Candidate.objects.select_related("trainee", "session__certification__framework").get(
            session=self.session, trainee=trainee or self.small.trainee, withdrawn_at=None
        )

    def presented(self, trainee: User | None = None) -> PresentedBlock:
        rows = PresentedBlock.objects.select_related("block", "candidate__trainee", "candidate__session__certification__framework")
        return rows.get(candidate=self.candidate(trainee))

    def decide(self, outcome: str = Outcome.TOTAL, **said: Any) -> Any:
        return decide(by=said.pop("by", self.president), presented=self.presented(said.pop("trainee", None)), outcome=outcome, **said)


RULES: dict[str, Any] = {
    "title": "Opérateur numérique", "certifier": "IFOCOP", "kind": "", "code": "", "obtained_by": "PAR_ADMISSION", "acquired_percent": 100,
    "hours_percent": 0, "needs_validation": False, "access_days": 30, "reason": "",
}  # fmt: skip


def days(**others: Any) -> dict[str, Any]:
    """When and where, as a form says it: a session that began yesterday and ends tomorrow."""
    today = clock.today()
    return {
        "name": "Session de juin", "opens_on": today - timedelta(days=10), "starts_on": today - timedelta(days=1),
        "ends_on": today + timedelta(days=1), "mode": "EN_PRESENTIEL", "place": "12 rue des Forges, Antony", "postal_code": "92160",
        "time_words": "de 9 h à 17 h", **others,
    }  # fmt: skip


def certified(world: Small, **others: Any) -> Certification:
    said = {**RULES, "starts_on": clock.today() - timedelta(days=400), **others}
    return save_certification(by=world.coordinator, framework=world.programme.framework, **said)


def sitting(world: Small | None = None, *, president: User | None = None, is_presented: bool = True, **when: Any) -> Sitting:
    """A session with its president; the trainee, who has acquired the block, is presented unless told otherwise."""
    world = world or acquired()
    certification = certified(world)
    session = create_session(by=world.coordinator, key=uuid4(), certification=certification, **days(**when))
    president = president or person(Role.CERTIFIER, "Paule")
    add_member(by=world.coordinator, session=session, user=president, quality="infographiste", is_president=True)
    if is_presented:
        present(by=world.coordinator, session=session, trainees=[world.trainee])
    return Sitting(world, certification, session, president)


def acquired() -> Small:
    """The small world, its trainee judged at 3 on every competency."""
    world = small()
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    return world
