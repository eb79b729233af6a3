"""Doors of exports: ask for a file, see how far it is, take it."""

from uuid import UUID, uuid4

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from lms import clock
from lms.exports.forms import ExportForm, StatementsForm
from lms.exports.kinds import EVERY_KIND, KINDS
from lms.exports.models import Export
from lms.exports.services import request_export, request_statements, trainees_for
from lms.jobs.models import Job
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.people.services import read_notices
from lms.refusal import Refused

PAGE = 20
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
MAY_EXPORT = (Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER)
MAY_EXPORT_STATEMENTS = (Role.COORDINATOR, Role.ADMINISTRATOR)
MAY_TAKE = (*MAY_EXPORT, Role.ADMINISTRATOR)
MAY_DOWNLOAD = (*MAY_TAKE, Role.TRAINEE)  # who asked for their own dossier


@for_roles(*MAY_EXPORT)
@require_http_methods(["GET", "POST"])
def export_list(request: SignedRequest) -> HttpResponse:
    """One's own exports, and the form that asks for another: `?promotion=` or `?stagiaire=` says of whom."""
    trainee = _trainee(request)
    if request.method == "POST":
        form = ExportForm(request.POST, owner=request.user, trainee=trainee.uuid if trainee else None)
        if form.is_valid():
            kind, format_ = form.chosen()
            cohort = form.cleaned_data["cohort"]
            try:
                export = request_export(
                    by=request.user, kind=kind, format_=format_, key=form.cleaned_data["key"],
                    cohort=None if trainee else cohort.uuid, trainee=trainee.uuid if trainee else None,
                )  # fmt: skip
            except Refused as refusal:
                form.add_error(None, refusal.message)
            else:
                return redirect("exports:export-detail", export.uuid)
    else:
        first = f"{next(iter(KINDS))}:{Export.Format.XLSX}"
        initial = {"key": uuid4(), "content": first, "cohort": request.GET.get("promotion"), "trainee": trainee.uuid if trainee else None}
        form = ExportForm(initial=initial, owner=request.user, trainee=trainee.uuid if trainee else None)
    exports = Export.objects.visible_to(request.user).select_related("job")
    page = Paginator(exports, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "trainee": trainee,
        "page": page,
        "kinds": KINDS.values(),
        "now": clock.now(),
        "makes_documents": request.user.role is not Role.CERTIFIER,
    }
    return render(request, "exports/export_list.html", context, status=400 if form.errors else 200)


def _trainee(request: SignedRequest) -> User | None:
    asked = request.POST.get("trainee") or request.GET.get("stagiaire")
    if not asked:
        return None
    try:
        uuid = UUID(asked)
    except ValueError:
        raise Http404 from None
    trainee: User = get_object_or_404(User.objects.trainees_visible_to(request.user), uuid=uuid)
    return trainee


@for_roles(*MAY_EXPORT_STATEMENTS)
@require_http_methods(["GET", "POST"])
def statement_export(request: SignedRequest) -> HttpResponse:
    """One's own files of statements, and the form that asks for another."""
    form = StatementsForm(request.POST if request.method == "POST" else None, initial={"key": uuid4(), "content": Export.Format.JSONL})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            export = request_statements(by=request.user, format_=typed["content"], key=typed["key"], filters=form.filters())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("exports:export-detail", export.uuid)
    exports = Export.objects.visible_to(request.user).filter(kind="store").select_related("job")
    page = Paginator(exports, PAGE).get_page(request.GET.get("page"))
    return render(
        request, "exports/statement_export.html", {"form": form, "page": page, "now": clock.now()}, status=400 if form.errors else 200
    )


@for_roles(*MAY_TAKE)
@require_GET
def export_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """How far a file is. The page looks again by itself until it is ready."""
    export = get_object_or_404(Export.objects.visible_to(request.user).select_related("job"), uuid=uuid)
    read_notices(by=request.user, path=request.path)
    is_over = export.job is None or export.job.state in (Job.State.DONE, Job.State.FAILED)
    context = {
        "export": export,
        "kind": EVERY_KIND.get(export.kind),
        "is_over": is_over,
        "size": _size(export),
        "now": clock.now(),
        "list": _list_of(export),
    }
    return render(request, "exports/export_detail.html", context)


def _list_of(export: Export) -> str:
    """Where one's other files of that sort are."""
    if export.kind == "dossier":
        return reverse("exports:dossier-detail", args=[export.parameters["trainee"]])
    return reverse("exports:statement-export" if export.kind == "store" else "exports:export-list")


def _size(export: Export) -> int | None:
    """Bytes of a file that can be taken; None when there is none (yet, or any more)."""
    if not export.content or export.expires_at < clock.now() or not export.content.storage.exists(str(export.content.name)):
        return None
    return export.content.size


@for_roles(*MAY_DOWNLOAD)
@require_GET
def export_download(request: SignedRequest, uuid: UUID) -> FileResponse:
    """The file, if its owner may still read whom it is about."""
    export = get_object_or_404(Export.objects.visible_to(request.user).exclude(content=""), uuid=uuid)
    kind = EVERY_KIND.get(export.kind)
    if kind is None or export.expires_at < clock.now():
        raise Http404
    try:
        trainees_for(request.user, kind, export.parameters)
        content = export.content.open("rb")
    except (Refused, FileNotFoundError):
        raise Http404 from None
    return FileResponse(content, as_attachment=True, filename=export.name, content_type=CONTENT_TYPES[kind.extension(export.format)])
