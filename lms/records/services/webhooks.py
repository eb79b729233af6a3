"""Telling programs of events: noted beside the fact, sent by the worker with the same signature, pauses and day of patience as statements.

It stands here, low, so that whatever floor an event happens on can tell it.
"""

import logging
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import msgspec
from django.db.models import Q
from django.utils.translation import gettext as _

from lms import clock
from lms.records.formats.outside import OutsideError, call
from lms.records.models import Event, Subscriber
from lms.records.rules.events import EVENTS
from lms.records.rules.forwarding import TOO_LATE, pause_after, signature
from lms.records.statements import instant
from lms.refusal import Refused
from lms.sealed import unseal

log = logging.getLogger("tremplin.delivery")
LEASE = timedelta(minutes=5)  # longer than a request may last
JSON = "application/json"


def tell(*, event: str, subject: UUID) -> None:
    """Have every program that wants events told of this one, in the caller's transaction: what is rolled back is told to nobody."""
    if event not in EVENTS:
        raise ValueError(event)
    now = clock.now()
    wanted = Subscriber.objects.filter(kind=Subscriber.Kind.EVENTS)
    Event.objects.bulk_create(
        Event(subscriber=one, event=event, subject=subject, happened_at=now, asked_at=now, next_at=now) for one in wanted
    )


def deliver_events() -> int:
    """Tell what is due; how many were taken. Run by the worker; a program that takes nothing is asked once a round: it stops no other."""
    now = clock.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = Event.objects.filter(free, held_at=None, next_at__lte=now, subscriber__paused_at=None)
    taken, silent = 0, set()
    for pk, subscriber in list(due.order_by("next_at", "pk").values_list("pk", "subscriber")):
        if subscriber in silent:
            continue
        if _deliver(pk):
            taken += 1
        else:
            silent.add(subscriber)
    return taken


def _deliver(pk: int) -> bool:
    lease = clock.now() + LEASE
    free = Event.objects.filter(Q(lease_until=None) | Q(lease_until__lt=clock.now()), pk=pk, held_at=None)
    if not free.update(lease_until=lease):
        return False  # another worker has it, or it was told
    event = Event.objects.select_related("subscriber").filter(pk=pk).first()
    if event is None:
        return False  # its subscriber was closed meanwhile
    reason = _told(event)
    mine = Event.objects.filter(pk=pk, lease_until=lease)
    if not reason:
        mine.delete()
        return True
    log.warning("event %s was not told: %s", event.uuid, reason)
    now, tries = clock.now(), event.tries + 1
    held_at = now if now - event.asked_at >= TOO_LATE else None
    mine.update(tries=tries, reason=reason[:300], lease_until=None, next_at=now + pause_after(tries), held_at=held_at)
    return False


def _told(event: Event) -> str:
    """Empty when the receiver took it; else why not."""
    subscriber, body = event.subscriber, event_body(event)
    try:
        secrets = [unseal(one) for one in (subscriber.secret, subscriber.secret_before) if one]
        signed = signature(body, at=int(clock.now().timestamp()), secrets=secrets)
        headers = {"Content-Type": JSON, "X-Tremplin-Delivery": str(event.uuid), "X-Tremplin-Signature": signed}
        status = call("POST", subscriber.address, content=body, headers=headers).status
    except (OutsideError, Refused) as error:
        return str(error)
    return "" if 200 <= status < 300 else _("Le programme a répondu %(status)s.") % {"status": status}


def event_body(event: Event) -> bytes:
    """What is told: that something happened to what has that uuid. Whose it is, the program asks the API, with its own rights."""
    told = {
        "delivery": str(event.uuid), "subscriber": str(event.subscriber.uuid), "event": event.event, "subject": str(event.subject),
        "happened_at": instant(event.happened_at),
    }  # fmt: skip
    return msgspec.json.encode(told)


def tell_again(*, subscriber: Subscriber, events: Collection[UUID]) -> None:
    """Try held events for another day; all of them where none is named."""
    held = subscriber.events.filter(held_at__isnull=False)
    now = clock.now()
    (held.filter(uuid__in=events) if events else held).update(held_at=None, tries=0, asked_at=now, next_at=now)


def forget_events(*, subscriber: Subscriber, events: Collection[UUID]) -> None:
    """The program will not be told of these."""
    subscriber.events.filter(held_at__isnull=False, uuid__in=events).delete()
