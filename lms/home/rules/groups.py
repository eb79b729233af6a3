"""Sharing people out in groups, by a number each has (a level, or the sum of several). The same people make the same groups."""

from collections.abc import Mapping
from itertools import accumulate

MOST_GROUPS = 100  # what a page can still show, and a trainer still run


def number_of_groups(people: int, *, size: int | None = None, count: int | None = None) -> int:
    """How many groups: as many as asked, or as few as hold at most `size` each. Never more than people, nor none."""
    wanted = count if count else -(-people // size) if size else 1
    return max(1, min(wanted, people, MOST_GROUPS))


def balanced(weights: Mapping[int, int], count: int) -> list[list[int]]:
    """Groups that mix levels: everyone once, sizes apart by one at most, sums by one person's number at most.

    Round after round, the highest of those left joins the group that has the least, one a group.
    """
    groups: list[list[int]] = [[] for _n in range(count)]
    sums = [0] * count
    people = _highest_first(weights)
    for start in range(0, len(people), count):
        least_first = sorted(range(count), key=lambda place: (sums[place], place))
        for place, person in zip(least_first, people[start : start + count], strict=False):
            groups[place].append(person)
            sums[place] += weights[person]
    return groups


def alike(weights: Mapping[int, int], count: int) -> list[list[int]]:
    """Groups of people at a like level, the highest first: everyone once, sizes apart by one at most."""
    people = _highest_first(weights)
    size, more = divmod(len(people), count)
    ends = list(accumulate(size + (place < more) for place in range(count)))
    return [people[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _highest_first(weights: Mapping[int, int]) -> list[int]:
    return sorted(weights, key=lambda person: (-weights[person], person))
