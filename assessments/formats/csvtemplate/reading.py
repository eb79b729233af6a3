"""The table to questions: a line each, one function a kind."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _

from assessments.formats import Package
from assessments.formats.csvtemplate.columns import EACH, HEAD, KIND_NAMES, NO, OPTION, YES
from assessments.formats.keeping import Built, keep, refused_whole
from assessments.formats.markup import Read, read_as
from assessments.formats.texts import number_of, share_of
from assessments.rules.questions import (
    Accepted,
    Categorise,
    Category,
    Choice,
    Content,
    FileAnswer,
    Gap,
    Gaps,
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
from lms.files.formats.tables import folded, lines_of, unguarded
from lms.files.formats.texts import decoded, one_line, shortened
from lms.refusal import Refused

MOST_ANSWERS: Final = 60
RIGHT: Final = frozenset({"x", "oui", "vrai", "juste", "v", "1/1"})
TRUTH: Final = {YES: True, "oui": True, "true": True, "v": True, NO: False, "faux": False, "false": False, "f": False}
ACCEPTS: Final = ("file", "photo", "audio", "video")
TAG: Final = re.compile(r"</?[a-zA-Z]")


@dataclass(frozen=True, slots=True)
class Answer:
    """Four cells: a text, its share as it is written, what goes with it, its feedback."""

    text: str
    share: str
    beside: str
    feedback: str

    def credit(self, default: float = 0.0) -> float:
        """« 50 », « 50 % », « x » for the whole point; `default` when nothing is written."""
        said = folded(self.share).removesuffix("%").strip()
        return default if not said else 1.0 if said in RIGHT else share_of(said)


@dataclass(slots=True)
class Row:
    """A line: its cells by column, its answers, its settings."""

    cells: dict[str, str]
    answers: list[Answer] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)

    def cell(self, name: str) -> str:
        return self.cells.get(folded(name), "")

    def whole(self, name: str, default: int = 0) -> int:
        said = self.settings.get(name, "")
        return int(number_of(said)) if said else default


def read(data: bytes) -> Package:
    """The questions of a table, with « ; », « , » or tabs between its cells."""
    try:
        text = decoded(data)
        lines = lines_of(text)
        names = _columns(next(lines, (1, []))[1])
    except Refused as refusal:
        return refused_whole(refusal, _("ligne %(number)s") % {"number": 1})
    package = Package()
    known = {folded(name) for name in HEAD}
    unknown = [name for name in names if name and name not in known and not _is_answer(name)]
    package.notes += [Refusal(_("ligne 1"), _("La colonne « %(name)s » n'est pas lue.") % {"name": name[:40]}) for name in unknown]
    try:
        for number, cells in lines:
            where = _("ligne %(number)s") % {"number": number}
            keep(package, where=where, build=partial(_built, names, cells))
    except Refused as refusal:
        package.refused.append(Refusal(refusal.code, refusal.message))
    if not package.read and not package.refused:
        package.refused.append(Refusal(_("ligne %(number)s") % {"number": 1}, _("Le tableau n'a aucune ligne de question.")))
    return package


def _columns(cells: list[str]) -> list[str]:
    names = [folded(cell) for cell in cells]
    if not {"type", "enonce"} <= set(names):
        raise Refused(
            "columns_missing", _("La première ligne doit nommer les colonnes, avec au moins « type » et « énoncé ». Prenez le modèle.")
        )
    twice = next((name for name in names if name and names.count(name) > 1), "")
    if twice:
        raise Refused("column_twice", _("La colonne « %(name)s » est là deux fois.") % {"name": twice})
    return names


def _is_answer(name: str) -> bool:
    what, _space, number = name.rpartition(" ")
    return what in {folded(one) for one in EACH} and number.isdecimal() and 1 <= len(number) <= 2 and 1 <= int(number) <= MOST_ANSWERS


def _built(names: list[str], cells: list[str]) -> Built:
    if any(cell.strip() for cell in cells[len(names) :]):
        raise Refused("cells_many", _("Cette ligne a plus de cellules que de colonnes. Un séparateur est de trop."))
    row = Row({name: unguarded(cell.strip()) for name, cell in zip(names, cells, strict=False)})
    row.answers = list(_answers(row))
    row.settings = _settings(row.cell("réglages"))
    kind = KIND_NAMES.get(folded(row.cell("type")), "")
    if kind not in READERS:
        raise Refused("type_unknown", _("Le type « %(type)s » n'existe pas dans ce tableau.") % {"type": shortened(row.cell("type"), 40)})
    stem = _stem(row.cell("énoncé"))
    common = {
        "title": one_line(row.cell("titre")) or shortened(stem.text, 60), "stem": stem.html, "hint": row.cell("indice"),
        "feedback": row.cell("retour"), "points": number_of(row.cell("points") or "1"),
    }  # fmt: skip
    tags, competencies = _list(row.cell("étiquettes")), _list(row.cell("compétences"))
    return Built(QuestionData(row.cell("code"), READERS[kind](row, common), tags, competencies), notes=stem.lost)


def _stem(text: str) -> Read:
    """Written plainly, or with tags."""
    found = read_as(text, "html" if TAG.search(text) else "text")
    if found.shown:
        raise Refused("media_outside", _("Le tableau ne porte ni image ni son. Passez par Moodle XML ou QTI."))
    return found


def _answers(row: Row) -> Iterator[Answer]:
    """The answers that say something, in the order of their numbers."""
    for number in range(1, MOST_ANSWERS + 1):
        cells = [row.cell(f"{name} {number}") for name in EACH]
        if any(cells):
            yield Answer(*cells)


def _settings(text: str) -> dict[str, str]:
    """« lettres=1, accents »: names without accents, an empty text for what is only named."""
    parts = [part.partition("=") for part in text.split(",") if part.strip()]
    found = {folded(name): value.strip() for name, _sign, value in parts}
    unknown = [name for name in found if name not in SETTINGS]
    if unknown:
        sentence = _("Le réglage « %(name)s » n'existe pas. Les réglages sont : %(known)s.")
        raise Refused("setting_unknown", sentence % {"name": unknown[0][:40], "known": ", ".join(sorted(SETTINGS))})
    return found


SETTINGS: Final = frozenset({"lettres", "casse", "accents", "ordre fixe", "unite demandee", "mots min", "mots max", "accepte", "fichiers"})


def _list(text: str) -> tuple[str, ...]:
    """« a, b, "c, d" »."""
    try:
        parts = next(csv.reader([text.replace("\n", " ")], skipinitialspace=True), [])
    except csv.Error as error:
        raise Refused("list_broken", _("La liste « %(text)s » ne se lit pas.") % {"text": shortened(text, 40)}) from error
    return tuple(dict.fromkeys(one_line(part) for part in parts if part.strip()))


def _choices(row: Row) -> tuple[Choice, ...]:
    return tuple(Choice(str(place), one.text, one.credit(), one.feedback) for place, one in enumerate(row.answers, 1))


def _single(row: Row, common: dict[str, Any]) -> Content:
    return SingleChoice(**common, choices=_choices(row), shuffle="ordre fixe" not in row.settings)


def _multiple(row: Row, common: dict[str, Any]) -> Content:
    return MultipleChoice(**common, choices=_choices(row), shuffle="ordre fixe" not in row.settings)


def _truefalse(row: Row, common: dict[str, Any]) -> Content:
    found = {TRUTH.get(folded(one.text)): one for one in row.answers}
    if not found or None in found:
        raise Refused("answers_missing", _("Écrivez « vrai » ou « non » dans les réponses, et 100 dans la part de la bonne."))
    credits_ = {truth: one.credit(1.0 if len(found) == 1 else 0.0) for truth, one in found.items()}
    said = {truth: one.feedback for truth, one in found.items()}
    right = credits_.get(True, 0.0) > credits_.get(False, 0.0)
    return TrueFalse(**common, answer=right, feedback_true=said.get(True, ""), feedback_false=said.get(False, ""))


def _short(row: Row, common: dict[str, Any]) -> Content:
    answers = tuple(Accepted(one.text, one.credit(1.0), one.feedback) for one in row.answers)
    return ShortText(**common, answers=answers, typos=row.whole("lettres"), case="casse" in row.settings, accents="accents" in row.settings)


def _numeric(row: Row, common: dict[str, Any]) -> Content:
    answers = tuple(NumericAnswer(number_of(one.text), number_of(one.beside or "0"), one.credit(1.0), one.feedback) for one in row.answers)
    return Numeric(**common, answers=answers, unit=row.cell("unité"), unit_asked="unite demandee" in row.settings)


def _matching(row: Row, common: dict[str, Any]) -> Content:
    full = [one for one in row.answers if one.text]
    pairs = tuple(Pair(str(place), one.text, one.beside, one.feedback) for place, one in enumerate(full, 1))
    return Matching(**common, pairs=pairs, extra=tuple(one.beside for one in row.answers if not one.text))


def _ordering(row: Row, common: dict[str, Any]) -> Content:
    return Ordering(**common, items=tuple(Item(str(place), one.text, one.feedback) for place, one in enumerate(row.answers, 1)))


def _categorise(row: Row, common: dict[str, Any]) -> Content:
    """Categories in the order they are met; one that holds nothing stands alone in `avec`."""
    names = {label: str(place) for place, label in enumerate(dict.fromkeys(one.beside for one in row.answers if one.beside), 1)}
    full = [one for one in row.answers if one.text]
    items = tuple(Sorted(str(place), one.text, names.get(one.beside, ""), one.feedback) for place, one in enumerate(full, 1))
    return Categorise(**common, categories=tuple(Category(name, label) for label, name in names.items()), items=items)


def _gaps(row: Row, common: dict[str, Any]) -> Content:
    """`avec` names the hole; a part « choix » is a text that the list only offers."""
    answers: dict[str, list[Accepted]] = {}
    options: dict[str, list[str]] = {}
    for one in row.answers:
        name = one.beside or "1"
        answers.setdefault(name, [])
        if folded(one.share) == OPTION:
            options.setdefault(name, []).append(one.text)
        else:
            answers[name].append(Accepted(one.text, one.credit(1.0), one.feedback))
    gaps = tuple(Gap(name, tuple(found), tuple(options.get(name, ()))) for name, found in answers.items())
    return Gaps(**common, text=row.cell("texte"), gaps=gaps, typos=row.whole("lettres"))


def _long(row: Row, common: dict[str, Any]) -> Content:
    return LongAnswer(
        **common, min_words=row.whole("mots min"), max_words=row.whole("mots max"), rubric=row.cell("grille"), guide=row.cell("guide")
    )


def _file(row: Row, common: dict[str, Any]) -> Content:
    accepts = folded(row.settings.get("accepte", "file"))
    if accepts not in ACCEPTS:
        raise Refused("accepts_unknown", _("« accepte » est file, photo, audio ou video."))
    return FileAnswer(**common, accepts=accepts, max_files=row.whole("fichiers", 1), rubric=row.cell("grille"), guide=row.cell("guide"))  # type: ignore[arg-type]  # one of ACCEPTS


READERS: Final[dict[str, Callable[[Row, dict[str, Any]], Content]]] = {
    "single": _single,
    "multiple": _multiple,
    "truefalse": _truefalse,
    "short": _short,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "gaps": _gaps,
    "categorise": _categorise,
    "long": _long,
    "file": _file,
}
