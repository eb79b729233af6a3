"""Looking at one another's work: the page to ask for one, the work itself while it is assigned, and a trainer's word on what was said."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import services
from assessments.forms import PeerReviewForm
from assessments.models import PeerMode, PeerReview
from assessments.permissions import open_practical_for
from assessments.selectors.peers import given_by, peer_file, peer_lines, peer_work
from lms.files.views import private_file
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused


@for_roles(Role.TRAINEE)
@require_http_methods(["GET", "HEAD", "POST"])
def peer_list(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """What one is looking at and has said on this practical; POST asks for a work to look at. 404 where the author did not ask for it."""
    page = open_practical_for(request.user, uuid).practical
    if page.peer_review == PeerMode.OFF:
        raise Http404
    if request.method == "POST":
        try:
            review = services.ask_review(by=request.user, practical=page)
        except Refused as refusal:
            messages.info(request, refusal.message)
            return redirect(f"{page.door_path()}#mon-travail")
        if review:
            return redirect("assessments:peer-review", review.uuid)
        messages.info(request, _("Pas d'autre travail à regarder pour le moment. Reviens plus tard."))
        return redirect("assessments:peer-list", uuid)
    under_way = PeerReview.objects.open_to(request.user).filter(submission__practical=page).first()
    context = {"practical": page, "under_way": under_way, "given": given_by(request.user, page)}
    return render(request, "assessments/peer_list.html", context)


@for_roles(Role.TRAINEE)
@require_http_methods(["GET", "HEAD", "POST"])
def peer_review(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """A classmate's version, to the one it is assigned to, until they have said their word; 404 to anyone else and at any other time."""
    review = _open(request, uuid)
    form = PeerReviewForm(
        request.POST or None, lines=peer_lines(review.submission), is_commission=review.submission.practical.is_commission
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            services.give_review(by=request.user, review=review, works=typed["works"], to_try=typed["to_try"], marks=form.levels())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Merci ! Ton avis est envoyé. Un formateur y jette un œil."))
            return redirect("assessments:peer-list", review.submission.practical.uuid)
    context = {"review": review, "practical": review.submission.practical, "work": peer_work(review), "form": form}
    return render(request, "assessments/peer_review.html", context, status=400 if form.errors else 200)


@for_roles(Role.TRAINEE)
@require_safe
def peer_work_file(request: SignedRequest, uuid: UUID, number: int) -> HttpResponseBase:
    """A file of the version under review, as long as it is; under a neutral name where it is anonymous."""
    file = peer_file(_open(request, uuid), number)
    if file is None:
        raise Http404
    return private_file(request, file)


@for_roles(Role.TRAINER)
@require_POST
def peer_pass(request: SignedRequest, uuid: UUID) -> HttpResponse:
    review = _followed(request, uuid)
    services.let_read(by=request.user, review=review)
    messages.success(request, _("%(name)s peut lire cet avis.") % {"name": review.submission.trainee})
    return redirect("assessments:sheet", review.submission.uuid)


@for_roles(Role.TRAINER)
@require_POST
def peer_hide(request: SignedRequest, uuid: UUID) -> HttpResponse:
    review = _followed(request, uuid)
    services.hide_review(by=request.user, review=review)
    messages.success(request, _("Avis masqué. %(name)s ne le lira pas.") % {"name": review.submission.trainee})
    return redirect("assessments:sheet", review.submission.uuid)


def _open(request: SignedRequest, uuid: UUID) -> PeerReview:
    mine = PeerReview.objects.open_to(request.user).select_related("submission__practical", "submission__trainee")
    return get_object_or_404(mine.defer("submission__practical__brief", "submission__practical__example"), uuid=uuid)


def _followed(request: SignedRequest, uuid: UUID) -> PeerReview:
    return get_object_or_404(PeerReview.objects.visible_to(request.user).select_related("submission__trainee"), uuid=uuid)
