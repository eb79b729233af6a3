"""Bringing questions into a bank and taking them out, inside Wagtail's admin."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from assessments.formats.csvtemplate import template
from assessments.formats.known import READ_TITLES, WRITERS
from assessments.forms.authoring import QuestionExportForm, QuestionImportForm
from assessments.models import QuestionBank, QuestionImport
from assessments.services.exporting import export_questions
from assessments.services.imports import look_at_file, start_import
from lms.jobs.models import Job
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.people.services import read_notices
from lms.refusal import Refused

BRINGS = (Role.TRAINER,)  # who writes questions


@for_roles(*BRINGS)
@require_http_methods(["GET", "POST"])
def question_import(request: SignedRequest) -> HttpResponse:
    """Choose a bank and a file: what it would do is shown next."""
    bank = request.GET.get("bank")
    form = QuestionImportForm(request.POST, request.FILES) if request.method == "POST" else QuestionImportForm()
    if bank and request.method == "GET":
        form.initial["bank"] = bank
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            row = look_at_file(
                by=request.user, name=typed["file"].name, data=typed["file"].read(), bank_title=form.bank_title(), format_=typed["format"],
                key=typed["key"],
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect("question-import-detail", row.uuid)
    past = QuestionImport.objects.visible_to(request.user).select_related("job")[:10]
    return render(request, "assessments/question_import.html", {"form": form, "past": past}, status=400 if form.errors else 200)


@for_roles(*BRINGS)
@require_http_methods(["GET", "POST"])
def question_import_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """What the file would do, the button that does it, how far it is, what was done."""
    row = get_object_or_404(QuestionImport.objects.visible_to(request.user).select_related("job"), uuid=uuid)
    refusal = ""
    if request.method == "POST":
        try:
            start_import(by=request.user, brought=row)
        except Refused as refused:
            refusal = refused.message
        else:
            return redirect("question-import-detail", row.uuid)
    read_notices(by=request.user, path=request.path)
    is_waiting = bool(row.job and row.job.state in (Job.State.WAITING, Job.State.RUNNING))
    context = {
        "row": row, "table": row.done or row.planned, "is_waiting": is_waiting, "format": READ_TITLES.get(row.format, row.format),
        "refusal": refusal, "bank": QuestionBank.objects.filter(title=row.bank_title).first(),
    }  # fmt: skip
    return render(request, "assessments/question_import_detail.html", context, status=400 if refusal else 200)


@for_roles(*BRINGS)
@require_GET
def question_template(_request: SignedRequest) -> HttpResponse:
    """The table to fill in."""
    return HttpResponse(template(), content_type="text/csv", headers={"Content-Disposition": 'attachment; filename="questions-modele.csv"'})


@for_roles(*BRINGS)
@require_GET
def question_export(request: SignedRequest) -> HttpResponse:
    """Choose a bank and a format; then what goes out, what cannot and why, and the file."""
    asked = QuestionExportForm(request.GET if request.GET.get("format") else None, initial={"bank": request.GET.get("bank")})
    context: dict[str, object] = {"form": asked}
    if asked.is_valid():
        bank, code = asked.cleaned_data["bank"], asked.cleaned_data["format"]
        written, count = export_questions(bank=bank, format_=code)
        context |= {"bank": bank, "going": WRITERS[code], "code": code, "written": written, "count": count}
    return render(request, "assessments/question_export.html", context)


@for_roles(*BRINGS)
@require_GET
def question_export_file(_request: SignedRequest, uuid: UUID, code: str) -> HttpResponse:
    """The file itself."""
    bank = get_object_or_404(QuestionBank, uuid=uuid)
    if code not in WRITERS:
        raise Http404
    written, _count = export_questions(bank=bank, format_=code)
    name = f"{slugify(bank.title)[:60] or 'questions'}.{WRITERS[code].extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(written.content, content_type=WRITERS[code].content_type, headers=headers)
