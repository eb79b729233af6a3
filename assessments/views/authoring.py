"""The panel beside Wagtail's editor."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST
from wagtail.models import Page

from assessments.forms.authoring import edited_page
from assessments.selectors.coverage import Coverage, coverage_for
from content.models import StepPage
from curriculum.models import ModulePage, ProgrammePage
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role

NEW = {"modulepage": ProgrammePage, "lessonpage": ModulePage, "practicalpage": ModulePage, "quizpage": ModulePage}


@for_roles(Role.TRAINER, Role.ADMINISTRATOR)
@require_POST
def coverage(request: SignedRequest, page_id: int) -> HttpResponse:
    """Coverage and hours of the module around an existing page, with what its form says now. Nothing is written."""
    page = _editable(request, page_id)
    if not isinstance(page, ProgrammePage | ModulePage | StepPage):
        return HttpResponse(status=204)
    return _panel(request, coverage_for(page, edited_page(request.POST.dict())))


@for_roles(Role.TRAINER, Role.ADMINISTRATOR)
@require_POST
def coverage_new(request: SignedRequest, model: str, parent_id: int) -> HttpResponse:
    """The same for a page that is not saved yet."""
    parent = _editable(request, parent_id)
    if model not in NEW or not isinstance(parent, NEW[model]):
        return HttpResponse(status=204)
    return _panel(request, coverage_for(parent, edited_page(request.POST.dict()), new=model.removesuffix("page")))


def _editable(request: SignedRequest, page_id: int) -> Page:
    page = get_object_or_404(Page, pk=page_id)
    permissions = page.permissions_for_user(request.user)
    if not (permissions.can_edit() or permissions.can_add_subpage()):
        raise Http404
    return page.specific


def _panel(request: SignedRequest, found: Coverage) -> HttpResponse:
    return render(request, "assessments/coverage.html", {"coverage": found})
