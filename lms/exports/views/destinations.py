"""Doors of destinations: where files may go by themselves. Nobody outside is called here: the worker does."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lms.exports.forms.deliveries import DestinationForm
from lms.exports.models import Destination
from lms.exports.rules.deliveries import fingerprint
from lms.exports.selectors.deliveries import deliveries_for, destinations_for
from lms.exports.services.deliveries import close_destination, confirm_host_key, create_destination, look_again
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused

SHOWN = 20


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def destination_list(request: SignedRequest) -> HttpResponse:
    """The ways out, and the form that makes one more."""
    form = DestinationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_destination(by=request.user, **form.asked())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("La destination est créée."))
            return redirect("exports:destination-detail", made.uuid)
    context = {"form": form, "destinations": destinations_for(request.user)}
    return render(request, "exports/destination_list.html", context, status=400 if form.errors else 200)


@for_roles(Role.COORDINATOR)
@require_GET
def destination_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """One way out: the key of its server to confirm, and what went there last."""
    destination = get_object_or_404(destinations_for(request.user), uuid=uuid)
    context = {
        "destination": destination, "fingerprint": fingerprint(destination.host_key) if destination.host_key else "",
        "deliveries": deliveries_for(request.user).filter(destination=destination)[:SHOWN],
    }  # fmt: skip
    return render(request, "exports/destination_detail.html", context)


def _confirm(request: SignedRequest, destination: Destination) -> str:
    confirm_host_key(by=request.user, destination=destination, host_key=request.POST.get("host_key", ""))
    return _("La clé est retenue. Les envois partent.")


def _look(request: SignedRequest, destination: Destination) -> str:
    look_again(by=request.user, destination=destination)
    return _("La clé du serveur est redemandée. Rechargez la page dans quelques secondes.")


def _close(request: SignedRequest, destination: Destination) -> str:
    close_destination(by=request.user, destination=destination)
    return _("La destination est fermée. Le journal garde ce qui est parti.")


ACTS: dict[str, Callable[[SignedRequest, Destination], str]] = {"confirmer": _confirm, "regarder": _look, "fermer": _close}


@for_roles(Role.COORDINATOR)
@require_POST
def destination_act(request: SignedRequest, uuid: UUID, act: str) -> HttpResponse:
    """One of `ACTS` on a destination."""
    destination = get_object_or_404(destinations_for(request.user), uuid=uuid)
    messages.success(request, ACTS[act](request, destination))
    return redirect("exports:destination-list") if act == "fermer" else redirect("exports:destination-detail", uuid)
