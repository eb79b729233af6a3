"""Doors of the outbox: what waits, what left, what did not; and sending a file once more."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lms import clock
from lms.exports.forms.deliveries import SendForm
from lms.exports.models import Delivery, Export
from lms.exports.selectors.deliveries import deliveries_for
from lms.exports.services.deliveries import revoke_link, send_again, send_export, stop_delivery
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.people.services import read_notices

PAGE = 50


@for_roles(Role.COORDINATOR)
@require_GET
def delivery_list(request: SignedRequest) -> HttpResponse:
    """Every sending: what, to whom, when, its digest and how it ended."""
    read_notices(by=request.user, path=request.path)
    rows = deliveries_for(request.user)
    waiting = rows.filter(state=Delivery.State.WAITING).count()
    lost = rows.filter(state=Delivery.State.GIVEN_UP).count()
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "exports/delivery_list.html", {"page": page, "waiting": waiting, "lost": lost, "now": clock.now()})


@for_roles(Role.COORDINATOR)
@require_POST
def export_send(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Send a finished file to one destination."""
    export = get_object_or_404(Export.objects.visible_to(request.user), uuid=uuid)
    form = SendForm(request.POST, reader=request.user)
    if form.is_valid():
        send_export(by=request.user, export=export, destination=form.cleaned_data["destination"])
        messages.success(request, _("L'envoi part dans quelques secondes. Il est dans le journal."))
        return redirect("exports:delivery-list")
    messages.error(request, _("Choisissez une destination de la liste."))
    return redirect("exports:export-detail", uuid)


def _again(by: User, delivery: Delivery) -> str:
    send_again(by=by, delivery=delivery)
    return _("Cet envoi repart dans quelques secondes.")


def _stop(by: User, delivery: Delivery) -> str:
    stop_delivery(by=by, delivery=delivery)
    return _("Cet envoi est arrêté.")


def _revoke(by: User, delivery: Delivery) -> str:
    link = getattr(delivery, "link", None)
    if link:
        revoke_link(by=by, link=link)
    return _("Le lien n'ouvre plus rien.")


ACTS: dict[str, Callable[[User, Delivery], str]] = {"renvoyer": _again, "arreter": _stop, "fermer-lien": _revoke}


@for_roles(Role.COORDINATOR)
@require_POST
def delivery_act(request: SignedRequest, uuid: UUID, act: str) -> HttpResponse:
    """One of `ACTS` on a sending."""
    delivery = get_object_or_404(deliveries_for(request.user), uuid=uuid)
    messages.success(request, ACTS[act](request.user, delivery))
    return redirect("exports:delivery-list")
