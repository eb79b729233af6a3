"""The doors of the queue's rows: who takes care of a work, and one's own drafts signed together."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from assessments import services
from assessments.forms.claims import GiveForm, ReadyForm, WorksForm
from assessments.models import Submission
from assessments.permissions import claims_works, may_judge
from assessments.selectors.claims import claim_on, colleagues_of, next_work, ready_drafts
from assessments.selectors.queue import waiting_for
from assessments.selectors.sheet import Sheet
from assessments.services.claims import not_following, said_of
from assessments.views.filters import Filters, address, filters_of, query_of
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused


@for_roles(Role.TRAINER)
@require_POST
def queue_take(request: SignedRequest) -> HttpResponse:
    """« Je m'en charge »: works ticked in the queue, or the one of a sheet."""
    form = WorksForm(request.POST)
    works = _works(request, form)
    if works:
        try:
            others = services.take_works(by=request.user, submissions=works)
        except Refused as refusal:
            messages.warning(request, refusal.message)
        else:
            _say_done(request, len(works) - len(others))
            if others:
                messages.warning(request, said_of(others))
    return _back(request, form)


@for_roles(Role.TRAINER, Role.COORDINATOR)
@require_POST
def queue_give(request: SignedRequest) -> HttpResponse:
    """« Confier à… »: to a trainer who follows the trainee."""
    form = GiveForm(request.POST, colleagues=colleagues_of(request.user))
    works = _works(request, form)
    if works and not form.errors:
        to = form.cleaned_data["to"]
        try:
            left = services.give_works(by=request.user, submissions=works, to=to)
        except Refused as refusal:
            messages.warning(request, refusal.message)
        else:
            given = len(works) - len(left)
            words = ngettext("%(number)s travail confié à %(name)s.", "%(number)s travaux confiés à %(name)s.", given)
            messages.success(request, words % {"number": given, "name": to})
            if left:
                messages.warning(request, not_following(to, left))
    for error in form.errors.get("to", []):
        messages.warning(request, str(error))
    return _back(request, form)


@for_roles(Role.TRAINER)
@require_POST
def queue_put_back(request: SignedRequest) -> HttpResponse:
    """« Ne plus m'en charger »: one's own among the works named."""
    form = WorksForm(request.POST)
    works = _works(request, form)
    if works:
        services.put_back(by=request.user, submissions=works)
        messages.success(request, _("Vous ne vous en chargez plus. Vos brouillons restent."))
    return _back(request, form)


@for_roles(Role.TRAINER)
@require_http_methods(["GET", "HEAD", "POST"])
def queue_ready(request: SignedRequest) -> HttpResponse:
    """One's own drafts that can be signed as they are; those left ticked are signed, each by itself."""
    chosen = filters_of(request)
    if request.method == "POST":
        form = ReadyForm(request.POST)
        form.is_valid()
        _say_together(request, services.release_ready(by=request.user, chosen=form.chosen()))
        return redirect(address("assessments:queue", chosen))
    return render(request, "assessments/queue_ready.html", {"rows": ready_drafts(request.user), "query": query_of(chosen)})


def beside(person: User, found: Sheet, chosen: Filters) -> dict[str, Any]:
    """What a sheet says of the queue: who takes care of the work while it waits, and what comes next."""
    waits = claims_works(person) and not found.is_superseded and not found.turn.feedback
    submission = found.submission
    return {
        "waits": waits,
        "claim": claim_on(person, submission) if waits else None,
        "colleagues": colleagues_of(person, trainee=submission.trainee) if waits else [],
        "next": next_work(person, submission, **chosen) if may_judge(person) else None,
    }


def with_next_ahead(page: HttpResponse, *, is_there: bool) -> HttpResponse:
    """A page whose `a[data-ahead]`, if it `is_there`, the browser may fetch before it is asked for.

    By speculation rules, kept in memory for this page alone: personal pages are never stored, so a `<link rel="prefetch">` would
    be fetched twice. Such a reading records nothing (`is_reading`).
    """
    if is_there:
        page["Speculation-Rules"] = f'"{static("lms/ahead.speculationrules")}"'
    return page


def _works(request: SignedRequest, form: WorksForm) -> list[Submission]:
    """The works named that wait and that this person follows; none: it is said."""
    form.is_valid()
    works = list(waiting_for(request.user).filter(uuid__in=form.works()).select_related("trainee", "practical"))
    if not works:
        messages.warning(request, _("Cochez au moins un travail qui attend encore."))
    return works


def _back(request: SignedRequest, form: WorksForm) -> HttpResponse:
    """To the sheet one comes from, else to the queue; the filters stay."""
    chosen, sheet = filters_of(request), form.cleaned_data.get("back")
    return redirect(address("assessments:sheet", chosen, sheet) if sheet else address("assessments:queue", chosen))


def _say_done(request: SignedRequest, taken: int) -> None:
    words = ngettext("Vous vous chargez de ce travail.", "Vous vous chargez de %(number)s travaux.", taken)
    messages.success(request, words % {"number": taken})


def _say_together(request: SignedRequest, done: services.Together) -> None:
    if done.released:
        words = ngettext("%(number)s évaluation publiée.", "%(number)s évaluations publiées.", done.released)
        messages.success(request, words % {"number": done.released})
    for whose, why in done.left:
        messages.warning(request, _("Pas publiée : %(whose)s. %(why)s") % {"whose": whose, "why": why})
    if not done.released and not done.left:
        messages.info(request, _("Rien à publier : ces évaluations sont déjà parties."))
