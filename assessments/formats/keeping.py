"""Putting questions into a package one by one, and taking them out: the sound ones, and a sentence for each of the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.translation import gettext as _
from msgspec.json import encode
from msgspec.structs import replace

from assessments.formats import Package
from assessments.formats.texts import LONGEST_CODE, checked_code, code_from, code_of
from assessments.rules.questions import QuestionData
from assessments.rules.soundness import check_question
from lms.files.formats import Refusal
from lms.files.formats.texts import one_line
from lms.refusal import Refused

T = TypeVar("T")


@dataclass(slots=True)
class Built:
    """A question as it was read, the files it shows by their name in the package, and sentences about what it loses.

    `name`: what may serve as its code when it brings none.
    """

    question: QuestionData
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    name: str = ""


def keep(package: Package, *, where: str, build: Callable[[], Built]) -> None:
    """Add the question that `build` makes, with its files and its notes; or why it cannot come in. One without a code gets its own."""
    package.read += 1
    try:
        built = build()
        check_question(built.question.content)
        question = replace(built.question, code=_code(built, {one.code for one in package.questions}))
    except Refused as refusal:
        package.refused.append(Refusal(where, refusal.message))
        return
    package.questions.append(question)
    package.files.update(built.files)
    package.notes += [Refusal(where, note) for note in dict.fromkeys(built.notes)]


def _code(built: Built, taken: set[str]) -> str:
    """Its own code, else its name, else one made from what it asks, else from all it says: the same file gives the same codes."""
    code = checked_code(built.question.code)
    if code in taken:
        raise Refused("code_twice", _("Le code « %(code)s » est déjà celui d'une autre question du fichier.") % {"code": code})
    if code:
        return code
    name, content = one_line(built.name), built.question.content
    found = [name] if 0 < len(name) <= LONGEST_CODE else []
    code = next((one for one in [*found, code_of(content), code_from(encode(content).decode())] if one not in taken), "")
    if not code:
        raise Refused("question_twice", _("Cette question est deux fois dans le fichier."))
    return code


def refused_whole(refusal: Refused, where: str = "") -> Package:
    """A file of which nothing can be read."""
    return Package(refused=[Refusal(where or _("fichier"), refusal.message)])


def named(question: QuestionData) -> str:
    """How a question that cannot go out is named to its author."""
    return f"{question.code} · {question.content.title}"


def write_each(questions: Sequence[QuestionData], write: Callable[[QuestionData], T]) -> tuple[list[T], list[Refusal]]:
    """The questions that a format can carry, as it writes them, and why not for each of the others."""
    written: list[T] = []
    refused: list[Refusal] = []
    for question in questions:
        try:
            written.append(write(question))
        except Refused as refusal:
            refused.append(Refusal(named(question), refusal.message))
    return written, refused


def refuse_what_is_lost(lost: dict[str, bool]) -> None:
    """Refuse to write a question that would come back poorer: `lost` names what this format cannot say."""
    missing = [what for what, is_there in lost.items() if is_there]
    if missing:
        raise Refused("not_carried", _("Ce format ne porte pas : %(what)s.") % {"what": ", ".join(missing)})
