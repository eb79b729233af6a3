"""How each kind of question is written as an item."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from assessments.formats.qti.building import Draft, item_of, marked, put_text, set_to, stem_of, value, variable, weighed, when
from assessments.formats.qti.holes import ADDED
from assessments.formats.qti.names import Version, as_identifier
from assessments.formats.qti.places import pixels, size_of
from assessments.formats.qti.tree import Node
from assessments.rules.questions import (
    Accepted,
    Categorise,
    Choice,
    FileAnswer,
    Gap,
    Gaps,
    Hotspot,
    LongAnswer,
    Matching,
    Media,
    MultipleChoice,
    Numeric,
    Ordering,
    QuestionData,
    ShortText,
    SingleChoice,
    TrueFalse,
    kind_of,
)
from assessments.rules.soundness import HOLE
from lms.files.rules import ALLOWED, extension_of
from lms.refusal import Refused

RESPONSE: Final = {"responseIdentifier": "RESPONSE"}
TYPES: Final = {"photo": "image/*", "audio": "audio/*", "video": "video/*"}


def item(question: QuestionData, version: Version, files: Any) -> tuple[Node, dict[str, str]]:
    """The item of a question and the files it takes with it. Refused: what would not come back equal."""
    content: Any = question.content
    draft = Draft(version, files)
    draft.body.children.append(stem_of(content.stem))
    if content.media:
        draft.body.add("div", marked("media"), *(draft.media(one) for one in content.media))
    WRITERS[type(content)](draft, content)
    return item_of(draft, question, content), draft.used


def _kind(content: Any, *words: str) -> dict[str, str]:
    return {**RESPONSE, **marked(f"kind-{kind_of(content)}", *words)}


def _option(draft: Draft, name: str, identifier: str, text: str, media: Media | None, attributes: dict[str, str] | None = None) -> Node:
    node = put_text(Node(name, {"identifier": identifier, **(attributes or {})}), text)
    if media:
        node.children.append(draft.media(media))
    return node


def _worth(draft: Draft, response: Node, entries: Sequence[tuple[str, float]], *, case: bool | None = None) -> None:
    """What each answer is worth, from nothing to the whole point."""
    mapping = response.add("mapping", {"lowerBound": "0", "upperBound": "1", "defaultValue": "0"})
    for key, credit in entries:
        entry = mapping.add("mapEntry", {"mapKey": key, "mappedValue": repr(float(credit))})
        if case is not None:
            entry.attributes["caseSensitive"] = str(case).lower()
    draft.score = Node("mapResponse", {"identifier": response.get("identifier")})
    draft.template = "map_response"


def _choose(draft: Draft, options: Sequence[Any], *, is_single: bool) -> None:
    """The response to a choice: what is right, what each option is worth, and what is said of it."""
    names = [as_identifier(one.id) for one in options]
    right = [name for name, one in zip(names, options, strict=True) if one.credit > 0]
    response = draft.declare("RESPONSE", "identifier", "single" if is_single else "multiple", right[:1] if is_single else right)
    if is_single:
        best = next(name for name, one in zip(names, options, strict=True) if one.credit >= 1)
        response.nodes()[0].nodes()[0].children = [best]
    _worth(draft, response, [(name, one.credit) for name, one in zip(names, options, strict=True) if one.credit])
    if is_single and all(one.credit in {0, 1} for one in options) and len(right) == 1:
        draft.template = "match_correct"
    for name, one in zip(names, options, strict=True):
        if one.feedback:
            draft.say("FEEDBACK", name, one.feedback)
    if any(one.feedback for one in options):
        draft.told = "single" if is_single else "multiple"
        draft.rules.append(set_to("FEEDBACK", variable("RESPONSE")))


def _choice(draft: Draft, content: SingleChoice | MultipleChoice) -> None:
    is_single = isinstance(content, SingleChoice)
    _choose(draft, content.choices, is_single=is_single)
    attributes = {**_kind(content), "shuffle": str(content.shuffle).lower(), "maxChoices": "1" if is_single else "0"}
    options = (_option(draft, "simpleChoice", as_identifier(one.id), one.text, one.media) for one in content.choices)
    draft.body.add("choiceInteraction", attributes, *options)


def _truefalse(draft: Draft, content: TrueFalse) -> None:
    said = ((True, _("Vrai"), content.feedback_true), (False, _("Non"), content.feedback_false))
    choices = [Choice(str(is_yes).lower(), text, float(is_yes is content.answer), told) for is_yes, text, told in said]
    _choose(draft, choices, is_single=True)
    options = (_option(draft, "simpleChoice", one.id, one.text, None) for one in choices)
    draft.body.add("choiceInteraction", {**_kind(content), "shuffle": "false", "maxChoices": "1"}, *options)


def _check_apart(answers: Sequence[Accepted]) -> None:
    if len({one.text for one in answers}) < len(answers):
        raise Refused("answer_twice", _("Deux réponses acceptées disent la même chose. Retirez-en une."))


def _typed(draft: Draft, name: str, answers: Sequence[Accepted], label: str, *, case: bool) -> None:
    """A field: the texts it takes, and what is said of the first one that was typed."""
    _check_apart(answers)
    response = draft.declare(name, "string", correct=[one.text for one in answers if one.credit >= 1])
    del response.nodes()[0].children[1:]
    _worth(draft, response, [(one.text, one.credit) for one in answers], case=case)
    condition = Node("responseCondition")
    for count, one in enumerate(answers, start=1):
        if one.feedback:
            test = Node("stringMatch", {"caseSensitive": str(case).lower()}, [variable(name), value("string", one.text)])
            branch = "responseElseIf" if condition.children else "responseIf"
            condition.add(branch, {}, test, draft.tell(f"{label}{count}", one.feedback))
    if condition.children:
        draft.rules.append(condition)


def _short(draft: Draft, content: ShortText) -> None:
    _typed(draft, "RESPONSE", content.answers, "A", case=content.case)
    words = [f"typos-{content.typos}"] if content.typos else []
    words += ["accents"] if content.accents else []
    draft.body.add("p").add("textEntryInteraction", _kind(content, *words))


def _numeric(draft: Draft, content: Numeric) -> None:
    best = next(one for one in content.answers if one.credit >= 1)
    draft.declare("RESPONSE", "float", correct=[repr(float(best.value))])
    for count, one in enumerate(content.answers, start=1):
        near = repr(float(one.tolerance))
        how = {"toleranceMode": "absolute", "tolerance": f"{near} {near}"} if one.tolerance else {"toleranceMode": "exact"}
        test = Node("equal", how, [variable("RESPONSE"), value("float", repr(float(one.value)))])
        then = [set_to("SCORE", Node("max", {}, [variable("SCORE"), value("float", repr(float(one.credit)))]))]
        draft.rules.append(when(test, [*then, draft.tell(f"A{count}", one.feedback)] if one.feedback else then))
    _weigh(draft, content.points)
    paragraph = draft.body.add("p", {}, Node("textEntryInteraction", _kind(content, *(["unitasked"] if content.unit_asked else []))))
    if content.unit:
        paragraph.add("span", marked("unit"), content.unit)


def _weigh(draft: Draft, points: float) -> None:
    """Shares added up by rules become points."""
    if points != 1:
        draft.rules.append(set_to("SCORE", weighed(variable("SCORE"), repr(float(points)))))


def _placed(draft: Draft, rows: Sequence[tuple[str, str, str]]) -> None:
    """Pairs: each one in its place is a share of the point. `rows`: from, to, what is said when it is elsewhere."""
    pairs = [f"{left} {right}" for left, right, _feedback in rows]
    response = draft.declare("RESPONSE", "directedPair", "multiple", pairs)
    _worth(draft, response, [(pair, 1 / len(rows)) for pair in pairs])
    for count, (pair, (_left, _right, feedback)) in enumerate(zip(pairs, rows, strict=True), start=1):
        if feedback:
            held = Node("member", {}, [value("directedPair", pair), variable("RESPONSE")])
            draft.rules.append(when(Node("not", {}, [held]), [draft.tell(f"A{count}", feedback)]))


def _match(draft: Draft, content: Any, left: Sequence[Node], right: Sequence[Node]) -> None:
    for node in left:
        node.attributes["matchMax"] = "1"
    for node in right:
        node.attributes["matchMax"] = "0"
    made = draft.body.add("matchInteraction", {**_kind(content), "shuffle": "true", "maxAssociations": str(len(left))})
    made.add("simpleMatchSet", {}, *left)
    made.add("simpleMatchSet", {}, *right)


def _matching(draft: Draft, content: Matching) -> None:
    """What is on the right has no name of ours: it gets one that no pair has."""
    taken = {as_identifier(pair.id) for pair in content.pairs}
    texts = list(dict.fromkeys(pair.right for pair in content.pairs))
    free = (name for name in (f"right{count}" for count in range(1, 999)) if name not in taken)
    named = {text: next(free) for text in texts}
    _placed(draft, [(as_identifier(pair.id), named[pair.right], pair.feedback) for pair in content.pairs])
    left = [_option(draft, "simpleAssociableChoice", as_identifier(pair.id), pair.left, pair.media) for pair in content.pairs]
    right = [_option(draft, "simpleAssociableChoice", name, text, None) for text, name in named.items()]
    _match(draft, content, left, right + [_option(draft, "simpleAssociableChoice", next(free), text, None) for text in content.extra])


def _categorise(draft: Draft, content: Categorise) -> None:
    """A thing and a category may bear the same name here, not there: each begins with a letter of its own."""
    _placed(draft, [(f"I.{as_identifier(one.id)}", f"C.{as_identifier(one.category)}", one.feedback) for one in content.items])
    left = [_option(draft, "simpleAssociableChoice", f"I.{as_identifier(one.id)}", one.text, one.media) for one in content.items]
    right = [_option(draft, "simpleAssociableChoice", f"C.{as_identifier(one.id)}", one.label, None) for one in content.categories]
    _match(draft, content, left, right)


def _ordering(draft: Draft, content: Ordering) -> None:
    """The lines are written in the order of their texts, so that the file does not show the right one to a program that keeps it."""
    draft.declare("RESPONSE", "identifier", "ordered", [as_identifier(one.id) for one in content.items])
    share = repr(1 / len(content.items))
    for count, one in enumerate(content.items, start=1):
        there = Node("match", {}, [Node("index", {"n": str(count)}, [variable("RESPONSE")]), value("identifier", as_identifier(one.id))])
        add = set_to("SCORE", Node("sum", {}, [variable("SCORE"), value("float", share)]))
        draft.rules.append(when(there, [add], [draft.tell(f"A{count}", one.feedback)] if one.feedback else []))
    _weigh(draft, content.points)
    shown = sorted(content.items, key=lambda one: (one.text, one.id))
    options = (_option(draft, "simpleChoice", as_identifier(one.id), one.text, one.media) for one in shown)
    draft.body.add("orderInteraction", {**_kind(content), "shuffle": "true"}, *options)


def _gaps(draft: Draft, content: Gaps) -> None:
    gaps = {gap.id: gap for gap in content.gaps}
    if len(gaps) < len(content.gaps):
        raise Refused("gap_twice", _("Deux trous portent le même numéro. Changez-en un."))
    words = [f"typos-{content.typos}"] if content.typos else []
    text = draft.body.add("div", marked("kind-gaps", *words))
    shares: list[Node | str] = []
    fields = {}
    for count, gap in enumerate(content.gaps, start=1):
        fields[gap.id] = _field(draft, gap, f"G{count}.")
        shares.append(draft.score or Node(""))
    for count, part in enumerate(HOLE.split(content.text)):
        if count % 2:
            text.children.append(fields[part])
        else:
            put_text(text, part)
    draft.template = ""
    draft.score = Node("divide", {}, [Node("sum", {}, shares), value("float", repr(float(len(shares))))])


def _field(draft: Draft, gap: Gap, label: str) -> Node:
    """A field to type in, or a list with the accepted answers added to it."""
    name = f"R.{as_identifier(gap.id)}"
    if not gap.options:
        _typed(draft, name, gap.answers, label, case=False)
        return Node("textEntryInteraction", {"responseIdentifier": name})
    _check_apart(gap.answers)
    names: dict[str, str] = {}
    node = Node("inlineChoiceInteraction", {"responseIdentifier": name, "shuffle": "true"})
    added = [one.text for one in gap.answers if one.text not in gap.options]
    for prefix, texts in (("O", gap.options), (ADDED, added)):
        for count, text in enumerate(texts, start=1):
            names.setdefault(text, f"{prefix}{count}")
            node.add("inlineChoice", {"identifier": f"{prefix}{count}"}, text)
    right = next(names[one.text] for one in gap.answers if one.credit >= 1)
    _worth(draft, draft.declare(name, "identifier", correct=[right]), [(names[one.text], one.credit) for one in gap.answers])
    for count, one in enumerate(gap.answers, start=1):
        if one.feedback:
            test = Node("match", {}, [variable(name), value("identifier", names[one.text])])
            draft.rules.append(when(test, [draft.tell(f"{label}{count}", one.feedback)]))
    return node


def _hotspot(draft: Draft, content: Hotspot) -> None:
    path = draft.path(content.image)
    width, height = size_of(draft.files[content.image.file])
    size = {"width": str(width), "height": str(height)}
    if draft.version.is_kebab:
        image = Node("img", {"src": f"../{path}", "alt": content.image.words, **size})
    else:
        image = Node("object", {"data": f"../{path}", "type": ALLOWED[extension_of(path)], **size}, [content.image.words])
    _choose(draft, content.zones, is_single=not content.several)
    node = draft.body.add("hotspotInteraction", {**_kind(content), "maxChoices": "0" if content.several else "1"}, image)
    for zone in content.zones:
        exact = "_".join(repr(float(one)) for one in zone.coords)
        node.add("hotspotChoice", {
            "identifier": as_identifier(zone.id), "shape": zone.shape, "coords": ",".join(pixels(zone.shape, zone.coords, width, height)),
            "hotspotLabel": zone.label, **marked(f"at-{exact}"),
        })  # fmt: skip


def _judged(draft: Draft, content: LongAnswer | FileAnswer) -> None:
    if content.guide or content.rubric:
        rubric = {"label": as_identifier(content.rubric)} if content.rubric else {}
        use = {} if draft.version.number == "2.1" else {"use": "scoring"}
        block = draft.body.add("rubricBlock", {"view": "scorer", **use, **rubric})
        put_text((block.add("contentBody") if draft.version.is_kebab else block).add("p"), content.guide)


def _long(draft: Draft, content: LongAnswer) -> None:
    draft.declare("RESPONSE", "string")
    words = [f"least-{content.min_words}"] if content.min_words else []
    words += [f"most-{content.max_words}"] if content.max_words else []
    draft.body.add("extendedTextInteraction", _kind(content, *words))
    _judged(draft, content)


def _file(draft: Draft, content: FileAnswer) -> None:
    draft.declare("RESPONSE", "file", "single" if content.max_files == 1 else "multiple")
    words = [f"files-{content.max_files}"] if content.max_files > 1 else []
    asked = {"type": TYPES[content.accepts]} if content.accepts in TYPES else {}
    draft.body.add("uploadInteraction", {**_kind(content, *words), **asked})
    _judged(draft, content)


WRITERS: Final[dict[type, Callable[[Draft, Any], None]]] = {
    SingleChoice: _choice,
    MultipleChoice: _choice,
    TrueFalse: _truefalse,
    ShortText: _short,
    Numeric: _numeric,
    Matching: _matching,
    Ordering: _ordering,
    Gaps: _gaps,
    Hotspot: _hotspot,
    Categorise: _categorise,
    LongAnswer: _long,
    FileAnswer: _file,
}
