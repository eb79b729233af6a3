"""Doors of the holder: one's badges, their files, what is shared, and badges of elsewhere. The team opens the files too."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.badges.formats.pictures import baked_png, baked_svg, png, svg
from lms.badges.forms import PriorForm, ShareForm
from lms.badges.models import Badge, PriorBadge
from lms.badges.rules import MAY_ISSUE, Verdict
from lms.badges.selectors import TOLD, achievement_of, state_of
from lms.badges.services import add_prior, share_badge, unshare_badge
from lms.files.views import private_file
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles, is_reading
from lms.people.rules import Role
from lms.people.services import read_notices
from lms.refusal import Refused

KINDS = {"jwt": "application/vc+jwt", "json": "application/vc+ld+json", "png": "image/png", "svg": "image/svg+xml"}
FORMS = {"svg": lazy("Image SVG"), "json": "JSON-LD", "jwt": "VC-JWT"}  # besides the PNG


@for_roles(Role.TRAINEE)
@require_safe
def badge_list(request: SignedRequest) -> HttpResponse:
    """What one was given, the latest first."""
    badges = Badge.objects.visible_to(request.user).select_related("competency", "block")
    rows = [
        {"badge": badge, "state": state_of(badge), "told": TOLD[state_of(badge)], "what": badge.competency or badge.block}
        for badge in badges
    ]
    has_prior = PriorBadge.objects.visible_to(request.user).exists()
    return render(request, "badges/badge_list.html", {"rows": rows, "has_prior": has_prior})


@for_roles(Role.TRAINEE)
@require_safe
def badge_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """One badge: its picture, its files, and what is shared of it."""
    badge = get_object_or_404(Badge.objects.visible_to(request.user).select_related("issued_by", "competency", "block"), uuid=uuid)
    if is_reading(request):
        read_notices(by=request.user, path=request.path)
    shared = settings.SITE_URL + reverse("badges:shared", args=[badge.share_token]) if badge.share_token else ""
    context = {
        "badge": badge, "what": badge.competency or badge.block, "state": state_of(badge), "told": TOLD[state_of(badge)], "shared": shared,
        "forms": FORMS, "form": ShareForm(initial={"shows_name": badge.shares_name}),
    }  # fmt: skip
    return render(request, "badges/badge_detail.html", context)


@for_roles(Role.TRAINEE)
@require_POST
def badge_share(request: SignedRequest, uuid: UUID) -> HttpResponse:
    badge = get_object_or_404(Badge.objects.visible_to(request.user), uuid=uuid)
    form = ShareForm(request.POST)
    share_badge(by=request.user, badge=badge.uuid, shows_name=form.is_valid() and form.cleaned_data["shows_name"])
    return redirect("badges:badge-detail", badge.uuid)


@for_roles(Role.TRAINEE)
@require_POST
def badge_unshare(request: SignedRequest, uuid: UUID) -> HttpResponse:
    badge = get_object_or_404(Badge.objects.visible_to(request.user), uuid=uuid)
    unshare_badge(by=request.user, badge=badge.uuid)
    messages.success(request, _("C'est fermé : l'adresse ne s'ouvre plus."))
    return redirect("badges:badge-detail", badge.uuid)


@for_roles(Role.TRAINEE, *MAY_ISSUE)
@require_safe
def badge_file(request: SignedRequest, uuid: UUID, form: str) -> HttpResponse:
    """The badge as a file: the kept token, the kept document, or a picture that carries the token."""
    badge = get_object_or_404(Badge.objects.visible_to(request.user).select_related("competency", "block"), uuid=uuid)
    if form not in KINDS:
        raise Http404
    response = HttpResponse(_content(badge, form), content_type=KINDS[form])
    response["Content-Disposition"] = f'attachment; filename="badge-{slugify(badge.title)[:60]}.{form}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _content(badge: Badge, form: str) -> bytes:
    if form in ("jwt", "json"):
        return (badge.token if form == "jwt" else badge.document).encode()
    row = badge.competency or badge.block
    what = achievement_of(row.uuid) if row else None
    if what is None:
        raise Http404
    issuer = settings.BADGE_ISSUER_NAME
    return baked_png(png(what, issuer), badge.token) if form == "png" else baked_svg(svg(what, issuer), badge.token)


@for_roles(Role.TRAINEE, *MAY_ISSUE)
@require_http_methods(["GET", "HEAD", "POST"])
def prior_create(request: SignedRequest, trainee: UUID) -> HttpResponse:
    """Badges of elsewhere of one trainee, and the form that brings another."""
    person = get_object_or_404(User.objects.trainees_visible_to(request.user), uuid=trainee)
    form = PriorForm(request.POST, request.FILES) if request.method == "POST" else PriorForm()
    if form.is_valid():
        try:
            add_prior(by=request.user, trainee=person, upload=form.cleaned_data["file"])
        except Refused as refusal:
            form.add_error("file", refusal.message)
        else:
            messages.success(request, _("Le badge est gardé. Une personne de l'équipe va le regarder."))
            return redirect("badges:prior-create", person.uuid)
    if is_reading(request):
        read_notices(by=request.user, path=request.path)
    rows = [
        {"prior": prior, "told": TOLD[Verdict(prior.verdict)]}
        for prior in PriorBadge.objects.visible_to(request.user).filter(trainee=person).select_related("decided_by", "file")
    ]
    context = {
        "person": person,
        "form": form,
        "rows": rows,
        "is_own": person.pk == request.user.pk,
        "may_decide": request.user.role in MAY_ISSUE,
    }
    return render(request, "badges/prior_create.html", context, status=400 if form.errors else 200)


@for_roles(Role.TRAINEE, *MAY_ISSUE)
@require_safe
def prior_file(request: SignedRequest, uuid: UUID) -> HttpResponseBase:
    """The file of a badge of elsewhere, as it came."""
    prior = get_object_or_404(PriorBadge.objects.visible_to(request.user).select_related("file"), uuid=uuid)
    return private_file(request, prior.file)
