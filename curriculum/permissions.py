"""Who may study and who may answer."""

from django.http import Http404

from content.models import StepPage
from curriculum.models import ModulePage
from curriculum.selectors.path import MODULE_COLUMNS, STEP_COLUMNS, may_study
from lms.people.models import User
from lms.people.rules import Role


def module_for(user: User, uuid: object) -> ModulePage:
    """The live module of that uuid if it is open to this person; 404 otherwise, as if it did not exist."""
    module = ModulePage.objects.live().only(*MODULE_COLUMNS).filter(uuid=uuid).first()
    if module is None or not may_study(user, module):
        raise Http404
    return module  # type: ignore[no-any-return]  # Wagtail carries no types


def step_for(user: User, uuid: object, kind: str) -> tuple[StepPage, ModulePage]:
    """The live step of that uuid and kind with its module, if open to this person; 404 otherwise."""
    step = StepPage.objects.live().only(*STEP_COLUMNS).filter(uuid=uuid, kind=kind).first()
    module = ModulePage.objects.live().only(*MODULE_COLUMNS).parent_of(step).first() if step else None
    if step is None or module is None or not may_study(user, module):
        raise Http404
    return step, module


def learns(user: User) -> bool:
    """Whether opening a page is a fact about this person: staff only look."""
    return user.role is Role.TRAINEE
