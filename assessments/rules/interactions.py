"""A question and its answer as xAPI tells them (1.0.3 §2.4.4.1, Interaction Activities). Pure.

What a person wrote in their own words is not told: it may name someone. A short answer is told when it is one the author
foresaw, in the author's words. The right answers are told apart (`pattern`), for whoever may tell them.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from assessments.rules.questions import (
    Categorise,
    Content,
    Gaps,
    Hotspot,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    ShortText,
    SingleChoice,
    TrueFalse,
    kind_of,
)
from assessments.rules.scoring import Answer, foreseen, number_in

TYPES: Final[dict[str, str]] = {
    "single": "choice",
    "multiple": "choice",
    "hotspot": "choice",
    "truefalse": "true-false",
    "short": "fill-in",
    "gaps": "fill-in",
    "numeric": "numeric",
    "matching": "matching",
    "categorise": "matching",
    "ordering": "sequencing",
    "long": "long-fill-in",
    "file": "other",
}


def interaction_type(content: Content) -> str:
    return TYPES[kind_of(content)]


def components(content: Content) -> dict[str, list[dict[str, Any]]]:
    """The parts that a response names by id, with their words."""
    if isinstance(content, SingleChoice | MultipleChoice):
        return {"choices": [_part(one.id, one.text or (one.media.words if one.media else "")) for one in content.choices]}
    if isinstance(content, Hotspot):
        return {"choices": [_part(zone.id, zone.label) for zone in content.zones]}
    if isinstance(content, Ordering):
        return {"choices": [_part(item.id, item.text or (item.media.words if item.media else "")) for item in content.items]}
    if isinstance(content, Matching):
        return {
            "source": [_part(pair.id, pair.left or (pair.media.words if pair.media else "")) for pair in content.pairs],
            "target": [_part(name, text) for text, name in _targets(content).items()],
        }
    if isinstance(content, Categorise):
        return {
            "source": [_part(item.id, item.text or (item.media.words if item.media else "")) for item in content.items],
            "target": [_part(one.id, one.label) for one in content.categories],
        }
    return {}


def response(content: Content, answer: Answer) -> str | None:
    """The answer in the form of its interaction type; None where there is none or it is in the person's own words."""
    teller = RESPONSES.get(type(content))
    return teller(content, answer) if teller and answer is not None else None


def pattern(content: Content) -> list[str]:
    """The right responses: the one that is worth the whole point, or each of them."""
    teller = PATTERNS.get(type(content))
    return teller(content) if teller else []


def _part(name: str, words: str) -> dict[str, Any]:
    return {"id": name, "description": {"fr": words}}


def _targets(content: Matching) -> dict[str, str]:
    rights = sorted({*(pair.right for pair in content.pairs), *content.extra})
    return {text: f"r{place}" for place, text in enumerate(rights)}


def _listed(_content: Content, answer: Answer) -> str | None:
    return "[,]".join(answer) if isinstance(answer, list) else str(answer)


def _typed(content: ShortText, answer: Answer) -> str | None:
    known = foreseen(content, str(answer))
    return known.text if known and "*" not in known.text else None


def _number(_content: Numeric, answer: Answer) -> str | None:
    found = number_in(str(answer))
    return repr(found[0]) if found else None


def _holes(content: Gaps, answer: Answer) -> str | None:
    given = answer if isinstance(answer, dict) else {}
    found = [next((one.text for one in gap.answers if one.text == given.get(gap.id)), "") for gap in content.gaps]
    return "[,]".join(found) if any(found) else None


def _matched(content: Matching, answer: Answer) -> str | None:
    names = _targets(content)
    given = answer if isinstance(answer, dict) else {}
    return "[,]".join(f"{left}[.]{names[right]}" for left, right in given.items() if right in names) or None


def _sorted(_content: Categorise, answer: Answer) -> str | None:
    given = answer if isinstance(answer, dict) else {}
    return "[,]".join(f"{item}[.]{category}" for item, category in given.items()) or None


RESPONSES: Final[dict[type, Callable[[Any, Answer], str | None]]] = {
    SingleChoice: _listed,
    MultipleChoice: _listed,
    Hotspot: _listed,
    Ordering: _listed,
    TrueFalse: lambda _content, answer: "true" if answer else "false",
    ShortText: _typed,
    Numeric: _number,
    Gaps: _holes,
    Matching: _matched,
    Categorise: _sorted,
}


def _best(options: Sequence[Any], *, several: bool) -> list[str]:
    right = [one.id for one in options if one.credit > 0]
    return ["[,]".join(right)] if several else [one.id for one in options if one.credit >= 1]


def _range(value: float, tolerance: float) -> str:
    return f"{value - tolerance!r}[:]{value + tolerance!r}" if tolerance else repr(value)


PATTERNS: Final[dict[type, Callable[[Any], list[str]]]] = {
    SingleChoice: lambda one: _best(one.choices, several=False),
    MultipleChoice: lambda one: _best(one.choices, several=True),
    Hotspot: lambda one: _best(one.zones, several=one.several),
    Ordering: lambda one: ["[,]".join(item.id for item in one.items)],
    TrueFalse: lambda one: ["true" if one.answer else "false"],
    ShortText: lambda one: [row.text for row in one.answers if row.credit >= 1 and "*" not in row.text],
    Numeric: lambda one: [_range(row.value, row.tolerance) for row in one.answers if row.credit >= 1],
    Gaps: lambda one: ["[,]".join(next(row.text for row in gap.answers if row.credit >= 1) for gap in one.gaps)],
    Matching: lambda one: ["[,]".join(f"{pair.id}[.]{_targets(one)[pair.right]}" for pair in one.pairs)],
    Categorise: lambda one: ["[,]".join(f"{item.id}[.]{item.category}" for item in one.items)],
}
