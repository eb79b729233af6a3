"""The trainee's doors: works, one practical, its draft, handing in, private files."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from assessments import services
from assessments.forms import WorkForm
from assessments.models import PeerMode
from assessments.permissions import STUDY, learns, open_practical_for, practical_for
from assessments.selectors.lookups import Opened, criteria_of, readable_file
from assessments.selectors.observing import seen_of
from assessments.selectors.peers import peer_rows
from assessments.selectors.teams import mates_for
from assessments.selectors.thread import thread_of
from assessments.selectors.works import draft_of, works_of
from content.services import bodies_html
from curriculum.forms import HelpForm
from curriculum.services import open_step
from lms.files.rules import ALLOWED, MAX_FILES
from lms.files.views import may_record, private_file
from lms.people.permissions import SignedRequest, for_roles, is_reading
from lms.people.rules import Role
from lms.refusal import Refused, Stale

FIELD_OF = {"stale": "text", "text_too_long": "text", "nothing_to_submit": "text", "mate_unknown": "mates", "team_too_large": "mates"}
ACCEPTED = ",".join(f".{extension}" for extension in ALLOWED)


@for_roles(Role.TRAINEE)
@require_GET
def work_list(request: SignedRequest) -> HttpResponse:
    return render(request, "assessments/work_list.html", {"works": works_of(request.user), "observations": seen_of(request.user.pk)})


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
def work_submit(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """« Envoyer mon travail »: version n+1. Refused, text and acceptable files stay in the draft and the page says what to change."""
    opened = open_practical_for(request.user, uuid)
    form = posted(request, opened)
    try:
        submission = services.submit_work(
            by=request.user,
            practical=opened.practical,
            text=form.typed(),
            uploads=form.sent_files(),
            key=form.form_key(),
            rev=form.base_rev(),
            mates=form.named_mates(),
        )
    except Refused as refusal:
        kept = services.keep_in_draft(
            by=request.user, practical=opened.practical, text=form.typed(), rev=form.base_rev(), uploads=form.sent_files()
        )
        return refused_page(request, opened, form, kept if refusal.code in {one.code for one in kept} else [refusal, *kept])
    messages.success(request, _("C'est envoyé : version %(number)s. Ton formateur est prévenu.") % {"number": submission.number})
    return redirect(opened.practical.door_path())


@for_roles()
@require_safe
def private(request: SignedRequest, uuid: UUID) -> HttpResponseBase:
    """A private file: its owner's, or handed in by a trainee this person follows; 404 to anyone else."""
    file = readable_file(request.user, uuid)
    if file is None:
        raise Http404
    return private_file(request, file)


def wants_only_json(request: SignedRequest) -> bool:
    """Whether a script asks, rather than a person's form."""
    return request.headers.get("Accept", "") == "application/json"


def posted(request: SignedRequest, opened: Opened) -> WorkForm:
    """The work's form as it was sent."""
    form = WorkForm(request.POST, request.FILES, mates=mates_for(request.user, opened.practical))
    form.is_valid()  # its fields are all optional: what is missing or odd, the services refuse in words
    return form


def refused_page(request: SignedRequest, opened: Opened, form: WorkForm, refusals: list[Refused]) -> HttpResponse:
    """The page again with what was typed and what to change; 409 with both texts where another window saved meanwhile."""
    stale = next((refusal for refusal in refusals if isinstance(refusal, Stale)), None)
    for refusal in refusals:
        form.add_error(FIELD_OF.get(refusal.code, "uploads"), refusal.message)
    return _page(request, opened, form, status=409 if stale else 400, other=stale.current if stale else None)


def _page(
    request: SignedRequest, opened: Opened, form: WorkForm | None = None, *, status: int = 200, other: dict[str, object] | None = None
) -> HttpResponse:
    person, page = request.user, opened.practical
    writes = learns(person) and opened.is_open
    draft = draft_of(trainee=person.pk, practical=page.pk) if writes else None
    thread = thread_of(trainee=person.pk, practical=page.pk) if learns(person) else []
    if draft and form is None:
        form = WorkForm(initial={"text": draft.text}, mates=mates_for(person, page))
    bodies = bodies_html(page, "brief", "example") if opened.is_open else {"brief": "", "example": ""}
    context = {
        "practical": page, "module": opened.module, "is_open": opened.is_open, "is_preview": not learns(person), "draft": draft,
        "form": form, "key": uuid4(), "other": other, "help_form": HelpForm(), "accepted": ACCEPTED, "max_files": MAX_FILES,
        "body": bodies["brief"], "example": bodies["example"], "criteria": criteria_of(page), "thread": thread,
        "peers": peer_rows(person, [turn.uuid for turn in thread if turn.has_peers]) if any(turn.has_peers for turn in thread) else {},
        "asks_peers": page.peer_review != PeerMode.OFF and opened.is_open, "latest": thread[0] if thread else None, "may_reuse": draft is not None and draft.is_empty,
    }  # fmt: skip
    page_shown = render(request, "assessments/practical.html", context, status=status)
    return may_record(page_shown) if form else page_shown
