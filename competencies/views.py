"""Bringing frameworks in and taking them out, inside Wagtail's admin."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from competencies.formats.known import READ_TITLES, WRITERS
from competencies.forms import FrameworkExportForm, FrameworkImportForm
from competencies.models import Framework, FrameworkImport
from competencies.services.exporting import export_framework
from competencies.services.imports import look_at_file, start_import
from lms.jobs.models import Job
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.people.services import read_notices
from lms.refusal import Refused

BRINGS = (Role.TRAINER,)  # who edits frameworks


@for_roles(*BRINGS)
@require_http_methods(["GET", "POST"])
def framework_import(request: SignedRequest) -> HttpResponse:
    """Choose a file: what it would do is shown next."""
    form = FrameworkImportForm(request.POST, request.FILES) if request.method == "POST" else FrameworkImportForm()
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            row = look_at_file(
                by=request.user, name=typed["file"].name, data=typed["file"].read(), format_=typed["format"], key=typed["key"]
            )
        except Refused as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect("framework-import-detail", row.uuid)
    past = FrameworkImport.objects.visible_to(request.user).select_related("job")[:10]
    return render(request, "competencies/framework_import.html", {"form": form, "past": past}, status=400 if form.errors else 200)


@for_roles(*BRINGS)
@require_http_methods(["GET", "POST"])
def framework_import_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """What the file would do, the button that does it, how far it is, what was done."""
    row = get_object_or_404(FrameworkImport.objects.visible_to(request.user).select_related("job"), uuid=uuid)
    refusal = ""
    if request.method == "POST":
        try:
            start_import(by=request.user, brought=row)
        except Refused as refused:
            refusal = refused.message
        else:
            return redirect("framework-import-detail", row.uuid)
    read_notices(by=request.user, path=request.path)
    is_waiting = bool(row.job and row.job.state in (Job.State.WAITING, Job.State.RUNNING))
    context = {
        "row": row, "table": row.done or row.planned, "is_waiting": is_waiting, "format": READ_TITLES.get(row.format, row.format),
        "refusal": refusal,
    }  # fmt: skip
    return render(request, "competencies/framework_import_detail.html", context, status=400 if refusal else 200)


@for_roles(*BRINGS)
@require_GET
def framework_export(request: SignedRequest) -> HttpResponse:
    """Choose a framework and a format; then what the format does not carry, and the file."""
    asked = FrameworkExportForm(request.GET if request.GET.get("format") else None)
    context: dict[str, object] = {"form": asked}
    if asked.is_valid():
        framework, code = asked.cleaned_data["framework"], asked.cleaned_data["format"]
        written = export_framework(framework=framework, format_=code)
        context |= {"framework": framework, "going": WRITERS[code], "code": code, "lost": written.lost}
    return render(request, "competencies/framework_export.html", context)


@for_roles(*BRINGS)
@require_GET
def framework_export_file(_request: SignedRequest, uuid: UUID, code: str) -> HttpResponse:
    """The file itself."""
    framework = get_object_or_404(Framework, uuid=uuid, live=True)
    if code not in WRITERS:
        raise Http404
    written = export_framework(framework=framework, format_=code)
    name = f"{framework.code}.{WRITERS[code].extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(written.content, content_type=WRITERS[code].content_type, headers=headers)
