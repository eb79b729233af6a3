"""The rules that make levels: read by the staff, tried by trainers and the coordination, applied by the coordination with a reason."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from competencies.models import Framework, LevelRule
from competencies.selectors.policies import changes_under
from competencies.services import apply_rule, drafted_rule
from lms.home.forms.policies import RuleForm
from lms.home.selectors.policies import shown_changes, written_rules
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused

READ = (Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER)
TRY = (Role.TRAINER, Role.COORDINATOR)


@for_roles(*READ)
@require_safe
def rule_list(request: SignedRequest, uuid: UUID) -> HttpResponse:
    framework = _framework(uuid)
    return _page(request, framework, RuleForm(framework) if request.user.role in TRY else None)


@for_roles(*TRY)
@require_POST
def rule_try(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Whose level would move, and nothing is written."""
    framework = _framework(uuid)
    form = RuleForm(framework, request.POST)
    rule = _drafted(framework, form)
    if rule is None:
        return _page(request, framework, form, status=400)
    changes = changes_under(rule) if rule.block_id is None else []
    return _page(request, framework, form, trial=shown_changes(request.user, changes), rule=rule)


@for_roles(Role.COORDINATOR)
@require_POST
def rule_apply(request: SignedRequest, uuid: UUID) -> HttpResponse:
    framework = _framework(uuid)
    form = RuleForm(framework, request.POST)
    rule = _drafted(framework, form)
    if rule is None:
        return _page(request, framework, form, status=400)
    try:
        moved = apply_rule(by=request.user, rule=rule, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        form.add_error("reason" if refusal.code == "reason_missing" else None, refusal.message)
        return _page(request, framework, form, status=400)
    said = ngettext("La règle est appliquée. %(number)d niveau a bougé.", "La règle est appliquée. %(number)d niveaux ont bougé.", moved)
    messages.success(request, said % {"number": moved})
    return redirect("home:rule-list", uuid)


def _framework(uuid: UUID) -> Framework:
    found: Framework = get_object_or_404(Framework.objects.filter(live=True).select_related("scale"), uuid=uuid)
    return found


def _drafted(framework: Framework, form: RuleForm) -> LevelRule | None:
    """The rule as typed, or None once the form says what to change."""
    if not form.is_valid():
        return None
    try:
        return drafted_rule(framework=framework, **form.asked())
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None


def _page(request: SignedRequest, framework: Framework, form: RuleForm | None, *, status: int = 200, **tried: Any) -> HttpResponse:
    context = {
        "framework": framework, "rules": written_rules(framework), "form": form, "may_apply": request.user.role is Role.COORDINATOR, **tried,
    }  # fmt: skip
    return render(request, "home/rule_list.html", context, status=status)
