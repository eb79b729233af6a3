"""« Pourquoi ce niveau ? »: two sentences and the works for the trainee; the whole chain for staff."""

from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from assessments.permissions import STUDY
from competencies.models import Competency
from lms.home.forms import AskForm, LevelForm, OpinionForm, ReasonForm
from lms.home.selectors.why import competency_named, requests_on, why_level
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role

READ = (Role.TRAINEE, Role.TRAINER, Role.COUNSELLOR, Role.COORDINATOR, Role.CERTIFIER)


@for_roles(*READ)
@require_GET
def why(request: SignedRequest, trainee: UUID, competency: UUID) -> HttpResponse:
    """From one level to what makes it."""
    return why_page(request, *subject(request, trainee, competency))


def subject(request: SignedRequest, trainee: UUID, competency: UUID) -> tuple[User, Competency]:
    """Whose level, and of what; 404 to those who may not read it."""
    person = get_object_or_404(User.objects.trainees_visible_to(request.user), uuid=trainee)
    found = competency_named(competency)
    if found is None:
        raise Http404
    return person, found


def why_page(request: SignedRequest, person: User, competency: Competency, *, status: int = 200, **typed: Form) -> HttpResponse:
    """The page, with the forms of what its reader may do there; `typed`: one that came back with something to change."""
    context = {
        "why": why_level(person, competency),
        "person": person,
        "requests": requests_on(person, competency),
        "sees_takes": request.user.role in STUDY,
    }
    if request.user.role is Role.TRAINEE:
        return render(request, "home/why_trainee.html", {**context, "ask": AskForm(), **typed}, status=status)
    if request.user.role is Role.TRAINER:
        context |= {"withdraw": ReasonForm(), "decide": LevelForm(), "opinion": OpinionForm()}
    return render(request, "home/why.html", {**context, **typed}, status=status)
