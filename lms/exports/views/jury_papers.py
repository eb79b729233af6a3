"""Doors of a session's papers."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from lms import clock
from lms.certification.models import Candidate, CertificationSession
from lms.exports.rules.documents import CONVOCATION, MINUTES
from lms.exports.selectors.documents import body_on
from lms.exports.selectors.jury_papers import papers_of
from lms.exports.services.jury_papers import issue_minutes, summon
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role


@for_roles(Role.COORDINATOR, Role.CERTIFIER)
@require_http_methods(["GET", "POST"])
def session_papers(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """The papers of a session; `act` makes more: `minutes`, or, for the coordination, `summon`."""
    session = get_object_or_404(CertificationSession.objects.visible_to(request.user).select_related("certification"), uuid=uuid)
    if request.method == "POST":
        return _made(request, session)
    is_coordinator = request.user.role is Role.COORDINATOR
    candidates = Candidate.objects.visible_to(request.user).filter(session=session, withdrawn_at=None)
    papers = papers_of(session, seen_by=request.user)
    shown = {"session": session, "papers": papers, "is_coordinator": is_coordinator}
    made = {paper.kind for paper in papers}
    shown |= {
        "has_body": body_on(clock.today()) is not None,
        "has_minutes": MINUTES.code in made,
        "to_summon": CONVOCATION.code not in made or candidates.filter(convoked_at=None).exists(),
    }
    return render(
        request, "exports/session_papers.html", {**shown, "may_summon": is_coordinator and not session.closed_at and candidates.exists()}
    )


def _made(request: SignedRequest, session: CertificationSession) -> HttpResponse:
    act = request.POST.get("act")
    if act == "minutes":
        return redirect("exports:document-detail", issue_minutes(by=request.user, session=session).uuid)
    if act != "summon":
        raise Http404
    if request.user.role is not Role.COORDINATOR:
        raise PermissionDenied
    number = summon(by=request.user, session=session)
    words = ngettext(
        "%(n)s candidat est prévenu. Sa convocation se prépare.", "%(n)s candidats sont prévenus. Leurs convocations se préparent.", number
    )
    messages.success(request, words % {"n": number} if number else _("Tout le monde était prévenu. Les convocations sont à jour."))
    return redirect("exports:session-papers", session.uuid)
