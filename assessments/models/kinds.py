"""From the blocks an author fills to the shape of a question, and back: an imported question is edited like any other."""

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Any, Final
from uuid import UUID, uuid4

from assessments.rules import questions as q

AUDIO: Final = {".mp3", ".wav", ".ogg", ".oga", ".m4a", ".opus", ".flac"}


def content_of(kind: str, value: Any, common: dict[str, Any]) -> q.Content:
    """The question that a filled block of that kind says, with what all kinds share."""
    return MAKERS[kind](value, common)


def answer_stream(content: q.Content, rubrics: dict[str, int]) -> list[dict[str, Any]]:
    """The raw StreamField value that an author would have filled. `rubrics`: primary keys by uuid."""
    kind = q.kind_of(content)
    value = FILLERS[kind](content)
    if isinstance(content, q.LongAnswer | q.FileAnswer):
        value |= {"rubric": rubrics.get(content.rubric), "guide": content.guide}
    return [{"type": kind, "value": value}]


def media_stream(media: Iterable[q.Media]) -> list[dict[str, Any]]:
    """The raw StreamField value of a stem's pictures and sounds."""
    return [
        {"type": "image", "value": {"picture": _pk(one.file), "words": one.words}}
        if one.kind == "image"
        else {"type": "sound", "value": {"sound": _pk(one.file), "words": one.words}}
        for one in media
    ]


def stem_media(stream: Any) -> tuple[q.Media, ...]:
    """The pictures and sounds of a stem, as filled."""
    found = (_media(block.value.get("picture"), block.value.get("sound"), block.value.get("words")) for block in stream)
    return tuple(media for media in found if media)


def _media(picture: Any, sound: Any, words: str | None) -> q.Media | None:
    if picture:
        return q.Media("image", f"picture:{picture.pk}", words or "")
    if sound:
        kind = "audio" if PurePosixPath(sound.file.name).suffix.lower() in AUDIO else "video"
        return q.Media(kind, f"handout:{sound.pk}", words or "")  # type: ignore[arg-type]  # one of the two above
    return None


def _pk(file: str) -> int:
    return int(file.rpartition(":")[2])


def _rows(value: Any) -> list[tuple[str, Any]]:
    """The lines of a list with the identifier that Wagtail keeps for each."""
    return [(str(bound.id), bound.value) for bound in value.bound_blocks]


def _shown(row: Any) -> dict[str, Any]:
    return {"feedback": row["feedback"] or "", "media": _media(row["picture"], row["sound"], row["words"])}


def _credits(rows: list[tuple[str, Any]], *, several: bool) -> list[float]:
    """Each line's share. Where none is typed: all for the right one, or an equal part for each of them and as much taken for the others."""
    right = sum(1 for _id, row in rows if row["is_right"]) or 1
    part = round(1 / right, 7) if several else 1.0
    other = -part if several else 0.0
    return [(part if row["is_right"] else other) if row["share"] is None else round(row["share"] / 100, 7) for _id, row in rows]


def _choices(value: Any, *, several: bool) -> tuple[q.Choice, ...]:
    rows = _rows(value["choices"])
    shares = _credits(rows, several=several)
    return tuple(q.Choice(name, row["text"] or "", credit, **_shown(row)) for (name, row), credit in zip(rows, shares, strict=True))


def _accepted(rows: Any) -> tuple[q.Accepted, ...]:
    return tuple(q.Accepted(row["text"], round(row["share"] / 100, 7), row["feedback"] or "") for row in rows)


def _single(value: Any, common: dict[str, Any]) -> q.Content:
    return q.SingleChoice(**common, choices=_choices(value, several=False), shuffle=value["shuffle"])


def _multiple(value: Any, common: dict[str, Any]) -> q.Content:
    return q.MultipleChoice(**common, choices=_choices(value, several=True), shuffle=value["shuffle"])


def _truefalse(value: Any, common: dict[str, Any]) -> q.Content:
    return q.TrueFalse(
        **common, answer=value["answer"], feedback_true=value["feedback_true"] or "", feedback_false=value["feedback_false"] or ""
    )


def _short(value: Any, common: dict[str, Any]) -> q.Content:
    return q.ShortText(**common, answers=_accepted(value["answers"]), typos=value["typos"], case=value["case"], accents=value["accents"])


def _numeric(value: Any, common: dict[str, Any]) -> q.Content:
    answers = tuple(
        q.NumericAnswer(row["value"], row["tolerance"], round(row["share"] / 100, 7), row["feedback"] or "") for row in value["answers"]
    )
    return q.Numeric(**common, answers=answers, unit=value["unit"] or "", unit_asked=value["unit_asked"])


def _matching(value: Any, common: dict[str, Any]) -> q.Content:
    pairs = tuple(q.Pair(name, row["left"] or "", row["right"], **_shown(row)) for name, row in _rows(value["pairs"]))
    return q.Matching(**common, pairs=pairs, extra=tuple(value["extra"]))


def _ordering(value: Any, common: dict[str, Any]) -> q.Content:
    return q.Ordering(**common, items=tuple(q.Item(name, row["text"] or "", **_shown(row)) for name, row in _rows(value["items"])))


def _gaps(value: Any, common: dict[str, Any]) -> q.Content:
    gaps = tuple(q.Gap(row["name"], _accepted(row["answers"]), tuple(row["options"])) for row in value["gaps"])
    return q.Gaps(**common, text=value["text"], gaps=gaps, typos=value["typos"])


def _hotspot(value: Any, common: dict[str, Any]) -> q.Content:
    rows, several = _rows(value["zones"]), value["several"]
    zones = tuple(
        q.Zone(name, row["label"], row["shape"], _coords(row["coords"]), credit, row["feedback"] or "")
        for (name, row), credit in zip(rows, _credits(rows, several=several), strict=True)
    )
    image = _media(value["picture"], None, value["words"]) or q.Media("image", "")
    return q.Hotspot(**common, image=image, zones=zones, several=several)


def _coords(text: str) -> tuple[float, ...]:
    """Fractions from percentages; what is no number makes the zone unsound, and its author is told."""
    try:
        return tuple(round(float(part.replace(",", ".")) / 100, 6) for part in text.split())
    except ValueError:
        return ()


def _categorise(value: Any, common: dict[str, Any]) -> q.Content:
    categories = tuple(q.Category(name, label) for name, label in _rows(value["categories"]))
    names = {one.label.strip().casefold(): one.id for one in categories}
    items = tuple(
        q.Sorted(name, row["text"] or "", names.get(row["category"].strip().casefold(), ""), **_shown(row))
        for name, row in _rows(value["items"])
    )
    return q.Categorise(**common, categories=categories, items=items)


def _judged(value: Any) -> dict[str, Any]:
    return {"rubric": str(value["rubric"].uuid) if value["rubric"] else "", "guide": value["guide"] or ""}


def _long(value: Any, common: dict[str, Any]) -> q.Content:
    return q.LongAnswer(**common, **_judged(value), min_words=value["min_words"], max_words=value["max_words"])


def _file(value: Any, common: dict[str, Any]) -> q.Content:
    return q.FileAnswer(**common, **_judged(value), accepts=value["accepts"], max_files=value["max_files"])


MAKERS: Final[dict[str, Callable[[Any, dict[str, Any]], q.Content]]] = {
    "single": _single, "multiple": _multiple, "truefalse": _truefalse, "short": _short, "numeric": _numeric, "matching": _matching,
    "ordering": _ordering, "gaps": _gaps, "hotspot": _hotspot, "categorise": _categorise, "long": _long, "file": _file,
}  # fmt: skip


def _list(rows: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"type": "item", "value": value, "id": name or str(uuid4())} for name, value in rows
    ]  # without an id it would be read as bare values


def _plain(values: Iterable[Any]) -> list[dict[str, Any]]:
    return _list(("", value) for value in values)


def _fill_media(media: q.Media | None) -> dict[str, Any]:
    if media is None:
        return {"picture": None, "sound": None, "words": ""}
    is_picture = media.kind == "image"
    return {"picture": _pk(media.file) if is_picture else None, "sound": None if is_picture else _pk(media.file), "words": media.words}


def _fill_shown(row: Any) -> dict[str, Any]:
    return {"text": row.text, "feedback": row.feedback, **_fill_media(row.media)}


def _percent(credit: float) -> float:
    return round(credit * 100, 5)


def _fill_accepted(answers: Iterable[q.Accepted]) -> list[dict[str, Any]]:
    return _plain({"text": one.text, "share": _percent(one.credit), "feedback": one.feedback} for one in answers)


def _fill_choices(content: q.SingleChoice | q.MultipleChoice) -> dict[str, Any]:
    rows = ((one.id, {**_fill_shown(one), "is_right": one.credit > 0, "share": _percent(one.credit)}) for one in content.choices)
    return {"choices": _list(rows), "shuffle": content.shuffle}


def _fill_matching(content: q.Matching) -> dict[str, Any]:
    pairs = ((one.id, {"left": one.left, "right": one.right, "feedback": one.feedback, **_fill_media(one.media)}) for one in content.pairs)
    return {"pairs": _list(pairs), "extra": _plain(content.extra)}


def _fill_gaps(content: q.Gaps) -> dict[str, Any]:
    gaps = _plain({"name": gap.id, "answers": _fill_accepted(gap.answers), "options": _plain(gap.options)} for gap in content.gaps)
    return {"text": content.text, "gaps": gaps, "typos": content.typos}


def _fill_hotspot(content: q.Hotspot) -> dict[str, Any]:
    zones = (
        (
            zone.id,
            {
                "label": zone.label, "shape": zone.shape, "coords": " ".join(f"{round(one * 100, 4):g}" for one in zone.coords),
                "is_right": zone.credit > 0, "share": _percent(zone.credit), "feedback": zone.feedback,
            },
        )
        for zone in content.zones
    )  # fmt: skip
    return {"picture": _pk(content.image.file), "words": content.image.words, "zones": _list(zones), "several": content.several}


def _fill_categorise(content: q.Categorise) -> dict[str, Any]:
    labels = {one.id: one.label for one in content.categories}
    items = ((one.id, {**_fill_shown(one), "category": labels.get(one.category, "")}) for one in content.items)
    return {"categories": _list((one.id, one.label) for one in content.categories), "items": _list(items)}


FILLERS: Final[dict[str, Callable[[Any], dict[str, Any]]]] = {
    "single": _fill_choices,
    "multiple": _fill_choices,
    "truefalse": lambda one: {"answer": one.answer, "feedback_true": one.feedback_true, "feedback_false": one.feedback_false},
    "short": lambda one: {"answers": _fill_accepted(one.answers), "typos": one.typos, "case": one.case, "accents": one.accents},
    "numeric": lambda one: {
        "answers": _plain(
            {"value": row.value, "tolerance": row.tolerance, "share": _percent(row.credit), "feedback": row.feedback} for row in one.answers
        ),
        "unit": one.unit, "unit_asked": one.unit_asked,
    },
    "matching": _fill_matching,
    "ordering": lambda one: {"items": _list((row.id, _fill_shown(row)) for row in one.items)},
    "gaps": _fill_gaps,
    "hotspot": _fill_hotspot,
    "categorise": _fill_categorise,
    "long": lambda one: {"min_words": one.min_words, "max_words": one.max_words},
    "file": lambda one: {"accepts": one.accepts, "max_files": one.max_files},
}  # fmt: skip


def rubric_uuid(content: q.Content) -> UUID | None:
    """The rubric a judged question names."""
    named = content.rubric if isinstance(content, q.LongAnswer | q.FileAnswer) else ""
    return UUID(named) if named else None
