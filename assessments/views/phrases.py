"""A trainer's ready-made comments: the list with the form of a new one, and the page of one of their own."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import services
from assessments.forms import NewPhraseForm, PhraseForm
from assessments.models import Phrase
from assessments.selectors.phrases import criteria_to_choose, phrases_of
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused


@for_roles(Role.TRAINER)
@require_http_methods(["GET", "HEAD", "POST"])
def phrase_list(request: SignedRequest) -> HttpResponse:
    form = NewPhraseForm(request.POST or None, criteria=criteria_to_choose())
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        services.keep_phrase(by=request.user, text=typed["text"], criterion=typed["criterion"], is_shared=typed["is_shared"])
        messages.success(request, _("La phrase est gardée."))
        return redirect("assessments:phrase-list")
    context = {"form": form, "rows": phrases_of(request.user)}
    return render(request, "assessments/phrase_list.html", context, status=400 if form.errors else 200)


@for_roles(Role.TRAINER)
@require_http_methods(["GET", "HEAD", "POST"])
def phrase_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """One's own; somebody else's, even shared, answers 404."""
    phrase = _own(request, uuid)
    form = PhraseForm(request.POST or None, initial={"text": phrase.text, "is_shared": phrase.is_shared})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_phrase(by=request.user, phrase=phrase, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("text", refusal.message)
        else:
            messages.success(request, _("La phrase est changée."))
            return redirect("assessments:phrase-list")
    return render(request, "assessments/phrase_detail.html", {"form": form, "phrase": phrase}, status=400 if form.errors else 200)


@for_roles(Role.TRAINER)
@require_POST
def phrase_remove(request: SignedRequest, uuid: UUID) -> HttpResponse:
    services.remove_phrase(by=request.user, phrase=_own(request, uuid))
    messages.success(request, _("La phrase est retirée."))
    return redirect("assessments:phrase-list")


def _own(request: SignedRequest, uuid: UUID) -> Phrase:
    own = Phrase.objects.visible_to(request.user).filter(author=request.user).select_related("criterion")
    return get_object_or_404(own, uuid=uuid)
