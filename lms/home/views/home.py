"""Each person's first page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from curriculum.selectors.path import programme_for
from lms.home.selectors.trainee_home import acquired_count, next_step_of, skills_of
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role

FIRST_PAGE = {
    Role.TRAINER: "assessments:queue",
    Role.COORDINATOR: "home:cohort-list",
    Role.COUNSELLOR: "home:trainees",
    Role.CERTIFIER: "home:trainees",
    Role.ADMINISTRATOR: "people:person-list",
}


@for_roles()
@require_GET
def home(request: SignedRequest) -> HttpResponse:
    """A trainee's home; for staff, the page where their day starts."""
    if request.user.role in FIRST_PAGE:
        return redirect(FIRST_PAGE[request.user.role])
    programme = programme_for(request.user)
    return render(
        request,
        "home/trainee_home.html",
        {"next": next_step_of(request.user, programme), "acquired": acquired_count(request.user), "programme": programme},
    )


@for_roles(Role.TRAINEE)
@require_GET
def profile(request: SignedRequest) -> HttpResponse:
    """« Ce que je sais faire »."""
    programme = programme_for(request.user)
    blocks = skills_of(request.user, programme)
    acquired = sum(tile.state == "acquired" for block in blocks for tile in block.tiles)
    total = sum(len(block.tiles) for block in blocks)
    return render(request, "home/profile.html", {"blocks": blocks, "acquired": acquired, "total": total})
