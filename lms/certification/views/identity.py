"""Civil identities, for the coordination: one trainee's page, a cohort's list."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from lms import clock
from lms.certification.forms.identity import IdentityForm, PasteForm
from lms.certification.models import IdentityAct
from lms.certification.rules.identity import COLUMNS, MASK, number_doubts
from lms.certification.selectors.identity import identity_of, states_of
from lms.certification.services.identity import WrongLine, erase_identity, paste_identities, read_identity, save_identity, trainees_in
from lms.people.models import Cohort, User
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused

SHOWN = 10


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
def identity_detail(request: SignedRequest, trainee: UUID) -> HttpResponse:
    """What is kept of one trainee, to be entered or corrected. Looking leaves a line."""
    person = get_object_or_404(User.objects.trainees_visible_to(request.user), uuid=trainee)
    kept = identity_of(person.pk)
    has_number = bool(kept and kept.sealed_number)
    if request.method == "POST":
        form = IdentityForm(request.POST, has_number=has_number)
        if form.is_valid():
            try:
                save_identity(by=request.user, trainee=person, civil=form.civil, number=form.new_number())
            except Refused as refusal:
                form.add_error(None, refusal.message)
            else:
                return _saved(request, person, form)
    else:
        form = IdentityForm(civil=read_identity(by=request.user, trainee=person), has_number=has_number)
    acts = IdentityAct.objects.visible_to(request.user).filter(trainee=person).select_related("by")[:SHOWN]
    context = {"person": person, "form": form, "kept": kept, "has_number": has_number, "mask": MASK, "acts": acts}
    return render(request, "certification/identity_detail.html", context, status=400 if form.errors else 200)


@sensitive_variables()
def _saved(request: SignedRequest, person: User, form: IdentityForm) -> HttpResponse:
    messages.success(request, _("L'état civil est gardé, scellé."))
    number = form.new_number()
    for doubt in number_doubts(number, form.civil) if number else []:
        messages.warning(request, doubt[0].upper() + doubt[1:])
    return redirect("certification:identity-detail", person.uuid)


@for_roles(Role.COORDINATOR)
@require_POST
def identity_erase(request: SignedRequest, trainee: UUID) -> HttpResponse:
    person = get_object_or_404(User.objects.trainees_visible_to(request.user), uuid=trainee)
    erase_identity(by=request.user, trainee=person)
    messages.success(request, _("L'état civil est effacé, numéro compris."))
    return redirect("certification:identity-detail", person.uuid)


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
def identity_list(request: SignedRequest, cohort: UUID) -> HttpResponse:
    """How far each trainee of a cohort is, and the form that takes a pasted list."""
    group = get_object_or_404(Cohort.objects.visible_to(request.user), uuid=cohort)
    form = PasteForm(request.POST if request.method == "POST" else None)
    wrong: list[WrongLine] = []
    if form.is_valid():
        try:
            number, wrong = paste_identities(by=request.user, cohort=group, text=form.cleaned_data["text"])
        except Refused as refusal:
            form.add_error("text", refusal.message)
        else:
            if not wrong:
                messages.success(request, _("%(count)d états civils sont gardés, scellés.") % {"count": number})
                return redirect("certification:identity-list", group.uuid)
    states = states_of(trainees_in(group), clock.today())
    context = {"cohort": group, "form": form, "states": states, "wrong": wrong, "columns": " ; ".join(COLUMNS)}
    return render(request, "certification/identity_list.html", context, status=400 if form.errors or wrong else 200)
