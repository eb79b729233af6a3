"""What makes a level, as pure arithmetic. The order in which facts arrive never changes the outcome (product.md §3b)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

RULE_VERSION = "best-proven/1"
LOWEST, HIGHEST = 0, 4
DEFAULT_ACQUIRED_AT = 3

# Who saw what. A level rests on an assessor's act alone (product.md law 5); the rest is shown beside and counts towards the minimum.
DECIDING = frozenset({"judgement", "observation", "answer", "prior", "carried"})
SUPPORTING = frozenset({"quiz", "client", "tutor", "external"})
DECISION = "decision"  # a named person sets the level, with a reason; what was seen before no longer counts
EVIDENCE_KINDS = DECIDING | SUPPORTING | {DECISION}


@dataclass(frozen=True, slots=True)
class Observation:
    """One piece of evidence: a criterion (None: the whole competency) seen at `level` (0-4; None: no level was said) on one `occasion`."""

    occasion: UUID
    criterion: int | None
    level: int | None
    at: datetime
    kind: str = "judgement"
    assessor: int = 0


@dataclass(frozen=True, slots=True)
class Minimum:
    """What a level from the marker on rests on at least, counted over the occasions that reach the marker. 0 asks for nothing."""

    occasions: int = 0
    kinds: int = 0
    assessors: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """How evidence makes a level; `code` names it and its version. Only what its `kind` reads counts:

    best         the best occasion
    latest       the last occasion
    n_of_last    the level that at least `n` of the last `m` occasions reach
    decaying     each occasion weighs `weight` percent against all before it; what is left of a level is dropped
    all_criteria the lowest over all criteria of the best seen on each
    points       the highest level at which the criteria seen give `threshold` points, `required` ones among them
    """

    code: str = RULE_VERSION
    kind: str = "best"
    n: int = 1
    m: int = 1
    weight: int = 65
    points: tuple[tuple[int, int], ...] = ()
    required: frozenset[int] = frozenset()
    threshold: int = 0
    minimum: Minimum = field(default_factory=Minimum)
    valid_days: int | None = None


BEST_PROVEN = Policy()


@dataclass(frozen=True, slots=True)
class Reached:
    """The level proven and the occasion that completed its proof; level 0 and no occasion when nothing is.

    `recent` is what the policy alone would say of today: below `level`, staff are told, the level stays. `refresh_at` is when
    the proof grows old; the level stays then too.
    """

    level: int = 0
    occasion: UUID | None = None
    since: datetime | None = None
    recent: int = 0
    refresh_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What one occasion showed: `level` is the lowest over its criteria, `seen` each of them."""

    at: datetime
    occasion: UUID
    level: int
    kind: str
    assessor: int
    seen: tuple[tuple[int | None, int], ...]


def level_of_occasion(levels: Iterable[int | None]) -> int | None:
    """Within one judgement: the lowest mark over the criteria; "not observed" (None) is set aside. None if nothing was seen."""
    seen = [level for level in levels if level is not None]
    return min(seen) if seen else None


def level_reached(
    observations: Iterable[Observation],
    policy: Policy = BEST_PROVEN,
    *,
    criteria: Collection[int] = (),
    acquired_at: int = DEFAULT_ACQUIRED_AT,
) -> Reached:
    """The highest level the policy ever gave, walking the occasions in the order they were seen, then by id: a later occasion
    never lowers it. A decision starts the walk anew at its own level. `criteria`: those of the competency."""
    decided, walk = _since_decision(_occasions(observations))
    kept = Reached(decided.level, decided.occasion, decided.at, decided.level) if decided else Reached()
    proven_at = kept.since
    recent: int | None = None
    for count, last in enumerate(walk, start=1):
        recent = _value(policy, walk[:count], frozenset(criteria), acquired_at)
        if recent is None:
            continue
        if kept.occasion is None or recent > kept.level:
            kept = Reached(recent, last.occasion, last.at)
        if last.kind in DECIDING and last.level >= acquired_at:
            proven_at = last.at
    refresh_at = None
    if policy.valid_days is not None and proven_at and kept.level >= acquired_at:
        refresh_at = proven_at + timedelta(days=policy.valid_days)
    return Reached(kept.level, kept.occasion, kept.since, kept.level if recent is None else recent, refresh_at)


def _occasions(observations: Iterable[Observation]) -> list[_Occasion]:
    """What was seen, an occasion at a time, the earliest first; the same row delivered twice is one."""
    grouped: dict[UUID, set[Observation]] = {}
    for observation in observations:
        grouped.setdefault(observation.occasion, set()).add(observation)
    found = [_occasion(group) for group in grouped.values()]
    return sorted(found, key=lambda one: (one.at, str(one.occasion)))


def _occasion(group: Collection[Observation]) -> _Occasion:
    first = min(group, key=lambda one: (one.at, one.criterion or 0, one.level or 0))
    levels = tuple((one.criterion, one.level) for one in group if one.level is not None)
    return _Occasion(
        first.at, first.occasion, level_of_occasion(level for _criterion, level in levels) or LOWEST, first.kind, first.assessor, levels
    )


def _since_decision(occasions: Sequence[_Occasion]) -> tuple[_Occasion | None, Sequence[_Occasion]]:
    """The last decision, and what was seen after it."""
    last = max((place for place, one in enumerate(occasions) if one.kind == DECISION), default=None)
    return (None, occasions) if last is None else (occasions[last], occasions[last + 1 :])


def _value(policy: Policy, seen: Sequence[_Occasion], criteria: frozenset[int], acquired_at: int) -> int | None:
    """What the policy says of these occasions alone; None where no assessor acted."""
    deciding = [one for one in seen if one.kind in DECIDING]
    if not deciding:
        return None
    level = _KINDS[policy.kind](policy, deciding, criteria)
    return level if level < acquired_at or _is_enough(policy.minimum, seen, acquired_at) else acquired_at - 1


def _is_enough(minimum: Minimum, seen: Sequence[_Occasion], acquired_at: int) -> bool:
    deciding = [one for one in seen if one.kind in DECIDING and one.level >= acquired_at]
    kinds = {one.kind for one in deciding} | {one.kind for one in seen if one.kind in SUPPORTING}
    return (
        len(deciding) >= minimum.occasions
        and len(kinds) >= minimum.kinds
        and len({one.assessor for one in deciding}) >= minimum.assessors
        and len({one.at.date() for one in deciding}) >= minimum.days
    )


def _best(_policy: Policy, seen: Sequence[_Occasion], _criteria: frozenset[int]) -> int:
    return max(one.level for one in seen)


def _latest(_policy: Policy, seen: Sequence[_Occasion], _criteria: frozenset[int]) -> int:
    return seen[-1].level


def _n_of_last(policy: Policy, seen: Sequence[_Occasion], _criteria: frozenset[int]) -> int:
    levels = sorted((one.level for one in seen[-policy.m :]), reverse=True)
    return levels[policy.n - 1] if len(levels) >= policy.n else LOWEST


def _decaying(policy: Policy, seen: Sequence[_Occasion], _criteria: frozenset[int]) -> int:
    weight, average = Fraction(policy.weight, 100), Fraction(seen[0].level)
    for one in seen[1:]:
        average = weight * one.level + (1 - weight) * average
    return int(average)


def _by_criterion(seen: Sequence[_Occasion], criteria: frozenset[int]) -> dict[int, int]:
    """The best seen on each criterion; an occasion on the whole competency speaks for all of them."""
    best = dict.fromkeys(criteria, LOWEST)
    for one in seen:
        for criterion, level in one.seen:
            for own in criteria if criterion is None else {criterion} & criteria:
                best[own] = max(best[own], level)
    return best


def _all_criteria(_policy: Policy, seen: Sequence[_Occasion], criteria: frozenset[int]) -> int:
    return min(_by_criterion(seen, criteria).values(), default=LOWEST)


def _points(policy: Policy, seen: Sequence[_Occasion], criteria: frozenset[int]) -> int:
    best = _by_criterion(seen, criteria)
    return next(
        (
            level
            for level in range(HIGHEST, LOWEST, -1)
            if _has_points(policy.points, policy.required, policy.threshold, {own for own in best if best[own] >= level})
        ),
        LOWEST,
    )


def _has_points(points: Iterable[tuple[int, int]], required: frozenset[int], threshold: int, had: Collection[int]) -> bool:
    return required <= set(had) and sum(worth for own, worth in points if own in had) >= threshold


_KINDS: Mapping[str, Callable[[Policy, Sequence[_Occasion], frozenset[int]], int]] = {
    "best": _best, "latest": _latest, "n_of_last": _n_of_last, "decaying": _decaying, "all_criteria": _all_criteria, "points": _points,
}  # fmt: skip
POLICY_KINDS = tuple(_KINDS)


@dataclass(frozen=True, slots=True)
class BlockPolicy:
    """What a block asks of its competencies at or above the marker: `all` of them, `n` of them, or `points` with `required` ones."""

    kind: str = "all"
    n: int = 0
    points: tuple[tuple[int, int], ...] = ()
    required: frozenset[int] = frozenset()
    threshold: int = 0


def block_is_reached(levels: Mapping[int, int], policy: BlockPolicy, acquired_at: int = DEFAULT_ACQUIRED_AT) -> bool:
    """Whether the competencies of a block (`levels`: each of them, 0 where nothing is proven) let an assessor validate it."""
    had = {own for own, level in levels.items() if level >= acquired_at}
    if policy.kind == "points":
        return _has_points(policy.points, policy.required, policy.threshold, had)
    return policy.required <= had and len(had) >= (policy.n if policy.kind == "n" else max(1, len(levels)))


def state_of_level(level: int, acquired_at: int) -> str:
    """The word the screen says: 0 not yet seen, below the marker in progress, from it on acquired."""
    if level >= acquired_at:
        return "acquired"
    return "in_progress" if level > LOWEST else "not_seen"


def carried_level(levels: Collection[int]) -> int:
    """What a new competency takes over from those it replaces (0 where one was never proven): the lowest, so that nobody is said to
    have shown what they did not."""
    return min(levels, default=LOWEST)


def succession_kind(successors: int, sharers: int) -> str:
    """What became of a competency that `successors` replace, the most shared of which replaces `sharers` in all."""
    if not successors:
        return "dropped"
    if successors > 1:
        return "split"
    return "merged" if sharers > 1 else "same"
