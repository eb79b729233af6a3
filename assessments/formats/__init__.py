"""Questions as other systems write them. Each format is a module with `read` and `write`; nothing here touches the database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assessments.rules.questions import QuestionData
from lms.files.formats import Refusal


@dataclass(slots=True)
class Package:
    """Questions with the files they name (`Media.file` is a key of `files`), and what was left out. `read`: questions found, refused ones included.

    `refused` has a line a question that stays outside, or one for the whole file; `notes` say what a question that comes in loses.
    """

    questions: list[QuestionData] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    read: int = 0
    notes: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Written:
    """A file made of questions, and those that this format cannot carry."""

    content: bytes
    refused: list[Refusal]


Reader = Callable[[bytes], Package]
Writer = Callable[[Sequence[QuestionData], Mapping[str, bytes]], Written]
