"""Doors of a jury: decide of a block, sign, close."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from lms.certification.forms import DecisionForm
from lms.certification.models import CertificationSession, Decision, PresentedBlock
from lms.certification.services.decisions import close_session, decide, sign_decisions
from lms.certification.views.candidates import candidate_of, levels_of
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused

FIELD_OF = {"reason_missing": "reason", "comment_missing": "comment", "outcome_unknown": "outcome"}


@for_roles(Role.CERTIFIER)
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: SignedRequest, uuid: UUID, block: UUID) -> HttpResponse:
    """Decide of one block, or correct what was decided."""
    candidate = candidate_of(request, uuid)
    presented = get_object_or_404(
        PresentedBlock.objects.select_related("block", "candidate__trainee", "candidate__session__certification__framework"),
        candidate=candidate, block__uuid=block,
    )  # fmt: skip
    latest = Decision.objects.visible_to(request.user).filter(presented=presented).current().first()
    began = {"key": uuid4(), "corrects": latest.uuid if latest else None, "outcome": latest.outcome if latest else None}
    form = DecisionForm(request.POST or None, initial={**began, "comment": latest.comment if latest else ""})
    if request.method == "POST" and form.is_valid():
        try:
            decide(by=request.user, presented=presented, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(FIELD_OF.get(refusal.code), refusal.message)
        else:
            messages.success(request, _("La décision est enregistrée et signée."))
            return redirect("certification:candidate", candidate.uuid)
    shown = {"candidate": candidate, "presented": presented, "latest": latest, "form": form, "levels": levels_of(candidate)}
    return render(request, "certification/decide.html", shown)


@for_roles(Role.CERTIFIER)
@require_POST
def sign(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Sign the decisions that were on the page."""
    session = _session(request, uuid)
    number = sign_decisions(by=request.user, session=session, read=request.POST.getlist("decision"))
    messages.success(request, ngettext("%(n)s décision signée.", "%(n)s décisions signées.", number) % {"n": number})
    return redirect("certification:session", session.uuid)


@for_roles(Role.COORDINATOR, Role.CERTIFIER)
@require_POST
def close(request: SignedRequest, uuid: UUID) -> HttpResponse:
    session = _session(request, uuid)
    close_session(by=request.user, session=session)
    messages.success(request, _("La session est close. Les candidats sont prévenus."))
    return redirect("certification:session", session.uuid)


def _session(request: SignedRequest, uuid: UUID) -> CertificationSession:
    return get_object_or_404(CertificationSession.objects.visible_to(request.user).select_related("certification__framework"), uuid=uuid)
