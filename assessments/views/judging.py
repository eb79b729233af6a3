"""The assessors' doors: what waits, the sheet of one version, saving, signing, correcting."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments import services
from assessments.forms import NOT_OBSERVED, JudgementForm
from assessments.models import Judgement
from assessments.permissions import READ_SHEETS, may_compare, may_judge, reads_opinions, sheet_for
from assessments.selectors.claims import colleagues_of, holder_choices, next_work, ready_drafts
from assessments.selectors.peers import PeerRow, peer_rows
from assessments.selectors.phrases import phrases_for
from assessments.selectors.queue import cohort_choices, module_choices, queue_rows, waiting_for, with_details
from assessments.selectors.sheet import Sheet
from assessments.selectors.thread import Feedback
from assessments.views.claims import beside, with_next_ahead
from assessments.views.filters import address, filters_of, query_of
from lms.files.views import may_record
from lms.people import services as people
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles, is_reading
from lms.people.rules import Role
from lms.refusal import Refused, Stale

ROWS = 50


@for_roles(Role.TRAINER, Role.COORDINATOR)
@require_safe
def queue(request: SignedRequest) -> HttpResponse:
    """Works that wait, oldest first; filters live in the URL."""
    if is_reading(request):
        people.read_notices(by=request.user, path=request.path)  # they said that work waits: here it is
    chosen = filters_of(request)
    cohort, module, holder = chosen["cohort"], chosen["module"], chosen["holder"]
    waiting = with_details(waiting_for(request.user, **chosen))
    page = Paginator(waiting, ROWS).get_page(request.GET.get("page"))
    return render(
        request,
        "assessments/queue.html",
        {
            "page_obj": page,
            "rows": queue_rows(request.user, list(page.object_list)),
            "total": page.paginator.count,
            "cohorts": cohort_choices(request.user, module=module, holder=holder),
            "modules": module_choices(request.user, cohort=cohort, holder=holder),
            "holders": holder_choices(request.user, cohort=cohort, module=module),
            "colleagues": colleagues_of(request.user),
            "ready": len(ready_drafts(request.user)) if may_judge(request.user) else 0,
            "chosen": chosen,
            "query": query_of(chosen),
            "may_judge": may_judge(request.user),
        },
    )


@for_roles(*READ_SHEETS)
@require_safe
def sheet(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """One version, what was said of it, and the form where there is something to say. `?corriger=` opens a correction."""
    return _sheet(request, sheet_for(request.user, uuid))


@for_roles(Role.TRAINER)
@require_POST
def judgement_save(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Autosave's door (JSON: rev and hour), and the « Garder » button's."""
    found = sheet_for(request.user, uuid)
    form = _posted(request, found)
    wants_json = request.headers.get("Accept", "") == "application/json"
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400) if wants_json else _sheet(request, found, form, status=400)
    try:
        judgement = _save(request, found, form)
    except Refused as refusal:
        if wants_json:
            raise
        return _refused(request, found, form, refusal)
    if wants_json:
        return JsonResponse({"rev": judgement.rev, "saved_at": timezone.localtime(judgement.saved_at).strftime("%H:%M")})
    messages.success(request, _("Brouillon gardé. Il n'est lu que par vous."))
    return redirect(address("assessments:sheet", filters_of(request), uuid))


@for_roles(Role.TRAINER)
@require_POST
def judgement_release(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Keep what is on the sheet, then sign it; the next work of the queue follows. Where signing is refused, what was typed stays kept as a draft."""
    found = sheet_for(request.user, uuid)
    form = _posted(request, found)
    if not form.is_valid() or not form.ask_for_every_line():
        return _sheet(request, found, form, status=400)
    try:
        judgement = _save(request, found, form)
        services.release_judgement(by=request.user, judgement=judgement, others_known=form.cleaned_data["others_known"])
    except Refused as refusal:
        return _refused(request, found, form, refusal)
    messages.success(request, _("Évaluation envoyée à %(name)s.") % {"name": found.submission.trainee})
    chosen = filters_of(request)
    following = None if judgement.corrects_id else next_work(request.user, found.submission, **chosen)
    if following is None:
        return redirect(address("assessments:queue", chosen))
    # An address of its own: the browser would otherwise show the sheet it fetched ahead, from before this message.
    return redirect(address("assessments:sheet", chosen, following.uuid, apres=uuid))


@for_roles(Role.TRAINER)
@require_POST
def judgement_discard(request: SignedRequest, uuid: UUID) -> HttpResponse:
    found = sheet_for(request.user, uuid)
    services.discard_judgement(by=request.user, submission=found.submission)
    messages.success(request, _("Votre brouillon est effacé."))
    return redirect("assessments:sheet", uuid)


def _save(request: SignedRequest, found: Sheet, form: JudgementForm) -> Judgement:
    typed = form.cleaned_data
    corrects = None
    if typed["corrects"]:
        corrects = Judgement.objects.filter(uuid=typed["corrects"], submission=found.submission).select_related("photo", "voice").first()
        if corrects is None:
            raise Http404
    return services.save_judgement(
        by=request.user, submission=found.submission, marks=form.marks(), comment=typed["comment"], asks_revision=typed["asks_revision"],
        rev=typed["rev"], corrects=corrects, reason=typed["reason"], photo=typed["photo"], keeps_photo=not typed["remove_photo"],
        voice=typed["voice"], keeps_voice=not typed["remove_voice"], key=typed["key"],
    )  # fmt: skip


def _posted(request: SignedRequest, found: Sheet) -> JudgementForm:
    return _form(request, found, request.POST, request.FILES)


def _form(request: SignedRequest, found: Sheet, *posted: Any, **options: Any) -> JudgementForm:
    phrases = phrases_for(request.user, found.lines)
    return JudgementForm(*posted, lines=found.lines, is_commission=found.submission.practical.is_commission, phrases=phrases, **options)


def _refused(request: SignedRequest, found: Sheet, form: JudgementForm, refusal: Refused) -> HttpResponse:
    """The sheet again, as it is now, with what was typed. Another window's or another assessor's work is shown beside: saving again is then a choice."""
    now = sheet_for(request.user, found.submission.uuid)
    if not isinstance(refusal, Stale):
        form.add_error(_field_of(refusal), refusal.message)
        return _sheet(request, now, form, status=400)
    data = request.POST.copy()
    data["rev"], data["others_known"] = str(now.draft.rev if now.draft else 0), str(now.released_count)
    again = _form(request, now, data)
    again.is_valid()
    return _sheet(request, now, again, status=409, conflict=refusal.message)


def _field_of(refusal: Refused) -> str | None:
    """The field beside which a refusal is said; none: above the form."""
    if refusal.code.startswith("voice_"):
        return "voice"
    return "photo" if refusal.code.startswith(("file_", "picture_", "quota_")) else None


def _sheet(
    request: SignedRequest, found: Sheet, form: JudgementForm | None = None, *, status: int = 200, conflict: str = ""
) -> HttpResponse:
    person = request.user
    corrected = _to_correct(request, found)
    writes = may_judge(person) and (
        form is not None or corrected is not None or found.draft is not None or found.feedback_by(person) is None
    )
    if writes and form is None:
        form = _form(request, found, initial=_initial(found, corrected))
    context = {
        "sheet": found, "submission": found.submission, "form": form, "corrected": corrected, "conflict": conflict,
        "peers": _peers(person, found), "may_judge": may_judge(person), "reads_opinions": reads_opinions(person), "compares": may_compare(person, found),
        "filters": query_of(filters_of(request)), **beside(person, found, filters_of(request)),
        "kept": [(line, found.draft_marks.get(line.pk)) for line in found.lines] if conflict else [],
    }  # fmt: skip
    page = with_next_ahead(render(request, "assessments/sheet.html", context, status=status), is_there=context["next"] is not None)
    return may_record(page) if form else page


def _peers(person: User, found: Sheet) -> list[PeerRow]:
    turn = found.turn
    return peer_rows(person, [turn.uuid]).get(turn.uuid, []) if turn.has_peers and reads_opinions(person) else []


def _to_correct(request: SignedRequest, found: Sheet) -> Feedback | None:
    """The signed judgement being corrected: named by the URL, by the form, or by the draft under way."""
    named = request.POST.get("corrects") or request.GET.get("corriger")
    if not named and found.draft and found.draft.corrects:
        named = str(found.draft.corrects.uuid)
    return next((one for one in found.turn.feedback if str(one.uuid) == named), None)


def _initial(found: Sheet, corrected: Feedback | None) -> dict[str, object]:
    initial: dict[str, object] = {
        "rev": 0,
        "key": uuid4(),
        "others_known": found.released_count,
        "corrects": corrected.uuid if corrected else None,
    }
    draft = found.draft
    marks = found.draft_marks
    if draft:
        initial |= {
            "rev": draft.rev,
            "key": draft.uuid,
            "comment": draft.comment,
            "asks_revision": draft.asks_revision,
            "reason": draft.reason,
        }
    elif corrected:
        initial |= {"comment": corrected.comment, "asks_revision": corrected.asks_revision}
        marks = {mark.line: (mark.level, mark.comment) for mark in corrected.marks}
    for line, (level, comment) in marks.items():
        initial[f"level_{line}"] = NOT_OBSERVED if level is None else str(level)
        initial[f"comment_{line}"] = comment
    return initial
