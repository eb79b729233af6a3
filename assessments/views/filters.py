"""The queue's filters as the URL carries them from page to page."""

from typing import TypedDict
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from assessments.forms import QueueForm


class Filters(TypedDict):
    """What `waiting_for` takes; None filters nothing."""

    cohort: UUID | None
    module: UUID | None
    holder: str | None


def filters_of(request: HttpRequest) -> Filters:
    form = QueueForm(request.GET)
    form.is_valid()
    found = form.cleaned_data
    return {"cohort": found.get("cohort"), "module": found.get("module"), "holder": found.get("holder") or None}


def query_of(chosen: Filters) -> str:
    return urlencode({name: value for name, value in chosen.items() if value})


def address(name: str, chosen: Filters, *args: object, **more: object) -> str:
    """The address of a door, with the filters it comes back to, and what `more` its query says."""
    query = "&".join(filter(None, (query_of(chosen), urlencode(more))))
    return reverse(name, args=args) + (f"?{query}" if query else "")
