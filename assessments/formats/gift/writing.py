"""Questions to GIFT. Points, order and spelling, for which it has no sign, stand in the comment that already holds code and tags."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from assessments.formats import Written
from assessments.formats.gift.blocks import escaped
from assessments.formats.gift.reading import COMPETENCY
from assessments.formats.keeping import refuse_what_is_lost, write_each
from assessments.formats.markup import read_html
from assessments.formats.texts import percent_of, plain_number
from assessments.rules.questions import KINDS as KIND_WORDS
from assessments.rules.questions import (
    Choice,
    Content,
    LongAnswer,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    QuestionData,
    ShortText,
    SingleChoice,
    TrueFalse,
    kind_of,
    media_of,
)
from lms.files.formats.texts import one_line
from lms.refusal import Refused

ARROW: Final = "->"


def write(questions: Sequence[QuestionData], _files: Mapping[str, bytes]) -> Written:
    """A GIFT file of the questions it can carry."""
    written, refused = write_each(questions, _question)
    return Written("\n".join(written).encode(), refused)


def _question(question: QuestionData) -> str:
    content = question.content
    writer = WRITERS.get(type(content))
    if writer is None:
        raise Refused("not_carried", _("GIFT n'a pas de question « %(kind)s ».") % {"kind": KIND_WORDS[kind_of(content)]})
    names = [question.code, *question.tags, *question.competencies]
    refuse_what_is_lost({
        _("une image ou un son"): bool(media_of(content)), _("l'indice"): bool(content.hint),
        _("un titre sur plusieurs lignes"): one_line(content.title) != content.title,
        _("une barre \\ dans le code ou une étiquette"): any("\\" in name for name in names),
    })  # fmt: skip
    body, own = writer(content)
    own = {"points": "" if content.points == 1 else plain_number(content.points), **own}
    marks = [_mark("id", question.code), *(_mark("tag", tag) for tag in question.tags)]
    marks += [_mark("tag", COMPETENCY + code) for code in question.competencies]
    said = " ".join(f"{name}={value}" for name, value in own.items() if value)
    marks += [_mark("tremplin", said)] if said else []
    general = f"####{_text(content.feedback)}" if content.feedback else ""
    return f"// {' '.join(marks)}\n::{escaped(content.title)}::[html]{escaped(content.stem)}{{{body}{general}}}\n"


def _mark(name: str, value: str) -> str:
    closing = "\\]"
    return f"[{name}:{value.replace(']', closing)}]"


def _text(text: str) -> str:
    """Words that HTML would read otherwise say that they are plain."""
    return ("" if read_html(text).text == text and not text.startswith(("[", "%")) else "[plain]") + escaped(text)


def _weighed(sign: str, credit: float, text: str, feedback: str) -> str:
    """An answer; its share where the sign alone does not say it, or where its own text begins as a share."""
    is_plain = credit == float(sign == "=") and not text.startswith("%")
    share = "" if is_plain else f"%{percent_of(credit)}%"
    return f"\n{sign}{share}{text}" + (f"#{_text(feedback)}" if feedback else "")


def _lost_arrow(*texts: str) -> dict[str, bool]:
    return {_("la flèche « -> » dans une réponse"): any(ARROW in text for text in texts)}


def _single(content: SingleChoice) -> tuple[str, dict[str, str]]:
    rows = [_choice("=" if one.credit == 1 else "~", one) for one in content.choices]
    refuse_what_is_lost({_("une seule ligne juste parmi des lignes toutes justes"): all(one.credit == 1 for one in content.choices)})
    return "".join(rows) + "\n", {"shuffle": "" if content.shuffle else "0"}


def _multiple(content: MultipleChoice) -> tuple[str, dict[str, str]]:
    return "".join(_choice("~", one) for one in content.choices) + "\n", {"shuffle": "" if content.shuffle else "0"}


def _choice(sign: str, choice: Choice) -> str:
    return _weighed(sign, choice.credit, _text(choice.text), choice.feedback)


def _truefalse(content: TrueFalse) -> tuple[str, dict[str, str]]:
    right, wrong = content.feedback_true, content.feedback_false
    if not content.answer:
        right, wrong = wrong, right
    refuse_what_is_lost(_lost_arrow(right, wrong, content.feedback))
    said = f"#{_text(wrong)}#{_text(right)}" if right else f"#{_text(wrong)}" if wrong else ""
    return ("TRUE" if content.answer else "FALSE") + said, {}


def _short(content: ShortText) -> tuple[str, dict[str, str]]:
    refuse_what_is_lost({
        **_lost_arrow(content.feedback, *(text for one in content.answers for text in (one.text, one.feedback))),
        _("une réponse sur plusieurs lignes"): any(one_line(one.text) != one.text for one in content.answers),
    })  # fmt: skip
    rows = [_weighed("=", one.credit, escaped(one.text), one.feedback) for one in content.answers]
    own = {"typos": str(content.typos or ""), "case": "1" if content.case else "", "accents": "" if content.accents else "0"}
    return "".join(rows) + "\n", own


def _numeric(content: Numeric) -> tuple[str, dict[str, str]]:
    refuse_what_is_lost({_("l'unité"): bool(content.unit)})
    rows = [_weighed("=", one.credit, f"{plain_number(one.value)}:{plain_number(one.tolerance)}", one.feedback) for one in content.answers]
    return "#" + "".join(rows) + "\n", {}


def _matching(content: Matching) -> tuple[str, dict[str, str]]:
    rights = [pair.right for pair in content.pairs] + list(content.extra)
    refuse_what_is_lost({
        **_lost_arrow(*(pair.left for pair in content.pairs), *rights), _("le retour d'une paire"): any(pair.feedback for pair in content.pairs),
        _("une réponse de droite sur plusieurs lignes"): any(one_line(right) != right for right in rights),
    })  # fmt: skip
    rows = [f"\n={_text(pair.left)} {ARROW} {escaped(pair.right)}" for pair in content.pairs]
    return "".join(rows + [f"\n= {ARROW} {escaped(right)}" for right in content.extra]) + "\n", {}


def _ordering(content: Ordering) -> tuple[str, dict[str, str]]:
    refuse_what_is_lost({
        _("le retour d'un élément"): any(one.feedback for one in content.items),
        _("un élément qui commence par // ou par $CATEGORY:"): any(one.text.startswith(("//", "$CATEGORY")) for one in content.items),
    })  # fmt: skip
    return ">0 ALL VERTICAL ABSOLUTE_POSITION" + "".join(f"\n{_text(one.text)}" for one in content.items) + "\n", {}


def _long(content: LongAnswer) -> tuple[str, dict[str, str]]:
    refuse_what_is_lost({
        _("le nombre de mots"): bool(content.min_words or content.max_words), _("la grille"): bool(content.rubric),
        _("le repère pour qui évalue"): bool(content.guide),
    })  # fmt: skip
    return "", {}


WRITERS: Final[dict[type[Content], Callable[[Any], tuple[str, dict[str, str]]]]] = {
    SingleChoice: _single,
    MultipleChoice: _multiple,
    TrueFalse: _truefalse,
    ShortText: _short,
    Numeric: _numeric,
    Matching: _matching,
    Ordering: _ordering,
    LongAnswer: _long,
}
