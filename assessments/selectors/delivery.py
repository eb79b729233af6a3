"""What was delivered to a client: one version of a commission and its files. Three queries."""

from dataclasses import dataclass
from uuid import UUID

from assessments.models import Submission
from assessments.rules import weight_of
from assessments.selectors.sheet import seen_submission
from assessments.selectors.thread import Turn, thread_of
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class Delivery:
    """One version of a commission as its delivery slip tells it."""

    submission: Submission
    turn: Turn

    @property
    def total(self) -> str:
        """The weight of all files in words."""
        return weight_of(sum(file.size for file in self.turn.files))


def delivery_of(user: User, uuid: UUID) -> Delivery | None:
    """The delivery of a version this person may see; none where the work is no commission."""
    submission = seen_submission(user, uuid)
    if submission is None or not submission.practical.is_commission:
        return None
    thread = thread_of(trainee=submission.trainee_id, practical=submission.practical_id)
    return Delivery(submission, next(turn for turn in thread if turn.uuid == uuid))
