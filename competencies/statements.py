"""Levels gained and withdrawn, as xAPI."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from competencies.models import Competency
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
    """The kept level moved: mastered from the marker on, progressed below it, withdrawn when it went down."""
    verb = v.LEVEL_LOST if after < before else v.MASTERED if after >= acquired_at else v.PROGRESSED
    return build(
        actor=agent_of(trainee),
        verb=verb,
        object_=competency_activity(competency),
        at=at,
        instructor=agent_of(by),
        result={"score": {"raw": after, "min": 0, "max": 4}},
        extensions={v.EXT_LEVEL: after, v.EXT_LEVEL_BEFORE: before, v.EXT_RULE: rule, v.EXT_JUDGEMENT: str(occasion)},
    )


def competency_grouping(competencies: Sequence[Competency]) -> list[Json]:
    """Competencies as grouping activities of a learning fact."""
    return [competency_activity(competency) for competency in competencies]
