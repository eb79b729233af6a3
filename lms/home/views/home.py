"""Each person's first page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from competencies.charts import Plot
from curriculum.selectors.path import programme_for
from lms.home.charts.growth import growth as growth_plot
from lms.home.charts.growth import recent_words
from lms.home.selectors.growth import next_proof_of, weeks_of
from lms.home.selectors.trainee_home import acquired_count, next_step_of, skills_of
from lms.home.views.following import plot_csv
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role

FIRST_PAGE = {
    Role.TRAINER: "assessments:queue",
    Role.COORDINATOR: "home:cohort-list",
    Role.COUNSELLOR: "home:trainees",
    Role.CERTIFIER: "certification:session-list",
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
    context = {
        "blocks": blocks,
        "acquired": sum(tile.state == "acquired" for block in blocks for tile in block.tiles),
        "total": sum(len(block.tiles) for block in blocks),
        "proof": next_proof_of(request.user, programme, blocks),
        "recent": recent_words(weeks_of(request.user.pk, programme)) if programme else "",
    }
    return render(request, "home/profile.html", context)


@for_roles(Role.TRAINEE)
@require_GET
def growth(request: SignedRequest) -> HttpResponse:
    """« Mon chemin »: the curve, after the pictures and the words."""
    return render(request, "home/growth.html", {"plot": _growth(request).with_csv(reverse("home:growth-csv"))})


@for_roles(Role.TRAINEE)
@require_GET
def growth_csv(request: SignedRequest) -> HttpResponse:
    return plot_csv(_growth(request), "mon-chemin")


def _growth(request: SignedRequest) -> Plot:
    programme = programme_for(request.user)
    return growth_plot(weeks_of(request.user.pk, programme) if programme else [])
