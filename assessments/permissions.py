"""Who may prepare, hand in, judge and observe."""

from typing import TypeVar
from uuid import UUID

from django.http import Http404

from assessments.models import Attempt, Observation
from assessments.selectors.comparing import Comparison, comparison_of
from assessments.selectors.delivery import Delivery, delivery_of
from assessments.selectors.lookups import Opened, opened_practical
from assessments.selectors.marking import Marking, marking_of
from assessments.selectors.observing import observation_of
from assessments.selectors.quizzes import OpenedQuiz, Take, opened_quiz, take_of
from assessments.selectors.sheet import Sheet, sheet_of
from lms.people.models import User
from lms.people.rules import Role

T = TypeVar("T")
STUDY = (Role.TRAINEE, Role.TRAINER, Role.COORDINATOR)  # staff see the page as a trainee does
READ_OBSERVATIONS = (Role.TRAINEE, Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER, Role.COUNSELLOR)
READ_SHEETS = (Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER, Role.COUNSELLOR)


def _found(thing: T | None) -> T:
    """What a selector gave this person; 404 where it gave nothing, as if it did not exist."""
    if thing is None:
        raise Http404
    return thing


def learns(user: User) -> bool:
    """Whether opening a page is a fact about this person: staff only look."""
    return user.role is Role.TRAINEE


def may_judge(user: User) -> bool:
    """Whether this person signs judgements; whose work it is, `visible_to` has said already."""
    return user.role is Role.TRAINER


def claims_works(user: User) -> bool:
    """Whether this person says who takes care of a work that waits: who judges, and who sees to it that somebody does."""
    return user.role in (Role.TRAINER, Role.COORDINATOR)


def may_compare(user: User, sheet: Sheet) -> bool:
    """Whether there are judgements to put side by side, for somebody who may."""
    feedback = sheet.turn.feedback
    return user.role in (Role.TRAINER, Role.COORDINATOR) and (len(feedback) > 1 or any(one.is_agreed for one in feedback))


def reads_opinions(user: User) -> bool:
    """Whether this person reads, on a sheet, what trainees say. It proves nothing: not the certifier's affair."""
    return user.role is not Role.CERTIFIER


def practical_for(user: User, uuid: UUID) -> Opened:
    """The practical of that uuid if this person may see it; 404 otherwise, as if it did not exist."""
    return _found(opened_practical(user, uuid))


def open_practical_for(user: User, uuid: UUID) -> Opened:
    """The same, if work can be handed in on it today."""
    opened = practical_for(user, uuid)
    return _found(opened if opened.is_open else None)


def sheet_for(user: User, uuid: UUID) -> Sheet:
    """The sheet of that version if this person follows the trainee; 404 otherwise."""
    return _found(sheet_of(user, uuid))


def marking_for(user: User, uuid: UUID, *, file: UUID, page: int, corrects: UUID | None) -> Marking:
    """The picture or page of that version, to mark, if this person follows the trainee; 404 otherwise."""
    return _found(marking_of(user, uuid, file=file, page=page, corrects=corrects))


def quiz_for(user: User, uuid: UUID) -> OpenedQuiz:
    """The quiz of that uuid if this person may see it; 404 otherwise."""
    return _found(opened_quiz(user, uuid))


def open_quiz_for(user: User, uuid: UUID) -> OpenedQuiz:
    """The same, if it can be taken today."""
    opened = quiz_for(user, uuid)
    return _found(opened if opened.is_open else None)


def take_for(user: User, opened: OpenedQuiz, uuid: UUID) -> Take:
    """That take of the quiz, one's own or of a trainee one follows; 404 otherwise."""
    return _found(take_of(user, opened, uuid))


def own_take(user: User, quiz: UUID, uuid: UUID) -> Attempt:
    """This person's own take of that quiz, without its questions; 404 otherwise. One query: it stands before every answer."""
    return _found(Attempt.objects.visible_to(user).filter(trainee=user, uuid=uuid, quiz__uuid=quiz).only("uuid", "submitted_at").first())


def comparison_for(user: User, uuid: UUID, other: int | None) -> Comparison:
    """Two versions of a work this person may see; 404 otherwise, and where there is only one."""
    return _found(comparison_of(user, uuid, other))


def delivery_for(user: User, uuid: UUID) -> Delivery:
    """The delivery of a version this person may see; 404 otherwise, and where the work is no commission."""
    return _found(delivery_of(user, uuid))


def observation_for(user: User, uuid: UUID) -> Observation:
    """The observation of that uuid if it is of this person, or of a trainee they follow; 404 otherwise."""
    return _found(observation_of(user, uuid))


def observed_person(user: User, uuid: UUID) -> User:
    """The trainee of that uuid if this person follows them; 404 otherwise."""
    person: User = _found(User.objects.trainees_visible_to(user).filter(uuid=uuid).first())
    return person
