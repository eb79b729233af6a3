"""The doors to who is told what the store keeps: other stores and webhooks."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lms.home.forms import SecretForm, SubscriberForm
from lms.home.selectors.traces import verb_words
from lms.home.views.credentials import MAKERS
from lms.people.permissions import SignedRequest, for_roles
from lms.records.models import Subscriber
from lms.records.selectors.subscribers import lag_of, subscribers
from lms.records.services import subscribers as services
from lms.records.services import webhooks
from lms.refusal import Refused

A_PAGE = 100


@for_roles(*MAKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def subscriber_list(request: SignedRequest) -> HttpResponse:
    """Those who are told, and how far each has come; a POST makes one. A webhook's secret is in the answer and nowhere else."""
    form = SubscriberForm(request.POST or None)
    made, secret = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = services.create_subscriber(by=request.user.uuid, **form.asked())
            form = SubscriberForm()
        except Refused as refusal:
            form.add_error(None, refusal.message)
    rows = [{"subscriber": one, "lag": lag_of(one), "verb": verb_words(one.verb)} for one in subscribers()]
    return render(request, "home/subscriber_list.html", {"form": form, "made": made, "secret": secret, "rows": rows})


@for_roles(*MAKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def subscriber_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """One of them and what is held for it; a POST changes its secret."""
    subscriber = get_object_or_404(subscribers(), uuid=uuid)
    form = SecretForm(request.POST if request.method == "POST" else None, is_ours=subscriber.kind != Subscriber.Kind.FORWARD)
    secret = ""
    if request.method == "POST" and form.is_valid():
        secret = services.change_secret(subscriber=subscriber, secret=form.cleaned_data.get("secret", ""))
        if not secret:
            messages.success(request, _("Le nouveau secret est en place."))
            return redirect("home:subscriber-detail", uuid)
    context = {
        "subscriber": subscriber, "lag": lag_of(subscriber), "verb": verb_words(subscriber.verb), "form": form, "secret": secret,
        "held": subscriber.held.all()[:A_PAGE], "events": subscriber.events.filter(held_at__isnull=False)[:A_PAGE],
    }  # fmt: skip
    return render(request, "home/subscriber_detail.html", context)


def _pause(subscriber: Subscriber, _told: Any) -> str:
    services.pause_subscriber(subscriber=subscriber)
    return _("Cet envoi est en pause. Rien ne se perd : il reprendra où il en est.")


def _resume(subscriber: Subscriber, _told: Any) -> str:
    services.resume_subscriber(subscriber=subscriber)
    return _("Cet envoi reprend.")


def _again(subscriber: Subscriber, told: Any) -> str:
    services.ask_again(held=subscriber.held.filter(statement__in=told) if told else subscriber.held.all())
    webhooks.tell_again(subscriber=subscriber, events=told)
    return _("Elles repartent dans quelques secondes.")


def _give_up(subscriber: Subscriber, told: Any) -> str:
    services.give_up(held=subscriber.held.filter(statement__in=told))
    webhooks.forget_events(subscriber=subscriber, events=told)
    return _("Elle ne partira pas. Une trace reste dans l'entrepôt.")


def _close(subscriber: Subscriber, _told: Any) -> str:
    services.close_subscriber(subscriber=subscriber)
    return _("Cet envoi est fermé.")


ACTS: dict[str, Callable[[Subscriber, list[UUID]], str]] = {
    "pause": _pause, "reprendre": _resume, "renvoyer": _again, "ecarter": _give_up, "fermer": _close,
}  # fmt: skip


@for_roles(*MAKERS)
@require_POST
def subscriber_act(request: SignedRequest, uuid: UUID, act: str) -> HttpResponse:
    """One of `ACTS` on a subscriber; `trace` names the held statements it is about, all of them where none is named (`renvoyer`)."""
    subscriber = get_object_or_404(subscribers(), uuid=uuid)
    messages.success(request, ACTS[act](subscriber, _uuids(request.POST.getlist("trace"))))
    return redirect("home:subscriber-list") if act == "fermer" else redirect("home:subscriber-detail", uuid)


def _uuids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue  # names none of ours
    return found
