"""Moodle XML to questions: one function a type of Moodle's, and why the others stay outside.

The types and their elements: Moodle's `question/format/xml/format.php`, and `questiontype.php` of each type.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.formats import Package
from assessments.formats.keeping import Built, keep, refused_whole
from assessments.formats.moodlexml.gaps import read_cloze, read_words
from assessments.formats.moodlexml.source import Source, media_in, plain_text, read_text, text_with_medium
from assessments.formats.texts import number_of, share_of
from assessments.rules.questions import (
    Accepted,
    Categorise,
    Category,
    Choice,
    Content,
    FileAnswer,
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
    Sorted,
    TrueFalse,
)
from lms.files.formats import Refusal
from lms.files.formats.texts import one_line, printable, shortened
from lms.files.formats.trees import Node, UnreadableError, tree_of
from lms.refusal import Refused

LONGEST_TAG: Final = 100
COMPETENCY: Final = "competence:"
NO_CATEGORY: Final = ("", "top", "$course$", "$system$", "$cat1$", "$module$")
# What Moodle writes of itself: nothing of the author is lost with it.
STOCK_FEEDBACK: Final = frozenset({
    "", "Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect.",
    "Votre réponse est correcte.", "Votre réponse est partiellement correcte.", "Votre réponse est incorrecte.",
})  # fmt: skip
WHY_NOT: Final = {
    "description": gettext_lazy("un texte sans question"),
    "calculated": gettext_lazy("une question calculée, dont les nombres changent"),
    "calculatedsimple": gettext_lazy("une question calculée, dont les nombres changent"),
    "calculatedmulti": gettext_lazy("une question calculée, dont les nombres changent"),
    "random": gettext_lazy("une question tirée au hasard"),
    "randomsamatch": gettext_lazy("une question tirée au hasard"),
    "ddimageortext": gettext_lazy("des étiquettes à poser sur une image, dont les places n'ont pas de mots"),
    "ddmarker": gettext_lazy("des repères à poser sur une image, dont les places n'ont pas de mots"),
}
ACCEPTS: Final = {"image": "photo", "audio": "audio", "video": "video"}
MOST_FILES: Final = 10


def read(data: bytes) -> Package:
    """The questions of a Moodle XML file. A file that cannot be read at all is one refusal, with its line."""
    try:
        root = tree_of(data)
    except UnreadableError as refusal:
        return refused_whole(refusal, _line(refusal.line))
    if root.name != "quiz":
        sentence = _("Ce XML n'est pas un export de questions de Moodle : il commence par « %(name)s » et non par « quiz ».")
        return refused_whole(Refused("not_moodle", sentence % {"name": root.name[:40]}), _line(root.line))
    package, tag = Package(), ""
    for node in root.children:
        if node.name != "question":
            package.notes.append(Refusal(_line(node.line), _("« %(name)s » n'est pas une question.") % {"name": node.name[:40]}))
        elif node.attributes.get("type") == "category":
            tag = _category(node)
        else:
            keep(package, where=_where(node), build=partial(_built, Source(node, package.files), tag))
    return package


def _line(number: int) -> str:
    return _("ligne %(number)s") % {"number": number}


def _where(node: Node) -> str:
    title = shortened(node.said("name"), 60)
    return f"{_line(node.line)} · {title}" if title else _line(node.line)


def _category(node: Node) -> str:
    """The last name of a category's path, which becomes a tag; those that Moodle made say nothing."""
    name = one_line(node.said("category").replace("//", "\x00").rpartition("/")[2].replace("\x00", "/"))
    return "" if name in NO_CATEGORY or name.startswith(("Défaut pour", "Default for")) else name[:LONGEST_TAG]


def _built(source: Source, tag: str) -> Built:
    node = source.node
    kind = node.attributes.get("type", "")
    reader = READERS.get(kind)
    if reader is None:
        sentence = _("Le type « %(type)s » (%(what)s) n'a pas d'égal dans Tremplin.")
        raise Refused("type_unknown", sentence % {"type": kind[:40], "what": WHY_NOT.get(kind, _("un type de question de Moodle"))})
    _note_what_is_lost(source)
    content = reader(source, _common(source))
    tags, competencies = _tags(node, tag)
    return Built(QuestionData(one_line(node.said("idnumber")), content, tags, competencies), source.files, source.notes)


def _common(source: Source) -> dict[str, Any]:
    node = source.node
    text = node.first("questiontext")
    found = read_text(source, text)
    hints = [plain_text(source, hint) for hint in node.all("hint")]
    return {
        "title": one_line(node.said("name")) or shortened(found.text, 60),
        "stem": found.html,
        "media": media_in(source, text, found),
        "hint": "\n".join(hint for hint in hints if hint),
        "feedback": plain_text(source, node.first("generalfeedback")),
        "points": source.number("defaultgrade", 1.0),
    }


def _tags(node: Node, tag: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    said = [one_line(one.said("text"))[:LONGEST_TAG] for holder in node.all("tags") for one in holder.all("tag")]
    found = list(dict.fromkeys(one for one in [*said, tag] if one))
    competencies = [one.removeprefix(COMPETENCY).strip() for one in found if one.startswith(COMPETENCY)]
    return tuple(one for one in found if not one.startswith(COMPETENCY)), tuple(one for one in competencies if one)


def _note_what_is_lost(source: Source) -> None:
    node = source.node
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        if read_text(source, node.first(name)).text.strip() not in STOCK_FEEDBACK:
            source.notes.append(_("Le retour selon que la réponse est juste ou non est resté dehors. Écrivez-le dans le retour général."))
    if source.is_on("hidden"):
        source.notes.append(_("Cette question était cachée dans Moodle."))


def _credit(answer: Node) -> float:
    return share_of(answer.attributes.get("fraction") or "0")


def _feedback(source: Source, answer: Node) -> str:
    return plain_text(source, answer.first("feedback"))


def _choices(source: Source) -> tuple[Choice, ...]:
    found = []
    for number, answer in enumerate(source.node.all("answer"), 1):
        text, medium = text_with_medium(source, answer)
        found.append(Choice(str(number), text, _credit(answer), _feedback(source, answer), medium))
    return tuple(found)


def _multichoice(source: Source, common: dict[str, Any]) -> Content:
    shape = SingleChoice if source.is_on("single", default=True) else MultipleChoice
    return shape(**common, choices=_choices(source), shuffle=source.is_on("shuffleanswers", default=True))


def _truefalse(source: Source, common: dict[str, Any]) -> Content:
    answers = {answer.first("text").text.strip().lower(): answer for answer in source.node.all("answer")}
    if set(answers) != {"true", "false"}:
        raise Refused("answers_missing", _("Les deux réponses, « true » et « false », ne sont pas là."))
    said = {name: _feedback(source, answer) for name, answer in answers.items()}
    right = _credit(answers["true"]) > _credit(answers["false"])
    return TrueFalse(**common, answer=right, feedback_true=said["true"], feedback_false=said["false"])


def _short(source: Source, common: dict[str, Any]) -> Content:
    answers = []
    for answer in source.node.all("answer"):
        text = printable(answer.first("text").text)
        if r"\*" in text:
            raise Refused(
                "star_literal", _("La réponse « %(text)s » attend une vraie étoile : ici « * » vaut n'importe quel texte.") % {"text": text}
            )
        answers.append(Accepted(text, _credit(answer), _feedback(source, answer)))
    own = source.own()
    return ShortText(
        **common,
        answers=tuple(answers),
        typos=_whole(own.get("typos", "0")),
        case=source.is_on("usecase"),
        accents=own.get("accents") != "0",
    )


def _whole(text: str) -> int:
    return int(number_of(text))


def _numeric(source: Source, common: dict[str, Any]) -> Content:
    answers = []
    for answer in source.node.all("answer"):
        text, credit = answer.first("text").text.strip(), _credit(answer)
        if text == "*" and credit <= 0:
            source.notes.append(_("Le retour à tout autre nombre est resté dehors."))
            continue
        tolerance = answer.said("tolerance", "0")
        answers.append(NumericAnswer(number_of(text), number_of(tolerance), credit, _feedback(source, answer)))
    unit, is_asked = _unit(source)
    return Numeric(**common, answers=tuple(answers), unit=unit, unit_asked=is_asked)


def _unit(source: Source) -> tuple[str, bool]:
    """The one unit, and whether it must be typed."""
    units = [unit for holder in source.node.all("units") for unit in holder.all("unit")]
    if not units:
        return "", False
    if len(units) > 1 or number_of(units[0].said("multiplier", "1")) != 1:
        raise Refused("units_many", _("Cette question accepte plusieurs unités. Gardez-en une, avec 1 comme multiplicateur."))
    is_asked = source.number("unitgradingtype", 0) > 0
    if is_asked and source.number("unitpenalty", 0.1) < 1:
        source.notes.append(_("Sans la bonne unité, Moodle retire une part du point ; ici la réponse ne compte pas."))
    if source.is_on("unitsleft"):
        source.notes.append(_("L'unité s'écrira après le nombre, et non avant."))
    return printable(units[0].said("unit_name")), is_asked


def _matching(source: Source, common: dict[str, Any]) -> Content:
    rows: list[Pair] = []
    extra: list[str] = []
    for sub in source.node.all("subquestion"):
        left, medium = text_with_medium(source, sub)
        right = _right(source, sub.first("answer"))
        if left.strip() or medium:
            rows.append(Pair(str(len(rows) + 1), left, right, _feedback(source, sub), medium))
        elif right.strip():
            extra.append(right)
    if source.own().get("kind") == "categorise":
        return _categorise(source, common, rows)
    return Matching(**common, pairs=tuple(rows), extra=tuple(extra))


def _right(source: Source, answer: Node) -> str:
    """Plain in Moodle's own type; its sister by drag and drop writes HTML there."""
    return plain_text(source, answer) if "format" in answer.attributes else printable(answer.first("text").text)


def _categorise(source: Source, common: dict[str, Any], rows: list[Pair]) -> Content:
    labels = [printable(one.text) for one in source.node.first("tremplin").all("category")]
    names = {label: str(number) for number, label in enumerate(labels, 1)}
    items = tuple(Sorted(row.id, row.left, names.get(row.right, ""), row.feedback, row.media) for row in rows)
    return Categorise(**common, categories=tuple(Category(name, label) for label, name in names.items()), items=items)


def _ordering(source: Source, common: dict[str, Any]) -> Content:
    if source.node.said("selecttype", "ALL") not in ("ALL", "0") and source.number("selectcount", 0):
        raise Refused("ordering_part", _("Moodle ne montre qu'une partie des éléments de cette question. Choisissez « tous »."))
    if source.node.said("gradingtype", "ABSOLUTE_POSITION") != "ABSOLUTE_POSITION":
        source.notes.append(_("Moodle compte les points d'une autre façon ; ici, une part du point pour chaque élément à sa place."))
    answers = sorted(source.node.all("answer"), key=lambda answer: number_of(answer.attributes.get("fraction") or "0"))
    items = []
    for number, answer in enumerate(answers, 1):
        text, medium = text_with_medium(source, answer)
        items.append(Item(str(number), text, _feedback(source, answer), medium))
    return Ordering(**common, items=tuple(items))


def _essay(source: Source, common: dict[str, Any]) -> Content:
    node, rubric = source.node, source.own().get("rubric", "")
    guide = plain_text(source, node.first("graderinfo"))
    if read_text(source, node.first("responsetemplate")).text.strip():
        source.notes.append(_("Le texte déjà écrit dans la réponse est resté dehors. Mettez-le dans l'énoncé."))
    wanted = int(source.number("attachments", 0))
    if node.said("responseformat") == "noinline":
        accepts = ACCEPTS.get(node.said("filetypeslist").strip(". ,;").lower(), "file")
        most = MOST_FILES if wanted < 0 else max(1, min(wanted, MOST_FILES))
        return FileAnswer(**common, accepts=accepts, max_files=most, rubric=rubric, guide=guide)  # type: ignore[arg-type]  # one of ACCEPTS
    if wanted:
        source.notes.append(_("On y répond par un texte ; les fichiers joints à la réponse ne sont pas demandés."))
    return LongAnswer(
        **common,
        min_words=int(source.number("minwordlimit", 0)),
        max_words=int(source.number("maxwordlimit", 0)),
        rubric=rubric,
        guide=guide,
    )


READERS: Final[dict[str, Callable[[Source, dict[str, Any]], Content]]] = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "shortanswer": _short,
    "numerical": _numeric,
    "matching": _matching,
    "ddmatch": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "cloze": read_cloze,
    "multianswer": read_cloze,
    "gapselect": read_words,
    "ddwtos": read_words,
}
