"""The trainee's doors to a draft: keep, add and remove files, choose between two texts, start again from a version."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import services
from assessments.forms import MergeForm
from assessments.models import Draft, Submission
from assessments.permissions import open_practical_for
from assessments.selectors.lookups import Opened
from assessments.views.works import posted, refused_page, wants_only_json
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused, Stale


@for_roles(Role.TRAINEE)
@require_POST
def draft_save(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Autosave's door (JSON: rev and hour), and the « Garder » button's."""
    opened = open_practical_for(request.user, uuid)
    form = posted(request, opened)
    try:
        draft = services.save_draft(by=request.user, practical=opened.practical, text=form.typed(), rev=form.base_rev())
    except Refused as refusal:
        if isinstance(refusal, Stale):
            services.set_aside(by=request.user, practical=opened.practical, text=form.typed())
        if wants_only_json(request):
            raise
        return refused_page(request, opened, form, [refusal])
    if wants_only_json(request):
        return JsonResponse(_told_of(draft))
    return redirect(opened.practical.door_path())


@for_roles(Role.TRAINEE)
@require_POST
def draft_merge(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """One tap after a 409: the text from here, the one from elsewhere, or both (JSON for the page's script: the text too)."""
    opened = open_practical_for(request.user, uuid)
    form = MergeForm(request.POST)
    form.is_valid()
    try:
        draft = services.merge_draft(
            by=request.user, practical=opened.practical, text=form.typed(), keep=form.choice(), rev=form.base_rev()
        )
    except Refused as refusal:
        services.set_aside(by=request.user, practical=opened.practical, text=form.typed())
        if wants_only_json(request):
            raise
        return refused_page(request, opened, form, [refusal])
    if wants_only_json(request):
        return JsonResponse({**_told_of(draft), "text": draft.text})
    return redirect(f"{opened.practical.door_path()}#mon-travail")


@for_roles(Role.TRAINEE)
@require_POST
def draft_take_back(request: SignedRequest, uuid: UUID, aside: UUID) -> HttpResponse:
    """Add a text put aside at the end of the draft; what was typed in the form comes first."""
    opened = open_practical_for(request.user, uuid)
    if "text" in request.POST:
        form = posted(request, opened)
        refusals = services.keep_in_draft(by=request.user, practical=opened.practical, text=form.typed(), rev=form.base_rev(), uploads=[])
        if refusals:
            return refused_page(request, opened, form, refusals)
    services.take_back(by=request.user, practical=opened.practical, aside=aside)
    return redirect(f"{opened.practical.door_path()}#mon-travail")


def _told_of(draft: Draft) -> dict[str, object]:
    return {"rev": draft.rev, "saved_at": timezone.localtime(draft.saved_at).strftime("%H:%M")}


@for_roles(Role.TRAINEE)
@require_POST
def draft_files(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Files into the draft, with the text where it was sent along. What cannot be kept is said beside the field; the rest is kept."""
    return _kept_in_draft(request, open_practical_for(request.user, uuid))


def _kept_in_draft(request: SignedRequest, opened: Opened) -> HttpResponse:
    form = posted(request, opened)
    text = form.typed() if "text" in request.POST else None
    refusals = services.keep_in_draft(
        by=request.user,
        practical=opened.practical,
        text=text,
        rev=form.base_rev(),
        uploads=form.sent_files(),
        finished=form.finished_files(),
    )
    return refused_page(request, opened, form, refusals) if refusals else redirect(f"{opened.practical.door_path()}#mes-fichiers")


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
