"""What the takes say of a question: for those who write questions."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.charts import choices_plot
from assessments.rules.questions import KINDS, kind_of
from assessments.selectors.statistics import question_view
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role


@for_roles(Role.TRAINER)
@require_safe
def question_statistics(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Figures without a name: every take counts, whoever's it is."""
    view = question_view(uuid)
    if view is None:
        raise Http404
    context = {"view": view, "kind": KINDS[kind_of(view.content)], "plot": choices_plot(view) if view.choices else None}
    return render(request, "assessments/question_statistics.html", context)
