"""Trainees of a cohort by level, groups proposed among them, and the groups kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from competencies.rules import HIGHEST, LOWEST
from competencies.selectors import CompetencyHead, cohort_matrix
from lms.exports.selectors import Follower
from lms.home.rules.groups import alike, balanced, number_of_groups
from lms.people.models import Cohort, User, WorkingGroup, WorkingGroupMember

MANNERS: dict[str, Callable[[Mapping[int, int], int], list[list[int]]]] = {"melange": balanced, "niveau": alike}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trainee found by level: the level in each competency asked (none asked: none), and their sum, over all when none is."""

    trainee: int
    uuid: UUID
    name: str
    levels: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Team:
    """One group proposed or kept: its number from 1, who is in it."""

    number: int
    people: Sequence[Candidate]

    @property
    def total(self) -> int:
        return sum(person.total for person in self.people)


def candidates(
    followers: Sequence[Follower], asked: Sequence[CompetencyHead], *, lowest: int = LOWEST, highest: int = HIGHEST
) -> list[Candidate]:
    """Those whose level is between the two, both included, in every competency asked; nobody is left out when none is. One query."""
    if not followers:
        return []
    matrix = cohort_matrix([follower.trainee for follower in followers], followers[0].framework)
    found = []
    for follower in followers:
        own = matrix[follower.trainee]
        levels = tuple(own.get(head.pk, LOWEST) for head in asked)
        if all(lowest <= level <= highest for level in levels):
            total = sum(levels) if asked else sum(own.values())
            found.append(Candidate(follower.trainee, follower.uuid, f"{follower.last_name} {follower.first_name}", levels, total))
    return found


def proposal(people: Sequence[Candidate], manner: str, *, size: int | None = None, count: int | None = None) -> list[Team]:
    """These people in groups that mix levels (`melange`) or hold like ones (`niveau`); any other manner: all in one."""
    if not people:
        return []
    known = {person.trainee: person for person in people}
    weights = {person.trainee: person.total for person in people}
    share = MANNERS.get(manner)
    shared = share(weights, number_of_groups(len(people), size=size, count=count)) if share else [list(known)]
    return [
        Team(number, sorted((known[one] for one in group), key=lambda person: (person.name, person.trainee)))
        for number, group in enumerate(shared, 1)
    ]


def groups_of(cohort: Cohort, *, seen_by: User) -> QuerySet[WorkingGroup]:
    """The groups kept of a cohort, the newest first, with `people` and `teams` counted. One query."""
    rows = WorkingGroup.objects.visible_to(seen_by).filter(cohort=cohort).select_related("made_by")
    return rows.annotate(people=Count("members"), teams=Max("members__team"))


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One trainee of a group kept."""

    team: int
    uuid: UUID
    last_name: str
    first_name: str


def members_of(group: WorkingGroup, *, seen_by: User) -> list[MemberRow]:
    """Who is in a group, team by team, of those whom `seen_by` may still read. One query."""
    rows = WorkingGroupMember.objects.visible_to(seen_by).filter(group=group)
    return [MemberRow(*row) for row in rows.values_list("team", "trainee__uuid", "trainee__last_name", "trainee__first_name")]
