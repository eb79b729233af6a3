"""Several judgements of one version side by side, and the common one being agreed on."""

from dataclasses import dataclass

from assessments.models import Agreement
from assessments.rules import common_level, differs
from assessments.selectors.sheet import Sheet
from assessments.selectors.thread import Feedback, MarkRow
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One line of the rubric: what each column says of it, and whether assessors saw it differently."""

    label: str
    cells: list[MarkRow | None]
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The columns, oldest first (a common judgement after what it replaced), line by line; and the proposal that waits, if any."""

    columns: list[Feedback]
    lines: list[ComparedLine]
    pending: Agreement | None
    pending_marks: dict[int, tuple[int | None, str]]

    @property
    def differing(self) -> int:
        return sum(line.differs for line in self.lines)


def compared(user: User, sheet: Sheet) -> Comparison:
    """What this person may compare on a sheet they may see. Two queries."""
    columns = [column for one in sheet.turn.feedback for column in ([*one.before, one] if one.is_agreed else [one])]
    marks = [{mark.line: mark for mark in column.marks} for column in columns]
    lines = []
    for line in sheet.lines:
        cells = [found.get(line.pk) for found in marks]
        alone = [cell.level for cell, column in zip(cells, columns, strict=True) if cell and not column.is_agreed]
        lines.append(ComparedLine(line.label, cells, differs(alone)))
    waiting = Agreement.objects.visible_to(user).pending().filter(submission=sheet.submission)
    pending = waiting.select_related("proposer", "signer").first()
    proposed = {line: (level, words) for line, level, words in pending.marks.values_list("line", "level", "comment")} if pending else {}
    return Comparison(columns, lines, pending, proposed)


def partners_of(user: User, sheet: Sheet) -> list[Feedback]:
    """The current judgements of this version that somebody else signed, where this person has signed one too."""
    if sheet.feedback_by(user) is None:
        return []
    return [one for one in sheet.turn.feedback if {one.assessor_id, one.co_assessor_id} - {user.pk, None}]


def partner_in(user: User, feedback: Feedback) -> int:
    """The person besides `user` who signed it (pk)."""
    return next(pk for pk in (feedback.assessor_id, feedback.co_assessor_id) if pk not in (user.pk, None))


def start_of(user: User, sheet: Sheet, other: Feedback, comparison: Comparison) -> dict[int, tuple[int | None, str]]:
    """The marks a proposal starts from: the one that waits, else what both saw alike; a line they saw differently is left to choose."""
    if comparison.pending:
        return comparison.pending_marks
    own = sheet.feedback_by(user)
    if own is None or own is other:
        return {mark.line: (mark.level, mark.comment) for mark in other.marks}
    theirs = {mark.line: mark.level for mark in other.marks}
    found = {}
    for mark in own.marks:
        is_common, level = common_level([mark.level, theirs.get(mark.line)])
        if is_common:
            found[mark.line] = (level, "")
    return found
