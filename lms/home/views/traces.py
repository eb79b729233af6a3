"""The doors to the statements themselves: looked through, read one by one, voided."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lms.home.forms import TraceForm, VoidForm, start_of
from lms.home.selectors.traces import MOST_PEOPLE, Search, figures, people_called, trace_read_by, traces_page
from lms.home.services.traces import VOIDERS, void_statement
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles
from lms.records.statements import instant


@for_roles(*VOIDERS)
@require_GET
def statement_list(request: SignedRequest) -> HttpResponse:
    """The statements, the latest first, with how many were told by day and by verb."""
    form = TraceForm(request.GET)
    asked = form.asked()
    people = people_called(asked["q"], reader=request.user) if "q" in asked else None
    is_vague = people is not None and len(people) > MOST_PEOPLE
    search = _search([] if is_vague else people, asked)
    traces, onward = traces_page(search, after=asked.get("avant"), reader=request.user)
    kept = {name: value for name, value in asked.items() if name != "avant"}
    context = {
        "form": form, "traces": traces, "figures": figures(search), "query": urlencode(kept), "is_later_page": "avant" in asked,
        "onward": urlencode({**kept, "avant": instant(onward)}) if onward else "", "is_vague": is_vague,
        # What the links of the figures keep: each says its own day or verb.
        "with_day": urlencode({name: value for name, value in kept.items() if name not in ("du", "au")}),
        "with_verb": urlencode({name: value for name, value in kept.items() if name != "verbe"}),
    }  # fmt: skip
    return render(request, "home/statement_list.html", context)


def _search(people: list[User] | None, asked: dict[str, Any]) -> Search:
    return Search(
        people=people, verb=asked.get("verbe", ""), registration=asked.get("passage"),
        since=start_of(asked["du"]) if "du" in asked else None,
        before=start_of(asked["au"] + timedelta(days=1)) if "au" in asked else None,
    )  # fmt: skip


@for_roles(*VOIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def statement_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """One statement; a POST voids it."""
    trace = trace_read_by(request.user, uuid)
    if trace is None:
        raise Http404
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        void_statement(by=request.user, trace=trace, reason=form.cleaned_data["reason"])
        messages.success(request, _("Cette trace est annulée."))
        return redirect("home:statement-detail", uuid)
    return render(request, "home/statement_detail.html", {"trace": trace, "form": form})
