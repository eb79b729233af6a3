"""Doors of the way: modules, lessons, outings, help."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from content.models import StepPage
from content.services import body_html, render_body
from curriculum import services
from curriculum.forms import AnswerForm, HelpForm, LookBackForm
from curriculum.models import HelpRequest, Outing
from curriculum.permissions import learns, module_for, outing_for, step_for
from curriculum.selectors.outings import look_back_of, look_backs_on, outing_rows, outings_open_to
from curriculum.selectors.path import module_view, modules_of, place_of, programme_for, runs_of
from lms.people.permissions import SignedRequest, for_roles, is_reading
from lms.people.rules import Role
from lms.refusal import Refused, Stale

STUDY = (Role.TRAINEE, Role.TRAINER, Role.COORDINATOR)
GO_OUT = (*STUDY, Role.COUNSELLOR)  # they go along


@for_roles(Role.TRAINEE)
@require_GET
def module_list(request: SignedRequest) -> HttpResponse:
    programme = programme_for(request.user)
    modules = modules_of(request.user, programme) if programme else []
    blocks: dict[str, list[object]] = {}
    for module in modules:
        blocks.setdefault(module.block, []).append(module)
    acquired = sum(module.state == "acquired" for module in modules)
    context = {"blocks": blocks, "total": len(modules), "acquired": acquired, "has_outings": outings_open_to(request.user).exists()}
    return render(request, "curriculum/module_list.html", context)


@for_roles(*STUDY)
@require_GET
def module_open(request: SignedRequest, uuid: UUID) -> HttpResponse:
    module = module_for(request.user, uuid)
    return render(
        request,
        "curriculum/module.html",
        {"view": module_view(request.user, module), "module": module, "is_preview": not learns(request.user), "help_form": HelpForm()},
    )


@for_roles(Role.TRAINEE)
@require_POST
def module_retake(request: SignedRequest, uuid: UUID) -> HttpResponse:
    module = module_for(request.user, uuid)
    run = services.retake(by=request.user, module=module)
    messages.success(request, _("C'est parti pour ton passage n° %(number)s. Ce que tu as prouvé reste à toi.") % {"number": run.number})
    return redirect(module.door_path())


@for_roles(Role.TRAINEE)
@require_GET
def module_runs(request: SignedRequest, uuid: UUID) -> HttpResponse:
    module = module_for(request.user, uuid)
    return render(request, "curriculum/module_runs.html", {"module": module, "runs": runs_of(request.user, module)})


@for_roles(*STUDY)
@require_http_methods(["GET", "HEAD"])
def lesson(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """A lesson, served from its kept HTML. Opening it is a fact once a run; a browser's prefetch or a trainer's look is not."""
    step, module = step_for(request.user, uuid, "lesson")
    visit = None
    if learns(request.user) and is_reading(request):
        visit = services.open_step(by=request.user, step=step, module=module)
    context = {
        "step": step, "module": module, "visit": visit, "body": body_html(step), "place": place_of(step, module),
        "is_preview": not learns(request.user),
    }  # fmt: skip
    return render(request, "curriculum/lesson.html", context)


@for_roles(Role.TRAINEE)
@require_POST
def lesson_place(request: SignedRequest, uuid: UUID) -> HttpResponse:
    step, _module = step_for(request.user, uuid, "lesson")
    reached = request.POST.getlist("block")
    if reached:
        services.keep_place(by=request.user, step=step, place=reached[-1])
    return HttpResponse(status=204)


@for_roles(Role.TRAINEE)
@require_POST
def lesson_complete(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """« Étape suivante »: this lesson is read; go on to the next step, or back to the module after the last one."""
    step, module = step_for(request.user, uuid, "lesson")
    services.complete_step(by=request.user, step=step, module=module)
    if following := place_of(step, module).next:
        return redirect(following.door_path())
    messages.success(request, _("Tu as fait la dernière étape de ce module."))
    return redirect(module.door_path())


@for_roles(*GO_OUT)
@require_GET
def outing_list(request: SignedRequest) -> HttpResponse:
    context = {"outings": outing_rows(request.user), "is_staff": not learns(request.user)}
    return render(request, "curriculum/outing_list.html", context)


@for_roles(*GO_OUT)
@require_http_methods(["GET", "HEAD"])
def outing(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """The sheet to get ready; then a trainee's two questions, or for staff what those they follow answered."""
    return _outing_page(request, outing_for(request.user, uuid))


def _outing_page(request: SignedRequest, outing: Outing, form: LookBackForm | None = None, refusal: Refused | None = None) -> HttpResponse:
    """`refusal`: what kept the form from being taken; with a `Stale` one, what was written elsewhere is shown beside."""
    stale = refusal if isinstance(refusal, Stale) else None
    context = {
        "outing": outing,
        "body": render_body(outing.preparation),
        "is_staff": not learns(request.user),
        "other": stale and stale.current,
    }
    if learns(request.user):
        kept = look_back_of(trainee=request.user, outing=outing)
        initial = {"words_1": kept.draft_1, "words_2": kept.draft_2, "rev": kept.rev} if kept else {"rev": 0}
        context |= {"kept": kept, "form": form or LookBackForm(initial=initial, questions=_questions(outing))}
        if refusal and form:
            form.add_error(None, refusal.message)
    else:
        context["look_backs"] = look_backs_on(outing, seen_by=request.user)
    return render(request, "curriculum/outing.html", context, status=409 if stale else 400 if refusal else 200)


def _questions(outing: Outing) -> tuple[str, str]:
    return (outing.question_1, outing.question_2)


@for_roles(Role.TRAINEE)
@require_POST
def look_back_save(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Autosave's door: rev and hour in JSON, refusals too."""
    form = LookBackForm(request.POST, questions=_questions(outing := outing_for(request.user, uuid)))
    form.is_valid()  # what is odd, the service refuses in words
    kept = services.keep_look_back(by=request.user, outing=outing, words=form.words(), rev=form.base_rev(), is_given=False)
    return JsonResponse({"rev": kept.rev, "saved_at": timezone.localtime(kept.saved_at).strftime("%H:%M")})


@for_roles(Role.TRAINEE)
@require_POST
def look_back_give(request: SignedRequest, uuid: UUID) -> HttpResponse:
    outing = outing_for(request.user, uuid)
    form = LookBackForm(request.POST, questions=_questions(outing))
    form.is_valid()
    try:
        services.keep_look_back(by=request.user, outing=outing, words=form.words(), rev=form.base_rev(), is_given=True)
    except Refused as refusal:
        return _outing_page(request, outing, form, refusal)
    messages.success(request, _("C'est envoyé. Tu peux changer tes réponses quand tu veux."))
    return redirect("curriculum:outing", outing.uuid)


@for_roles(Role.TRAINEE)
@require_POST
def help_ask(request: SignedRequest, uuid: UUID) -> HttpResponse:
    module = module_for(request.user, uuid)
    form = HelpForm(request.POST)
    form.is_valid()
    step_uuid = form.cleaned_data.get("step")
    step = StepPage.objects.live().child_of(module).filter(uuid=step_uuid).first() if step_uuid else None
    services.ask_help(by=request.user, module=module, step=step, message=form.cleaned_data.get("message", ""))
    messages.success(request, _("Ton formateur est prévenu. Continue si tu peux, il vient vers toi."))
    return redirect(step.door_path() if step else module.door_path())


@for_roles(Role.TRAINER, Role.COORDINATOR)
@require_GET
def help_list(request: SignedRequest) -> HttpResponse:
    requests = HelpRequest.objects.visible_to(request.user).select_related("trainee", "module", "step", "answered_by")
    waiting = list(requests.filter(answered_at=None))
    answered = list(requests.exclude(answered_at=None).order_by("-answered_at")[:20])
    return render(request, "curriculum/help_list.html", {"waiting": waiting, "answered": answered, "form": AnswerForm()})


@for_roles(Role.TRAINER, Role.COORDINATOR)
@require_POST
def help_answer(request: SignedRequest, uuid: UUID) -> HttpResponse:
    row = get_object_or_404(HelpRequest.objects.visible_to(request.user).select_related("trainee", "module", "step"), uuid=uuid)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["answer"][0]))
        return redirect("curriculum:help-list")
    services.answer_help(by=request.user, request=row, answer=form.cleaned_data["answer"])
    messages.success(request, _("Réponse envoyée à %(name)s.") % {"name": row.trainee.first_name})
    return redirect("curriculum:help-list")
