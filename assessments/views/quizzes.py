"""The doors of a quiz: its page, one take, an answer, handing in, what it says."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.forms.quizzes import AnswerForm, StartForm
from assessments.models import AttemptItem
from assessments.permissions import STUDY, learns, open_quiz_for, own_take, quiz_for, take_for
from assessments.selectors.quizzes import OpenedQuiz, Take, takes_of
from assessments.services import taking
from content.services import bodies_html
from curriculum.forms import HelpForm
from curriculum.selectors.path import place_of
from curriculum.services import open_step
from lms.files.views import may_record
from lms.people.permissions import SignedRequest, for_roles, is_reading
from lms.people.rules import Role
from lms.refusal import Refused


@for_roles(*STUDY)
@require_safe
def quiz(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """The quiz's own page: what it is, begin or go on, earlier takes. Opening it is a fact once a run."""
    opened = quiz_for(request.user, uuid)
    if learns(request.user) and opened.is_open and is_reading(request):
        open_step(by=request.user, step=opened.quiz, module=opened.module)
    return _cover(request, opened)


@for_roles(Role.TRAINEE)
@require_POST
def quiz_start(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Begin a take, or go back to the open one."""
    opened = open_quiz_for(request.user, uuid)
    form = StartForm(request.POST)
    form.is_valid()
    try:
        attempt = taking.start_attempt(
            by=request.user, quiz=opened.quiz, module=opened.module, key=form.cleaned_data.get("key") or uuid4(),
            code=str(form.cleaned_data.get("code") or ""),
        )  # fmt: skip
    except Refused as refusal:
        return _cover(request, opened, refusal=refusal.message, status=400)
    return redirect("assessments:quiz-take", uuid, attempt.uuid)


@for_roles(Role.TRAINEE)
@require_POST
def quiz_redo(request: SignedRequest, uuid: UUID, attempt: UUID) -> HttpResponse:
    """A new take that keeps this one's answers but for the question named, or for all that there is to look at again."""
    take = take_for(request.user, open_quiz_for(request.user, uuid), attempt)
    if not take.is_released:
        return redirect("assessments:quiz-result", uuid, attempt)
    form = StartForm(request.POST)
    form.is_valid()
    question = form.cleaned_data.get("question")
    redo = frozenset([question] if question else [one.position for one in take.to_review])
    started = taking.start_attempt(
        by=request.user, quiz=take.opened.quiz, module=take.opened.module, key=form.cleaned_data.get("key") or uuid4(),
        builds_on=take.attempt, redo=redo,
    )  # fmt: skip
    return redirect(_place(uuid, started.uuid, question or min(redo, default=1)))


@for_roles(*STUDY)
@require_safe
def quiz_take(request: SignedRequest, uuid: UUID, attempt: UUID) -> HttpResponse:
    """The questions of an open take, one by one or all; over: what it says."""
    take = take_for(request.user, quiz_for(request.user, uuid), attempt)
    if take.attempt.trainee_id != request.user.pk or take.attempt.submitted_at:
        return redirect("assessments:quiz-result", uuid, attempt)
    left = taking.seconds_left(take.attempt)
    if left is not None and left <= 0:
        return _handed_in(request, uuid, attempt, _("Le temps est fini. Tes réponses sont gardées et envoyées."))
    return _take(request, take, left)


@for_roles(Role.TRAINEE)
@require_POST
def quiz_answer(request: SignedRequest, uuid: UUID, attempt: UUID, position: int) -> HttpResponse:
    """Keep the answer to one question (JSON for the script: rev, hour, what else happened). `go` says what the button asked for:
    check it, the next or the one before."""
    own_take(request.user, uuid, attempt)
    form = _sent(request)
    wants_json = request.headers.get("Accept", "") == "application/json"
    if wants_json:
        try:
            kept = _keep(request, attempt, form, position)
        except AttemptItem.DoesNotExist as error:
            raise Http404 from error
        at = timezone.localtime(kept.at).strftime("%H:%M")
        return JsonResponse({"rev": kept.rev, "saved_at": at, "elsewhere": kept.elsewhere, "late": kept.late})
    if refusals := _keep_page(request, attempt, form):
        return _refused(request, uuid, attempt, refusals, position)
    go = form.cleaned_data.get("go") or ""
    if go == "check":
        taking.check_answer(by=request.user, attempt=attempt, position=position)
    return redirect(_place(uuid, attempt, {"next": position + 1, "before": position - 1}.get(go, position)))


@for_roles(Role.TRAINEE)
@require_POST
def quiz_file_remove(request: SignedRequest, uuid: UUID, attempt: UUID, position: int, file: UUID) -> HttpResponse:
    own_take(request.user, uuid, attempt)
    taking.remove_answer_file(by=request.user, attempt=attempt, position=position, file=file)
    return redirect(_place(uuid, attempt, position))


@for_roles(Role.TRAINEE)
@require_POST
def quiz_submit(request: SignedRequest, uuid: UUID, attempt: UUID) -> HttpResponse:
    """Keep what the page holds, then hand the take in. What cannot be kept is said, and nothing is handed in yet."""
    take, form = own_take(request.user, uuid, attempt), _sent(request)
    if take.submitted_at is None and (refusals := _keep_page(request, attempt, form)):
        return _refused(request, uuid, attempt, refusals, form.positions()[0])
    return _handed_in(request, uuid, attempt, _("C'est envoyé. Voici ce que tu sais faire."))


@for_roles(*STUDY)
@require_safe
def quiz_result(request: SignedRequest, uuid: UUID, attempt: UUID) -> HttpResponse:
    """What a take says: what is known, what to look at again and where, what waits for a person."""
    take = take_for(request.user, quiz_for(request.user, uuid), attempt)
    if take.attempt.submitted_at is None and take.attempt.trainee_id == request.user.pk:
        return redirect("assessments:quiz-take", uuid, attempt)
    context = {
        "take": take, "opened": take.opened, "quiz": take.opened.quiz, "module": take.opened.module, "key": uuid4(),
        "is_mine": take.attempt.trainee_id == request.user.pk, "next": place_of(take.opened.quiz, take.opened.module).next,
    }  # fmt: skip
    return render(request, "assessments/quiz_result.html", context)


def _sent(request: SignedRequest) -> AnswerForm:
    form = AnswerForm(request.POST, request.FILES)
    form.is_valid()
    return form


def _keep(request: SignedRequest, attempt: UUID, form: AnswerForm, position: int) -> taking.Kept:
    return taking.keep_answer(
        by=request.user, attempt=attempt, position=position, fields=form.fields_of(position), rev=form.rev_of(position),
        uploads=form.uploads_of(position),
    )  # fmt: skip


def _keep_page(request: SignedRequest, attempt: UUID, form: AnswerForm) -> list[Refused]:
    """Keep every answer that the page holds: a question that is settled has no field on it. What was refused is handed back."""
    refusals: list[Refused] = []
    for position in form.positions():
        try:
            _keep(request, attempt, form, position)
        except Refused as refusal:
            refusals.append(refusal)
        except AttemptItem.DoesNotExist:  # a field of no question
            continue
    return refusals


def _refused(request: SignedRequest, quiz: UUID, attempt: UUID, refusals: Sequence[Refused], position: int) -> HttpResponse:
    for refusal in refusals:
        messages.warning(request, refusal.message)
    return redirect(_place(quiz, attempt, position))


def _handed_in(request: SignedRequest, quiz: UUID, attempt: UUID, words: str) -> HttpResponse:
    taking.submit_attempt(by=request.user, attempt=attempt)
    messages.success(request, words if quiz_for(request.user, quiz).is_released else _("C'est envoyé. Tes réponses sont gardées."))
    return redirect("assessments:quiz-result", quiz, attempt)


def _place(quiz: UUID, attempt: UUID, position: int) -> str:
    return f"{reverse('assessments:quiz-take', args=[quiz, attempt])}?q={position}#q{position}"


def _cover(request: SignedRequest, opened: OpenedQuiz, *, refusal: str = "", status: int = 200) -> HttpResponse:
    takes = takes_of(request.user.pk, opened.quiz.pk) if learns(request.user) else []
    percents = [take.percent for take in takes if take.percent is not None]
    context = {
        "quiz": opened.quiz, "module": opened.module, "opened": opened, "takes": takes, "under_way": next((take for take in takes if take.is_open), None),
        "last": next((take for take in takes if not take.is_open), None), "best": max(percents, default=None), "key": uuid4(),
        "body": bodies_html(opened.quiz, "intro")["intro"] if opened.is_open else "", "is_preview": not learns(request.user), "refusal": refusal,
        "help_form": HelpForm(), "asks_code": bool(opened.quiz.access_code),
        "place": place_of(opened.quiz, opened.module) if opened.is_open else None,
    }  # fmt: skip
    return render(request, "assessments/quiz.html", context, status=status)


def _take(request: SignedRequest, take: Take, left: float | None) -> HttpResponse:
    wanted = request.GET.get("q", "")
    first = next((one.position for one in take.asked if not one.is_answered), len(take.asked))
    here = int(wanted) if wanted.isdecimal() and 1 <= int(wanted[:6]) <= len(take.asked) else first
    shown = [one for one in take.asked if one.position == here] if take.opened.quiz.one_per_page else take.asked
    context = {
        "take": take, "quiz": take.opened.quiz, "module": take.opened.module, "shown": shown, "here": here, "total": len(take.asked),
        "one_per_page": take.opened.quiz.one_per_page, "seconds_left": None if left is None else int(left), "is_last": here == len(take.asked),
    }  # fmt: skip
    response = render(request, "assessments/quiz_take.html", context)
    recorded = {one.accepts for one in shown} & {"audio", "video"}
    return may_record(response, films="video" in recorded) if recorded else response
