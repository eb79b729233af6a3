"""Who may hand a work in together, and who did."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from assessments.models import PracticalPage, Submission
from lms.people.models import Membership, User
from lms.people.rules import Role


@dataclass(frozen=True, slots=True)
class Mate:
    """Someone who handed the same work in: their name and their own version of it."""

    name: str
    version: UUID


def mates_of(user: User) -> QuerySet[User]:
    """The other trainees of the cohorts this person is in today, by first name."""
    mine = Membership.objects.filter(user=user.pk, left_at=None).values("cohort")
    mates = User.objects.with_role(Role.TRAINEE).filter(memberships__cohort__in=mine, memberships__left_at=None, is_active=True)
    return mates.exclude(pk=user.pk).order_by("first_name", "last_name", "pk").distinct()  # type: ignore[no-any-return]  # the manager is built by the library


def mates_for(user: User, practical: PracticalPage) -> list[User]:
    """Whom this person may name on that work: nobody where each hands in their own. One query at most."""
    return list(mates_of(user)) if practical.team_size > 1 else []


def mates_by_team(teams: Iterable[UUID | None]) -> dict[UUID, list[Mate]]:
    """Team -> all who handed in together, by name. One query, none where there is no team."""
    known = {team for team in teams if team}
    found: dict[UUID, list[Mate]] = {}
    if known:
        for version in Submission.objects.filter(team__in=known).select_related("trainee").order_by("trainee__first_name", "pk"):
            found.setdefault(version.team, []).append(Mate(str(version.trainee), version.uuid))  # type: ignore[arg-type]  # a team, by the filter
    return found
