"""Levels gained and withdrawn, as xAPI."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from competencies.models import Block, Competency, Evidence, ReviewRequest
from lms.people.models import User
from lms.people.statements import agent_of
from lms.records import vocabulary as v
from lms.records.statements import Json, activity, build


def competency_activity(competency: Competency) -> Json:
    return activity("competency", competency.uuid, v.TYPE_COMPETENCY, f"{competency.code} {competency.label}")


def level_moved(
    *,
    trainee: User,
    competency: Competency,
    before: int,
    after: int,
    acquired_at: int,
    rule: str,
    occasion: UUID | None,
    by: User,
    at: datetime,
) -> Json:
    """The kept level moved: mastered from the marker on, progressed below it, withdrawn when it went down. Why is free text: it stays in the product.

    Without an instructor where the trainee's own act moved it: a quiz that completes what a rule asks for.
    """
    verb = v.LEVEL_LOST if after < before else v.MASTERED if after >= acquired_at else v.PROGRESSED
    return build(
        actor=agent_of(trainee),
        verb=verb,
        object_=competency_activity(competency),
        at=at,
        instructor=None if by == trainee else agent_of(by),
        result={"score": {"raw": after, "min": 0, "max": 4}},
        extensions={v.EXT_LEVEL: after, v.EXT_LEVEL_BEFORE: before, v.EXT_RULE: rule, v.EXT_JUDGEMENT: str(occasion)},
    )


def proof_set_aside(*, evidence: Evidence, trainee: User, by: User, at: datetime) -> Json:
    """A fact that stays true no longer proves anything of a competency; whether its level moved is told apart."""
    return build(
        actor=agent_of(trainee), verb=v.PROOF_SET_ASIDE, object_=competency_activity(evidence.competency), at=at, instructor=agent_of(by),
        extensions={v.EXT_EVIDENCE_KIND: evidence.kind, v.EXT_JUDGEMENT: str(evidence.occasion)},
    )  # fmt: skip


def level_decided(*, trainee: User, competency: Competency, level: int, occasion: UUID, by: User, at: datetime) -> Json:
    """A named person set the level; why is free text and stays in the product."""
    return build(
        actor=agent_of(trainee),
        verb=v.CONFIRMED,
        object_=competency_activity(competency),
        at=at,
        instructor=agent_of(by),
        result={"score": {"raw": level, "min": 0, "max": 4}},
        extensions={v.EXT_LEVEL: level, v.EXT_JUDGEMENT: str(occasion)},
    )


def level_carried(
    *, trainee: User, competency: Competency, sources: Sequence[Competency], level: int, occasion: UUID, by: User, at: datetime
) -> Json:
    """A level proven in `sources` comes into the competency of the next version that replaces them; why is free text and stays here."""
    return build(
        actor=agent_of(trainee), verb=v.CONFIRMED, object_=competency_activity(competency), at=at, instructor=agent_of(by),
        grouping=competency_grouping(sources), result={"score": {"raw": level, "min": 0, "max": 4}},
        extensions={v.EXT_LEVEL: level, v.EXT_EVIDENCE_KIND: "carried", v.EXT_JUDGEMENT: str(occasion)},
    )  # fmt: skip


def review_asked(*, trainee: User, competency: Competency, kind: str, at: datetime) -> Json:
    """A trainee asked about a level; their words stay in the product."""
    return build(
        actor=agent_of(trainee), verb=v.REVIEW_ASKED, object_=competency_activity(competency), at=at, extensions={v.EXT_REQUEST: kind}
    )


def observation_planned(*, request: ReviewRequest, by: User, at: datetime) -> Json:
    """An assessor takes a request to be seen: an observation is to come."""
    return build(
        actor=agent_of(request.trainee), verb=v.PLANNED, object_=competency_activity(request.competency), at=at, instructor=agent_of(by),
        extensions={v.EXT_REQUEST: request.kind, v.EXT_JUDGEMENT: str(request.uuid)},
    )  # fmt: skip


def review_answered(*, request: ReviewRequest, by: User, is_granted: bool, level: int | None, at: datetime) -> Json:
    """An assessor answered it for good; `level` is what prior learning was recognised at."""
    extensions: Json = {v.EXT_REQUEST: request.kind, v.EXT_JUDGEMENT: str(request.uuid)} | ({} if level is None else {v.EXT_LEVEL: level})
    return build(
        actor=agent_of(request.trainee), verb=v.REVIEW_GRANTED if is_granted else v.REVIEW_DECLINED,
        object_=competency_activity(request.competency), at=at, instructor=agent_of(by), extensions=extensions,
    )  # fmt: skip


def opinion_noted(*, trainee: User, competencies: Sequence[Competency], kind: str, occasion: UUID, by: User, at: datetime) -> Json:
    """What a client, a tutor or another system said of a trainee, noted by a person; the words stay in the product."""
    return build(
        actor=agent_of(trainee), verb=v.COMMENTED_ON, object_=competency_activity(competencies[0]), at=at, instructor=agent_of(by),
        grouping=competency_grouping(competencies[1:]), extensions={v.EXT_EVIDENCE_KIND: kind, v.EXT_JUDGEMENT: str(occasion)},
    )  # fmt: skip


def refreshed(*, trainee: User, competency: Competency, level: int, rule: str, by: User, at: datetime) -> Json:
    """What was acquired was shown again: the proof is fresh for another time."""
    return build(
        actor=agent_of(trainee),
        verb=v.REFRESHED,
        object_=competency_activity(competency),
        at=at,
        instructor=agent_of(by),
        extensions={v.EXT_LEVEL: level, v.EXT_RULE: rule},
    )


def block_validated(*, trainee: User, block: Block, levels: dict[str, int], rule: str, by: User, at: datetime) -> Json:
    """An assessor validated a whole block; `levels` by the codes of its competencies."""
    return build(
        actor=agent_of(trainee),
        verb=v.BLOCK_VALIDATED,
        object_=activity("block", block.uuid, v.TYPE_BLOCK, f"{block.code} {block.label}"),
        at=at,
        instructor=agent_of(by),
        extensions={v.EXT_LEVEL: levels, v.EXT_RULE: rule},
    )


def competency_grouping(competencies: Sequence[Competency]) -> list[Json]:
    """Competencies as grouping activities of a learning fact."""
    return [competency_activity(competency) for competency in competencies]
