"""Two judgements of one version side by side, and the common one: proposed by one, signed by the other."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments import services
from assessments.forms import NOT_OBSERVED, AgreementForm
from assessments.models import Agreement
from assessments.permissions import may_judge, sheet_for
from assessments.selectors.agreement import compared, partner_in, partners_of, start_of
from assessments.selectors.sheet import Sheet
from lms.people import services as people
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles, is_reading
from lms.people.rules import Role
from lms.refusal import Refused, Stale


@for_roles(Role.TRAINER, Role.COORDINATOR)
@require_safe
def compare(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """What each assessor saw, line by line; 404 while there is nothing to compare."""
    found = sheet_for(request.user, uuid)
    if is_reading(request):
        people.read_notices(by=request.user, path=request.path)
    return _page(request, found)


@for_roles(Role.TRAINER)
@require_POST
def propose(request: SignedRequest, uuid: UUID) -> HttpResponse:
    found = sheet_for(request.user, uuid)
    form = _form(found, request.POST)
    if not form.is_valid() or not form.ask_for_every_line():
        return _page(request, found, form, status=400)
    other = next((one for one in partners_of(request.user, found) if one.uuid == form.cleaned_data["other"]), None)
    if other is None:
        raise Http404
    partner, typed = User.objects.get(pk=partner_in(request.user, other)), form.cleaned_data
    try:
        services.propose_agreement(
            by=request.user, submission=found.submission, partner=partner, marks=form.marks(), comment=typed["comment"],
            asks_revision=typed["asks_revision"], rev=typed["rev"],
        )  # fmt: skip
    except Stale as refusal:
        data = request.POST.copy()
        data["rev"] = str(refusal.current["rev"])
        return _page(request, found, _form(found, data), status=409, conflict=refusal.message)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, found, form, status=400)
    messages.success(request, _("C'est proposé à %(name)s. Rien ne change avant sa signature.") % {"name": partner})
    return redirect("assessments:judgement-compare", uuid)


@for_roles(Role.TRAINER)
@require_POST
def sign(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """By the one who is to sign; the proposer, or somebody else, finds nothing here."""
    agreement = _agreement(request, uuid)
    if agreement.signer_id != request.user.pk:
        raise Http404
    try:
        services.sign_agreement(by=request.user, agreement=agreement, rev=_rev(request))
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("Évaluation commune signée. Elle remplace les deux autres."))
    return redirect("assessments:judgement-compare", agreement.submission.uuid)


@for_roles(Role.TRAINER)
@require_POST
def drop(request: SignedRequest, uuid: UUID) -> HttpResponse:
    agreement = _agreement(request, uuid)
    if request.user.pk not in (agreement.signer_id, agreement.proposer_id):
        raise Http404
    services.drop_agreement(by=request.user, agreement=agreement)
    messages.success(request, _("La proposition est retirée. Chaque évaluation reste comme elle est."))
    return redirect("assessments:judgement-compare", agreement.submission.uuid)


def _agreement(request: SignedRequest, uuid: UUID) -> Agreement:
    return get_object_or_404(Agreement.objects.visible_to(request.user).select_related("submission"), uuid=uuid)


def _rev(request: SignedRequest) -> int:
    typed = request.POST.get("rev", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _form(found: Sheet, *posted: object, **options: object) -> AgreementForm:
    return AgreementForm(*posted, lines=found.lines, is_commission=found.submission.practical.is_commission, phrases={}, **options)


def _page(
    request: SignedRequest, found: Sheet, form: AgreementForm | None = None, *, status: int = 200, conflict: str = ""
) -> HttpResponse:
    comparison, partners = compared(request.user, found), partners_of(request.user, found)
    if len(comparison.columns) < 2:
        raise Http404
    pending = comparison.pending
    is_mine = pending is None or request.user.pk in (pending.proposer_id, pending.signer_id)
    if form is None and partners and is_mine and may_judge(request.user):
        marks = start_of(request.user, found, partners[-1], comparison)
        initial: dict[str, object] = {"rev": pending.rev if pending else 0, "other": partners[-1].uuid}
        if pending:
            initial |= {"comment": pending.comment, "asks_revision": pending.asks_revision}
        for line, (level, comment) in marks.items():
            initial |= {f"level_{line}": NOT_OBSERVED if level is None else str(level), f"comment_{line}": comment}
        form = _form(found, initial=initial)
    context = {
        "sheet": found, "submission": found.submission, "comparison": comparison, "pending": pending, "form": form, "partners": partners,
        "signs": bool(pending and pending.signer_id == request.user.pk), "is_mine": is_mine, "conflict": conflict,
        "proposed": [(line, comparison.pending_marks.get(line.pk)) for line in found.lines],
    }  # fmt: skip
    return render(request, "assessments/judgement_compare.html", context, status=status)
