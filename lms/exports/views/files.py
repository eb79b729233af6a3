"""Doors of exports: ask for a file, see how far it is, take it."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lms import clock
from lms.exports.formats import content_type_of
from lms.exports.forms import ExportForm, StatementsForm
from lms.exports.forms.deliveries import SendForm
from lms.exports.kinds import EVERY_KIND, KINDS
from lms.exports.models import Export, ExportProfile, ProfileRun
from lms.exports.selectors.deliveries import deliveries_for, destinations_for
from lms.exports.services import cancel_export, request_export, request_statements
from lms.exports.services.rights import opened_for
from lms.jobs.models import Job
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.people.services import read_notices
from lms.refusal import Refused

PAGE = 20
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
        "form": form, "trainee": trainee, "page": page, "kinds": KINDS.values(), "now": clock.now(),
        "is_coordinator": request.user.role is Role.COORDINATOR, "makes_documents": request.user.role is not Role.CERTIFIER,
    }  # fmt: skip
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
    export = get_object_or_404(Export.objects.visible_to(request.user).select_related("job", "run__profile"), uuid=uuid)
    read_notices(by=request.user, path=request.path)
    is_over = export.job is None or export.job.state not in (Job.State.WAITING, Job.State.RUNNING)
    context: dict[str, object] = {
        "export": export,
        "kind": EVERY_KIND.get(export.kind),
        "is_over": is_over,
        "size": _size(export),
        "now": clock.now(),
        "list": _list_of(export),
        "profile": _profile_of(export),
        "may_cancel": export.owner_id == request.user.pk,
    }
    leaves = context["size"] is not None and not EVERY_KIND[export.kind].of_all
    if request.user.role is Role.COORDINATOR and leaves and destinations_for(request.user).exists():
        context |= {"send_form": SendForm(reader=request.user), "deliveries": deliveries_for(request.user).filter(export=export)}
    return render(request, "exports/export_detail.html", context)


def _profile_of(export: Export) -> ExportProfile | None:
    """The profile it is a run of."""
    run: ProfileRun | None = getattr(export, "run", None)
    return run.profile if run else None


def _list_of(export: Export) -> str:
    """Where one's other files of that sort are."""
    profile = _profile_of(export)
    if profile:
        return reverse("exports:profile-list") if profile.archived_at else reverse("exports:profile-detail", args=[profile.uuid])
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
    content = opened_for(request.user, export)
    if content is None:
        raise Http404
    return FileResponse(content, as_attachment=True, filename=export.name, content_type=content_type_of(export.name))


@for_roles(*MAY_DOWNLOAD)
@require_POST
def export_cancel(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Stop a file that is being made; its page says so."""
    export = get_object_or_404(Export.objects.visible_to(request.user).select_related("job"), uuid=uuid)
    cancel_export(by=request.user, export=export)
    messages.success(request, _("Le fichier est arrêté. Rien n'en est gardé."))
    return redirect("exports:own-dossier") if request.user.role is Role.TRAINEE else redirect("exports:export-detail", uuid)
