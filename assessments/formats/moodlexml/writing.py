"""Questions to Moodle XML. What Moodle has no word for stands in a `tremplin` element that it passes over and that we read back.

Plain texts are written as such (`plain_text`), so that they come back letter by letter.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, Final
from urllib.parse import quote

from django.utils.translation import gettext as _

from assessments.formats import Written
from assessments.formats.keeping import refuse_what_is_lost, write_each
from assessments.formats.markup import Shown, media_html
from assessments.formats.moodlexml.cloze import OPENING, fits_cloze, hole_of
from assessments.formats.moodlexml.gaps import END, OURS
from assessments.formats.moodlexml.reading import COMPETENCY
from assessments.formats.moodlexml.source import HERE
from assessments.formats.texts import percent_of, plain_number
from assessments.rules.questions import (
    Categorise,
    Choice,
    Content,
    FileAnswer,
    Gaps,
    Item,
    LongAnswer,
    Matching,
    Media,
    MultipleChoice,
    Numeric,
    Ordering,
    Pair,
    QuestionData,
    ShortText,
    SingleChoice,
    Sorted,
    TrueFalse,
)
from assessments.rules.soundness import HOLE
from lms.files.formats.texts import one_line
from lms.refusal import Refused

HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
FILE_TYPES: Final = {"photo": "image", "audio": "audio", "video": "video", "file": ""}
Files = Mapping[str, bytes]


def write(questions: Sequence[QuestionData], files: Files) -> Written:
    """A Moodle XML file of the questions it can carry."""
    written, refused = write_each(questions, lambda question: _question(question, files))
    return Written((HEAD + "".join(written) + "</quiz>\n").encode(), refused)


def _question(question: QuestionData, files: Files) -> str:
    content = question.content
    writer = WRITERS.get(type(content))
    if writer is None:
        raise Refused("not_carried", _("Moodle n'a pas de type où l'on choisit une zone d'une image avec ses mots."))
    refuse_what_is_lost({_("un titre sur plusieurs lignes"): one_line(content.title) != content.title})
    kind, body = writer(content, files)
    if kind == "cloze" and isinstance(content, Gaps):
        shown, held = _with_media(_stem(content), content.media, files)
        text = f'<questiontext format="html"><text>{escape(shown + _hole_text(content))}</text>{held}</questiontext>'
    else:
        shown, held = _with_media(content.stem, content.media, files)
        text = f'<questiontext format="html"><text>{escape(shown)}</text>{held}</questiontext>'
    hint = _plain("hint", content.hint) if content.hint else ""
    parts = [
        f"<name><text>{escape(content.title)}</text></name>", text, _plain("generalfeedback", content.feedback),
        f"<defaultgrade>{plain_number(content.points)}</defaultgrade>", "<penalty>0</penalty>", "<hidden>0</hidden>",
        f"<idnumber>{escape(question.code)}</idnumber>", body, hint, _tags(question),
    ]  # fmt: skip
    inside = "".join(f"    {part}\n" for part in parts if part)
    return f'  <question type="{kind}">\n{inside}  </question>\n'


def _plain(name: str, text: str, attributes: str = "") -> str:
    return f'<{name}{attributes} format="plain_text"><text>{escape(text)}</text></{name}>'


def _with_media(html: str, media: Sequence[Media], files: Files) -> tuple[str, str]:
    """The HTML with what it shows, and the files themselves."""
    shown = html + "".join(media_html(Shown(one.kind, HERE + quote(one.file), one.words)) for one in media)
    return shown, "".join(_file(name, files) for name in dict.fromkeys(one.file for one in media))


def _file(name: str, files: Files) -> str:
    if name not in files:
        raise Refused("media_missing", _("Le fichier « %(name)s » de cette question n'est plus là.") % {"name": name})
    return f'<file name="{escape(name)}" path="/" encoding="base64">{base64.b64encode(files[name]).decode()}</file>'


def _tags(question: QuestionData) -> str:
    names = [*question.tags, *(COMPETENCY + code for code in question.competencies)]
    return f"<tags>{''.join(f'<tag><text>{escape(name)}</text></tag>' for name in names)}</tags>" if names else ""


def _option(name: str, attributes: str, row: Choice | Item | Pair | Sorted, rest: str, files: Files) -> str:
    """An answer or a left side, with the file it shows."""
    text = row.left if isinstance(row, Pair) else row.text
    if not row.media:
        return f'<{name}{attributes} format="plain_text"><text>{escape(text)}</text>{rest}</{name}>'
    if one_line(text) != text:
        raise Refused("not_carried", _("Une ligne qui montre une image ne peut pas avoir plusieurs lignes de texte."))
    shown, held = _with_media(escape(text, quote=False), [row.media], files)
    return f'<{name}{attributes} format="html"><text>{escape(shown)}</text>{held}{rest}</{name}>'


def _feedback(text: str) -> str:
    return _plain("feedback", text)


def _fraction(credit: float) -> str:
    return f' fraction="{percent_of(credit)}"'


def _answer(text: str, credit: float, feedback: str, rest: str = "") -> str:
    return f'<answer{_fraction(credit)} format="moodle_auto_format"><text>{escape(text)}</text>{_feedback(feedback)}{rest}</answer>'


def _choices(content: SingleChoice | MultipleChoice, files: Files) -> tuple[str, str]:
    rows = [_option("answer", _fraction(one.credit), one, _feedback(one.feedback), files) for one in content.choices]
    single = "true" if isinstance(content, SingleChoice) else "false"
    shuffle = "true" if content.shuffle else "false"
    return "multichoice", f"<single>{single}</single><shuffleanswers>{shuffle}</shuffleanswers>{''.join(rows)}"


def _truefalse(content: TrueFalse, _files: Files) -> tuple[str, str]:
    rows = (("true", content.answer, content.feedback_true), ("false", not content.answer, content.feedback_false))
    return "truefalse", "".join(_answer(name, float(right), said) for name, right, said in rows)


def _short(content: ShortText, _files: Files) -> tuple[str, str]:
    refuse_what_is_lost({_("une barre \\ devant une étoile"): any(r"\*" in one.text for one in content.answers)})
    rows = "".join(_answer(one.text, one.credit, one.feedback) for one in content.answers)
    own = f'<tremplin typos="{content.typos}" accents="{int(content.accents)}"/>'
    return "shortanswer", f"<usecase>{int(content.case)}</usecase>{rows}{own}"


def _numeric(content: Numeric, _files: Files) -> tuple[str, str]:
    refuse_what_is_lost({_("une unité avec des espaces autour"): content.unit.strip() != content.unit})
    rows = "".join(
        _answer(plain_number(one.value), one.credit, one.feedback, f"<tolerance>{plain_number(one.tolerance)}</tolerance>")
        for one in content.answers
    )
    unit = f"<units><unit><multiplier>1</multiplier><unit_name>{escape(content.unit)}</unit_name></unit></units>" if content.unit else ""
    asked = f"<unitgradingtype>{int(content.unit_asked)}</unitgradingtype><unitpenalty>1</unitpenalty>"
    return "numerical", f"{rows}{unit}{asked}<showunits>{0 if content.unit else 3}</showunits><unitsleft>0</unitsleft>"


def _pair(row: Pair | Sorted, right: str, files: Files) -> str:
    rest = f"<answer><text>{escape(right)}</text></answer>" + (_feedback(row.feedback) if row.feedback else "")
    return _option("subquestion", "", row, rest, files)


def _alone(right: str) -> str:
    return f'<subquestion format="plain_text"><text></text><answer><text>{escape(right)}</text></answer></subquestion>'


def _matching(content: Matching, files: Files) -> tuple[str, str]:
    rows = [_pair(pair, pair.right, files) for pair in content.pairs] + [_alone(right) for right in content.extra]
    return "matching", f"<shuffleanswers>true</shuffleanswers>{''.join(rows)}"


def _categorise(content: Categorise, files: Files) -> tuple[str, str]:
    """Each thing goes with the label of its category; categories that hold nothing are what Moodle calls extra answers."""
    labels = {one.id: one.label for one in content.categories}
    used = {item.category for item in content.items}
    rows = [_pair(item, labels[item.category], files) for item in content.items]
    rows += [_alone(label) for name, label in labels.items() if name not in used]
    own = "".join(f"<category>{escape(label)}</category>" for label in labels.values())
    return "matching", f'<shuffleanswers>true</shuffleanswers>{"".join(rows)}<tremplin kind="categorise">{own}</tremplin>'


def _ordering(content: Ordering, files: Files) -> tuple[str, str]:
    how = "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><selectcount>0</selectcount><gradingtype>ABSOLUTE_POSITION</gradingtype>"
    rows = [_option("answer", f' fraction="{place}"', one, _feedback(one.feedback), files) for place, one in enumerate(content.items, 1)]
    return "ordering", how + "".join(rows)


def _stem(content: Gaps) -> str:
    if OPENING.search(content.stem) or HOLE.search(content.stem):
        raise Refused("not_carried", _("L'énoncé contient lui-même un trou."))
    return content.stem


def _gaps(content: Gaps, _files: Files) -> tuple[str, str]:
    refuse_what_is_lost({_("un trou dont une réponse a plusieurs lignes"): not all(fits_cloze(gap) for gap in content.gaps)})
    return "cloze", f'<tremplin typos="{content.typos}"/>'


def _hole_text(content: Gaps) -> str:
    """The lines of the text, each hole with its answers."""
    gaps = {gap.id: gap for gap in content.gaps}
    parts = HOLE.split(content.text)
    said = [
        hole_of(gaps[part]) if place % 2 else escape(part, quote=False).replace("{", "&#123;").replace("\n", "<br>")
        for place, part in enumerate(parts)
    ]
    return OURS + "".join(said) + END


def _essay(content: LongAnswer | FileAnswer, _files: Files) -> tuple[str, str]:
    own = f'<tremplin rubric="{escape(content.rubric)}"/>' if content.rubric else ""
    guide = _plain("graderinfo", content.guide)
    if isinstance(content, FileAnswer):
        how = (
            f"<responseformat>noinline</responseformat><responserequired>0</responserequired><attachments>{content.max_files}</attachments>"
        )
        return "essay", f"{how}<filetypeslist>{FILE_TYPES[content.accepts]}</filetypeslist>{guide}{own}"
    bounds = [
        f"<{name}>{number}</{name}>"
        for name, number in (("minwordlimit", content.min_words), ("maxwordlimit", content.max_words))
        if number
    ]
    how = "<responseformat>plain</responseformat><responserequired>1</responserequired><responsefieldlines>10</responsefieldlines><attachments>0</attachments>"
    return "essay", f"{how}{''.join(bounds)}{guide}{own}"


WRITERS: Final[dict[type[Content], Callable[[Any, Files], tuple[str, str]]]] = {
    SingleChoice: _choices,
    MultipleChoice: _choices,
    TrueFalse: _truefalse,
    ShortText: _short,
    Numeric: _numeric,
    Matching: _matching,
    Categorise: _categorise,
    Ordering: _ordering,
    Gaps: _gaps,
    LongAnswer: _essay,
    FileAnswer: _essay,
}
