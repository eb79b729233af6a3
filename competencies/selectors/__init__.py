"""Questions about what can be done: levels of one person, of a cohort, and how they came over time.

Trainees are named by primary keys that a caller took from `visible_to`: nothing here decides who may see. Each function
costs a fixed number of queries, whatever the number of trainees.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from competencies.models import Association, Block, Competency, Criterion, Evidence, Level, LevelMove, Standing
from competencies.rules import DECIDING, HIGHEST, state_of_level
from lms import clock
from lms.prepared import prepared

LEVELS = range(HIGHEST + 1)
DEFAULT_ACQUIRED_AT = 3  # of a scale that has no words yet


@dataclass(frozen=True, slots=True)
class CompetencyHead:
    """A competency as tables name it."""

    pk: int
    uuid: UUID
    code: str
    label: str
    plain_label: str
    block_code: str
    block_label: str


@dataclass(frozen=True, slots=True)
class ScaleWords:
    """A scale: from which level a competency counts as acquired, and the words of each level for staff and for trainees."""

    acquired_at: int
    labels: Mapping[int, str]
    plain_labels: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """The level of one person in one competency; `since`, `occasion` and `rule` are empty where nothing is proven."""

    competency: CompetencyHead
    level: int
    state: str
    word: str
    since: datetime | None = None
    occasion: UUID | None = None
    rule: str = ""
    statement_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """What a cohort acquired in the week that starts on `monday`, and in all since the beginning."""

    monday: date
    acquired: int
    total: int


def competencies_of(framework: int) -> list[CompetencyHead]:
    """The published competencies of a framework, in its order. One query."""
    return [CompetencyHead(*row) for row in _heads(framework)]


@prepared
def _heads(framework: int) -> QuerySet[Competency, Any]:
    rows = Competency.objects.filter(block__framework=framework, live=True).order_by("block__sort_order", "block_id", "position", "pk")
    return rows.values_list("pk", "uuid", "code", "label", "plain_label", "block__code", "block__label")  # type: ignore[no-any-return]  # Wagtail carries no types


def scale_of(framework: int) -> ScaleWords:
    """The scale of a framework. One query."""
    rows = _words(framework)
    return ScaleWords(
        acquired_at=rows[0][3] if rows else DEFAULT_ACQUIRED_AT,
        labels={value: label for value, label, _plain, _at in rows},
        plain_labels={value: plain for value, _label, plain, _at in rows},
    )


@prepared
def _words(framework: int) -> QuerySet[Level, Any]:
    levels = Level.objects.filter(scale__frameworks=framework)
    return levels.values_list("value", "label", "plain_label", "scale__acquired_at")  # type: ignore[no-any-return]  # Wagtail carries no types


def profiles_of(trainees: Collection[int], framework: int) -> dict[int, list[ProfileRow]]:
    """Every competency of the framework for each trainee, those never seen at level 0, in the framework's order. Three queries."""
    heads, scale = competencies_of(framework), scale_of(framework)
    kept = Standing.objects.filter(trainee__in=trainees, competency__block__framework=framework)
    standings = {
        (row[0], row[1]): row[2:]
        for row in kept.values_list("trainee_id", "competency_id", "level", "since", "occasion", "rule", "statement_id")
    }
    return {
        trainee: [_profile_row(head, scale, standings.get((trainee, head.pk), (0, None, None, "", None))) for head in heads]
        for trainee in trainees
    }


def profile_of(trainee: int, framework: int) -> list[ProfileRow]:
    """The same for one trainee."""
    return profiles_of([trainee], framework)[trainee]


def _profile_row(head: CompetencyHead, scale: ScaleWords, kept: tuple[int, datetime | None, UUID | None, str, UUID | None]) -> ProfileRow:
    level = kept[0]
    return ProfileRow(head, level, state_of_level(level, scale.acquired_at), scale.labels.get(level, str(level)), *kept[1:])


def cohort_matrix(trainees: Collection[int], framework: int) -> dict[int, dict[int, int]]:
    """Proven levels: trainee -> competency -> level, level 0 left out. One query."""
    matrix: dict[int, dict[int, int]] = {trainee: {} for trainee in trainees}
    for trainee, competency, level in _levels(list(trainees), framework):
        matrix[trainee][competency] = level
    return matrix


@prepared
def _levels(trainees: list[int], framework: int) -> QuerySet[Standing, Any]:
    kept = Standing.objects.filter(trainee__in=trainees, competency__block__framework=framework)
    return kept.values_list("trainee_id", "competency_id", "level")


def level_counts(trainees: Collection[int], heads: Collection[CompetencyHead]) -> dict[int, list[int]]:
    """How many of the trainees stand at each level 0-4, per competency. One query, counted by the database."""
    counts = {head.pk: [0] * len(LEVELS) for head in heads}
    for competency, level, number in _level_counts(list(trainees), list(counts)):
        counts[competency][level] = number
    for row in counts.values():
        row[0] = len(trainees) - sum(row[1:])
    return counts


@prepared
def _level_counts(trainees: list[int], competencies: list[int]) -> QuerySet[Standing, Any]:
    kept = Standing.objects.filter(trainee__in=trainees, competency__in=competencies)
    return kept.values_list("competency_id", "level").annotate(number=Count("pk"))


def acquired_counts(trainees: Collection[int]) -> dict[int, tuple[int, int]]:
    """Per trainee: competencies acquired, and those begun but not yet acquired. One query."""
    is_acquired = Q(level__gte=F("competency__block__framework__scale__acquired_at"))
    kept = Standing.objects.filter(trainee__in=trainees, level__gte=1).values_list("trainee_id")
    rows = kept.annotate(acquired=Count("pk", filter=is_acquired), begun=Count("pk", filter=~is_acquired))
    return {**dict.fromkeys(trainees, (0, 0)), **{trainee: (acquired, begun) for trainee, acquired, begun in rows}}


@dataclass(frozen=True, slots=True)
class Proof:
    """One competency seen on one occasion: the lowest level over its criteria, and when."""

    trainee: int
    competency: int
    occasion: UUID
    level: int
    at: datetime


def proofs_of(trainees: Collection[int], framework: int) -> list[Proof]:
    """Every occasion that still counts, of these trainees. One query."""
    return [Proof(*row) for row in _proofs(list(trainees), framework)]


def evidence_counts(trainees: Collection[int], framework: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Per (trainee, competency): on how many occasions it was seen, and by how many assessors; absent where never. One query."""
    return {
        (trainee, competency): (occasions, assessors) for trainee, competency, occasions, assessors in _evidence(list(trainees), framework)
    }


@prepared
def _evidence(trainees: list[int], framework: int) -> QuerySet[Evidence, Any]:
    return (
        _assessed(trainees, framework)
        .values_list("trainee_id", "competency_id")
        .annotate(occasions=Count("occasion", distinct=True), assessors=Count("assessor", distinct=True))
    )


def first_acquired(trainees: Collection[int], framework: int, acquired_at: int) -> dict[tuple[int, int], datetime]:
    """When each (trainee, competency) that stands at `acquired_at` or above first came there; absent where none does. One query."""
    return {(trainee, competency): first for trainee, competency, first in _acquired(list(trainees), framework, acquired_at)}


@prepared
def _acquired(trainees: list[int], framework: int, acquired_at: int) -> QuerySet[LevelMove, Any]:
    """Read from moves, not from evidence: a competency is acquired once, and seen many times."""
    stands = Standing.objects.filter(trainee=OuterRef("trainee"), competency=OuterRef("competency"), level__gte=acquired_at)
    moves = LevelMove.objects.filter(trainee__in=trainees, competency__block__framework=framework)
    moves = moves.filter(before__lt=acquired_at, after__gte=acquired_at).filter(Exists(stands))
    return moves.values_list("trainee_id", "competency_id").annotate(first=Min("at"))


def acquired_by_week(trainees: Collection[int], framework: int, acquired_at: int) -> list[Week]:
    """Competencies acquired week after week, from the first to this one: each that stands at `acquired_at` or above counts once, when it first came there. One query."""
    firsts = first_acquired(trainees, framework, acquired_at)
    moments = Counter(firsts.values())  # one judgement acquires several competencies at once: each moment is placed once
    numbers: Counter[date] = Counter()
    for moment, number in moments.items():
        numbers[_monday(timezone.localdate(moment))] += number
    return _weeks(numbers, until=_monday(clock.today()))


@prepared
def _proofs(trainees: list[int], framework: int) -> QuerySet[Evidence, Any]:
    """The occasions on which an assessor saw a competency, each with its lowest level and when."""
    seen = _assessed(trainees, framework)
    return seen.values_list("trainee_id", "competency_id", "occasion").annotate(lowest=Min("level"), first=Min("at"))


def _assessed(trainees: list[int], framework: int) -> QuerySet[Evidence]:
    counts = Evidence.objects.filter(withdrawn_at=None, kind__in=sorted(DECIDING))
    return counts.filter(trainee__in=trainees, competency__block__framework=framework)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weeks(numbers: Mapping[date, int], *, until: date) -> list[Week]:
    if not numbers:
        return []
    weeks, total, monday = [], 0, min(numbers)
    while monday <= max(until, *numbers):
        total += numbers.get(monday, 0)
        weeks.append(Week(monday, numbers.get(monday, 0), total))
        monday += timedelta(days=7)
    return weeks


def framework_of_item(uuid: UUID) -> int | None:
    """The framework that holds the block, competency or criterion of that identifier, by primary key. At most three queries."""
    ways = (
        (Block.objects, "framework_id"), (Competency.objects.filter(live=True), "block__framework_id"),
        (Criterion.objects.filter(competency__live=True), "competency__block__framework_id"),
    )  # fmt: skip
    return next((found for rows, way in ways if (found := rows.filter(uuid=uuid).values_list(way, flat=True).first())), None)


def place_identifier(origin: object, parent: object) -> UUID:
    """The CASE association that says that `origin` stands under `parent`, where none came with them: always the same for these two."""
    return uuid5(UUID(str(origin)), f"isChildOf {parent}")


def framework_of_association(uuid: UUID) -> int | None:
    """The framework that states the association of that identifier: one that came with it, or one that says where an item stands."""
    kept = Association.objects.filter(uuid=uuid).values_list("framework", flat=True).first()
    if kept:
        return kept
    places = (
        Block.objects.filter(parent=None).values_list("uuid", "framework__uuid", "framework"),
        Block.objects.exclude(parent=None).values_list("uuid", "parent__uuid", "framework"),
        Competency.objects.values_list("uuid", "block__uuid", "block__framework"),
        Competency.objects.values_list("uuid", "block__framework__uuid", "block__framework"),  # of a block that stands for the document
        Criterion.objects.values_list("uuid", "competency__uuid", "competency__block__framework"),
    )
    return next((pk for rows in places for origin, parent, pk in rows.iterator() if place_identifier(origin, parent) == uuid), None)
