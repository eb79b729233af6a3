"""Badges given and revoked, as xAPI. No name, no reason: the badge is known by its id."""

from datetime import datetime

from competencies.models import Competency
from competencies.statements import competency_activity
from lms.badges.models import Badge, PriorBadge
from lms.badges.selectors import Achievement
from lms.people.models import User
from lms.people.statements import agent_of
from lms.records import vocabulary as v
from lms.records.statements import Json, activity, build


def badge_earned(*, badge: Badge, what: Achievement, by: User, at: datetime) -> Json:
    type_iri = v.TYPE_COMPETENCY if what.kind == "competency" else v.TYPE_BLOCK
    return build(
        actor=agent_of(badge.trainee), verb=v.EARNED, object_=_badge(badge), at=at, instructor=agent_of(by),
        grouping=[activity(what.kind, what.uuid, type_iri, f"{what.code} {what.label}")],
    )  # fmt: skip


def badge_revoked(*, badge: Badge, by: User, at: datetime) -> Json:
    return build(actor=agent_of(badge.trainee), verb=v.BADGE_REVOKED, object_=_badge(badge), at=at, instructor=agent_of(by))


def prior_recognised(*, prior: PriorBadge, competency: Competency, level: int | None, by: User, at: datetime) -> Json:
    """A badge of elsewhere was recognised as prior learning in a competency, as an asked review is (`competencies.statements`)."""
    return build(
        actor=agent_of(prior.trainee), verb=v.REVIEW_GRANTED, object_=competency_activity(competency), at=at, instructor=agent_of(by),
        extensions={v.EXT_REQUEST: "prior", v.EXT_JUDGEMENT: str(prior.uuid), v.EXT_LEVEL: level},
    )  # fmt: skip


def _badge(badge: Badge) -> Json:
    return activity("badge", badge.uuid, v.TYPE_BADGE, badge.title)
