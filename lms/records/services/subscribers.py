"""Verbs of those who are told what the store keeps: make, pause, resume, change the secret, close."""

import secrets
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lms import clock
from lms.records.formats.outside import OutsideError, check_address
from lms.records.models import HOME, HeldStatement, Subscriber
from lms.records.selectors.statements import EPOCH, last_stored
from lms.refusal import Refused
from lms.sealed import seal

FORWARD = Subscriber.Kind.FORWARD


@transaction.atomic
def create_subscriber(
    *, by: UUID, name: str, kind: str, address: str, user: str = "", secret: str = "", version: str = "1.0.3", verb: str = "",
    activity: str = "", hides_people: bool = False, from_start: bool = False, store: int = HOME,
) -> tuple[Subscriber, str]:  # fmt: skip
    """Tell another store (`forward`) or a program (`webhook`) what is kept from now on, or `from_start`;
    or a program of `events`, from now on.

    A webhook's secret is made here and given back this once. Refused: an address that may not be called, a name taken, a site without
    FIELD_KEYS.
    """
    try:
        check_address(address)
    except OutsideError as error:
        raise Refused("address_refused", _("Vérifiez l'adresse : %(why)s.") % {"why": error}) from None
    if Subscriber.objects.filter(name=name).exists():
        raise Refused("name_taken", _("Un envoi porte déjà ce nom. Choisissez-en un autre."))
    if kind == FORWARD and not (user and secret):
        raise Refused("secret_missing", _("Donnez la clé et le secret que l'autre entrepôt vous a remis."))
    made = "" if kind == FORWARD else secrets.token_urlsafe(32)
    subscriber = Subscriber.objects.create(
        name=name, kind=kind, store=store, address=address.rstrip("/") if kind == FORWARD else address, user=user if kind == FORWARD else "",
        secret=seal(made or secret), version=version, verb=verb, activity=activity, pseudonym_key=seal(secrets.token_urlsafe(32)) if hides_people else "",
        after=EPOCH if from_start else last_stored(), next_at=clock.now(), created_at=clock.now(), created_by=by,
    )  # fmt: skip
    return subscriber, made


@transaction.atomic
def change_secret(*, subscriber: Subscriber, secret: str = "") -> str:
    """The other store's new secret; or a new one for a webhook, given back this once: the one before signs too until the next change."""
    made = "" if subscriber.kind == FORWARD else secrets.token_urlsafe(32)
    if not (made or secret):
        raise Refused("secret_missing", _("Donnez le nouveau secret."))
    before = "" if subscriber.kind == FORWARD else subscriber.secret
    Subscriber.objects.filter(pk=subscriber.pk).update(secret=seal(made or secret), secret_before=before, tries=0, next_at=clock.now())
    return made


def pause_subscriber(*, subscriber: Subscriber) -> None:
    """Nothing more is sent; what is kept meanwhile waits in order."""
    Subscriber.objects.filter(pk=subscriber.pk, paused_at=None).update(paused_at=clock.now())


def resume_subscriber(*, subscriber: Subscriber) -> None:
    """Go on from where it stopped, at once."""
    Subscriber.objects.filter(pk=subscriber.pk).update(paused_at=None, tries=0, next_at=clock.now(), last_error="")


def close_subscriber(*, subscriber: Subscriber) -> None:
    """Stop for good; what is held for it is given up. What was sent stays where it is."""
    subscriber.delete()


def ask_again(*, held: QuerySet[HeldStatement]) -> None:
    """Have the worker send these once more."""
    held.update(is_asked_again=True)


def give_up(*, held: QuerySet[HeldStatement]) -> None:
    """The subscriber will not get these. They stay in the store."""
    held.delete()
