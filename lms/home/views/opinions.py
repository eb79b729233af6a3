"""What somebody outside saw: a link is made for them, closed, and opened without an account."""

from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from competencies.models import Competency, OpinionRequest
from competencies.selectors import CompetencyHead, competencies_of
from competencies.selectors.opinions import opinion_behind
from competencies.services.opinions import ask_opinion, give_opinion, revoke_opinion
from curriculum.selectors.cohort import enrolments_of
from lms.exports.selectors import followers_of
from lms.home.forms.opinions import OpinionAskForm, OpinionGiveForm
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused

ASKERS = (Role.TRAINER, Role.COORDINATOR)


@for_roles(*ASKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_ask(request: SignedRequest, trainee: UUID) -> HttpResponse:
    """Ask: the link is in the answer and nowhere else."""
    person = get_object_or_404(User.objects.trainees_visible_to(request.user), uuid=trainee)
    heads = _heads(request, person)
    typed_in = request.POST if request.method == "POST" else None
    form = OpinionAskForm(typed_in, heads=heads, initial={"competencies": request.GET.getlist("competence")})
    if form.is_valid():
        typed = form.cleaned_data
        try:
            made, secret = ask_opinion(
                by=request.user, trainee=person, kind=typed["kind"], name=typed["name"], about=typed["about"], days=typed["days"],
                key=typed["key"], competencies=list(Competency.objects.filter(pk__in=form.chosen()).order_by("block__sort_order", "position", "pk")),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            link = settings.SITE_URL + reverse("home:opinion-give", args=[secret])
            return render(request, "home/opinion_link.html", {"person": person, "asked": made, "link": link})
    return render(request, "home/opinion_ask.html", {"person": person, "form": form}, status=400 if form.errors else 200)


def _heads(request: SignedRequest, person: User) -> list[CompetencyHead]:
    """What may be asked about: the framework of the programme followed last."""
    followed = followers_of(enrolments_of(seen_by=request.user, trainee=person.uuid)[:1])
    if not followed:
        raise Http404
    return competencies_of(followed[0].framework)


@for_roles(*ASKERS)
@require_POST
def opinion_close(request: SignedRequest, uuid: UUID) -> HttpResponse:
    asked = get_object_or_404(OpinionRequest.objects.visible_to(request.user).select_related("trainee"), uuid=uuid)
    revoke_opinion(by=request.user, asked=asked)
    messages.success(request, _("Le lien de %(name)s n'ouvre plus rien.") % {"name": asked.name})
    return redirect(reverse("home:trainee", args=[asked.trainee.uuid]) + "#opinions")


@require_http_methods(["GET", "HEAD", "POST"])
def opinion_give(request: HttpRequest, secret: str) -> HttpResponse:
    """The page behind a link: whoever holds it may answer, once. It names who asks, and the trainee by their first name alone."""
    found = opinion_behind(secret)
    if found is None:
        raise Http404
    asked, form = found.asked, OpinionGiveForm(request.POST if request.method == "POST" else None, lines=found.lines)
    if form.is_valid() and not ratelimit.consume(request, action="give_opinion"):
        form.add_error(None, _("Beaucoup de réponses d'un coup. Réessayez dans une minute : ce que vous avez écrit est encore là."))
    if asked.state == "open" and form.is_valid():
        if give_opinion(asked=asked, answers=form.answers()):
            return _told(request, "home/opinion_thanks.html", {"asked": asked})
        asked.refresh_from_db(fields=["used_at", "revoked_at"])  # somebody was first
    if asked.state != "open":
        return _told(request, "home/opinion_over.html", {"state": asked.state, "asked": asked}, status=410)
    context = {"asked": asked, "number": len(found.lines), "form": form, "issuer": settings.BADGE_ISSUER_NAME}
    return _told(request, "home/opinion_give.html", context, status=400 if form.errors else 200)


def _told(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    """A page of nobody's account, which no search engine and no cache keeps."""
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store, private"
    return response
