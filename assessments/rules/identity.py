"""When two questions are the same one, and which of their options are. Pure.

A foreign file does not carry our identifiers of options: it is compared without them, and options that say the same keep theirs.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from assessments.rules.questions import Categorise, Content, Gaps, Hotspot, Media, Numeric, ShortText
from assessments.rules.soundness import HOLE

C = TypeVar("C", bound=Content)
ROWS: Final = {"choices": "text", "pairs": "left", "items": "text", "zones": "label", "categories": "label"}


def numbered(content: C) -> C:
    """The same question, its options named by their places."""
    named: Any = content
    for rows in ROWS:
        found = getattr(content, rows, ())
        named = renamed(named, rows, {row.id: str(place) for place, row in enumerate(found, 1)})
    return _numbered_gaps(named) if isinstance(named, Gaps) else named  # type: ignore[return-value]  # of the same type, by `replace`


def renamed(content: C, rows: str, names: Mapping[str, str]) -> C:
    """The question with other identifiers for its options; things follow their category."""
    found = getattr(content, rows, ())
    if not found:
        return content
    changed = replace(content, **{rows: tuple(replace(row, id=names[row.id]) for row in found)})
    if rows == "categories" and isinstance(changed, Categorise):
        return replace(changed, items=tuple(replace(item, category=names.get(item.category, "")) for item in changed.items))
    return changed


def _numbered_gaps(content: Gaps) -> Gaps:
    names = {name: str(place) for place, name in enumerate(HOLE.findall(content.text), 1)}
    gaps = sorted((replace(gap, id=names.get(gap.id, gap.id)) for gap in content.gaps), key=lambda gap: gap.id.zfill(4))
    return replace(content, text=HOLE.sub(lambda hole: f"[[{names[hole[1]]}]]", content.text), gaps=tuple(gaps))


def adopted(new: C, old: Content) -> C:
    """The new question with the identifiers that the old one gave to the options that say the same; others get fresh ones."""
    if type(new) is not type(old):
        return new
    named: Any = new
    for rows, said in ROWS.items():
        known = {getattr(row, said): row.id for row in getattr(old, rows, ()) if getattr(row, said)}
        taken, names = set(known.values()), dict[str, str]()
        for row in getattr(new, rows, ()):
            names[row.id] = known.pop(getattr(row, said), "") or _fresh(taken)
            taken.add(names[row.id])
        named = renamed(named, rows, names)
    return named  # type: ignore[no-any-return]  # of the same type, by `replace`


def _fresh(taken: set[str]) -> str:
    number = 1
    while str(number) in taken:
        number += 1
    return str(number)


def with_files(content: C, name: Callable[[str], str]) -> C:
    """The question with other names for the files it shows."""

    def moved(media: Media | None) -> Media | None:
        return replace(media, file=name(media.file)) if media else None

    changed: Any = replace(content, media=tuple(moved(one) for one in content.media))
    if isinstance(changed, Hotspot):
        changed = replace(changed, image=moved(changed.image))
    for rows in ("choices", "pairs", "items"):
        found = getattr(changed, rows, ())
        if found:
            changed = replace(changed, **{rows: tuple(replace(row, media=moved(row.media)) for row in found)})
    return changed  # type: ignore[no-any-return]  # of the same type, by `replace`


def levelled(content: C) -> C:
    """The question with shares and places rounded as the editor's form keeps them: percentages of five decimals."""
    changed: Any = content
    for rows in ("choices", "zones"):
        if getattr(changed, rows, ()):
            changed = replace(changed, **{rows: tuple(_rounded(row) for row in getattr(changed, rows))})
    if isinstance(changed, ShortText | Numeric):
        changed = replace(changed, answers=tuple(_rounded(row) for row in changed.answers))
    if isinstance(changed, Gaps):
        gaps = tuple(replace(gap, answers=tuple(_rounded(row) for row in gap.answers)) for gap in changed.gaps)
        changed = replace(changed, gaps=gaps)
    return changed  # type: ignore[no-any-return]  # of the same type, by `replace`


def _rounded(row: Any) -> Any:
    changed = replace(row, credit=round(round(row.credit * 100, 5) / 100, 7))
    if hasattr(row, "coords"):
        changed = replace(changed, coords=tuple(round(float(f"{round(one * 100, 4):g}") / 100, 6) for one in row.coords))
    return changed
