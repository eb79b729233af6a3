"""Two versions of one work beside each other. Three queries."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from assessments.models import Submission
from assessments.rules import Piece, paired_files, text_changes
from assessments.selectors.sheet import seen_submission
from assessments.selectors.thread import FileRow, Turn, thread_of
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class FilePair:
    """A file and what became of it. `change`: same, changed, gone, new."""

    before: FileRow | None
    after: FileRow | None

    @property
    def change(self) -> str:
        if self.before is None:
            return "new"
        if self.after is None:
            return "gone"
        return "same" if self.before.sha256 == self.after.sha256 else "changed"

    @property
    def are_pictures(self) -> bool:
        return any(file is not None and file.is_picture for file in (self.before, self.after))


@dataclass(frozen=True)
class Comparison:
    """The earlier and the later of two versions; `asked` is the one the address names, `versions` all those of the work."""

    asked: Submission
    earlier: Turn
    later: Turn
    versions: list[Turn]

    @cached_property
    def _pieces(self) -> list[Piece]:
        return text_changes(self.earlier.text, self.later.text)

    @property
    def earlier_pieces(self) -> list[Piece]:
        return [piece for piece in self._pieces if piece.kind != "new"]

    @property
    def later_pieces(self) -> list[Piece]:
        return [piece for piece in self._pieces if piece.kind != "gone"]

    @property
    def is_same_text(self) -> bool:
        return self.earlier.text == self.later.text

    @cached_property
    def files(self) -> list[FilePair]:
        return [FilePair(*pair) for pair in paired_files(self.earlier.files, self.later.files)]

    @property
    def other_number(self) -> int:
        """The version beside the one the address names."""
        return self.earlier.number if self.later.uuid == self.asked.uuid else self.later.number


def comparison_of(user: User, uuid: UUID, other: int | None) -> Comparison | None:
    """A version this person may see beside version number `other` of the same work, else beside the one before it (the first: after it).

    None: not theirs to see, or the only version.
    """
    asked = seen_submission(user, uuid)
    if asked is None:
        return None
    versions = thread_of(trainee=asked.trainee_id, practical=asked.practical_id)
    others = [turn for turn in versions if turn.uuid != uuid]  # latest first
    if not others:
        return None
    near = next((turn for turn in others if turn.number < asked.number), others[-1])
    beside = next((turn for turn in others if turn.number == other), near)
    earlier, later = sorted((beside, next(turn for turn in versions if turn.uuid == uuid)), key=lambda turn: turn.number)
    return Comparison(asked, earlier, later, versions)
