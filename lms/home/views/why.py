"""« Pourquoi ce niveau ? »: two sentences and the works for the trainee; the whole chain for staff."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from lms.home.selectors.why import competency_named, why_level
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role

READ = (Role.TRAINEE, Role.TRAINER, Role.COUNSELLOR, Role.COORDINATOR, Role.CERTIFIER)


@for_roles(*READ)
@require_GET
def why(request: SignedRequest, trainee: UUID, competency: UUID) -> HttpResponse:
    """From one level to what makes it."""
    person = get_object_or_404(User.objects.trainees_visible_to(request.user), uuid=trainee)
    found = competency_named(competency)
    if found is None:
        raise Http404
    template = "home/why_trainee.html" if request.user.role is Role.TRAINEE else "home/why.html"
    return render(request, template, {"why": why_level(person, found), "person": person})
