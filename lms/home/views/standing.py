"""Acts about one level, from the page that explains it: withdraw, decide, note an opinion, ask, answer; and validating a block."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from competencies import services
from competencies.models import Block, Competency, ReviewRequest
from lms.files.views import private_file
from lms.home.forms import AskForm, BlockForm, DecideForm, LevelForm, OpinionForm, ReasonForm
from lms.home.views.why import subject, why_page
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused

ASSESSORS = (Role.TRAINER,)
DECIDED_SHOWN = 20


def _act(
    request: SignedRequest, name: str, form: forms.Form, who: tuple[User, Competency], do: Callable[..., object], done: str
) -> HttpResponse:
    """Do what the form `name` says, or show the page again with what to change; nothing typed is lost."""
    person, competency = who
    if form.is_valid():
        try:
            do(**form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, done)
            return redirect("home:why", person.uuid, competency.uuid)
    return why_page(request, person, competency, status=400, **{name: form})


@for_roles(*ASSESSORS)
@require_POST
def evidence_withdraw(request: SignedRequest, trainee: UUID, competency: UUID) -> HttpResponse:
    who = subject(request, trainee, competency)
    do = partial(services.withdraw_evidence, by=request.user, trainee=who[0])
    return _act(
        request, "withdraw", ReasonForm(request.POST), who, do, _("La preuve est retirée. %(name)s est prévenu.") % {"name": who[0]}
    )


@for_roles(*ASSESSORS)
@require_POST
def level_decide(request: SignedRequest, trainee: UUID, competency: UUID) -> HttpResponse:
    who = subject(request, trainee, competency)
    do = partial(services.decide_level, by=request.user, trainee=who[0], competency=who[1])
    return _act(request, "decide", LevelForm(request.POST), who, do, _("Le niveau est décidé. %(name)s est prévenu.") % {"name": who[0]})


@for_roles(*ASSESSORS)
@require_POST
def opinion_note(request: SignedRequest, trainee: UUID, competency: UUID) -> HttpResponse:
    who = subject(request, trainee, competency)
    do = partial(services.note_opinion, by=request.user, trainee=who[0], competencies=[who[1]])
    return _act(request, "opinion", OpinionForm(request.POST), who, do, _("L'avis est gardé à côté du niveau."))


@for_roles(Role.TRAINEE)
@require_POST
def review_ask(request: SignedRequest, trainee: UUID, competency: UUID) -> HttpResponse:
    who = subject(request, trainee, competency)
    do = partial(services.request_review, by=request.user, competency=who[1])
    return _act(request, "ask", AskForm(request.POST, request.FILES), who, do, _("C'est envoyé. Tu liras la réponse ici."))


@for_roles(Role.TRAINER, Role.COORDINATOR)
@require_safe
def request_list(request: SignedRequest) -> HttpResponse:
    """What trainees asked: what waits first, the oldest first."""
    rows = ReviewRequest.objects.visible_to(request.user).select_related("trainee", "competency", "taken_by", "decided_by", "file")
    context = {
        "waiting": rows.filter(decided_at=None), "decided": rows.exclude(decided_at=None).order_by("-decided_at")[:DECIDED_SHOWN],
        "form": DecideForm(), "may_decide": request.user.role is Role.TRAINER,
    }  # fmt: skip
    return render(request, "home/request_list.html", context)


@for_roles(*ASSESSORS)
@require_POST
def request_take(request: SignedRequest, uuid: UUID) -> HttpResponse:
    services.take_request(by=request.user, request=get_object_or_404(ReviewRequest.objects.visible_to(request.user), uuid=uuid))
    return redirect("home:request-list")


@for_roles(*ASSESSORS)
@require_POST
def request_decide(request: SignedRequest, uuid: UUID) -> HttpResponse:
    asked = get_object_or_404(ReviewRequest.objects.visible_to(request.user).select_related("trainee", "competency"), uuid=uuid)
    typed = _typed(DecideForm(request.POST))
    services.decide_request(by=request.user, request=asked, **typed)
    messages.success(request, _("%(name)s a votre réponse.") % {"name": asked.trainee})
    return redirect("home:request-list")


@for_roles(Role.TRAINEE, Role.TRAINER, Role.COORDINATOR)
@require_safe
def request_file(request: SignedRequest, uuid: UUID) -> HttpResponseBase:
    """What a trainee joined to a question."""
    asked = get_object_or_404(ReviewRequest.objects.visible_to(request.user).exclude(file=None).select_related("file"), uuid=uuid)
    if asked.file is None:
        raise Http404
    return private_file(request, asked.file)


@for_roles(*ASSESSORS)
@require_POST
def block_validate(request: SignedRequest, trainee: UUID, block: UUID) -> HttpResponse:
    person = get_object_or_404(User.objects.trainees_visible_to(request.user), uuid=trainee)
    found = get_object_or_404(Block.objects.select_related("framework__scale"), uuid=block)
    services.validate_block(by=request.user, trainee=person, block=found, **_typed(BlockForm(request.POST)))
    messages.success(request, _("Le bloc est validé. %(name)s est prévenu.") % {"name": person})
    return redirect("home:trainee", trainee)


def _typed(form: forms.Form) -> dict[str, Any]:
    """What was typed; refused with the first thing to change."""
    if form.is_valid():
        return dict(form.cleaned_data)
    name, errors = next(iter(form.errors.items()))
    raise Refused("field_wrong", f"{form.fields[name].label} : {errors[0]}")
