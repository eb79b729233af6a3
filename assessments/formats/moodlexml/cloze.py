"""Moodle's notation of a hole in a text: `{1:SHORTANSWER:=Paris#Oui !~%50%paris}`. Read letter by letter: no expression goes back.

Moodle's own reader: `question/type/multianswer/questiontype.php`. A backslash keeps } # ~ / " and itself from meaning something.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import Final

from django.utils.translation import gettext as _

from assessments.formats.markup import read_html
from assessments.formats.texts import percent_of, share_of
from assessments.rules.questions import Accepted, Gap
from lms.files.formats.texts import one_line, printable
from lms.refusal import Refused

OPENING: Final = re.compile(r"\{([0-9]{0,4}):([A-Z_]{1,20}):")
TYPED: Final = frozenset({"SHORTANSWER", "SA", "MW"})
TYPED_CASE: Final = frozenset({"SHORTANSWER_C", "SAC", "MWC"})
CHOSEN: Final = frozenset({"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS",
                           "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"})  # fmt: skip
ESCAPED: Final = '}#~/"\\'
PERCENT: Final = re.compile(r"%(-?[0-9]{1,4}(?:[.,][0-9]{1,400})?)%")


@dataclass(frozen=True, slots=True)
class Hole:
    """A hole as it stands in a text: from where to where, its weight, whether small and capital letters differ."""

    start: int
    end: int
    weight: int
    minds_case: bool
    gap: Gap


def holes_in(text: str) -> Iterator[Hole]:
    """The holes of a text in their order, named 1, 2, 3… Refused: one that is never closed, or of another kind."""
    at, number = 0, 0
    while found := OPENING.search(text, at):
        number += 1
        kind = found[2]
        if kind not in TYPED | TYPED_CASE | CHOSEN:
            what = _("un nombre") if kind in ("NUMERICAL", "NM") else kind
            raise Refused("gap_kind", _("Le trou %(number)s (%(what)s) n'a pas d'égal dans Tremplin.") % {"number": number, "what": what})
        answers, options, at = _answers(text, found.end(), number)
        chosen = tuple(options) if kind in CHOSEN else ()
        typed = tuple(answers) if kind in CHOSEN else (*answers, *(Accepted(option, 0.0) for option in options))
        yield Hole(found.start(), at, int(found[1] or 1), kind in TYPED_CASE, Gap(str(number), typed, chosen))


def _answers(text: str, start: int, number: int) -> tuple[list[Accepted], list[str], int]:
    """Answers with something to say, bare options, and where the hole ends."""
    answers: list[Accepted] = []
    options: list[str] = []
    at, closes = start, False
    while not closes:
        answer, feedback, at, closes = _one(text, at, number)
        said, credit, is_marked = _marked(answer)
        if is_marked or feedback:
            answers.append(Accepted(said, credit, feedback))
        elif said:
            options.append(said)
    return answers, options, at


def _one(text: str, start: int, number: int) -> tuple[str, str, int, bool]:
    """An answer and its feedback as far as the next ~ or }."""
    parts: list[list[str]] = [[]]
    at = start
    while at < len(text):
        letter = text[at]
        if letter == "\\" and text[at + 1 : at + 2] in tuple(ESCAPED):
            parts[-1].append(text[at + 1])
            at += 2
            continue
        if letter in "~}":
            answer, feedback = "".join(parts[0]), "".join(parts[1]) if len(parts) > 1 else ""
            return answer.strip(), _words(feedback), at + 1, letter == "}"
        if letter == "#" and len(parts) == 1 and not _in_entity(text, at):
            parts.append([])
        else:
            parts[-1].append(letter)
        at += 1
    raise Refused("gap_open", _("Le trou %(number)s n'est pas fermé par « } ».") % {"number": number})


def _in_entity(text: str, at: int) -> bool:
    return text[at - 1 : at] == "&" or text[at - 5 : at] == "&amp;"


def _marked(answer: str) -> tuple[str, float, bool]:
    """The words, what they are worth, and whether anything said so."""
    if answer.startswith("="):
        return _words(answer[1:]), 1.0, True
    percent = PERCENT.match(answer)
    if percent:
        return _words(answer[percent.end() :]), share_of(percent[1]), True
    return _words(answer), 0.0, False


def _words(html: str) -> str:
    return read_html(html).text if "<" in html else printable(unescape(html)).strip()


def hole_of(gap: Gap) -> str:
    """A gap in that notation."""
    kind = "MULTICHOICE" if gap.options else "SHORTANSWER"
    answers = [_written(answer) for answer in gap.answers] + [_text(option) for option in gap.options]
    return f"{{1:{kind}:{'~'.join(answers)}}}"


def _written(answer: Accepted) -> str:
    credit = "=" if answer.credit == 1 else f"%{percent_of(answer.credit)}%"
    return credit + _text(answer.text) + (f"#{_kept(answer.feedback)}" if answer.feedback else "")


def _text(text: str) -> str:
    """The words of an answer; what would be taken for a mark of credit is written as an entity."""
    kept = f"{_kept(text[:-1])}&#38;" if text.endswith("&") else _kept(text)  # « &# » would begin an entity
    return {"=": "&#61;", "%": "&#37;"}.get(kept[:1], kept[:1]) + kept[1:]


def _kept(text: str) -> str:
    return "".join(f"\\{letter}" if letter in ESCAPED else letter for letter in escape(text, quote=False))


def fits_cloze(gap: Gap) -> bool:
    """Whether what was typed comes back the same: on one line, nothing around."""
    texts = [text for answer in gap.answers for text in (answer.text, answer.feedback)] + list(gap.options)
    return all(one_line(text) == text for text in texts)
