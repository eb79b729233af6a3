"""Doors of candidates: who is presented with what, what a trainee reads of their own."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competencies.selectors import ProfileRow, profile_of
from lms.certification.forms import BlocksForm, ReasonForm
from lms.certification.models import Candidate, CertificationSession
from lms.certification.selectors import blocks_named, candidate_lines, eligibility_of, may_be_presented, member_of
from lms.certification.services import convoke, present, withdraw_candidate
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles, is_reading
from lms.people.rules import Role
from lms.people.services import read_notices
from lms.refusal import Refused

MAY_READ = (Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER)


@for_roles(Role.TRAINEE)
@require_safe
def own(request: SignedRequest) -> HttpResponse:
    """One's own sessions: when, where, with what; and, once closed, what the jury decided."""
    if is_reading(request):
        read_notices(by=request.user, path=request.path)
    lines = candidate_lines(Candidate.objects.visible_to(request.user), seen_by=request.user)
    lines.sort(key=lambda line: line.candidate.session.starts_on, reverse=True)
    return render(request, "certification/own.html", {"lines": lines})


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def candidate_add(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Everyone who may be presented, with what each has ready; those who are ticked are presented with it."""
    session = _session(request, uuid)
    people = may_be_presented(session, seen_by=request.user)
    if request.method == "POST":
        asked = set(request.POST.getlist("trainee"))
        chosen = [person for person in people if str(person.uuid) in asked]
        if not chosen:
            messages.error(request, _("Cochez au moins une personne."))
        else:
            number = present(by=request.user, session=session, trainees=chosen)
            messages.success(request, ngettext("%(n)s candidat présenté.", "%(n)s candidats présentés.", number) % {"n": number})
            return redirect("certification:session", session.uuid)
    standing = eligibility_of([person.pk for person in people], session.certification)
    rows = [(person, standing[person.pk], sum(one.is_eligible for one in standing[person.pk])) for person in people]
    return render(request, "certification/candidate_add.html", {"session": session, "rows": rows})


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def candidate_blocks(request: SignedRequest, uuid: UUID, trainee: UUID) -> HttpResponse:
    """Choose the blocks of one person, those that lack something with the reason why."""
    session = _session(request, uuid)
    person = get_object_or_404(
        User.objects.filter(pk__in=[one.pk for one in may_be_presented(session, seen_by=request.user)]), uuid=trainee
    )
    form = BlocksForm(request.POST or None, standing=eligibility_of([person.pk], session.certification)[person.pk])
    if request.method == "POST" and form.is_valid():
        blocks = blocks_named(form.cleaned_data["blocks"], session.certification)
        try:
            present(by=request.user, session=session, trainees=[person], blocks=blocks, despite=form.cleaned_data["despite"])
        except Refused as refusal:
            form.add_error("despite" if refusal.code == "reason_missing" else None, refusal.message)
        else:
            messages.success(request, _("%(name)s est présenté.") % {"name": person})
            return redirect("certification:candidate-add", session.uuid)
    return render(request, "certification/candidate_blocks.html", {"session": session, "person": person, "form": form})


@for_roles(*MAY_READ)
@require_safe
def candidate_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """One candidate: their blocks, what was decided, the doors to their record."""
    candidate = candidate_of(request, uuid)
    line = candidate_lines(Candidate.objects.filter(pk=candidate.pk), seen_by=request.user)
    if not line:
        return redirect("certification:session", candidate.session.uuid)  # withdrawn
    member = member_of(candidate.session, request.user) if request.user.role is Role.CERTIFIER else None
    is_coordinator = request.user.role is Role.COORDINATOR
    return render(
        request, "certification/candidate.html",
        {
            "candidate": candidate, "line": line[0], "member": member, "is_coordinator": is_coordinator, "levels": levels_of(candidate),
            "form": ReasonForm() if is_coordinator and not candidate.session.closed_at else None,
        },
    )  # fmt: skip


@for_roles(Role.COORDINATOR)
@require_POST
def candidate_withdraw(request: SignedRequest, uuid: UUID) -> HttpResponse:
    candidate = candidate_of(request, uuid)
    withdraw_candidate(by=request.user, candidate=candidate, reason=str(request.POST.get("reason", "")))
    messages.success(request, _("%(name)s n'est plus candidat.") % {"name": candidate.trainee})
    return redirect("certification:session", candidate.session.uuid)


@for_roles(Role.COORDINATOR)
@require_POST
def convoke_all(request: SignedRequest, uuid: UUID) -> HttpResponse:
    session = _session(request, uuid)
    number = convoke(by=request.user, session=session)
    messages.success(request, ngettext("%(n)s candidat est prévenu.", "%(n)s candidats sont prévenus.", number) % {"n": number})
    return redirect("certification:session", session.uuid)


def levels_of(candidate: Candidate) -> list[ProfileRow]:
    """The levels of a candidate, which their jury reads beside each block."""
    return profile_of(candidate.trainee_id, candidate.session.certification.framework_id)


def candidate_of(request: SignedRequest, uuid: UUID) -> Candidate:
    rows = Candidate.objects.visible_to(request.user).select_related("trainee", "session__certification__framework")
    return get_object_or_404(rows, uuid=uuid)


def _session(request: SignedRequest, uuid: UUID) -> CertificationSession:
    return get_object_or_404(CertificationSession.objects.visible_to(request.user).select_related("certification__framework"), uuid=uuid)
