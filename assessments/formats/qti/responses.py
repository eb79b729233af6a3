"""What an item declares of its responses, and what its processing says that we can follow: tests on one response, and their feedback."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from assessments.formats.qti.tree import Node

NUMBER: Final = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?")
TESTS: Final = frozenset({"match", "stringMatch", "equal", "member"})
FOLLOWED: Final = TESTS | {
    "responseProcessing", "responseCondition", "responseIf", "responseElseIf", "responseElse", "setOutcomeValue", "variable", "correct",
    "baseValue", "mapResponse", "mapResponsePoint", "isNull", "not", "or", "and", "multiple", "sum", "max", "product", "divide", "index",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a mapping."""

    key: str
    value: float
    is_case: bool = True


@dataclass(frozen=True, slots=True)
class Declared:
    """A response: what is right, what each answer is worth, which places of an image count."""

    name: str
    cardinality: str = "single"
    base: str = ""
    correct: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    default: float = 0.0
    upper: float = 0.0
    areas: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What happens when a response is (`is_not`: is not) `value`, or the right one when that is None."""

    response: str
    value: str | None
    is_not: bool
    feedback: str
    score: float | None = None
    tolerance: float | None = None


@dataclass(slots=True)
class Rules:
    """The processing of an item: what it says of each response, what it says to all, and whether all of it was followed."""

    said: list[Said] = field(default_factory=list)
    shown: dict[str, dict[str, str]] = field(default_factory=dict)  # response -> value -> the feedback of that name
    told: dict[tuple[str, str | None, bool], str] = field(default_factory=dict)  # response, value, whether it is not -> what is said first
    to_all: str = ""
    is_followed: bool = True
    is_strict: bool = False  # all or nothing


def number(text: str, default: float = math.nan) -> float:
    """A number as XML writes it; infinities are none."""
    found = text.strip()
    value = float(found) if NUMBER.fullmatch(found) else default
    return value if math.isfinite(value) else default


def declared(node: Node) -> Declared:
    mapping = node.first("mapping") or Node("")
    areas = node.first("areaMapping") or Node("")
    return Declared(
        name=node.get("identifier"),
        cardinality=node.get("cardinality"),
        base=node.get("baseType"),
        correct=tuple(value.text() for right in node.nodes("correctResponse") for value in right.nodes("value")),
        entries=tuple(
            Entry(one.get("mapKey"), number(one.get("mappedValue"), 0.0), one.get("caseSensitive", "true") != "false")
            for one in mapping.nodes("mapEntry")
        ),
        default=number(mapping.get("defaultValue"), 0.0),
        upper=number(mapping.get("upperBound"), 0.0),
        areas=tuple((one.get("shape"), one.get("coords"), number(one.get("mappedValue"), 0.0)) for one in areas.nodes("areaMapEntry")),
    )


def rules_of(root: Node, modals: Mapping[tuple[str, str], str]) -> Rules:
    """What the processing of an item says. `modals`: the texts of its modal feedback, by outcome and identifier."""
    found = Rules()
    processing = root.first("responseProcessing")
    if processing is None:
        return found
    template = processing.get("template").rpartition("/")[2].removesuffix(".xml").lower()
    found.is_strict = template in {"match_correct", "cc2_match", "cc2_match_basic"}
    found.is_followed = all(node.name in FOLLOWED for node in processing.walk())
    maximum = _maximum(root)
    for node in processing.nodes("setOutcomeValue"):
        _unconditional(node, modals, found)
    for condition in processing.every("responseCondition"):
        for tests, branch in _branches(condition):
            score, feedback = _effects(branch, modals, maximum)
            for name, value, is_not, tolerance in tests:
                found.said.append(Said(name, value, is_not, feedback, score, tolerance))
                if feedback:
                    found.told.setdefault((name, value, is_not), feedback)
            found.is_strict |= score is not None and any(value is None for _name, value, _is_not, _tolerance in tests)
        for node in (one for branch in condition.nodes("responseElse") for one in branch.nodes("setOutcomeValue")):
            _unconditional(node, modals, found, is_else=True)
    return found


def _unconditional(node: Node, modals: Mapping[tuple[str, str], str], found: Rules, *, is_else: bool = False) -> None:
    """A feedback that shows whatever was answered, or the one that bears the name of what was answered."""
    outcome = node.get("identifier")
    texts = {identifier: text for (name, identifier), text in modals.items() if name == outcome}
    value = node.first("variable")
    if value is not None:
        found.shown[value.get("identifier")] = {**found.shown.get(value.get("identifier"), {}), **texts}
    elif not is_else:
        named = [one.text().strip() for one in node.every("baseValue") if one.get("baseType") == "identifier"]
        found.to_all = found.to_all or next((texts[one] for one in named if one in texts), "")


Test = tuple[str, "str | None", bool, "float | None"]


def _branches(condition: Node) -> Iterator[tuple[list[Test], Node]]:
    branches = condition.nodes("responseIf", "responseElseIf")
    for branch in branches:
        if branch.nodes():
            yield list(_tests(branch.nodes()[0])), branch
    if len(branches) == 1 and branches[0].nodes():
        for branch in condition.nodes("responseElse"):
            yield [(name, value, not is_not, near) for name, value, is_not, near in _tests(branches[0].nodes()[0])], branch


def _tests(node: Node, *, is_not: bool = False) -> Iterator[Test]:
    if node.name == "variable":
        yield node.get("identifier"), "true", is_not, None
    elif node.name == "not" and node.nodes():
        yield from _tests(node.nodes()[0], is_not=not is_not)
    elif node.name == "or":
        for one in node.nodes():
            yield from _tests(one, is_not=is_not)
    elif node.name in TESTS:
        variable = next(iter(node.every("variable")), None)
        value = node.first("baseValue")
        if variable is not None and (value is not None or node.first("correct")):
            yield variable.get("identifier"), None if value is None else value.text(), is_not, _tolerance(node, value)


def _tolerance(node: Node, value: Node | None) -> float | None:
    if node.name != "equal" or value is None:
        return None
    near = max((number(one, 0.0) for one in node.get("tolerance").split()), default=0.0)
    mode = node.get("toleranceMode", "exact")
    if mode == "relative":
        return abs(number(value.text(), 0.0)) * near / 100
    return near if mode == "absolute" else 0.0


def _effects(branch: Node, modals: Mapping[tuple[str, str], str], maximum: float) -> tuple[float | None, str]:
    """The score that a branch sets or adds, and the feedback it shows."""
    score, feedback = None, ""
    for node in branch.nodes("setOutcomeValue"):
        for value in node.every("baseValue"):
            named = modals.get((node.get("identifier"), value.text().strip()), "")
            feedback = feedback or named
            if node.get("identifier") == "SCORE":
                score = number(value.text(), 0.0)
        if node.get("identifier") == "SCORE" and node.first("variable"):
            score = maximum
    return score, feedback


def _maximum(root: Node) -> float:
    for node in root.nodes("outcomeDeclaration"):
        if node.get("identifier") == "MAXSCORE":
            return number(node.text(), 1.0)
    return 1.0
