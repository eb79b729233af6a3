"""GIFT to questions: what stands between the braces says the kind."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _

from assessments.formats import Package
from assessments.formats.gift.blocks import FORM, Block, blocks_of, shown
from assessments.formats.keeping import Built, keep, refused_whole
from assessments.formats.markup import Read, read_as
from assessments.formats.texts import number_of, share_of
from assessments.rules.questions import (
    Accepted,
    Choice,
    Content,
    Item,
    LongAnswer,
    Matching,
    MultipleChoice,
    Numeric,
    NumericAnswer,
    Ordering,
    Pair,
    QuestionData,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from lms.files.formats import Refusal
from lms.files.formats.texts import decoded, one_line, shortened
from lms.refusal import Refused

COMPETENCY: Final = "competence:"
LONGEST_TAG: Final = 100
BLANK: Final = "_____"
TRUE_FALSE: Final = {"T": True, "TRUE": True, "F": False, "FALSE": False}
WEIGHT: Final = re.compile(r"%(-?[0-9]{1,4}(?:[.,][0-9]{1,400})?)%")
ORDER_WORDS: Final = frozenset({
    "ALL", "EXACT", "RANDOM", "REL", "CONTIGUOUS", "CONTIG", "VERTICAL", "VERT", "V", "HORIZONTAL", "HORI", "H", "SHOW", "HIDE",
    "ALL_OR_NOTHING", "ABSOLUTE_POSITION", "ABSOLUTE", "RELATIVE_NEXT_EXCLUDE_LAST", "RELATIVE_NEXT_INCLUDE_LAST",
    "RELATIVE_ONE_PREVIOUS_AND_NEXT", "RELATIVE_ALL_PREVIOUS_AND_NEXT", "LONGEST_ORDERED_SUBSET", "LONGEST_CONTIGUOUS_SUBSET",
    "RELATIVE_TO_CORRECT", "NUMBERING_NONE", "NONE", "ABC", "ABCD", "123", "III", "IIII", "NUMBERING_ABC", "NUMBERING_123",
})  # fmt: skip
PARTIAL: Final = frozenset({"RANDOM", "REL", "CONTIGUOUS", "CONTIG"})


@dataclass(slots=True)
class Source:
    """A block being read: the form of its texts, and what is lost."""

    block: Block
    form: str
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer between the braces: its sign, its share (None: not said), its text and its feedback, signs still hidden."""

    sign: str
    share: float | None
    text: str
    feedback: str

    @property
    def credit(self) -> float:
        return self.share if self.share is not None else float(self.sign == "=")


def read(data: bytes) -> Package:
    """The questions of a GIFT file."""
    try:
        text = decoded(data)
    except Refused as refusal:
        return refused_whole(refusal)
    package = Package()
    for block in blocks_of(text):
        title = shortened(shown(_titled(block.text)[0]), 60)
        where = _("ligne %(number)s") % {"number": block.line} + (f" · {title}" if title else "")
        keep(package, where=where, build=partial(_built, block))
    if not package.read:
        package.refused.append(Refusal(_("ligne %(number)s") % {"number": 1}, _("Ce fichier ne contient aucune question.")))
    return package


def _titled(text: str) -> tuple[str, str]:
    """The title between two « :: », and the rest."""
    if not text.startswith("::"):
        return "", text
    title, mark, rest = text[2:].partition("::")
    return (title.strip(), rest.strip()) if mark else ("", text)


def _built(block: Block) -> Built:
    title, rest = _titled(block.text)
    form, rest = _formed(rest, "moodle")
    head, answer, tail = _parted(rest)
    source = Source(block, form, [])
    answer, _mark, general = answer.partition("####")
    stem = _stem(source, f"{head}{BLANK}{tail}" if tail.strip() else head)
    common = {
        "title": one_line(shown(title)) or shortened(stem.text, 60), "stem": stem.html, "feedback": _text(source, general),
        "points": number_of(block.own.get("points", "1")),
    }  # fmt: skip
    content = _content(source, answer.strip(), common)
    tags, competencies = _tags(block)
    return Built(QuestionData(block.code, content, tags, competencies), name=shown(title), notes=source.notes)


def _formed(text: str, default: str) -> tuple[str, str]:
    """The form that a text names in front of itself, and the rest."""
    found = FORM.match(text.lstrip())
    return (found[1], text.lstrip()[found.end() :]) if found else (default, text)


def _parted(text: str) -> tuple[str, str, str]:
    """What is asked, what is between the braces, what follows them."""
    head, mark, rest = text.partition("{")
    if not mark:
        raise Refused("type_unknown", _("Sans accolades, c'est un texte et non une question. Ajoutez ses réponses entre { et }."))
    answer, mark, tail = rest.partition("}")
    if not mark:
        raise Refused("brace_open", _("L'accolade « { » n'est pas fermée avant la ligne vide."))
    if "{" in answer or "{" in tail or "}" in tail:
        raise Refused(
            "braces_many", _("Cette question a plusieurs groupes d'accolades. GIFT n'en permet qu'un ; écrivez \\{ pour une accolade.")
        )
    return head, answer, tail


def _read(source: Source, text: str) -> Read:
    form, rest = _formed(text, source.form)
    found = read_as(shown(rest.strip()), form)
    if found.shown:
        raise Refused("media_outside", _("GIFT ne porte ni image ni son. Passez par Moodle XML."))
    source.notes += found.lost
    return found


def _stem(source: Source, text: str) -> Read:
    found = read_as(shown(text.strip()), source.form)
    if found.shown:
        raise Refused("media_outside", _("GIFT ne porte ni image ni son. Passez par Moodle XML."))
    source.notes += found.lost
    return found


def _text(source: Source, text: str) -> str:
    return _read(source, text).text if text.strip() else ""


def _tags(block: Block) -> tuple[tuple[str, ...], tuple[str, ...]]:
    last = block.category.rpartition("/")[2].strip()
    category = "" if last in ("", "top", "$course$") or last.startswith(("Défaut pour", "Default for")) else last
    found = list(dict.fromkeys(tag[:LONGEST_TAG] for tag in [*block.tags, category] if tag))
    competencies = [tag.removeprefix(COMPETENCY).strip() for tag in found if tag.startswith(COMPETENCY)]
    return tuple(tag for tag in found if not tag.startswith(COMPETENCY)), tuple(code for code in competencies if code)


def _content(source: Source, answer: str, common: dict[str, Any]) -> Content:
    if not answer:
        return LongAnswer(**common)
    if answer.startswith("#"):
        return _numeric(source, answer[1:], common)
    if answer.startswith(">"):
        return _ordering(source, answer[1:], common)
    word = answer.partition("#")[0].strip().upper()
    if word in TRUE_FALSE:
        return _truefalse(source, answer, is_true=TRUE_FALSE[word], common=common)
    options = _options(answer)
    if "~" in answer:
        return _choices(source, options, common)
    if all("->" in option.text for option in options):
        return _matching(source, options, common)
    if any("->" in option.text for option in options):
        raise Refused("pair_incomplete", _("Une paire n'a pas sa flèche « -> »."))
    return _short(source, options, common)


def _options(answer: str) -> list[Option]:
    """The answers, each after its « = » or « ~ »."""
    parts = re.split("([=~])", answer)
    if parts[0].strip():
        raise Refused("sign_missing", _("Chaque réponse commence par « = » (juste) ou « ~ »."))
    return [_option(sign, text) for sign, text in zip(parts[1::2], parts[2::2], strict=True)]


def _option(sign: str, text: str) -> Option:
    said, _mark, feedback = text.strip().partition("#")
    weight = WEIGHT.match(said)
    return Option(sign, share_of(weight[1]) if weight else None, said[weight.end() :].strip() if weight else said.strip(), feedback.strip())


def _numeric(source: Source, answer: str, common: dict[str, Any]) -> Content:
    text = answer.strip()
    options = _options(text) if text.startswith(("=", "~")) else [_option("=", text)]
    found = []
    for option in options:
        if option.sign == "~" and not option.text:
            source.notes.append(_("Le retour à tout autre nombre est resté dehors."))
        else:
            value, tolerance = _number(option.text)
            found.append(NumericAnswer(value, tolerance, option.credit, _text(source, option.feedback)))
    return Numeric(**common, answers=tuple(found))


def _number(text: str) -> tuple[float, float]:
    """« 3.14:0.01 », or « 3..4 »: from one number to another."""
    low, mark, high = text.partition("..")
    if mark:
        ends = number_of(shown(low)), number_of(shown(high))
        return (ends[0] + ends[1]) / 2, abs(ends[1] - ends[0]) / 2
    value, _mark, tolerance = text.partition(":")
    return number_of(shown(value)), number_of(shown(tolerance)) if tolerance.strip() else 0.0


def _ordering(source: Source, answer: str, common: dict[str, Any]) -> Content:
    """One thing a line, in their order, after words about how to show and to count them."""
    first, *lines = answer.split("\n")
    words = first.split()
    known = [word.upper() in ORDER_WORDS or word.isdigit() for word in words]
    if not all(known):
        lines = [first, *lines]
    elif any(word.upper() in PARTIAL for word in words):
        raise Refused("ordering_part", _("Moodle ne montre qu'une partie des éléments de cette question. Choisissez « ALL »."))
    elif words and "ABSOLUTE_POSITION" not in words:
        source.notes.append(_("Moodle compte les points d'une autre façon ; ici, une part du point pour chaque élément à sa place."))
    items = [_text(source, line) for line in lines if line.strip()]
    return Ordering(**common, items=tuple(Item(str(place), text) for place, text in enumerate(items, 1)))


def _truefalse(source: Source, answer: str, *, is_true: bool, common: dict[str, Any]) -> Content:
    """Feedback for who is wrong comes first."""
    wrong, _mark, right = answer.partition("#")[2].partition("#")
    said = {is_true: _text(source, right), not is_true: _text(source, wrong)}
    return TrueFalse(**common, answer=is_true, feedback_true=said[True], feedback_false=said[False])


def _choices(source: Source, options: list[Option], common: dict[str, Any]) -> Content:
    """One right answer has « = »; where none has, several are chosen."""
    shape = SingleChoice if any(option.sign == "=" for option in options) else MultipleChoice
    choices = tuple(
        Choice(str(place), _text(source, option.text), option.credit, _text(source, option.feedback))
        for place, option in enumerate(options, 1)
    )
    return shape(**common, choices=choices, shuffle=source.block.own.get("shuffle") != "0")


def _matching(source: Source, options: list[Option], common: dict[str, Any]) -> Content:
    pairs: list[Pair] = []
    extra: list[str] = []
    for option in options:
        left, _mark, right = option.text.partition("->")
        if left.strip():
            pairs.append(Pair(str(len(pairs) + 1), _text(source, left), shown(right).strip(), _text(source, option.feedback)))
        else:
            extra.append(shown(right).strip())
    return Matching(**common, pairs=tuple(pairs), extra=tuple(extra))


def _short(source: Source, options: list[Option], common: dict[str, Any]) -> Content:
    own = source.block.own
    answers = tuple(Accepted(shown(option.text), option.credit, _text(source, option.feedback)) for option in options)
    return ShortText(
        **common,
        answers=answers,
        typos=int(number_of(own.get("typos", "0"))),
        case=own.get("case") == "1",
        accents=own.get("accents") != "0",
    )
