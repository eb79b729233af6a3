"""Which rule makes the level of a competency, and what another one would change."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from competencies.models import Block, BlockValidation, Competency, Criterion, Evidence, LevelRule, Standing
from competencies.rules import BEST_PROVEN, BlockPolicy, Minimum, Observation, Policy, Reached, block_is_reached, level_reached

POINTS = ("points", "required")  # settings that name criteria or competencies by their codes


@dataclass(frozen=True, slots=True)
class InForce:
    """What makes the level of one competency: its rule, its criteria and the marker of its scale."""

    policy: Policy
    criteria: frozenset[int]
    acquired_at: int

    def level_of(self, observations: Collection[Observation]) -> Reached:
        return level_reached(observations, self.policy, criteria=self.criteria, acquired_at=self.acquired_at)


@dataclass(frozen=True, slots=True)
class Change:
    """What a rule would do to one kept level. `before` and `after` are levels 0-4."""

    trainee: int
    competency: int
    before: int
    after: int


def rules_in_force(competencies: Collection[int], trial: LevelRule | None = None) -> dict[int, InForce]:
    """The rule of each competency: its own newest, else its framework's newest, else the best proven. Three queries.

    `trial`: a rule that is not kept yet, taken as the newest of its scope.
    """
    heads = Competency.objects.filter(pk__in=competencies).values_list("pk", "block__framework_id", "block__framework__scale__acquired_at")
    found = {pk: (framework, acquired_at) for pk, framework, acquired_at in heads}
    criteria: dict[int, dict[str, int]] = {pk: {} for pk in found}
    for competency, code, pk in Criterion.objects.filter(competency__in=found).values_list("competency_id", "code", "pk"):
        criteria[competency][code] = pk
    newest: dict[tuple[int, int | None], LevelRule] = {}
    kept = LevelRule.objects.filter(framework__in={framework for framework, _at in found.values()}, block=None)
    for rule in [*kept.order_by("version"), *([trial] if trial else [])]:
        newest[rule.framework_id, rule.competency_id] = rule
    in_force = {}
    for pk, (framework, acquired_at) in found.items():
        written = newest.get((framework, pk)) or newest.get((framework, None))
        in_force[pk] = InForce(policy_of(written, criteria[pk]) if written else BEST_PROVEN, frozenset(criteria[pk].values()), acquired_at)
    return in_force


def policy_of(rule: LevelRule, codes: Mapping[str, int]) -> Policy:
    """A kept rule as the pure rules take it; codes that the competency does not have are left out."""
    said = {name: value for name, value in rule.settings.items() if name not in {"minimum", *POINTS}}
    minimum = Minimum(**rule.settings.get("minimum", {}))
    return replace(BEST_PROVEN, code=rule.code, kind=rule.kind, minimum=minimum, **said, **_by_key(rule, codes))


def block_policy_of(rule: LevelRule | None, codes: Mapping[str, int]) -> BlockPolicy:
    """The rule of a block, with its competencies by key; all of them where nobody wrote one."""
    if rule is None:
        return BlockPolicy()
    said = {name: rule.settings[name] for name in ("n", "threshold") if name in rule.settings}
    return BlockPolicy(kind=rule.kind.removeprefix("block_"), **said, **_by_key(rule, codes))


def _by_key(rule: LevelRule, codes: Mapping[str, int]) -> dict[str, Any]:
    points = rule.settings.get("points", {})
    return {
        "points": tuple((codes[code], worth) for code, worth in sorted(points.items()) if code in codes),
        "required": frozenset(codes[code] for code in rule.settings.get("required", []) if code in codes),
    }


def block_rule(block: Block) -> LevelRule | None:
    """The rule in force of a block."""
    return LevelRule.objects.filter(block=block).order_by("-version").first()


def rule_named(framework: int, code: str) -> str:
    """The name of a rule as its author gave it; empty for the rule that holds where nobody wrote one. One query, or none."""
    if code == BEST_PROVEN.code:
        return ""
    version = code.rpartition("/")[2]
    return (
        LevelRule.objects.filter(framework=framework, version=version).values_list("name", flat=True).first() or ""
        if version.isdigit()
        else ""
    )


def scope_of(rule: LevelRule) -> list[int]:
    """The competencies whose level a rule makes: those of its scope that no narrower rule holds."""
    own = Competency.objects.filter(block__framework=rule.framework_id)
    if rule.competency_id:
        return list(own.filter(pk=rule.competency_id).values_list("pk", flat=True))
    narrower = LevelRule.objects.filter(framework=rule.framework_id, competency__isnull=False).values("competency")
    return list(own.exclude(pk__in=narrower).values_list("pk", flat=True))


def changes_under(rule: LevelRule, trainees: Collection[int] | None = None) -> list[Change]:
    """Whose kept level this rule would move, by trainee then competency; exactly what applying it does. `trainees`: only theirs."""
    competencies = scope_of(rule)
    kept = levels_of(trainees, competencies)
    after = {key: reached.level for key, reached in replayed(rules_in_force(competencies, rule), trainees)}
    levels = {key: (kept.get(key, 0), after.get(key, 0)) for key in kept.keys() | after.keys()}
    return [Change(*key, *levels[key]) for key in sorted(levels) if levels[key][0] != levels[key][1]]


def levels_of(trainees: Collection[int] | None, competencies: Collection[int]) -> dict[tuple[int, int], int]:
    """Kept levels by (trainee, competency); `trainees` None: everybody's. One query."""
    kept = Standing.objects.filter(competency__in=competencies)
    rows = (kept if trainees is None else kept.filter(trainee__in=trainees)).values_list("trainee_id", "competency_id", "level")
    return {(trainee, competency): level for trainee, competency, level in rows}


def block_levels(trainee: int, block: Block) -> list[tuple[Competency, int]]:
    """Every published competency of a block with the level of one trainee, in its order. Two queries."""
    heads = list(Competency.objects.filter(block=block, live=True).order_by("position", "pk"))
    kept = levels_of([trainee], [head.pk for head in heads])
    return [(head, kept.get((trainee, head.pk), 0)) for head in heads]


def replayed(in_force: Mapping[int, InForce], trainees: Collection[int] | None = None) -> Iterator[tuple[tuple[int, int], Reached]]:
    """The level of every trainee in each of these competencies, from evidence alone: ((trainee, competency), level). One query, read in pieces."""
    rows = Evidence.objects.filter(competency__in=in_force, withdrawn_at=None).order_by("trainee_id", "competency_id")
    rows = rows if trainees is None else rows.filter(trainee__in=trainees)
    fields = rows.values_list("trainee_id", "competency_id", "occasion", "criterion_id", "level", "at", "kind", "assessor_id")
    yield from _grouped(fields.iterator(chunk_size=5000), lambda key, seen: in_force[key[1]].level_of(seen))


def _grouped(
    rows: Iterator[tuple[Any, ...]], level_of: Callable[[tuple[int, int], list[Observation]], Reached]
) -> Iterator[tuple[tuple[int, int], Reached]]:
    key: tuple[int, int] | None = None
    seen: list[Observation] = []
    for row in rows:
        if key is not None and key != row[:2]:
            yield key, level_of(key, seen)
            seen = []
        key = (row[0], row[1])
        seen.append(Observation(*row[2:]))
    if key is not None:
        yield key, level_of(key, seen)


@dataclass(frozen=True, slots=True)
class BlockState:
    """Where one trainee is with one block: validated for good, ready to be, or what is missing."""

    block: Block
    validation: BlockValidation | None
    is_reached: bool
    missing: list[Competency]


def blocks_of(trainee: int, framework: int) -> list[BlockState]:
    """The blocks of a framework that hold competencies, in its order. Four queries."""
    live = Competency.objects.filter(block__framework=framework, live=True).select_related("block__framework__scale")
    heads: dict[int, list[Competency]] = {}
    blocks: list[Block] = []
    for head in live.order_by("block__sort_order", "block", "position", "pk"):
        if head.block_id not in heads:
            blocks.append(head.block)
        heads.setdefault(head.block_id, []).append(head)
    kept = levels_of([trainee], [head.pk for own in heads.values() for head in own])
    newest = {rule.block_id: rule for rule in LevelRule.objects.filter(block__in=blocks).order_by("version")}
    validated = {one.block_id: one for one in BlockValidation.objects.filter(trainee=trainee, block__in=blocks).select_related("by")}
    found = []
    for block in blocks:
        own = heads[block.pk]
        levels = {head.pk: kept.get((trainee, head.pk), 0) for head in own}
        policy = block_policy_of(newest.get(block.pk), {head.code: head.pk for head in own})
        marker = block.framework.scale.acquired_at
        missing = [head for head in own if levels[head.pk] < marker]
        found.append(BlockState(block, validated.get(block.pk), block_is_reached(levels, policy, marker), missing))
    return found
