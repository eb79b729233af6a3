"""Who may study and who may answer."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from content.models import StepPage
from curriculum.models import ModulePage, Outing
from curriculum.selectors.outings import outings_open_to
from curriculum.selectors.path import live_steps_named, open_module, open_module_of
from lms.people.models import User
from lms.people.rules import Role


def module_for(user: User, uuid: UUID) -> ModulePage:
    """The live module of that uuid if it is open to this person; 404 otherwise, as if it did not exist."""
    module = open_module(user, uuid)
    if module is None:
        raise Http404
    return module


def step_for(user: User, uuid: UUID, kind: str) -> tuple[StepPage, ModulePage]:
    """The live step of that uuid and kind with its module, if open to this person; 404 otherwise."""
    step = next(iter(live_steps_named(uuid, kind)), None)
    module = open_module_of(user, step) if step else None
    if step is None or module is None:
        raise Http404
    return step, module


def outing_for(user: User, uuid: UUID) -> Outing:
    """The outing of that uuid if it is open to this person; 404 otherwise."""
    return get_object_or_404(outings_open_to(user).select_related("programme"), uuid=uuid)


def learns(user: User) -> bool:
    """Whether opening a page is a fact about this person: staff only look."""
    return user.role is Role.TRAINEE
