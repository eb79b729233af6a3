"""How a question is laid out for one person, and how what they send back is read. Pure.

What the page carries are places: the option shown third is `2`, whatever it is called. So nothing of a page says which one
is right, and each take shows its own order (its `seed`). Fields are named `a` (or `a-0`, `a-1`… for a question in rows).
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, Final, TypeVar

from msgspec import Struct

from assessments.rules.questions import (
    Categorise,
    Content,
    FileAnswer,
    Gaps,
    Hotspot,
    LongAnswer,
    Matching,
    Media,
    MultipleChoice,
    Numeric,
    Ordering,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from assessments.rules.scoring import Answer

T = TypeVar("T")
Fields = Mapping[str, Sequence[str]]
MAX_TYPED: Final = 2_000
MAX_LONG: Final = 50_000


class Option(Struct, frozen=True):
    """Something to choose. `value`: its place; `id`: what it is, for the server only."""

    value: str
    id: str
    text: str
    media: Media | None = None


class Row(Struct, frozen=True):
    """A line to fill: its own label, and what to choose from where it is not typed."""

    name: str
    id: str
    label: str
    options: tuple[Option, ...] = ()
    media: Media | None = None
    before: str = ""  # of a hole: the text that comes before it


class Laid(Struct, frozen=True):
    """A question in the order one person sees it: one set of options, or rows, or a field to type in. `after`: text after the last hole."""

    options: tuple[Option, ...] = ()
    rows: tuple[Row, ...] = ()
    after: str = ""


def lay_out(content: Content, seed: int) -> Laid:
    """The question as that take shows it: the same seed gives the same order."""
    layer = LAYERS.get(type(content))
    return layer(content, Random(seed)) if layer else Laid()  # noqa: S311  an order to look at, no secret


def read_answer(content: Content, laid: Laid, fields: Fields) -> Answer:
    """The answer that the fields of a form say. What is no choice of the question is no answer; a text too long is cut at its bound."""
    reader = READERS.get(type(content), _read_text)
    return reader(content, laid, fields)


def values_of(content: Content, laid: Laid, answer: Answer) -> dict[str, list[str]]:
    """The fields that would be read as this answer: what a form is filled with again."""
    if answer is None:
        return {}
    if isinstance(content, Ordering):
        places = {name: str(place) for place, name in enumerate(answer if isinstance(answer, list) else [])}
        return {row.name: [places[row.id]] for row in laid.rows if row.id in places}
    if laid.rows:
        given = answer if isinstance(answer, dict) else {}
        return {row.name: _row_values(row, given[row.id]) for row in laid.rows if row.id in given}
    if laid.options:
        chosen = set(answer) if isinstance(answer, list) else {answer}
        return {"a": [option.value for option in laid.options if option.id in chosen]}
    if isinstance(answer, bool):
        return {"a": ["true" if answer else "false"]}
    return {"a": list(answer) if isinstance(answer, list) else [str(answer)]}


def _row_values(row: Row, given: str) -> list[str]:
    return [option.value for option in row.options if option.id == given] if row.options else [given]


def _mixed(rows: Sequence[T], chance: Random) -> list[T]:
    found = list(rows)
    chance.shuffle(found)
    return found


def _numbered(rows: Sequence[tuple[str, str, Media | None]]) -> tuple[Option, ...]:
    return tuple(Option(str(place), name, text, media) for place, (name, text, media) in enumerate(rows))


def _lay_choices(content: SingleChoice | MultipleChoice, chance: Random) -> Laid:
    choices = _mixed(content.choices, chance) if content.shuffle else content.choices
    return Laid(options=_numbered([(one.id, one.text, one.media) for one in choices]))


def _lay_hotspot(content: Hotspot, _chance: Random) -> Laid:
    return Laid(options=_numbered([(zone.id, zone.label, None) for zone in content.zones]))


def _lay_matching(content: Matching, chance: Random) -> Laid:
    rights = sorted({*(pair.right for pair in content.pairs), *content.extra})
    options = _numbered([(text, text, None) for text in _mixed(rights, chance)])
    return Laid(rows=tuple(Row(f"a-{n}", pair.id, pair.left, options, pair.media) for n, pair in enumerate(content.pairs)))


def _lay_ordering(content: Ordering, chance: Random) -> Laid:
    items = list(content.items)
    while len(items) > 1 and items == list(content.items):  # never given away
        chance.shuffle(items)
    places = _numbered([(str(place), str(place + 1), None) for place in range(len(items))])
    return Laid(rows=tuple(Row(f"a-{n}", item.id, item.text, places, item.media) for n, item in enumerate(items)))


def _lay_categorise(content: Categorise, chance: Random) -> Laid:
    options = _numbered([(one.id, one.label, None) for one in content.categories])
    return Laid(rows=tuple(Row(f"a-{n}", one.id, one.text, options, one.media) for n, one in enumerate(_mixed(content.items, chance))))


def _lay_gaps(content: Gaps, chance: Random) -> Laid:
    gaps = {gap.id: gap for gap in content.gaps}
    rows: list[Row] = []
    rest = content.text
    while "[[" in rest:
        before, _open, rest = rest.partition("[[")
        name, _close, rest = rest.partition("]]")
        gap = gaps[name]
        options: tuple[Option, ...] = ()
        if gap.options:
            texts = sorted({*gap.options, *(answer.text for answer in gap.answers)})
            options = _numbered([(text, text, None) for text in _mixed(texts, chance)])
        rows.append(Row(f"a-{len(rows)}", name, str(len(rows) + 1), options, None, before))
    return Laid(rows=tuple(rows), after=rest)


LAYERS: Final[dict[type, Callable[[Any, Random], Laid]]] = {
    SingleChoice: _lay_choices,
    MultipleChoice: _lay_choices,
    Hotspot: _lay_hotspot,
    Matching: _lay_matching,
    Ordering: _lay_ordering,
    Categorise: _lay_categorise,
    Gaps: _lay_gaps,
}


def _first(fields: Fields, name: str) -> str:
    values = fields.get(name) or [""]
    return values[0]


def _read_one(_content: Content, laid: Laid, fields: Fields) -> Answer:
    value = _first(fields, "a")
    return next((option.id for option in laid.options if option.value == value), None)


def _read_several(content: MultipleChoice | Hotspot, laid: Laid, fields: Fields) -> Answer:
    """In the author's order, whatever the order shown: the same choices are the same answer."""
    values = set(fields.get("a") or [])
    picked = {option.id for option in laid.options if option.value in values}
    rows = content.choices if isinstance(content, MultipleChoice) else content.zones
    return [row.id for row in rows if row.id in picked] or None


def _read_hotspot(content: Hotspot, laid: Laid, fields: Fields) -> Answer:
    return (_read_several if content.several else _read_one)(content, laid, fields)


def _read_truefalse(_content: Content, _laid: Laid, fields: Fields) -> Answer:
    return {"true": True, "false": False}.get(_first(fields, "a"))


def _read_text(content: Content, _laid: Laid, fields: Fields) -> Answer:
    bound = MAX_LONG if isinstance(content, LongAnswer) else MAX_TYPED
    text = _first(fields, "a").replace("\x00", "").replace("\r\n", "\n")[:bound]
    return text if text.strip() else None


def _read_rows(_content: Content, laid: Laid, fields: Fields) -> Answer:
    found: dict[str, str] = {}
    for row in laid.rows:
        typed = _first(fields, row.name)[:MAX_TYPED].replace("\x00", "")
        if row.options:
            typed = next((option.id for option in row.options if option.value == typed), "")
        if typed.strip():
            found[row.id] = typed
    return found or None


def _read_ordering(_content: Content, laid: Laid, fields: Fields) -> Answer:
    """The items by the place given to each, those of one place as they are shown; those without come last. None placed: no answer."""
    places = {row.id: _first(fields, row.name) for row in laid.rows}
    if not any(place.isdecimal() for place in places.values()):
        return None
    last = len(laid.rows)
    return sorted(places, key=lambda name: int(places[name]) if places[name].isdecimal() and len(places[name]) < 4 else last)


READERS: Final[dict[type, Callable[[Any, Laid, Fields], Answer]]] = {
    SingleChoice: _read_one,
    MultipleChoice: _read_several,
    Hotspot: _read_hotspot,
    TrueFalse: _read_truefalse,
    ShortText: _read_text,
    Numeric: _read_text,
    LongAnswer: _read_text,
    Matching: _read_rows,
    Categorise: _read_rows,
    Gaps: _read_rows,
    Ordering: _read_ordering,
    FileAnswer: lambda _content, _laid, _fields: None,  # its files are kept apart, with the item
}
