"""The page where a trainee says what they think of their own work: of the draft, of a version. Never asked for, never a condition."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments import services
from assessments.forms import NOT_OBSERVED, SelfAssessmentForm
from assessments.models import PracticalPage, Submission
from assessments.permissions import open_practical_for, practical_for
from assessments.selectors.self_assessment import SelfLine, own_words_of, said_of, self_lines
from assessments.selectors.works import draft_of
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused, Stale


@for_roles(Role.TRAINEE)
@require_http_methods(["GET", "HEAD", "POST"])
def of_draft(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Before handing in. Nothing in preparation: back to the practical, with a word."""
    page = open_practical_for(request.user, uuid).practical
    if draft_of(trainee=request.user.pk, practical=page.pk).is_empty:
        messages.info(request, _("Commence ton travail. Tu pourras ensuite dire ce que tu en penses."))
        return redirect(f"{page.door_path()}#mon-travail")
    return _said(request, page, None)


@for_roles(Role.TRAINEE)
@require_http_methods(["GET", "HEAD", "POST"])
def of_version(request: SignedRequest, uuid: UUID, version: UUID) -> HttpResponse:
    """Of a version handed in, whenever they like; 404 for another's."""
    page = practical_for(request.user, uuid).practical
    own = Submission.objects.visible_to(request.user).select_related("run", "rubric__rubric", "trainee", "practical")
    return _said(request, page, get_object_or_404(own.defer("text", "practical__brief"), uuid=version, practical=page))


def _said(request: SignedRequest, page: PracticalPage, submission: Submission | None) -> HttpResponse:
    lines = self_lines(page, submission)
    if request.method != "POST":
        return _page(request, page, submission, SelfAssessmentForm(initial=_initial(request, page, submission, lines), lines=lines))
    form = SelfAssessmentForm(request.POST, lines=lines)
    if not form.is_valid():
        return _page(request, page, submission, form, status=400)
    try:
        services.save_self_assessment(by=request.user, practical=page, submission=submission, marks=form.marks(), rev=form.base_rev())
    except Stale as refusal:
        again = SelfAssessmentForm({**request.POST.dict(), "rev": refusal.current["rev"]}, lines=lines)
        return _page(request, page, submission, again, status=409, conflict=refusal.message)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, page, submission, form, status=400)
    messages.success(request, _("C'est gardé. Tu peux le changer quand tu veux."))
    return redirect(f"{page.door_path()}#{f'v-{submission.number}' if submission else 'mon-travail'}")


def _initial(request: SignedRequest, page: PracticalPage, submission: Submission | None, lines: list[SelfLine]) -> dict[str, object]:
    said = said_of(trainee=request.user.pk, practical=page.pk, submission=submission)
    initial: dict[str, object] = {"rev": said.rev}
    for line in lines:
        if line.criterion in said.marks:
            level, words = said.marks[line.criterion]
            initial |= {f"level_{line.pk}": NOT_OBSERVED if level is None else str(level), f"comment_{line.pk}": words}
    return initial


def _page(
    request: SignedRequest,
    page: PracticalPage,
    submission: Submission | None,
    form: SelfAssessmentForm,
    *,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    kept = own_words_of(trainee=request.user.pk, practical=page.pk).get(submission.uuid if submission else None) if conflict else None
    context = {"practical": page, "submission": submission, "form": form, "back": page.door_path(), "conflict": conflict, "kept": kept}
    return render(request, "assessments/self_assessment.html", context, status=status)
