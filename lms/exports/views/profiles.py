"""Doors of saved exports: see them, save one, run it now, put it away."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lms import clock
from lms.exports.forms import DossierForm
from lms.exports.forms.profiles import ProfileForm
from lms.exports.kinds import KINDS, Kind
from lms.exports.models import Export, ExportProfile
from lms.exports.selectors.profiles import profiles_for
from lms.exports.services.profiles import archive_profile, run_profile, save_profile
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.people.services import read_notices
from lms.refusal import Refused

PAGE = 20


@for_roles(Role.COORDINATOR)
@require_GET
def profile_list(request: SignedRequest) -> HttpResponse:
    """The saved exports, and the contents one may be made of."""
    return render(request, "exports/profile_list.html", {"profiles": profiles_for(request.user), "kinds": KINDS.values()})


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def profile_create(request: SignedRequest) -> HttpResponse:
    """A new one of the content that `?contenu=` names; the first of them where it names none."""
    asked = (request.POST if request.method == "POST" else request.GET).get("contenu", "")
    return _form(request, KINDS.get(asked, next(iter(KINDS.values()))), None)


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def profile_edit(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Change one; its content stays what it is."""
    profile = get_object_or_404(profiles_for(request.user), uuid=uuid)
    return _form(request, KINDS[profile.kind], profile)


def _form(request: SignedRequest, kind: Kind, profile: ExportProfile | None) -> HttpResponse:
    form = ProfileForm(request.POST if request.method == "POST" else None, kind=kind, profile=profile, reader=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_profile(by=request.user, wanted=form.wanted(), profile=profile)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Le profil est enregistré."))
            return redirect("exports:profile-detail", saved.uuid)
    context = {"form": form, "kind": kind, "profile": profile}
    return render(request, "exports/profile_form.html", context, status=400 if form.errors else 200)


@for_roles(Role.COORDINATOR)
@require_GET
def profile_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """What one says, when it runs next, and its files."""
    profile = get_object_or_404(profiles_for(request.user), uuid=uuid)
    read_notices(by=request.user, path=request.path)
    exports = Export.objects.visible_to(request.user).filter(run__profile=profile).select_related("job", "run")
    context = {
        "profile": profile, "kind": KINDS[profile.kind], "now": clock.now(), "form": DossierForm(initial={"key": uuid4()}),
        "page": Paginator(exports, PAGE).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "exports/profile_detail.html", context)


@for_roles(Role.COORDINATOR)
@require_POST
def profile_run(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Make its file now."""
    profile = get_object_or_404(profiles_for(request.user), uuid=uuid)
    form = DossierForm(request.POST)
    export = run_profile(by=request.user, profile=profile, key=form.cleaned_data["key"] if form.is_valid() else uuid4())
    return redirect("exports:export-detail", export.uuid)


@for_roles(Role.COORDINATOR)
@require_POST
def profile_archive(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Put it away."""
    archive_profile(by=request.user, profile=get_object_or_404(profiles_for(request.user), uuid=uuid))
    messages.success(request, _("Le profil est rangé. Ses fichiers restent."))
    return redirect("exports:profile-list")
