"""Doors to versions of a work, for its author and for those who follow them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.forms import CompareForm
from assessments.permissions import comparison_for, delivery_for, learns
from lms.people.permissions import SignedRequest, for_roles


@for_roles()
@require_safe
def compare(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Two versions side by side: the one of the address and `?avec=` another's number."""
    form = CompareForm(request.GET)
    form.is_valid()
    found = comparison_for(request.user, uuid, form.cleaned_data.get("avec"))
    return render(request, "assessments/compare.html", {"found": found, "is_own": learns(request.user)})


@for_roles()
@require_safe
def delivery(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """The delivery slip of a version of a commission, to print."""
    found = delivery_for(request.user, uuid)
    return render(request, "assessments/delivery.html", {"found": found, "is_own": learns(request.user)})
