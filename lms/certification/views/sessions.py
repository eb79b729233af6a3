"""Doors of sessions: what is certified, when a jury sits, who sits there."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms import clock
from lms.certification.forms import CertificationForm, MemberForm, SessionForm
from lms.certification.models import Candidate, Certification, CertificationSession, JuryMember
from lms.certification.selectors import access_days_of, candidate_lines, certifications_in_force, member_of, unsigned_by
from lms.certification.services import add_member, change_session, create_session, remove_member, save_certification
from lms.people.permissions import SignedRequest, for_roles, is_reading
from lms.people.rules import Role
from lms.people.services import read_notices
from lms.refusal import Refused

MAY_READ = (Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER)
FIELD_OF = {
    "days_ends_on": "ends_on",
    "days_opens_on": "opens_on",
    "day_before": "starts_on",
    "name_missing": "name",
    "president_twice": "is_president",
}


@for_roles(*MAY_READ)
@require_safe
def session_list(request: SignedRequest) -> HttpResponse:
    sessions = CertificationSession.objects.visible_to(request.user).select_related("certification")
    has_rules = bool(certifications_in_force(clock.today())) if request.user.role is Role.COORDINATOR else True
    return render(request, "certification/session_list.html", {"sessions": sessions, "has_rules": has_rules})


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def certification_list(request: SignedRequest) -> HttpResponse:
    """What is certified, every version, and the form that writes the next one."""
    form = CertificationForm(request.POST or None, initial=_as_it_stands())
    if request.method == "POST" and form.is_valid():
        try:
            made = save_certification(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(FIELD_OF.get(refusal.code), refusal.message)
        else:
            messages.success(request, _("La version %(number)s est enregistrée.") % {"number": made.number})
            return redirect("certification:certification-list")
    rows = Certification.objects.select_related("framework", "made_by")
    return render(request, "certification/certification_list.html", {"form": form, "rows": rows})


def _as_it_stands() -> dict[str, Any]:
    """The latest version, to begin the next one from."""
    latest = Certification.objects.order_by("-made_at", "-pk").first()
    if latest is None:
        return {"starts_on": clock.today()}
    return {name: getattr(latest, name) for name in CertificationForm.base_fields if name not in ("starts_on", "reason")} | {
        "starts_on": clock.today()
    }


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def session_create(request: SignedRequest) -> HttpResponse:
    offered = certifications_in_force(clock.today())
    form = SessionForm(request.POST or None, offered=offered, initial={"key": uuid4(), "opens_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = create_session(
                by=request.user, key=form.cleaned_data["key"], certification=form.cleaned_data["certification"], **form.said()
            )
        except Refused as refusal:
            form.add_error(FIELD_OF.get(refusal.code), refusal.message)
        else:
            messages.success(request, _("La session est créée. Ajoutez le jury, puis les candidats."))
            return redirect("certification:session", made.uuid)
    return render(request, "certification/session_form.html", {"form": form, "offered": offered, "session": None})


@for_roles(*MAY_READ)
@require_safe
def session_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    session = _session(request, uuid)
    if is_reading(request):
        read_notices(by=request.user, path=request.path)
    return render(request, "certification/session.html", shown(request, session))


def shown(request: SignedRequest, session: CertificationSession, *, member_form: MemberForm | None = None) -> dict[str, Any]:
    """What the page of a session says to this reader."""
    user = request.user
    lines = candidate_lines(Candidate.objects.visible_to(user).filter(session=session), seen_by=user)
    blocks = [line for candidate in lines for line in candidate.blocks]
    member = member_of(session, user) if user.role is Role.CERTIFIER else None
    is_coordinator = user.role is Role.COORDINATOR
    return {
        "session": session, "lines": lines, "access": access_days_of(session), "is_coordinator": is_coordinator, "member": member,
        "jury": JuryMember.objects.filter(session=session, removed_at=None).select_related("user"),
        "decided": sum(line.decision is not None for line in blocks), "presented": len(blocks),
        "to_sign": unsigned_by(session, member).values_list("uuid", flat=True) if member else [], "may_change": is_coordinator and not session.closed_at,
        "may_close": not session.closed_at and (is_coordinator or bool(member and member.is_president)),
        "member_form": member_form or (MemberForm(by=user) if is_coordinator else None),
        "to_convoke": sum(line.candidate.convoked_at is None for line in lines),
    }  # fmt: skip


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def session_change(request: SignedRequest, uuid: UUID) -> HttpResponse:
    session = _session(request, uuid)
    said = {name: getattr(session, name) for name in SessionForm.base_fields if name not in ("key", "certification")}
    form = SessionForm(request.POST or None, offered=[session.certification], initial={**said, "key": session.uuid})
    del form.fields["certification"]
    if request.method == "POST" and form.is_valid():
        try:
            change_session(by=request.user, session=session, **form.said())
        except Refused as refusal:
            form.add_error(FIELD_OF.get(refusal.code), refusal.message)
        else:
            messages.success(request, _("La session est changée."))
            return redirect("certification:session", session.uuid)
    return render(request, "certification/session_form.html", {"form": form, "offered": [session.certification], "session": session})


@for_roles(Role.COORDINATOR)
@require_POST
def member_add(request: SignedRequest, uuid: UUID) -> HttpResponse:
    session = _session(request, uuid)
    form = MemberForm(request.POST, by=request.user)
    if form.is_valid():
        try:
            member = add_member(by=request.user, session=session, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(FIELD_OF.get(refusal.code), refusal.message)
        else:
            messages.success(request, _("%(name)s est dans le jury.") % {"name": member})
            return redirect("certification:session", session.uuid)
    return render(request, "certification/session.html", shown(request, session, member_form=form))


@for_roles(Role.COORDINATOR)
@require_POST
def member_remove(request: SignedRequest, uuid: UUID, member: UUID) -> HttpResponse:
    session = _session(request, uuid)
    row = get_object_or_404(JuryMember.objects.select_related("session__certification"), session=session, uuid=member)
    remove_member(by=request.user, member=row)
    messages.success(request, _("%(name)s n'est plus dans le jury.") % {"name": row})
    return redirect("certification:session", session.uuid)


def _session(request: SignedRequest, uuid: UUID) -> CertificationSession:
    return get_object_or_404(CertificationSession.objects.visible_to(request.user).select_related("certification__framework"), uuid=uuid)
