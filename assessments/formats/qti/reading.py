"""From an item to a question: which kind it is, what is common to all, and the kinds with one interaction and no sets."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, Final

from django.utils.translation import gettext as _

from assessments.formats.qti.answers import accepted, credits_of, feedback_of
from assessments.formats.qti.holes import gap_match, holes
from assessments.formats.qti.places import hotspot, select_point
from assessments.formats.qti.responses import Declared, number
from assessments.formats.qti.sets import match, order
from assessments.formats.qti.source import Source, exact_html, marks_of, points_of
from assessments.formats.qti.tree import Node, Unreadable, parsed
from assessments.rules.questions import (
    Choice,
    Content,
    FileAnswer,
    LongAnswer,
    Media,
    MultipleChoice,
    Numeric,
    NumericAnswer,
    QuestionData,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from assessments.rules.soundness import MAX_OPTIONS, MAX_TITLE
from lms.files.formats.texts import one_line, shortened

YES: Final = frozenset({"vrai", "true", "oui", "yes", "juste", "correct", "wahr", "verdadero"})
NO: Final = frozenset({"faux", "false", "non", "no", "pas vrai", "incorrect", "falsch", "falso"})
REFUSED: Final = {
    "associateInteraction": "des éléments à associer librement",
    "graphicAssociateInteraction": "des points à relier sur une image",
    "graphicOrderInteraction": "des points à ranger sur une image",
    "graphicGapMatchInteraction": "des images à placer sur une image",
    "positionObjectInteraction": "un objet à placer sur une image",
    "hottextInteraction": "un texte à cliquer",
    "sliderInteraction": "un curseur",
    "drawingInteraction": "un dessin",
    "mediaInteraction": "un média à suivre",
    "customInteraction": "une interaction propre à un autre logiciel",
    "portableCustomInteraction": "une interaction écrite en JavaScript",
}
OPTIONS: Final = ("simpleChoice", "simpleAssociableChoice", "inlineChoice", "hotspotChoice", "gapText", "gap")
IN_TEXT: Final = frozenset({"textEntryInteraction", "inlineChoiceInteraction"})


def read_item(root: Node, path: str, files: Mapping[str, bytes]) -> tuple[QuestionData, Source]:
    """The question of an item, and what it was read from. Refused, with its line: what has no like here, or is not told."""
    _check_root(root)
    source = Source(root, path, files)
    return QuestionData(code=source.name(root.get("identifier")), content=_content(source)), source


def _check_root(root: Node) -> None:
    if root.name == "questestinterop":
        raise Unreadable(root.line, _("C'est du QTI 1.2. Exportez en QTI 2.1, 2.2 ou 3.0."))
    if root.name != "assessmentItem":
        raise Unreadable(root.line, _("Ce n'est pas un item QTI : il faut « assessmentItem »."))
    for node in root.nodes("templateProcessing"):
        raise Unreadable(node.line, _("L'item tire ses valeurs au sort. Écrivez une question par valeur."))


def _content(source: Source) -> Content:
    interactions = [node for node in source.body.walk() if node.name.endswith("Interaction") and node.name != "endAttemptInteraction"]
    if not interactions:
        raise Unreadable(source.body.line, _("Cet item ne demande rien : il n'a pas d'interaction."))
    for node in interactions:
        if node.name in REFUSED:
            raise Unreadable(
                node.line, _("L'item demande %(what)s : Tremplin n'a pas ce genre de question.") % {"what": REFUSED[node.name]}
            )
    _check_size(interactions)
    _note_what_is_left(source)
    first = interactions[0]
    if all(node.name in IN_TEXT for node in interactions) and _is_gapped(source, interactions):
        return holes(source, interactions, common(source))
    if len(interactions) > 1:
        raise Unreadable(interactions[1].line, _("Cet item pose plusieurs questions. Faites-en un item chacune."))
    reader = READERS.get(first.name)
    if reader is None:
        raise Unreadable(
            first.line, _("« %(name)s » n'est pas une interaction que Tremplin connaît.") % {"name": one_line(first.name)[:60]}
        )
    return reader(source, first, common(source))


def _check_size(interactions: Sequence[Node]) -> None:
    for node in interactions:
        if len(interactions) > MAX_OPTIONS or len(node.every(*OPTIONS)) > 2 * MAX_OPTIONS:
            raise Unreadable(node.line, _("%(most)s lignes au plus dans une question. Coupez-la en plusieurs.") % {"most": MAX_OPTIONS})


def _note_what_is_left(source: Source) -> None:
    if source.root.get("adaptive") == "true":
        source.notes.append(_("L'item change selon les réponses : seule sa question est reprise."))
    elif not source.rules.is_followed:
        source.notes.append(_("Le calcul des points propre à l'item est laissé de côté : la clé vient des bonnes réponses déclarées."))


def _is_gapped(source: Source, interactions: Sequence[Node]) -> bool:
    """Whether the text goes on around the field: a text with a hole, else a question followed by its field."""
    first = interactions[0]
    if len(interactions) > 1 or first.name == "inlineChoiceInteraction":
        return True
    told = marks_of(first)
    if told or source.declared_of(first).base in {"float", "integer"}:
        return False
    held = any("kind-gaps" in node.get("class") for node in source.body.walk())
    return held or _goes_on(source, first)


def _goes_on(source: Source, field: Node) -> bool:
    for node in source.body.walk():
        if field in node.children and node.name != "itemBody":
            after = node.children[node.children.index(field) + 1 :]
            return any((one if isinstance(one, str) else one.text()).strip(" \n\t\r.?!:)") for one in after)
    return False


def common(source: Source) -> dict[str, Any]:
    """Title, stem, files, hint, feedback to all and points."""
    root = source.root
    title = root.get("title") or root.get("identifier")
    ours = next((node for node in source.body.nodes("div") if source.is_ours and "stem" in marks_of(node)), None)
    if ours is not None:
        shown = next((node for node in source.body.nodes("div") if "media" in marks_of(node)), Node(""))
        stem, media = exact_html(ours), tuple(source.media(node) for node in shown.nodes())
    else:
        title = shortened(title, MAX_TITLE)
        stem, media = _with_shared(source, *source.stem(source.body.children))
        stem = stem or f"<p>{escape(title, quote=False)}</p>"
    return {
        "title": title,
        "stem": stem,
        "media": media,
        "hint": _hint(source),
        "feedback": source.rules.to_all,
        "points": points_of(root),
    }


def _with_shared(source: Source, stem: str, media: tuple[Media, ...]) -> tuple[str, tuple[Media, ...]]:
    """The stem after the texts that several items share, each in a file of its own."""
    for node in reversed(source.root.nodes("assessmentStimulusRef")):
        path = source.inside(node.get("href"), node.line)
        shared = Source(parsed(source.files[path]), path, source.files, source.used)
        text, shown = shared.stem([one for body in shared.root.nodes("stimulusBody") for one in body.children])
        stem, media = text + stem, shown + media
        source.notes += [*shared.notes, _("Le texte que plusieurs questions partagent est repris dans chacune.")]
    return stem, media


def _hint(source: Source) -> str:
    if ("HINT", "HINT") in source.modals:
        return source.modals["HINT", "HINT"]
    asked = {node.get("responseIdentifier") for node in source.body.every("endAttemptInteraction")}
    return next((said.feedback for said in source.rules.said if said.response in asked and not said.is_not and said.feedback), "")


def _choice(source: Source, node: Node, shared: dict[str, Any]) -> Content:
    found, options = source.declared_of(node), node.nodes("simpleChoice")
    names = [one.get("identifier") for one in options]
    is_single = found.cardinality != "multiple"
    worth = credits_of(source, found, names, node.line, is_single=is_single)
    choices = tuple(_option(source, found, one, worth) for one in options)
    mark = marks_of(node).get("kind", "")
    if len(choices) == 2 and (mark == "truefalse" or (not mark and is_single and _is_true_false(choices))):
        yes, no = sorted(choices, key=lambda one: _is_yes(one, is_ours=bool(mark)), reverse=True)[:2]
        return TrueFalse(**shared, answer=yes.credit >= no.credit, feedback_true=yes.feedback, feedback_false=no.feedback)
    made = SingleChoice if is_single else MultipleChoice
    return made(**shared, choices=choices, shuffle=node.get("shuffle") == "true")


def _option(source: Source, found: Declared, node: Node, worth: dict[str, float]) -> Choice:
    name = node.get("identifier")
    text, media = source.said(node)
    inside = node.first("feedbackInline", "feedbackBlock")
    feedback = source.text(inside) if inside else feedback_of(source, found.name, name, is_right=worth[name] > 0)
    return Choice(source.name(name), text, worth[name], feedback, media)


def _is_true_false(choices: Sequence[Choice]) -> bool:
    said = [one.text.strip(" .").casefold() for one in choices if one.media is None]
    return len(said) == 2 and bool(set(said) & YES) and bool(set(said) & NO)


def _is_yes(choice: Choice, *, is_ours: bool) -> bool:
    return choice.id == "true" if is_ours else choice.text.strip(" .").casefold() in YES


def _text_entry(source: Source, node: Node, shared: dict[str, Any]) -> Content:
    found, told = source.declared_of(node), marks_of(node)
    if found.base in {"float", "integer"}:
        return _numeric(source, found, node, shared)
    answers = accepted(source, found, node.line)
    is_case = all(entry.is_case for entry in found.entries)
    typos = int(number(told.get("typos", ""), 0))
    return ShortText(**shared, answers=answers, typos=typos, case=is_case, accents="accents" in told if source.is_ours else True)


def _numeric(source: Source, found: Declared, node: Node, shared: dict[str, Any]) -> Content:
    answers = [
        NumericAnswer(number(said.value or ""), said.tolerance, 1.0 if said.score is None else said.score, said.feedback)
        for said in source.rules.said
        if said.response == found.name and said.tolerance is not None and not said.is_not
    ]
    if not answers:
        answers = [NumericAnswer(number(one.text), 0.0, one.credit, one.feedback) for one in accepted(source, found, node.line)]
    if not source.is_ours:
        whole = max((one.credit for one in answers if one.credit > 0), default=1.0)
        answers = [NumericAnswer(one.value, one.tolerance, one.credit / whole, one.feedback) for one in answers]
    unit = next((source.text(one) for one in source.body.every("span") if "unit" in marks_of(one)), "")
    return Numeric(**shared, answers=tuple(answers), unit=unit, unit_asked="unitasked" in marks_of(node))


def _guide(source: Source) -> tuple[str, str]:
    """What staff read beside an answer, and the rubric it names."""
    blocks = [node for node in source.body.every("rubricBlock") if "candidate" not in node.get("view").split()]
    rubric = next((source.name(node.get("label")) for node in blocks if source.is_ours and node.get("label")), "")
    return "\n".join(filter(None, (source.text(node) for node in blocks))), rubric


def _long(source: Source, node: Node, shared: dict[str, Any]) -> Content:
    told = marks_of(node)
    guide, rubric = _guide(source)
    least, most = (int(number(told.get(name, ""), 0)) for name in ("least", "most"))
    return LongAnswer(**shared, min_words=least, max_words=most, rubric=rubric, guide=guide)


def _file(source: Source, node: Node, shared: dict[str, Any]) -> Content:
    guide, rubric = _guide(source)
    told = marks_of(node)
    asked: dict[str, Any] = {"image": "photo", "audio": "audio", "video": "video"}
    accepts = asked.get(node.get("type").partition("/")[0].strip(), "file")
    most = int(number(told.get("files", ""), 0)) or (1 if source.declared_of(node).cardinality == "single" else 10)
    return FileAnswer(**shared, accepts=accepts, max_files=most, rubric=rubric, guide=guide)


Reader = Callable[[Source, Node, dict[str, Any]], Content]
READERS: Final[dict[str, Reader]] = {
    "choiceInteraction": _choice,
    "textEntryInteraction": _text_entry,
    "extendedTextInteraction": _long,
    "uploadInteraction": _file,
    "matchInteraction": match,
    "gapMatchInteraction": gap_match,
    "orderInteraction": order,
    "hotspotInteraction": hotspot,
    "selectPointInteraction": select_point,
}
