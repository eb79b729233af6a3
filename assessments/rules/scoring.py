"""What an answer looks like and what it is worth. Pure.

An answer is what JSON holds: a choice's id, a list of ids, a text, or a mapping. `None` is no answer yet.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from fnmatch import translate
from functools import lru_cache
from typing import Any, Final, TypeAlias

from msgspec import Struct

from assessments.rules.questions import (
    Accepted,
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
)

Answer: TypeAlias = bool | str | list[str] | dict[str, str] | None
NUMBER: Final = re.compile(r"\s*([+-]?\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?|[+-]?[.,]\d+)(?:[eE]([+-]?\d{1,3}))?\s*(.*)", re.DOTALL)
ALIKE: Final = str.maketrans({"’": "'", "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})
TYPO_FROM: Final = 4  # a word of three letters with one wrong is another word


class Marked(Struct, frozen=True):
    """An answer looked at. `score` 0 to 1, None when a person must look; `parts`: which of its parts are right, by their id;
    `feedback`: what the author says of it, to be read in order."""

    score: float | None
    feedback: tuple[str, ...] = ()
    parts: Mapping[str, bool] = {}


def mark(content: Content, answer: Answer) -> Marked:
    """What an answer is worth. No answer, or one of another shape, is worth nothing; it is never an error."""
    marker = MARKERS.get(type(content))
    if marker is None:
        return Marked(None)
    return marker(content, answer) if is_answered(answer) else Marked(0.0)


def is_answered(answer: Answer) -> bool:
    """Whether something was chosen or written."""
    if isinstance(answer, str):
        return bool(answer.strip())
    if isinstance(answer, dict):
        return any(value.strip() for value in answer.values())
    return answer is not None and answer != []


def _single(content: SingleChoice, answer: Answer) -> Marked:
    chosen = next((choice for choice in content.choices if choice.id == answer), None)
    if chosen is None:
        return Marked(0.0)
    return Marked(_share(chosen.credit), _said([chosen.feedback]), {chosen.id: chosen.credit >= 1})


def _several(options: Sequence[Any], answer: Answer) -> Marked:
    picked = set(answer) if isinstance(answer, list) else {answer} if isinstance(answer, str) else set()
    chosen = [option for option in options if option.id in picked]
    return Marked(
        _share(sum(option.credit for option in chosen)), _said([option.feedback for option in chosen]),
        {option.id: option.credit > 0 for option in chosen},
    )  # fmt: skip


def _multiple(content: MultipleChoice, answer: Answer) -> Marked:
    return _several(content.choices, answer)


def _truefalse(content: TrueFalse, answer: Answer) -> Marked:
    if not isinstance(answer, bool):
        return Marked(0.0)
    is_right = answer is content.answer
    said = content.feedback_true if answer else content.feedback_false
    return Marked(float(is_right), _said([said]), {"true" if answer else "false": is_right})


def foreseen(content: ShortText, typed: str) -> Accepted | None:
    """The answer of the author's that this one is taken for."""
    return _matched(content.answers, typed, typos=content.typos, case=content.case, accents=content.accents)


def _short(content: ShortText, answer: Answer) -> Marked:
    best = foreseen(content, str(answer))
    return Marked(_share(best.credit), _said([best.feedback]), {"text": best.credit >= 1}) if best else Marked(0.0, (), {"text": False})


def _matched(answers: Sequence[Accepted], typed: str, *, typos: int, case: bool = False, accents: bool = False) -> Accepted | None:
    """The accepted text that was typed: one that is the same first, then the best one within the typos."""
    words = plain(typed, case=case, accents=accents)
    expected = [(answer, plain(answer.text, case=case, accents=accents)) for answer in answers]
    for answer, text in expected:
        if text == words or ("*" in text and _pattern(text).fullmatch(words)):
            return answer
    near = [answer for answer, text in expected if len(text) >= TYPO_FROM and distance(text, words, typos) <= typos]
    return max(near, key=lambda answer: answer.credit) if near else None


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(translate(re.sub(r"\*+", "*", text).replace("[", "[[]").replace("?", "[?]")))


def plain(text: str, *, case: bool = False, accents: bool = False) -> str:
    """A text as it is compared: one kind of quote and space, no final dot; small letters and no accents unless they count."""
    found = unicodedata.normalize("NFC", text).translate(ALIKE)
    if not case:
        found = found.casefold()
    if not accents:
        found = "".join(one for one in unicodedata.normalize("NFD", found) if not unicodedata.combining(one))
    return " ".join(found.split()).rstrip(" .")


def distance(one: str, other: str, most: int) -> int:
    """Letters to add, drop, change or swap with their neighbour to go from one text to the other; `most` + 1 when it is more."""
    if abs(len(one) - len(other)) > most or most <= 0:
        return 0 if one == other else most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        last, row = row, [i, *[0] * len(other)]
        for j, found in enumerate(other, start=1):
            row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != found))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == found:
                row[j] = min(row[j], before[j - 2] + 1)
        if min(row) > most:
            return most + 1
        before = last
    return min(row[-1], most + 1)


def number_in(text: str) -> tuple[float, str] | None:
    """The number that a text begins with, as French and others write it, and what follows it: « 1 250,5 cm »."""
    found = NUMBER.fullmatch(text[:100])
    if not found:
        return None
    digits = re.sub(r"\s", "", found[1]).replace(",", ".")
    value = float(f"{digits}e{found[2] or 0}")
    return (value, found[3].strip()) if math.isfinite(value) else None


def _numeric(content: Numeric, answer: Answer) -> Marked:
    typed = number_in(str(answer))
    if typed is None:
        return Marked(0.0, (), {"number": False})
    value, unit = typed
    is_unit_right = plain(unit, case=True) == plain(content.unit, case=True) if content.unit and (unit or content.unit_asked) else True
    near = [one for one in content.answers if abs(value - one.value) <= one.tolerance + 1e-9 * max(1.0, abs(one.value))]
    best = max(near, key=lambda one: one.credit, default=None)
    if best is None or not is_unit_right:
        said = ["Regarde l'unité."] if best else []
        return Marked(0.0, _said(said), {"number": best is not None and best.credit >= 1})
    return Marked(_share(best.credit), _said([best.feedback]), {"number": best.credit >= 1})


def _matching(content: Matching, answer: Answer) -> Marked:
    given = answer if isinstance(answer, dict) else {}
    return _placed([(pair.id, given.get(pair.id) == pair.right, pair.feedback) for pair in content.pairs])


def _ordering(content: Ordering, answer: Answer) -> Marked:
    given = answer if isinstance(answer, list) else []
    places = dict(enumerate(given))
    return _placed([(item.id, places.get(place) == item.id, item.feedback) for place, item in enumerate(content.items)])


def _categorise(content: Categorise, answer: Answer) -> Marked:
    given = answer if isinstance(answer, dict) else {}
    return _placed([(item.id, given.get(item.id) == item.category, item.feedback) for item in content.items])


def _placed(rows: Sequence[tuple[str, bool, str]]) -> Marked:
    """A share of the point a thing in its place; the feedback of those that are not."""
    right = sum(is_right for _id, is_right, _said in rows)
    return Marked(right / len(rows), _said([said for _id, is_right, said in rows if not is_right]), {name: ok for name, ok, _said in rows})


def _gaps(content: Gaps, answer: Answer) -> Marked:
    given = answer if isinstance(answer, dict) else {}
    found = {gap.id: _matched(gap.answers, given.get(gap.id, ""), typos=0 if gap.options else content.typos) for gap in content.gaps}
    credits_ = [_share(one.credit) if one else 0.0 for one in found.values()]
    said = [one.feedback for one in found.values() if one]
    return Marked(sum(credits_) / len(credits_), _said(said), {name: bool(one and one.credit >= 1) for name, one in found.items()})


def _hotspot(content: Hotspot, answer: Answer) -> Marked:
    return _several(content.zones, answer)


def _share(credit: float) -> float:
    return round(min(1.0, max(0.0, credit)), 6)


def _said(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text.strip()))


MARKERS: Final[dict[type, Callable[[Any, Answer], Marked]]] = {
    SingleChoice: _single,
    MultipleChoice: _multiple,
    TrueFalse: _truefalse,
    ShortText: _short,
    Numeric: _numeric,
    Matching: _matching,
    Ordering: _ordering,
    Gaps: _gaps,
    Hotspot: _hotspot,
    Categorise: _categorise,
}
