"""Questions to the table. Text cannot become a formula; numbers stay numbers, with a decimal comma as French spreadsheets read them."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from django.utils.translation import gettext as _

from assessments.formats import Written
from assessments.formats.csvtemplate.columns import EACH, HEAD, LEAST_ANSWERS, NO, OPTION, YES
from assessments.formats.csvtemplate.reading import MOST_ANSWERS, TAG
from assessments.formats.keeping import refuse_what_is_lost, write_each
from assessments.formats.markup import read_as, read_html
from assessments.formats.texts import percent_of, plain_number
from assessments.rules.questions import (
    KINDS,
    Accepted,
    Categorise,
    Content,
    FileAnswer,
    Gap,
    Gaps,
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
from lms.files.formats.tables import guarded
from lms.files.formats.texts import one_line
from lms.refusal import Refused

Cells: TypeAlias = tuple[str, str, str, str]


def write(questions: Sequence[QuestionData], _files: Mapping[str, bytes]) -> Written:
    """A table of the questions it can carry."""
    rows, refused = write_each(questions, _row)
    most = max([LEAST_ANSWERS, *((len(row) - len(HEAD)) // len(EACH) for row in rows)])
    names = [*HEAD, *(f"{name} {number}" for number in range(1, most + 1) for name in EACH)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(row + [""] * (len(names) - len(row)) for row in rows)
    return Written(out.getvalue().encode("utf-8-sig"), refused)


def _row(question: QuestionData) -> list[str]:
    content = question.content
    writer = WRITERS.get(type(content))
    if writer is None:
        raise Refused("not_carried", _("Le tableau n'a pas de question « %(kind)s ».") % {"kind": KINDS[kind_of(content)]})
    answers, settings = writer(content)
    texts = [content.hint, content.feedback, *(text for cells in answers for text in cells), getattr(content, "text", "")]
    refuse_what_is_lost({
        _("une image ou un son"): bool(media_of(content)), _("un titre sur plusieurs lignes"): one_line(content.title) != content.title,
        _("un texte avec des espaces autour"): any(text.strip() != text for text in texts),
        _("plus de %(most)s réponses") % {"most": MOST_ANSWERS}: len(answers) > MOST_ANSWERS,
    })  # fmt: skip
    head = (
        question.code, KINDS[kind_of(content)], content.title, _stem(content.stem), getattr(content, "text", ""), _number(content.points),
        content.hint, content.feedback, _list(question.tags), _list(question.competencies), ", ".join(settings), getattr(content, "unit", ""),
        getattr(content, "rubric", ""), getattr(content, "guide", ""),
    )  # fmt: skip
    is_number = isinstance(content, Numeric)
    return [*(guarded(cell) for cell in head), *(cell for cells in answers for cell in _guarded(cells, is_number=is_number))]


def _guarded(cells: Cells, *, is_number: bool) -> list[str]:
    """Numbers stay numbers: a share, and the answers of a question about numbers."""
    text, share, beside, feedback = cells
    return [text if is_number else guarded(text), share, beside if is_number else guarded(beside), guarded(feedback)]


def _stem(html: str) -> str:
    """Without tags where lines say the same."""
    plain = "\n\n".join(read_html(html).text.split("\n"))
    return plain if not TAG.search(plain) and read_as(plain, "text").html == html else html


def _number(value: float) -> str:
    return plain_number(value).replace(".", ",")


def _share(credit: float) -> str:
    return percent_of(credit).replace(".", ",")


def _list(names: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(names)
    return out.getvalue() if any(names) else ""


def _choices(content: SingleChoice | MultipleChoice) -> tuple[list[Cells], list[str]]:
    return [(one.text, _share(one.credit), "", one.feedback) for one in content.choices], [] if content.shuffle else ["ordre fixe"]


def _truefalse(content: TrueFalse) -> tuple[list[Cells], list[str]]:
    return [
        (YES, _share(float(content.answer)), "", content.feedback_true),
        (NO, _share(float(not content.answer)), "", content.feedback_false),
    ], []


def _accepted(answer: Accepted, beside: str = "") -> Cells:
    return answer.text, _share(answer.credit), beside, answer.feedback


def _short(content: ShortText) -> tuple[list[Cells], list[str]]:
    settings = [f"lettres={content.typos}"] if content.typos else []
    settings += ["casse"] * content.case + ["accents"] * content.accents
    return [_accepted(one) for one in content.answers], settings


def _numeric(content: Numeric) -> tuple[list[Cells], list[str]]:
    rows = [(_number(one.value), _share(one.credit), _number(one.tolerance), one.feedback) for one in content.answers]
    return rows, ["unité demandée"] * content.unit_asked


def _matching(content: Matching) -> tuple[list[Cells], list[str]]:
    return [(one.left, "", one.right, one.feedback) for one in content.pairs] + [("", "", right, "") for right in content.extra], []


def _ordering(content: Ordering) -> tuple[list[Cells], list[str]]:
    return [(one.text, "", "", one.feedback) for one in content.items], []


def _categorise(content: Categorise) -> tuple[list[Cells], list[str]]:
    """Categories come first, alone, so that their order and the empty ones are kept."""
    labels = {one.id: one.label for one in content.categories}
    met = list(dict.fromkeys(labels[one.category] for one in content.items))
    alone = [] if met == list(labels.values()) else [("", "", label, "") for label in labels.values()]
    return alone + [(one.text, "", labels[one.category], one.feedback) for one in content.items], []


def _gaps(content: Gaps) -> tuple[list[Cells], list[str]]:
    rows = [cells for gap in content.gaps for cells in _gap(gap)]
    return rows, [f"lettres={content.typos}"] if content.typos else []


def _gap(gap: Gap) -> list[Cells]:
    return [_accepted(answer, gap.id) for answer in gap.answers] + [(option, OPTION, gap.id, "") for option in gap.options]


def _long(content: LongAnswer) -> tuple[list[Cells], list[str]]:
    bounds = (("mots min", content.min_words), ("mots max", content.max_words))
    return [], [f"{name}={number}" for name, number in bounds if number]


def _file(content: FileAnswer) -> tuple[list[Cells], list[str]]:
    return [], [f"accepte={content.accepts}", f"fichiers={content.max_files}"]


WRITERS: Final[dict[type[Content], Callable[[Any], tuple[list[Cells], list[str]]]]] = {
    SingleChoice: _choices,
    MultipleChoice: _choices,
    TrueFalse: _truefalse,
    ShortText: _short,
    Numeric: _numeric,
    Matching: _matching,
    Ordering: _ordering,
    Gaps: _gaps,
    Categorise: _categorise,
    LongAnswer: _long,
    FileAnswer: _file,
}
