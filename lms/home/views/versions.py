"""Versions of a framework: read by the staff, tried by trainers and the coordination, published by the coordination with a reason."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from competencies.models import Framework, FrameworkVersion
from competencies.selectors.versions import drafts_of
from competencies.services.versions import carry_again
from lms.home.forms.versions import VersionForm
from lms.home.selectors.versions import version_trial, versions_out
from lms.home.services.versions import publish_framework
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused

READ = (Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER)
TRY = (Role.TRAINER, Role.COORDINATOR)


@for_roles(*READ)
@require_safe
def version_list(request: SignedRequest, uuid: UUID) -> HttpResponse:
    framework = _framework(uuid)
    return _page(request, framework, VersionForm(framework) if request.user.role in TRY else None)


@for_roles(*TRY)
@require_POST
def version_try(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Who is concerned and which levels come along, and nothing is written."""
    framework = _framework(uuid)
    form = VersionForm(framework, request.POST)
    if not form.is_valid():
        return _page(request, framework, form, status=400)
    trial = version_trial(request.user, framework, form.mapped(), form.cleaned_data.get("follows"))
    return _page(request, framework, form, trial=trial)


@for_roles(Role.COORDINATOR)
@require_POST
def version_publish(request: SignedRequest, uuid: UUID) -> HttpResponse:
    framework = _framework(uuid)
    form = VersionForm(framework, request.POST)
    if not form.is_valid():
        return _page(request, framework, form, status=400)
    typed = form.cleaned_data
    try:
        done = publish_framework(
            by=request.user, framework=framework, version=typed["version"], reason=typed["reason"], mapped=form.mapped(),
            follows=typed.get("follows"),
        )  # fmt: skip
    except Refused as refusal:
        form.add_error("reason" if refusal.code == "reason_missing" else None, refusal.message)
        return _page(request, framework, form, status=400)
    said = ngettext(
        "La version %(version)s est publiée. %(number)d niveau est repris.",
        "La version %(version)s est publiée. %(number)d niveaux sont repris.",
        done.carried,
    )
    messages.success(request, said % {"version": done.version.version, "number": done.carried})
    return redirect("home:version-list", uuid)


@for_roles(Role.COORDINATOR)
@require_POST
def version_carry(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Bring along what was proven in the former framework since."""
    version = get_object_or_404(FrameworkVersion.objects.select_related("framework"), uuid=uuid)
    try:
        done = carry_again(by=request.user, version=version, reason=request.POST.get("reason", ""))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        said = ngettext("%(number)d niveau est repris.", "%(number)d niveaux sont repris.", done.carried)
        messages.success(request, said % {"number": done.carried})
    return redirect("home:version-list", version.framework.uuid)


@for_roles(*READ)
@require_safe
def version_file(_request: SignedRequest, uuid: UUID) -> HttpResponse:
    """What a version said, in our own format."""
    version = get_object_or_404(FrameworkVersion.objects.select_related("framework"), uuid=uuid)
    name = f"{version.framework.code}-{version.version}.yaml".replace('"', "")
    return HttpResponse(
        version.content, content_type="application/yaml; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _framework(uuid: UUID) -> Framework:
    found: Framework = get_object_or_404(Framework.objects.filter(live=True).select_related("scale", "follows"), uuid=uuid)
    return found


def _page(request: SignedRequest, framework: Framework, form: VersionForm | None, *, status: int = 200, **tried: Any) -> HttpResponse:
    context = {
        "framework": framework, "versions": versions_out(framework), "drafts": drafts_of(framework), "form": form,
        "may_publish": request.user.role is Role.COORDINATOR, **tried,
    }  # fmt: skip
    return render(request, "home/version_list.html", context, status=status)
