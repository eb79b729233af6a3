"""Doors of numbered documents: make one or a cohort's, see where it is, take it; and say who trains and what is done."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from curriculum.models import ProgrammePage
from lms import clock
from lms.exports.forms.documents import DOSSIERS, ActionForm, AllForm, BodyForm, CohortForm, OneForm, SignInForm
from lms.exports.models import Document, TrainingAction, TrainingBody
from lms.exports.selectors.documents import action_on, body_on
from lms.exports.services import request_cohort_dossiers, request_documents
from lms.exports.services.documents import issue_for_trainee, issue_sign_in
from lms.exports.services.training import save_action, save_body
from lms.jobs.models import Job
from lms.people.models import Cohort, User
from lms.people.permissions import SignedRequest, for_roles, is_reading
from lms.people.rules import Role
from lms.people.services import read_notices
from lms.refusal import Refused

PAGE = 25
MAKERS = (Role.TRAINER, Role.COORDINATOR)


@for_roles(*MAKERS)
@require_http_methods(["GET", "POST"])
def document_list(request: SignedRequest) -> HttpResponse:
    """The documents of a cohort (`?promotion=`), and the forms that make more."""
    cohort = _cohort(request)
    asked = _forms(request, cohort) if cohort else {}
    if request.method == "POST":
        if cohort is None:
            raise Http404
        form = asked.get(request.POST.get("act", ""))
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                return redirect(_issued(request.user, cohort, form))
            except Refused as refusal:
                form.add_error(None, refusal.message)
    status = 400 if any(form.errors for form in asked.values()) else 200
    return render(request, "exports/document_list.html", {**_listed(request, cohort), **asked}, status=status)


def _cohort(request: SignedRequest) -> Cohort | None:
    """The cohort that a form or the address names, or the first one; 404 for one that the reader does not follow."""
    cohorts = Cohort.objects.visible_to(request.user).select_related("site").order_by("closed_at", "-starts_on")
    asked = request.POST.get("promotion") or request.GET.get("promotion")
    if not asked:
        return cohorts.first()
    try:
        cohort: Cohort = get_object_or_404(cohorts, uuid=UUID(asked))
    except ValueError:
        raise Http404 from None
    return cohort


def _forms(request: SignedRequest, cohort: Cohort) -> dict[str, forms.Form]:
    """The three forms; the one that was sent, by its `act`, holds what was typed."""
    sent = request.POST.get("act", "") if request.method == "POST" else ""
    monday = clock.today() - timedelta(days=clock.today().weekday())

    def typed(act: str) -> Any:
        return request.POST if sent == act else None

    return {
        "one": OneForm(typed("one"), owner=request.user, cohort=cohort),
        "all": AllForm(typed("all"), owner=request.user, initial={"key": uuid4()}),
        "sheet": SignInForm(typed("sheet"), initial={"first": monday, "last": monday + timedelta(days=4)}),
    }


def _issued(by: User, cohort: Cohort, form: forms.Form) -> str:
    """Do what a form asks; where it shows."""
    data = form.cleaned_data
    if isinstance(form, AllForm):
        asked = {"by": by, "cohort": cohort.uuid, "key": data["key"]}
        export = request_cohort_dossiers(**asked) if data["code"] == DOSSIERS else request_documents(code=data["code"], **asked)
        return reverse("exports:export-detail", args=[export.uuid])
    if isinstance(form, SignInForm):
        document = issue_sign_in(by=by, cohort=cohort.uuid, first=data["first"], last=data["last"])
    else:
        document = issue_for_trainee(by=by, code=data["code"], trainee=data["trainee"].uuid)
    return reverse("exports:document-detail", args=[document.uuid])


def _listed(request: SignedRequest, cohort: Cohort | None) -> dict[str, Any]:
    rows = Document.objects.visible_to(request.user).select_related("trainee", "cohort", "job", "replaced_by")
    if cohort:
        members = cohort.memberships.filter(left_at=None).values("user")
        rows = rows.filter(Q(cohort=cohort) | Q(trainee__in=members))
    day = clock.today()
    return {
        "cohort": cohort, "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "choose": CohortForm(owner=request.user, initial={"promotion": cohort.uuid if cohort else None}),
        "has_body": body_on(day) is not None, "is_coordinator": request.user.role is Role.COORDINATOR,
        "kept": f"promotion={cohort.uuid}" if cohort else "",
    }  # fmt: skip


@for_roles(*MAKERS)
@require_GET
def document_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Where one document is. The page looks again by itself until it is there."""
    rows = Document.objects.visible_to(request.user).select_related("trainee", "cohort", "job", "made_by", "replaces", "replaced_by")
    document = get_object_or_404(rows, uuid=uuid)
    if is_reading(request):
        read_notices(by=request.user, path=request.path)
    is_waiting = document.job is not None and document.job.state in (Job.State.WAITING, Job.State.RUNNING)
    has_file = bool(document.content) and document.content.storage.exists(str(document.content.name))
    context = {"document": document, "is_waiting": is_waiting, "has_file": has_file}
    return render(request, "exports/document_detail.html", context)


@for_roles(*MAKERS, Role.TRAINEE)
@require_GET
def document_file(request: SignedRequest, uuid: UUID) -> FileResponse:
    """The pages, as they were made."""
    document = get_object_or_404(Document.objects.visible_to(request.user).exclude(content=""), uuid=uuid)
    try:
        content = document.content.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(content, as_attachment=True, filename=f"{document.title_number}.pdf", content_type="application/pdf")


# --- Who trains, and what is done


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "POST"])
def training_body(request: SignedRequest) -> HttpResponse:
    """Who trains: every version, and the form of the next one."""
    present = body_on(clock.today())
    form = BodyForm(request.POST if request.method == "POST" else None, initial=_initial(present, BodyForm))
    if request.method == "POST" and form.is_valid():
        try:
            save_body(by=request.user, key=form.cleaned_data["key"], starts_on=form.cleaned_data["starts_on"], values=form.values())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C'est noté. Les prochains documents le diront."))
            return redirect("exports:training-body")
    context = {"form": form, "present": present, "versions": TrainingBody.objects.select_related("entered_by")}
    return render(request, "exports/training_body.html", context, status=400 if form.errors else 200)


@for_roles(Role.COORDINATOR)
@require_GET
def action_list(request: SignedRequest) -> HttpResponse:
    """The programmes, each with what it is for the papers today."""
    programmes = ProgrammePage.objects.order_by("title")
    rows = [(programme, action_on(programme.pk, clock.today())) for programme in programmes]
    return render(request, "exports/action_list.html", {"rows": rows})


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "POST"])
def training_action(request: SignedRequest, programme: UUID) -> HttpResponse:
    """What one programme is for the papers: every version, and the form of the next one."""
    page = get_object_or_404(ProgrammePage, uuid=programme)
    present = action_on(page.pk, clock.today())
    initial = _initial(present, ActionForm) if present else {**_initial(None, ActionForm), "title": page.title, "nature": "training"}
    form = ActionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            save_action(by=request.user, key=data["key"], programme=page, starts_on=data["starts_on"], values=form.values())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C'est noté. Les prochains documents et le bilan s'en servent."))
            return redirect("exports:training-action", page.uuid)
    versions = TrainingAction.objects.filter(programme=page).select_related("entered_by")
    context = {"form": form, "present": present, "programme": page, "versions": versions}
    return render(request, "exports/training_action.html", context, status=400 if form.errors else 200)


def _initial(present: TrainingBody | TrainingAction | None, form: type[BodyForm | ActionForm]) -> dict[str, Any]:
    """What the form begins with: the version of today, to be changed from today on."""
    kept = {name: getattr(present, name) for name in form.Meta.fields} if present else {}
    return {**kept, "key": uuid4(), "starts_on": clock.today()}
