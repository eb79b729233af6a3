"""What the next version of a framework would change: which competencies go on, which are replaced, and whose levels come with them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from django.db.models import F, Q

from competencies.models import Competency, Framework, Standing
from competencies.rules import carried_level, succession_kind
from competencies.selectors.policies import Change, levels_of, replayed, rules_in_force

Mapped: TypeAlias = Mapping[int, Collection[int]]  # a competency that ends -> those that replace it, by primary keys


@dataclass(frozen=True, slots=True)
class Carried:
    """The level that one trainee brings into a new competency; `since`: when the last of what it comes from was proven."""

    trainee: int
    competency: int
    level: int
    since: datetime
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """A kept level of which the new version shows less, or nothing (`after` 0)."""

    trainee: int
    competency: int
    before: int
    after: int


def drafts_of(framework: Framework) -> list[Competency]:
    """What goes out with the next version: competencies never published, and published ones with a newer draft. One query."""
    waiting = Q(first_published_at=None, live=False) | Q(live=True, has_unpublished_changes=True)
    return list(
        Competency.objects.filter(waiting, block__framework=framework)
        .select_related("block")
        .order_by("block__sort_order", "position", "pk")
    )


def going_on(framework: Framework, mapped: Mapped) -> set[int]:
    """Of the competencies that replace others, those of this framework that are published already. One query.

    They keep their levels as they are: what was shown of the one that ends says nothing of them.
    """
    named = {new for news in mapped.values() for new in news}
    return set(Competency.objects.filter(pk__in=named, live=True, block__framework=framework).values_list("pk", flat=True))


def kinds_of(mapped: Mapped, going: Collection[int] = ()) -> dict[int, str]:
    """What became of each competency that ends: same, split, merged or dropped. One that joins one of `going` is merged with it."""
    sharers = _sources(mapped)
    return {
        old: succession_kind(len(set(news)), max((len(sharers[new]) + (new in going) for new in news), default=0))
        for old, news in mapped.items()
    }


def _sources(mapped: Mapped) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for old in sorted(mapped):
        for new in sorted(set(mapped[old])):
            found.setdefault(new, []).append(old)
    return {new: tuple(olds) for new, olds in sorted(found.items())}


def carried_levels(mapped: Mapped, going: Collection[int] = ()) -> list[Carried]:
    """The levels that come with trainees, by trainee then competency: the lowest of what each new competency replaces. One query."""
    kept = _kept(mapped)
    trainees = sorted({trainee for trainee, _competency in kept})
    sources = {new: olds for new, olds in _sources(mapped).items() if new not in going}
    found = []
    for trainee in trainees:
        for new, olds in sources.items():
            rows = [kept.get((trainee, old)) for old in olds]
            level = carried_level([row[0] if row else 0 for row in rows])
            if level:
                found.append(Carried(trainee, new, level, max(row[1] for row in rows if row), olds))
    return found


def _kept(olds: Iterable[int]) -> dict[tuple[int, int], tuple[int, datetime]]:
    rows = Standing.objects.filter(competency__in=list(olds), level__gt=0).values_list("trainee_id", "competency_id", "level", "since")
    return {(trainee, competency): (level, since) for trainee, competency, level, since in rows}


def lost_levels(mapped: Mapped, going: Collection[int] = ()) -> list[Lost]:
    """Levels of which the new version would show less: dropped, or merged with one that is lower. Three queries."""
    after = {(one.trainee, one.competency): one.level for one in carried_levels(mapped, going)}
    after |= {key: level for key, (level, _since) in _kept(going).items()}
    found = []
    for (trainee, old), (level, _since) in sorted(_kept(mapped).items()):
        best = max((after.get((trainee, new), 0) for new in mapped[old]), default=0)
        if best < level:
            found.append(Lost(trainee, old, level, best))
    return found


def moved_by_drafts(framework: Framework) -> list[Change]:
    """Kept levels that the criteria of waiting drafts would move, by trainee then competency: of a rule that reads every criterion, one more
    asks for one more proof."""
    drafts = {one.pk: one for one in drafts_of(framework) if one.live and one.latest_revision}
    in_force = {pk: replace(rule, criteria=_criteria_of(drafts[pk])) for pk, rule in rules_in_force(list(drafts)).items()}
    kept = levels_of(None, list(drafts))
    after = {key: reached.level for key, reached in replayed(in_force)}
    return [Change(*key, kept.get(key, 0), after.get(key, 0)) for key in sorted(kept | after) if kept.get(key, 0) != after.get(key, 0)]


def _criteria_of(competency: Competency) -> frozenset[int]:
    """As its draft has them; those that have no key yet stand for themselves."""
    drafted = competency.latest_revision.as_object().criteria.all()
    return frozenset(one.pk or -place for place, one in enumerate(drafted, start=1))


def affected(competencies: Collection[int]) -> dict[int, int]:
    """How many trainees have a level in each. One query."""
    counts = dict.fromkeys(competencies, 0)
    for competency in Standing.objects.filter(competency__in=competencies, level__gt=0).values_list("competency_id", flat=True):
        counts[competency] += 1
    return counts


def others_to_follow(framework: Framework) -> list[Framework]:
    """The other frameworks of its code: one of them may be the version before. One query."""
    return list(
        Framework.objects.filter(code=framework.code).exclude(pk=framework.pk).order_by(F("frozen_at").desc(nulls_last=True), "-pk")
    )
