"""From a foreign tree to blocks, competencies and criteria, and codes for what has none (`docs/frameworks.md`)."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from competencies.formats import ItemData, Kind
from lms.files.formats import Refusal
from lms.files.formats.tables import folded

DEEPEST: Final = 50
MADE: Final = {"made": True}  # the source of a block that stands for the document itself
WORDS: Final[Mapping[Kind, str]] = {"block": "Bloc", "competency": "Compétence", "criterion": "Critère"}
KIND_WORDS: Final[Mapping[str, Kind]] = {
    "bloc": "block", "block": "block", "bloc de competences": "block", "competence": "competency", "competency": "competency",
    "critere": "criterion", "criterion": "criterion",
}  # fmt: skip


def kind_said(word: object) -> Kind | None:
    """The kind that a type's name says, if it is one of ours."""
    return KIND_WORDS.get(folded(word)) if isinstance(word, str) else None


def shape(items: list[ItemData], said: Mapping[int, Kind | None], refused: list[Refusal]) -> list[ItemData]:
    """Give each item its kind: by what its type says (`said`, by identity) where the tree allows it, else by its place.

    A leaf is a competency, or a criterion under a competency; what holds leaves only is a competency once it stands under a
    block; the rest are blocks. Competencies right under the document go into one block made for them.
    """
    heights = _heights(items, refused)
    waiting: list[tuple[ItemData, ItemData | None]] = [(item, None) for item in items]
    while waiting:
        item, parent = waiting.pop()
        item.kind = _kind(heights[id(item)], item, parent, said.get(id(item)))
        waiting += [(child, item) for child in item.items]
    alone = [item for item in items if item.kind != "block"]
    if not alone:
        return items
    made = ItemData("block", "_", _("Compétences"), items=alone, source=dict(MADE))
    places = {id(item): place for place, item in enumerate(items)}
    made.source["places"] = [places[id(item)] for item in alone] if len(alone) < len(items) else []
    return [made, *(item for item in items if item.kind == "block")]


def unshaped(items: list[ItemData]) -> list[ItemData]:
    """The children of the document as they stood before a block was made for some of them."""
    made = next((item for item in items if item.source.get("made")), None)
    if made is None:
        return items
    places = made.source.get("places") or []
    others = [item for item in items if item is not made]
    found: list[ItemData] = list(others)
    for number, item in enumerate(made.items):
        place = places[number] if number < len(places) else len(found)
        found.insert(place, item)
    return found


def _kind(height: int, item: ItemData, parent: ItemData | None, said: Kind | None) -> Kind:
    above = parent.kind if parent else None
    if above == "competency":
        return "criterion"
    if said == "block" and above in (None, "block"):
        return "block"
    if height == 0:
        return "competency"
    if said == "competency" and height == 1:
        return "competency"
    return "competency" if above == "block" and height == 1 and said is None and not item.source.get("made") else "block"


def _heights(items: list[ItemData], refused: list[Refusal]) -> dict[int, int]:
    """How many levels each item holds below it. A tree deeper than `DEEPEST` is refused."""
    order: list[tuple[ItemData, int]] = [(item, 1) for item in items]
    for item, depth in order:  # grows as it is walked
        order += [(child, depth + 1) for child in item.items]
    if any(depth > DEEPEST for _item, depth in order):
        refused.append(Refusal(_("fichier"), _("L'arbre a plus de %(most)s niveaux. Réduisez-le.") % {"most": DEEPEST}))
    heights: dict[int, int] = {}
    for item, _depth in reversed(order):
        heights[id(item)] = 1 + max((heights[id(child)] for child in item.items), default=-1)
    return heights
