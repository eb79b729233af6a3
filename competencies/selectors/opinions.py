"""What was asked of people outside about a trainee, and what a link opens."""

from dataclasses import dataclass
from itertools import groupby

from competencies.models import OpinionLine, OpinionRequest
from competencies.models.opinion import digest_of
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class AskedOpinion:
    """One link with each competency that it asks about, and what was answered."""

    asked: OpinionRequest
    lines: list[OpinionLine]


def opinions_of(trainee: User) -> list[AskedOpinion]:
    """Every link made about a trainee, the newest first. One query."""
    rows = OpinionLine.objects.filter(request__trainee=trainee).select_related("competency", "request__asked_by")
    ordered = rows.order_by("-request__asked_at", "-request__pk", "position")
    grouped = (list(lines) for _pk, lines in groupby(ordered, key=lambda line: line.request_id))
    return [AskedOpinion(lines[0].request, lines) for lines in grouped]


def opinion_behind(secret: str) -> AskedOpinion | None:
    """What the link of that secret asks, whether it still opens or not. One query."""
    rows = OpinionLine.objects.filter(request__digest=digest_of(secret)).select_related(
        "competency", "request__trainee", "request__asked_by"
    )
    lines = list(rows.order_by("position"))
    return AskedOpinion(lines[0].request, lines) if lines else None
