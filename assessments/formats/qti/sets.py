"""Interactions with sets: to match, to sort into boxes, to put in order."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from assessments.formats.qti.responses import Declared
from assessments.formats.qti.source import Source, marks_of
from assessments.formats.qti.tree import Node, Unreadable
from assessments.rules.questions import Categorise, Category, Content, Item, Matching, Ordering, Pair, Sorted


def match(source: Source, node: Node, shared: dict[str, Any]) -> Content:
    """Matching when each thing on the right goes with one on the left, else sorting into the boxes that take several."""
    found = source.declared_of(node)
    sides = [one.nodes("simpleAssociableChoice") for one in node.nodes("simpleMatchSet")]
    if len(sides) != 2:
        raise Unreadable(node.line, _("Une question à relier a deux côtés (simpleMatchSet)."))
    pairs = pairs_of(found, node.line)
    left, right = sides
    if not _each_once(left, [one for one, _other in pairs]):
        left, right, pairs = right, left, [(other, one) for one, other in pairs]
        if not _each_once(left, [one for one, _other in pairs]):
            raise Unreadable(node.line, _("Ici, une chose va avec plusieurs, ou avec aucune. Gardez une seule réponse par ligne."))
    goes = dict(pairs)
    named = {one.get("identifier"): one for one in right}
    if any(goes[one.get("identifier")] not in named for one in left):
        raise Unreadable(node.line, _("Une bonne réponse nomme une chose que l'item ne montre pas."))
    if len({entry.value for entry in found.entries if entry.value > 0}) > 1:
        source.notes.append(_("Chaque ligne juste vaut la même part du point : les poids de l'item sont laissés de côté."))
    mark = marks_of(node).get("kind", "")
    sorts = mark == "categorise" or (not mark and len(set(goes.values())) < len(left))
    return (_categorise if sorts else _matching)(source, found, left, right, goes, shared)


def pairs_of(found: Declared, line: int) -> list[tuple[str, str]]:
    """What goes with what. Refused when nothing says it."""
    told = found.correct or tuple(entry.key for entry in found.entries if entry.value > 0)
    pairs = [(parts[0], parts[1]) for parts in (one.split() for one in told) if len(parts) == 2]
    if not pairs:
        raise Unreadable(line, _("La bonne réponse n'est pas dite (correctResponse ou mapping)."))
    return pairs


def _each_once(side: Sequence[Node], named: Sequence[str]) -> bool:
    return sorted(one.get("identifier") for one in side) == sorted(named)


def _matching(
    source: Source, found: Declared, left: Sequence[Node], right: Sequence[Node], goes: dict[str, str], shared: dict[str, Any]
) -> Content:
    texts = {one.get("identifier"): _words(source, one) for one in right}
    pairs = []
    for one in left:
        name = one.get("identifier")
        text, media = source.said(one)
        pairs.append(Pair(source.name(name), text, texts[goes[name]], _missed(source, found, name, goes[name]), media))
    extra = tuple(text for name, text in texts.items() if name not in goes.values())
    return Matching(**shared, pairs=tuple(pairs), extra=extra)


def _categorise(
    source: Source, found: Declared, left: Sequence[Node], right: Sequence[Node], goes: dict[str, str], shared: dict[str, Any]
) -> Content:
    names = {one.get("identifier"): _bare(source, one.get("identifier")) for one in (*left, *right)}
    categories = tuple(Category(names[one.get("identifier")], _words(source, one)) for one in right)
    items = []
    for one in left:
        name = one.get("identifier")
        text, media = source.said(one)
        items.append(Sorted(names[name], text, names[goes[name]], _missed(source, found, name, goes[name]), media))
    return Categorise(**shared, categories=categories, items=tuple(items))


def _bare(source: Source, identifier: str) -> str:
    """Without the letter that our writer puts before it."""
    is_led = source.is_ours and identifier.startswith(("I.", "C."))
    return source.name(identifier[2:] if is_led else identifier)


def _words(source: Source, node: Node) -> str:
    """What the right side says; it shows nothing here."""
    text, media = source.said(node)
    if media:
        raise Unreadable(node.line, _("Une réponse de droite montre une image ou un son : Tremplin n'y met que du texte."))
    return text


def _missed(source: Source, found: Declared, name: str, right: str) -> str:
    """What is said when a thing is not in its place."""
    told = source.rules.told
    return told.get((found.name, f"{name} {right}", True)) or told.get((found.name, f"{right} {name}", True), "")


def order(source: Source, node: Node, shared: dict[str, Any]) -> Content:
    found = source.declared_of(node)
    options = {one.get("identifier"): one for one in node.nodes("simpleChoice")}
    if sorted(found.correct) != sorted(options):
        raise Unreadable(node.line, _("L'ordre juste n'est pas dit pour chaque ligne (correctResponse)."))
    items = []
    for name in found.correct:
        text, media = source.said(options[name])
        items.append(Item(source.name(name), text, source.rules.told.get((found.name, name, True), ""), media))
    return Ordering(**shared, items=tuple(items))
