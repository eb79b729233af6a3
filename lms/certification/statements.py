"""What happened on the road to a certificate, as xAPI. No name and no comment: a decision is known by its id."""

from datetime import datetime

from competencies.models import Block
from lms.certification.models import CertificationSession, Decision
from lms.people.models import User
from lms.people.statements import agent_of
from lms.records import vocabulary as v
from lms.records.statements import Json, activity, build


def presented(*, trainee: User, session: CertificationSession, blocks: list[Block], by: User, at: datetime) -> Json:
    """A trainee is presented at a session, with these blocks."""
    return build(
        actor=agent_of(trainee), verb=v.REGISTERED, object_=_session(session), at=at, instructor=agent_of(by),
        grouping=[_block(block) for block in blocks],
    )  # fmt: skip


def withdrawn(*, trainee: User, session: CertificationSession, by: User, at: datetime) -> Json:
    return build(actor=agent_of(trainee), verb=v.WITHDREW, object_=_session(session), at=at, instructor=agent_of(by))


def decided(*, decision: Decision, by: User) -> Json:
    """A jury decided of one block, maybe in place of what it had decided before."""
    candidate, block, corrects = decision.presented.candidate, decision.presented.block, decision.corrects
    before = {v.EXT_CORRECTS: str(corrects.uuid)} if corrects else {}
    return build(
        actor=agent_of(candidate.trainee), verb=v.JURY_DECIDED, object_=_block(block), at=decision.at, instructor=agent_of(by),
        grouping=[_session(candidate.session)],
        extensions={v.EXT_DECISION: str(decision.uuid), v.EXT_OUTCOME: decision.outcome, **before},
    )  # fmt: skip


def _session(session: CertificationSession) -> Json:
    return activity("session", session.uuid, v.TYPE_SESSION, session.name)


def _block(block: Block) -> Json:
    return activity("block", block.uuid, v.TYPE_BLOCK, f"{block.code} {block.label}")
