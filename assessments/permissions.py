"""Who may prepare, hand in and judge."""

from uuid import UUID

from django.http import Http404, HttpRequest

from assessments.selectors.lookups import Opened, opened_practical
from assessments.selectors.sheet import Sheet, sheet_of
from lms.people.models import User
from lms.people.rules import Role

STUDY = (Role.TRAINEE, Role.TRAINER, Role.COORDINATOR)  # staff see the page as a trainee does
READ_SHEETS = (Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER, Role.COUNSELLOR)


def learns(user: User) -> bool:
    """Whether opening a page is a fact about this person: staff only look."""
    return user.role is Role.TRAINEE


def may_judge(user: User) -> bool:
    """Whether this person signs judgements; whose work it is, `visible_to` has said already."""
    return user.role is Role.TRAINER


def is_reading(request: HttpRequest) -> bool:
    """Whether a person reads this page now: a browser that fetches ahead, or asks for the head only, does not."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))


def practical_for(user: User, uuid: UUID) -> Opened:
    """The practical of that uuid if this person may see it; 404 otherwise, as if it did not exist."""
    opened = opened_practical(user, uuid)
    if opened is None:
        raise Http404
    return opened


def open_practical_for(user: User, uuid: UUID) -> Opened:
    """The same, if work can be handed in on it today."""
    opened = practical_for(user, uuid)
    if not opened.is_open:
        raise Http404
    return opened


def sheet_for(user: User, uuid: UUID) -> Sheet:
    """The sheet of that version if this person follows the trainee; 404 otherwise."""
    sheet = sheet_of(user, uuid)
    if sheet is None:
        raise Http404
    return sheet
