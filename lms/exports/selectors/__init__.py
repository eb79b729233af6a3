"""The rows of a progress report: the same for the screen, for the files and for the figures (product.md law 9).

A caller names trainees by `Follower` rows, made from enrolments that came through `visible_to`. Each function costs a
fixed number of queries, whatever the number of trainees. Minutes everywhere; None where nothing records them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from assessments.models import Judgement, Observation
from assessments.rules import both_names
from competencies.selectors import ProfileRow, profiles_of
from curriculum.models import Enrolment
from curriculum.rules import COUNTED_KINDS, KINDS
from curriculum.selectors.cohort import (
    Minutes,
    PlannedModule,
    RunRow,
    counted_visits,
    followers,
    minutes_by_trainee,
    modules_planned,
    outing_minutes,
    runs_of,
)
from lms.people.models import Cohort, User
from lms.people.rules import Role
from lms.prepared import prepared
from lms.records.models import HOME
from lms.records.selectors.statements import count_of_actors, statements_of_actors
from lms.records.statements import exact, identity_of


@dataclass(frozen=True, slots=True)
class Follower:
    """One trainee on one programme in one cohort: who they are for a report."""

    trainee: int
    uuid: UUID
    last_name: str
    first_name: str
    cohort: str
    site: str
    programme: int
    programme_title: str
    framework: int
    enrolled_at: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of one kind. None: nothing records them, a report says « non renseigné »."""

    planned: int
    done: int | None
    proven: int | None

    @property
    def is_empty(self) -> bool:
        return not (self.planned or self.done or self.proven)


@dataclass(frozen=True, slots=True)
class HoursRow:
    """The hours of one module (or of the outings, whose `code` is empty) for one trainee, per kind."""

    code: str
    title: str
    block_code: str
    block_label: str
    kinds: Mapping[str, Hours]


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One competency of one trainee, with what proves its level; `profile.occasion` is the uuid of the judgement or of the
    observation on the spot, which has no version."""

    profile: ProfileRow
    assessor: str = ""
    work: str = ""
    version: int | None = None
    statement_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Everything a report says of one trainee."""

    who: Follower
    hours: Sequence[HoursRow]
    runs: Sequence[RunRow]
    levels: Sequence[LevelRow]
    modules: frozenset[int]

    def total(self, kind: str) -> Hours:
        """Minutes of one kind over all modules and outings."""
        parts = [row.kinds[kind] for row in self.hours]
        return Hours(sum(part.planned for part in parts), _sum([part.done for part in parts]), _sum([part.proven for part in parts]))

    def in_state(self, state: str) -> int:
        """Competencies that stand at one state: acquired, in_progress or not_seen."""
        return sum(row.profile.state == state for row in self.levels)


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


FOLLOWER_COLUMNS = (
    "trainee_id", "trainee__uuid", "trainee__last_name", "trainee__first_name", "cohort__name", "cohort__site__name",
    "programme_id", "programme__title", "programme__framework_id", "enrolled_at",
)  # fmt: skip


def followers_in(*, seen_by: User, cohort: Cohort, programme: int) -> list[Follower]:
    """Who follows a programme in a cohort, of those whom `seen_by` may read. One query."""
    rows = _followers_in(seen_by.pk, seen_by.role, cohort.pk, programme) if seen_by.role else []
    return [Follower(*(*row[:4], cohort.name, cohort.site.name, *row[6:])) for row in rows]


@prepared
def _followers_in(seen_by: int, role: Role, cohort: int, programme: int) -> QuerySet[Enrolment, Any]:
    seen = followers(seen_by=User.known(seen_by, role), cohort=Cohort(pk=cohort)).filter(programme=programme)
    return seen.values_list(*FOLLOWER_COLUMNS)


def followers_of(enrolments: QuerySet[Enrolment], *, cohort: Cohort | None = None) -> list[Follower]:
    """Who is enrolled, in the order given; a report about a cohort names that one. One query."""
    found = [Follower(*row) for row in enrolments.values_list(*FOLLOWER_COLUMNS)]
    return [replace(row, cohort=cohort.name, site=cohort.site.name) for row in found] if cohort else found


def is_judged() -> Exists:
    """For a visit: an assessor judged the work of that step. The proven hours, until attendance is signed."""
    return Exists(
        Judgement.objects.filter(
            released_at__isnull=False, submission__trainee=OuterRef("run__trainee"), submission__practical=OuterRef("step")
        )
    )


def hours_of(planned: int, kind: str, done: int, proven: int) -> Hours:
    """What is known of one kind. Nothing records attendance yet: only practical work can say that nothing is proven, and
    culture, which outings make, that nothing is done."""
    return Hours(planned, done if done or kind in COUNTED_KINDS else None, proven if proven or kind == "practical" else None)


def records_of(about: Sequence[Follower]) -> Iterator[Record]:
    """The record of each follower, in the order given. Two queries a programme and eight for all the trainees."""
    trainees = [follower.trainee for follower in about]
    minutes = minutes_by_trainee(counted_visits(trainees), is_proven=is_judged())
    runs = runs_of(trainees)
    acts = _judgements_of(trainees) | _observations_of(trainees)
    plans = {programme: (modules_planned(programme), outing_minutes(programme)) for programme in {row.programme for row in about}}
    profiles = {framework: profiles_of(trainees, framework) for framework in {row.framework for row in about}}
    for follower in about:
        modules, outings = plans[follower.programme]
        own = frozenset(module.pk for module in modules)
        yield Record(
            who=follower,
            hours=_hours_rows(modules, outings, minutes.get(follower.trainee, {})),
            runs=[run for run in runs[follower.trainee] if run.module in own],
            levels=[_level_row(row, acts) for row in profiles[follower.framework][follower.trainee]],
            modules=own,
        )


def _hours_rows(modules: Sequence[PlannedModule], outings: int, minutes: Mapping[tuple[int, str], Minutes]) -> list[HoursRow]:
    rows = []
    for module in modules:
        kinds = {kind: hours_of(module.planned[kind], kind, *minutes.get((module.pk, kind), (0, 0))) for kind in KINDS}
        if not all(hours.is_empty for hours in kinds.values()):
            rows.append(HoursRow(module.code, module.title, module.block_code, module.block_label, kinds))
    if outings:
        kinds = {kind: Hours(0, None, None) for kind in COUNTED_KINDS} | {"culture": Hours(outings, None, None)}
        rows.append(HoursRow("", "Sorties culturelles", "", "", kinds))
    return rows


def _judgements_of(trainees: Sequence[int]) -> dict[UUID, tuple[str, str, int | None, UUID]]:
    released = Judgement.objects.filter(submission__trainee__in=trainees, released_at__isnull=False)
    fields = (
        "uuid", "assessor__first_name", "assessor__last_name", "co_assessor__first_name", "co_assessor__last_name", "submission__practical__title", "submission__number", "statement_id",
    )  # fmt: skip
    return {
        uuid: (both_names(f"{first} {last}".strip(), f"{co_first or ''} {co_last or ''}".strip()), title, number, statement)
        for uuid, first, last, co_first, co_last, title, number, statement in released.values_list(*fields)
        if statement
    }


def _observations_of(trainees: Sequence[int]) -> dict[UUID, tuple[str, str, int | None, UUID]]:
    seen = Observation.objects.filter(trainee__in=trainees)
    fields = ("uuid", "assessor__first_name", "assessor__last_name", "practical__title", "rubric__title", "statement_id")
    return {
        uuid: (f"{first} {last}".strip(), f"{work or rubric} (vu sur place)", None, statement)
        for uuid, first, last, work, rubric, statement in seen.values_list(*fields)
    }


def _level_row(row: ProfileRow, acts: Mapping[UUID, tuple[str, str, int | None, UUID]]) -> LevelRow:
    proof = acts.get(row.occasion) if row.occasion else None
    return LevelRow(row, *proof) if proof else LevelRow(row)


def statement_texts_of(people: Sequence[UUID]) -> Iterator[str]:
    """Every statement about these people as the store gives it back, as they were stored, with the ones that void any of them."""
    return (exact(kept) for kept in statements_of_actors(HOME, [identity_of(uuid) for uuid in people]))


def statement_count_of(people: Sequence[UUID]) -> int:
    """How many statements have these people as their actor."""
    return count_of_actors(HOME, [identity_of(uuid) for uuid in people])
