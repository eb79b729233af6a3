"""Texts with holes, from Moodle's three types: « cloze », where a hole holds its answers, and those that choose among words."""

import re
from html import unescape
from typing import Any, Final

from django.utils.translation import gettext as _

from assessments.formats.markup import clean_stem, read_html
from assessments.formats.moodlexml.cloze import holes_in
from assessments.formats.moodlexml.source import Source, media_in
from assessments.formats.texts import number_of
from assessments.rules.questions import Accepted, Content, Gap, Gaps
from assessments.rules.soundness import HOLE
from lms.files.formats.texts import printable
from lms.files.formats.trees import Node
from lms.refusal import Refused

OURS: Final = '<div class="tremplin-gaps">'
END: Final = "</div>"
PLACE: Final = re.compile(r"\[\[([0-9]{1,4})\]\]")
BREAK: Final = re.compile(r"<br\s*/?>")
LINE_ENDS: Final = ("</p>", "</ul>", "</ol>")


def read_cloze(source: Source, common: dict[str, Any]) -> Content:
    """A text whose holes hold their answers."""
    node = source.node.first("questiontext")
    raw = node.first("text").text
    holes = list(holes_in(raw))
    if not holes:
        raise Refused("gaps_none", _("Ce texte à trous n'a aucun trou que Tremplin sait lire."))
    if len({hole.weight for hole in holes}) > 1:
        source.notes.append(_("Les trous n'ont pas le même poids dans Moodle ; ici, ils comptent autant l'un que l'autre."))
    if any(hole.minds_case for hole in holes):
        source.notes.append(_("Dans un trou, majuscules et minuscules ne comptent pas."))
    parts, at = [], 0
    for hole in holes:
        parts += [raw[at : hole.start], f"[[{hole.gap.id}]]"]
        at = hole.end
    return _gaps(source, common, "".join([*parts, raw[at:]]), [hole.gap for hole in holes])


def read_words(source: Source, common: dict[str, Any]) -> Content:
    """A text where `[[3]]` is the place of the third word of a list; words are offered by group."""
    node = source.node
    words = [_word(one) for one in (*node.all("selectoption"), *node.all("dragbox"))]
    raw = node.first("questiontext").first("text").text
    gaps: list[Gap] = []

    def named(found: re.Match[str]) -> str:
        place = int(found[1])
        if not 1 <= place <= len(words):
            raise Refused("gaps_differ", _("Le trou [[%(place)s]] n'a pas de mot dans la liste.") % {"place": place})
        right, group = words[place - 1]
        others = tuple(dict.fromkeys(word for word, its in words if its == group and word != right))
        gaps.append(Gap(str(len(gaps) + 1), (Accepted(right),), others))
        return f"[[{len(gaps)}]]"

    return _gaps(source, common, PLACE.sub(named, raw), gaps)


def _word(node: Node) -> tuple[str, str]:
    found = read_html(node.first("text").text)
    if found.shown:
        raise Refused("media_many", _("Un mot à placer est une image. Tremplin n'y met que des mots."))
    return found.text, node.said("group", "1")


def _gaps(source: Source, common: dict[str, Any], html: str, gaps: list[Gap]) -> Content:
    """What comes before the paragraph of the first hole is the stem; ours says where the text begins."""
    before, ours, after = html.partition(OURS)
    if ours:
        inside, _end, rest = after.partition(END)
        text, stem = "\n".join(printable(unescape(line)) for line in BREAK.split(inside)), read_html(before + rest)
    else:
        found = read_html(html)
        cut = _first_block(found.html)
        text = read_html(found.html[cut:]).text
        stem = read_html(clean_stem(found.html[:cut]) or f"<p>{_('Complète le texte.')}</p>")
        stem.shown = found.shown
    node = source.node.first("questiontext")
    media = media_in(source, node, stem)
    title = str(common["title"])
    if not source.node.said("name"):
        title = stem.text[:60]
    own = source.own()
    return Gaps(
        **{**common, "stem": stem.html, "media": media, "title": title},
        text=text,
        gaps=tuple(gaps),
        typos=int(number_of(own.get("typos", "0"))),
    )


def _first_block(html: str) -> int:
    """Where the paragraph or the list of the first hole begins."""
    hole = HOLE.search(html)
    before = html[: hole.start()] if hole else html
    return max(before.rfind(end) + len(end) if end in before else 0 for end in LINE_ENDS)
