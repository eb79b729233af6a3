"""The trainers' doors to answers that a person reads, and to the time of an exam."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.forms.quizzes import AnswerJudgementForm, ExtraTimeForm
from assessments.permissions import quiz_for
from assessments.rules.answers import WORDS
from assessments.selectors.answers import answer_named, batch_of, waiting_questions
from assessments.selectors.exam import exam_rows
from assessments.services import taking
from assessments.services.answers import judge_answer
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused


@for_roles(Role.TRAINER)
@require_safe
def answer_list(request: SignedRequest) -> HttpResponse:
    """The questions whose answers wait."""
    return render(request, "assessments/answer_list.html", {"questions": waiting_questions(request.user)})


@for_roles(Role.TRAINER)
@require_safe
def answer_batch(request: SignedRequest, quiz: UUID, question: UUID) -> HttpResponse:
    """Ten answers to one question, one under the other, each signed by itself."""
    batch = batch_of(request.user, quiz=quiz, question=question)
    if batch is None:
        raise Http404
    context = {"batch": batch, "quiz": quiz, "question": question, "words": WORDS.items()}
    return render(request, "assessments/answer_batch.html", context)


@for_roles(Role.TRAINER)
@require_POST
def answer_judge(request: SignedRequest, attempt: UUID, position: int) -> HttpResponse:
    """Sign one answer, then back to the others of its question."""
    form = AnswerJudgementForm(request.POST)
    form.is_valid()
    key = form.cleaned_data.get("key")
    item = answer_named(request.user, attempt=attempt, position=position)
    if item is None:
        raise Http404
    try:
        judge_answer(
            by=request.user, item=item, word=form.cleaned_data.get("word") or "", levels=form.levels(),
            comment=form.cleaned_data.get("comment") or "", key=key,
        )  # fmt: skip
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("Réponse lue, le stagiaire est prévenu."))
    quiz, question = item.attempt.quiz.uuid, item.version.question.uuid
    if batch_of(request.user, quiz=quiz, question=question):
        return redirect("assessments:answer-batch", quiz, question)
    return redirect("assessments:answer-list")


@for_roles(Role.TRAINER, Role.COORDINATOR)
@require_http_methods(["GET", "POST"])
def exam_time(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Who takes an exam, where each is, and more time for one person."""
    opened = quiz_for(request.user, uuid)
    if not opened.quiz.is_exam:
        raise Http404
    if request.method == "POST":
        form = ExtraTimeForm(request.POST)
        if not form.is_valid():
            messages.warning(request, _("Donnez de 0 à 600 minutes en plus."))
            return redirect("assessments:exam-time", uuid)
        trainee = User.objects.trainees_visible_to(request.user).filter(uuid=form.cleaned_data["trainee"]).first()
        if trainee is None:
            raise Http404
        taking.grant_time(by=request.user, quiz=opened.quiz, trainee=trainee, minutes=form.cleaned_data["minutes"])
        messages.success(request, _("Temps en plus enregistré pour %(name)s.") % {"name": trainee})
        return redirect("assessments:exam-time", uuid)
    return render(
        request, "assessments/exam_time.html", {"quiz": opened.quiz, "module": opened.module, "rows": exam_rows(request.user, opened.quiz)}
    )
