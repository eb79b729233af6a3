"""The trainee's doors: works, one practical, its draft, handing in, private files."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from assessments import services
from assessments.forms import WorkForm
from assessments.models import Submission
from assessments.permissions import STUDY, is_reading, learns, open_practical_for, practical_for
from assessments.selectors.lookups import Opened, criteria_of, readable_file
from assessments.selectors.thread import thread_of
from assessments.selectors.works import draft_of, works_of
from content.services import body_html
from curriculum.forms import HelpForm
from curriculum.services import open_step
from lms.files.rules import ALLOWED, MAX_FILES
from lms.files.views import private_file
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused, Stale

ACCEPTED = ",".join(f".{extension}" for extension in ALLOWED)


@for_roles(Role.TRAINEE)
@require_GET
def work_list(request: SignedRequest) -> HttpResponse:
    return render(request, "assessments/work_list.html", {"works": works_of(request.user)})


@for_roles(*STUDY)
@require_safe
def practical(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """A practical and its thread. Opening it is a fact once a run; a browser's prefetch or a trainer's look is not."""
    opened = practical_for(request.user, uuid)
    if learns(request.user) and opened.is_open and is_reading(request):
        open_step(by=request.user, step=opened.practical, module=opened.module)
    return _page(request, opened)


@for_roles(Role.TRAINEE)
@require_POST
def draft_save(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Autosave's door (JSON: rev and hour), and the « Garder » button's."""
    opened = open_practical_for(request.user, uuid)
    form = _posted(request)
    try:
        draft = services.save_draft(by=request.user, practical=opened.practical, text=form.typed(), rev=form.base_rev())
    except Refused as refusal:
        if _wants_only_json(request):
            raise
        return _refused(request, opened, form, [refusal])
    if _wants_only_json(request):
        return JsonResponse({"rev": draft.rev, "saved_at": timezone.localtime(draft.saved_at).strftime("%H:%M")})
    return redirect(opened.practical.door_path())


@for_roles(Role.TRAINEE)
@require_POST
def draft_files(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Files into the draft, with the text where it was sent along. What cannot be kept is said beside the field; the rest is kept."""
    return _kept_in_draft(request, open_practical_for(request.user, uuid))


def _kept_in_draft(request: SignedRequest, opened: Opened) -> HttpResponse:
    form = _posted(request)
    text = form.typed() if "text" in request.POST else None
    refusals = services.keep_in_draft(
        by=request.user, practical=opened.practical, text=text, rev=form.base_rev(), uploads=form.sent_files()
    )
    return _refused(request, opened, form, refusals) if refusals else redirect(f"{opened.practical.door_path()}#mes-fichiers")


@for_roles(Role.TRAINEE)
@require_POST
def draft_file_remove(request: SignedRequest, uuid: UUID, file: UUID) -> HttpResponse:
    """Take a file out of the draft; the text and the files sent with the button are kept."""
    opened = open_practical_for(request.user, uuid)
    services.remove_draft_file(by=request.user, practical=opened.practical, file=file)
    return _kept_in_draft(request, opened)


@for_roles(Role.TRAINEE)
@require_POST
def draft_reuse(request: SignedRequest, uuid: UUID, version: UUID) -> HttpResponse:
    """Start the next version from an earlier one."""
    opened = open_practical_for(request.user, uuid)
    own = Submission.objects.visible_to(request.user).select_related("practical").defer("practical__brief")
    submission = get_object_or_404(own, uuid=version, practical=opened.practical)
    services.reuse_version(by=request.user, submission=submission)
    messages.success(request, _("Ta version %(number)s est dans ton brouillon. Change ce que tu veux.") % {"number": submission.number})
    return redirect(f"{opened.practical.door_path()}#mon-travail")


@for_roles(Role.TRAINEE)
@require_POST
def work_submit(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """« Envoyer mon travail »: version n+1. Refused, text and acceptable files stay in the draft and the page says what to change."""
    opened = open_practical_for(request.user, uuid)
    form = _posted(request)
    try:
        submission = services.submit_work(
            by=request.user,
            practical=opened.practical,
            text=form.typed(),
            uploads=form.sent_files(),
            key=form.form_key(),
            rev=form.base_rev(),
        )
    except Refused as refusal:
        kept = services.keep_in_draft(
            by=request.user, practical=opened.practical, text=form.typed(), rev=form.base_rev(), uploads=form.sent_files()
        )
        return _refused(request, opened, form, kept if refusal.code in {one.code for one in kept} else [refusal, *kept])
    messages.success(request, _("C'est envoyé : version %(number)s. Ton formateur est prévenu.") % {"number": submission.number})
    return redirect(opened.practical.door_path())


@for_roles()
@require_safe
def private(request: SignedRequest, uuid: UUID) -> FileResponse:
    """A private file: its owner's, or handed in by a trainee this person follows; 404 to anyone else."""
    file = readable_file(request.user, uuid)
    if file is None:
        raise Http404
    return private_file(file)


def _wants_only_json(request: SignedRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _posted(request: SignedRequest) -> WorkForm:
    form = WorkForm(request.POST, request.FILES)
    form.is_valid()  # its fields are all optional: what is missing or odd, the services refuse in words
    return form


def _refused(request: SignedRequest, opened: Opened, form: WorkForm, refusals: list[Refused]) -> HttpResponse:
    """The page again with what was typed and what to change; 409 with both texts where another window saved meanwhile."""
    stale = next((refusal for refusal in refusals if isinstance(refusal, Stale)), None)
    for refusal in refusals:
        form.add_error("text" if refusal.code in ("stale", "text_too_long", "nothing_to_submit") else "uploads", refusal.message)
    return _page(request, opened, form, status=409 if stale else 400, other=stale.current if stale else None)


def _page(
    request: SignedRequest, opened: Opened, form: WorkForm | None = None, *, status: int = 200, other: dict[str, object] | None = None
) -> HttpResponse:
    person, page = request.user, opened.practical
    writes = learns(person) and opened.is_open
    draft = draft_of(trainee=person.pk, practical=page.pk) if writes else None
    if draft and form is None:
        form = WorkForm(initial={"text": draft.text})
    thread = thread_of(trainee=person.pk, practical=page.pk) if learns(person) else []
    context = {
        "practical": page, "module": opened.module, "is_open": opened.is_open, "is_preview": not learns(person), "draft": draft,
        "form": form, "key": uuid4(), "other": other, "help_form": HelpForm(), "accepted": ACCEPTED, "max_files": MAX_FILES,
        "body": body_html(page, field="brief") if opened.is_open else "",
        "example": body_html(page, field="example") if opened.is_open else "", "criteria": criteria_of(page), "thread": thread,
        "latest": thread[0] if thread else None, "may_reuse": draft is not None and draft.is_empty,
    }  # fmt: skip
    return render(request, "assessments/practical.html", context, status=status)
