"""An answer and the right answers in words: what a result page, a trainer and a printed page say. Pure."""

from assessments.rules.questions import (
    Categorise,
    Choice,
    Content,
    Gaps,
    Hotspot,
    Item,
    Matching,
    Numeric,
    Ordering,
    Pair,
    ShortText,
    Sorted,
    TrueFalse,
)
from assessments.rules.scoring import Answer

YES, NO = "Vrai", "Non"


def answer_words(content: Content, answer: Answer) -> list[str]:
    """What was answered, a line each; empty where nothing was. Files are shown by themselves."""
    if answer is None:
        return []
    if isinstance(answer, bool):
        return [YES if answer else NO]
    if isinstance(answer, dict):
        return _rows(content, answer)
    names = dict(_named(content))
    picked = answer if isinstance(answer, list) else [answer]
    return [names.get(one, one) for one in picked] if names else ([] if isinstance(answer, list) else [answer])


def right_words(content: Content) -> list[str]:
    """The right answers, a line each. Empty for what a person judges."""
    if isinstance(content, TrueFalse):
        return [YES if content.answer else NO]
    if isinstance(content, ShortText):
        return [next(one.text for one in content.answers if one.credit >= 1)]
    if isinstance(content, Numeric):
        return [_number(content)]
    if isinstance(content, Gaps):
        return _rows(content, {gap.id: next(one.text for one in gap.answers if one.credit >= 1) for gap in content.gaps})
    if isinstance(content, Matching):
        return _rows(content, {pair.id: pair.right for pair in content.pairs})
    if isinstance(content, Categorise):
        return _rows(content, {item.id: item.category for item in content.items})
    if isinstance(content, Ordering):
        return [_text(item) for item in content.items]
    return _right_options(content)


def _right_options(content: Content) -> list[str]:
    if isinstance(content, Hotspot):
        return [zone.label for zone in content.zones if zone.credit > 0]
    choices: tuple[Choice, ...] = getattr(content, "choices", ())
    return [_text(choice) for choice in choices if choice.credit > 0]


def _number(content: Numeric) -> str:
    best = next(one for one in content.answers if one.credit >= 1)
    words = f"{best.value:g}".replace(".", ",") + (f" {content.unit}" if content.unit else "")
    return f"{words} (à {best.tolerance:g} près)".replace(".", ",") if best.tolerance else words


def _named(content: Content) -> list[tuple[str, str]]:
    if isinstance(content, Hotspot):
        return [(zone.id, zone.label) for zone in content.zones]
    rows = getattr(content, "choices", ()) or (content.items if isinstance(content, Ordering) else ())
    return [(row.id, _text(row)) for row in rows]


def _rows(content: Content, answer: dict[str, str]) -> list[str]:
    if isinstance(content, Gaps):
        return [f"{place}. {answer[gap.id]}" for place, gap in enumerate(content.gaps, start=1) if gap.id in answer]
    if isinstance(content, Matching):
        return [f"{_text(pair)} → {answer[pair.id]}" for pair in content.pairs if pair.id in answer]
    if isinstance(content, Categorise):
        labels = {one.id: one.label for one in content.categories}
        return [f"{_text(item)} → {labels.get(answer[item.id], '')}" for item in content.items if item.id in answer]
    return list(answer.values())


def _text(row: Choice | Item | Pair | Sorted) -> str:
    text = row.left if isinstance(row, Pair) else row.text
    return text or (row.media.words if row.media else "")
