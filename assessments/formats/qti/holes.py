"""Texts with holes: fields and lists inside a text, and words to put in their places."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from assessments.formats.markup import read_html
from assessments.formats.qti.answers import accepted, credits_of, feedback_of
from assessments.formats.qti.responses import number
from assessments.formats.qti.sets import pairs_of
from assessments.formats.qti.source import Source, marks_of
from assessments.formats.qti.tree import Node, Unreadable
from assessments.rules.questions import Accepted, Content, Gap, Gaps

ADDED = "added."  # begins the identifier of an accepted answer that its author did not list


def holes(source: Source, fields: Sequence[Node], shared: dict[str, Any]) -> Content:
    """Fields and lists that stand in a text."""
    ours = next((node for node in source.body.walk() if marks_of(node).get("kind") == "gaps"), None)
    names = {node.get("responseIdentifier"): _hole(source, node, number) for number, node in enumerate(fields, start=1)}
    gaps = tuple(_field(source, node, names[node.get("responseIdentifier")]) for node in fields)
    if source.is_ours and ours is not None:
        typos = int(number(marks_of(ours).get("typos", ""), 0))
        return Gaps(**shared, text=_exact_text(ours, names), gaps=gaps, typos=typos)
    return Gaps(**_with_text(source, source.body.children, shared, names), gaps=gaps)


def _hole(source: Source, node: Node, count: int) -> str:
    """The name of a hole: ours comes back as it was, another's is numbered."""
    return source.name(node.get("responseIdentifier").removeprefix("R.")) if source.is_ours else str(count)


def _field(source: Source, node: Node, name: str) -> Gap:
    if node.name == "textEntryInteraction":
        return Gap(name, accepted(source, source.declared_of(node), node.line))
    found, options = source.declared_of(node), node.nodes("inlineChoice")
    texts = {one.get("identifier"): source.text(one) for one in options}
    worth = credits_of(source, found, list(texts), node.line, is_single=True)
    told = [entry.key for entry in found.entries if entry.key in texts] or [one for one in texts if worth[one] > 0]
    answers = tuple(Accepted(texts[one], worth[one], feedback_of(source, found.name, one, is_right=worth[one] >= 1)) for one in told)
    is_ours = source.is_ours
    return Gap(name, answers, tuple(text for one, text in texts.items() if not (is_ours and one.startswith(ADDED))))


def _exact_text(node: Node, names: Mapping[str, str]) -> str:
    parts = []
    for child in node.children:
        if isinstance(child, str):
            parts.append(child)
        elif child.get("responseIdentifier") in names:
            parts.append(f"[[{names[child.get('responseIdentifier')]}]]")
        else:
            parts.append("\n" if child.name == "br" else _exact_text(child, names))
    return "".join(parts)


def _with_text(source: Source, nodes: Sequence[Node | str], shared: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """What comes before the first block with a hole is the stem; the text is the rest."""
    start = next(place for place, node in enumerate(nodes) if isinstance(node, Node) and _has_hole(node, names))
    stem, media = source.stem(nodes[:start])
    rest = read_html(source.html(nodes[start:], names))
    stem = stem or f"<p>{_('Complète le texte.')}</p>"
    return {**shared, "stem": stem, "media": media + source.showing(nodes[start:]), "text": rest.text}


def _has_hole(node: Node, names: Mapping[str, str]) -> bool:
    return any((one.get("responseIdentifier") or one.get("identifier")) in names for one in node.walk())


def gap_match(source: Source, node: Node, shared: dict[str, Any]) -> Content:
    """Words to put in their places: each place becomes a list of all the words."""
    found = source.declared_of(node)
    words = {one.get("identifier"): source.text(one) for one in node.nodes("gapText")}
    places = [one.get("identifier") for one in node.every("gap")]
    if node.nodes("gapImg") or not words or not places:
        raise Unreadable(node.line, _("L'item demande de placer des images : Tremplin ne place que des mots."))
    pairs = pairs_of(found, node.line)
    names = {place: str(count) for count, place in enumerate(places, start=1)}
    gaps = []
    for place, name in names.items():
        right = [word for word, where in pairs if where == place and word in words]
        answers = tuple(
            Accepted(words[word], 1.0, feedback_of(source, found.name, f"{word} {place}", is_right=True)) for word in right
        )  # fmt: skip
        gaps.append(Gap(name, answers, tuple(words.values())))
    rest = [one for one in node.children if not (isinstance(one, Node) and one.name in {"prompt", "gapText"})]
    media = shared["media"] + source.showing(rest)
    return Gaps(**{**shared, "media": media, "text": read_html(source.html(rest, names)).text}, gaps=tuple(gaps))
