"""Doors of the way: modules, lessons, help."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from content.models import StepPage
from content.services import body_html
from curriculum import services
from curriculum.forms import AnswerForm, HelpForm
from curriculum.models import HelpRequest
from curriculum.permissions import learns, module_for, step_for
from curriculum.selectors.path import live_steps_of, module_view, modules_of, programme_for, runs_of
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role

STUDY = (Role.TRAINEE, Role.TRAINER, Role.COORDINATOR)


@for_roles(Role.TRAINEE)
@require_GET
def module_list(request: SignedRequest) -> HttpResponse:
    programme = programme_for(request.user)
    modules = modules_of(request.user, programme) if programme else []
    blocks: dict[str, list[object]] = {}
    for module in modules:
        blocks.setdefault(module.block, []).append(module)
    acquired = sum(module.state == "acquired" for module in modules)
    return render(request, "curriculum/module_list.html", {"blocks": blocks, "total": len(modules), "acquired": acquired})


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


def _is_prefetch(request: SignedRequest) -> bool:
    return request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))


@for_roles(*STUDY)
@require_http_methods(["GET", "HEAD"])
def lesson(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """A lesson, served from its kept HTML. Opening it is a fact once a run; a browser's prefetch or a trainer's look is not."""
    step, module = step_for(request.user, uuid, "lesson")
    visit = None
    if learns(request.user) and not _is_prefetch(request):
        visit = services.open_step(by=request.user, step=step, module=module)
    steps = live_steps_of(module)
    place = next((index for index, one in enumerate(steps) if one.pk == step.pk), 0)
    return render(
        request,
        "curriculum/lesson.html",
        {
            "step": step,
            "module": module,
            "visit": visit,
            "body": body_html(step),
            "number": place + 1,
            "total": len(steps),
            "previous": steps[place - 1] if place else None,
            "next": steps[place + 1] if place + 1 < len(steps) else None,
            "is_preview": not learns(request.user),
        },
    )


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
    steps = live_steps_of(module)
    place = next((index for index, one in enumerate(steps) if one.pk == step.pk), len(steps))
    if place + 1 < len(steps):
        return redirect(steps[place + 1].door_path())
    messages.success(request, _("Tu as fait la dernière étape de ce module."))
    return redirect(module.door_path())


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
