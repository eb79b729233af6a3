"""Telling others what the store keeps, in order, without losing or doubling. Run by the worker, never in a request (promises.md F23).

A round: take the lease of a subscriber, send what follows `after`, move `after` on. A worker that dies leaves `after` where it was: what it
had sent is sent again, which changes nothing there, since a statement's id (a delivery's, for a webhook) is the same.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

import msgspec
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from lms import clock
from lms.records.formats.multipart import Part, write_mixed
from lms.records.formats.outside import Answer, OutsideError, call
from lms.records.formats.remote import Remote
from lms.records.models import HeldStatement, Subscriber
from lms.records.rules.forwarding import TOO_LATE, Outgoing, outgoing, pause_after, signature
from lms.records.selectors.statements import Kept, attachments_of
from lms.records.selectors.subscribers import statements_asked_again, statements_to_tell
from lms.records.statements import instant
from lms.refusal import Refused
from lms.sealed import unseal

log = logging.getLogger("tremplin.delivery")
BATCH = 100  # statements in one request
ROUND = timedelta(seconds=30)  # for one subscriber, before the others have their turn
LEASE = timedelta(minutes=5)  # longer than a request may last
JSON = "application/json"
WAITED_FOR = frozenset({401, 403, 404, 407, 408, 425, 429})  # the other side must be mended first: its statements are not at fault


class NotTakenError(Exception):
    """The other side takes nothing now: try again later. `str` is a sentence for staff."""


class _Refusal(NamedTuple):
    statement: UUID
    reason: str


def deliver_due() -> int:
    """Tell every subscriber whose hour has come; how many were told something or held. One that cannot be reached stops no other."""
    now = clock.now()
    due = Subscriber.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), paused_at=None, next_at__lte=now)
    due = due.exclude(kind=Subscriber.Kind.EVENTS)
    return sum(_deliver(pk) for pk in list(due.values_list("pk", flat=True)))


def _deliver(pk: int) -> bool:
    lease = clock.now() + LEASE
    free = Subscriber.objects.filter(Q(lease_until=None) | Q(lease_until__lt=clock.now()), pk=pk, paused_at=None)
    if not free.update(lease_until=lease):
        return False  # another worker has it
    subscriber = Subscriber.objects.get(pk=pk)
    try:
        _send_again(subscriber)
        return _catch_up(subscriber, lease)
    except (NotTakenError, OutsideError, Refused) as error:
        _wait(subscriber, str(error))
    except Exception:
        log.exception("subscriber %s could not be told", subscriber.uuid)
        _wait(subscriber, _("Une panne de notre côté : l'administration en trouve le détail dans le journal."))
    finally:
        Subscriber.objects.filter(pk=pk, lease_until=lease).update(lease_until=None)
    return False


def _catch_up(subscriber: Subscriber, lease: datetime) -> bool:
    """Send page after page until nothing is left or the round is over; whether something was sent."""
    most = BATCH if subscriber.kind == Subscriber.Kind.FORWARD else 1
    told, until = False, clock.now() + ROUND
    while clock.now() < until:
        page, through = statements_to_tell(subscriber, most)
        refused = _send(subscriber, page) if page else []
        if through > subscriber.after and not _advance(subscriber, lease, through, refused):
            break
        told = told or bool(page)
        if len(page) < most:
            break
    return told


def _send_again(subscriber: Subscriber) -> None:
    for held, kept in statements_asked_again(subscriber):
        refused = _send(subscriber, [kept])
        if refused:
            held.is_asked_again, held.reason, held.held_at = False, refused[0].reason[:300], clock.now()
            held.save(update_fields=["is_asked_again", "reason", "held_at"])
        else:
            held.delete()


@transaction.atomic
def _advance(subscriber: Subscriber, lease: datetime, through: datetime, refused: Sequence[_Refusal]) -> bool:
    """Everything up to `through` is dealt with; False where the lease is lost, paused or closed meanwhile: nothing is written."""
    mine = Subscriber.objects.filter(pk=subscriber.pk, lease_until=lease, paused_at=None)
    if not mine.update(after=through, tries=0, last_error=""):
        return False
    now = clock.now()
    HeldStatement.objects.bulk_create(
        [HeldStatement(subscriber=subscriber, statement=one.statement, reason=one.reason[:300], held_at=now) for one in refused],
        ignore_conflicts=True,
    )
    subscriber.after = through
    return True


def _wait(subscriber: Subscriber, error: str) -> None:
    log.warning("subscriber %s was not told: %s", subscriber.uuid, error)
    subscriber.tries += 1
    Subscriber.objects.filter(pk=subscriber.pk).update(
        tries=F("tries") + 1, last_error=error[:300], next_at=clock.now() + pause_after(subscriber.tries)
    )


def _send(subscriber: Subscriber, page: Sequence[Kept]) -> list[_Refusal]:
    """Send them in order; those that will never be taken, each with its reason."""
    return _forward(subscriber, page) if subscriber.kind == Subscriber.Kind.FORWARD else _tell(subscriber, page)


# --- Another store ------------------------------------------------------------------------------------------------
def _forward(subscriber: Subscriber, page: Sequence[Kept]) -> list[_Refusal]:
    secret = unseal(subscriber.secret)
    remote = Remote(endpoint=subscriber.address, key=subscriber.user, secret=secret, version=subscriber.version)
    key = unseal(subscriber.pseudonym_key).encode() if subscriber.pseudonym_key else None
    told = [(kept, outgoing(kept.text, version=subscriber.version, key=key)) for kept in page]
    refused = [_Refusal(kept.id, _rule_words()[one.rule]) for kept, one in told if not one.text]
    return refused + _halved(subscriber, remote, [(kept, one) for kept, one in told if one.text])


def _halved(subscriber: Subscriber, remote: Remote, told: Sequence[tuple[Kept, Outgoing]]) -> list[_Refusal]:
    """Send them in one request; where it is refused, in two, down to the statement that is at fault."""
    if not told:
        return []
    answer = remote.store(*_content(subscriber.store, told))
    if 200 <= answer.status < 300:
        return []
    if answer.status in WAITED_FOR or not 400 <= answer.status < 500:
        raise NotTakenError(_("L'autre entrepôt a répondu %(status)s.") % {"status": answer.status})
    if len(told) > 1:
        half = len(told) // 2
        return _halved(subscriber, remote, told[:half]) + _halved(subscriber, remote, told[half:])
    reason = _("Cet identifiant y est déjà pris par une autre trace.") if answer.status == 409 else _said(answer)
    return [_Refusal(told[0][0].id, reason)]


def _content(store: int, told: Sequence[tuple[Kept, Outgoing]]) -> tuple[bytes, str]:
    body = f"[{','.join(one.text for _kept, one in told)}]".encode()
    names = {sha2 for _kept, one in told if one.with_attachments for sha2 in _sha2s(one.text)}
    parts = [Part(row.sha2, row.content_type, bytes(row.content)) for row in attachments_of(store, names)] if names else []
    return write_mixed(body, parts) if parts else (body, JSON)


def _sha2s(text: str) -> Iterable[str]:
    if '"attachments"' not in text:
        return ()
    statement = msgspec.json.decode(text)
    thing = statement.get("object", {})
    return [head["sha2"].lower() for one in (statement, thing) for head in one.get("attachments", ())]


def _said(answer: Answer) -> str:
    """Why the other store refuses it, in its own words as far as they can be read."""
    words = answer.content[:200].decode(errors="replace").strip()
    return _("Refusée (%(status)s). %(words)s") % {"status": answer.status, "words": words}


def _rule_words() -> dict[str, str]:
    return {
        "held_context": _("Elle nomme des personnes d'une façon que xAPI 1.0.3 ne connaît pas."),
        "held_signature": _("Elle est signée : la changer casserait la signature."),
        "held_identity": _("Un texte libre y nomme une personne : elle ne peut pas partir sans identité."),
    }


# --- A webhook ----------------------------------------------------------------------------------------------------
def _tell(subscriber: Subscriber, page: Sequence[Kept]) -> list[_Refusal]:
    """One request a statement. What the receiver does not take is tried again for a day, then held, and the next one's turn comes."""
    secrets = [unseal(one) for one in (subscriber.secret, subscriber.secret_before) if one]
    refused = []
    for kept in page:
        reason = _told_once(subscriber, kept, secrets)
        if reason and clock.now() - kept.stored < TOO_LATE:
            raise NotTakenError(reason)
        if reason:
            refused.append(_Refusal(kept.id, reason))
    return refused


def _told_once(subscriber: Subscriber, kept: Kept, secrets: list[str]) -> str:
    """Empty when the receiver took it; else why not."""
    body = delivery_body(subscriber, kept)
    headers = {
        "Content-Type": JSON, "X-Tremplin-Delivery": str(uuid5(subscriber.uuid, str(kept.id))),
        "X-Tremplin-Signature": signature(body, at=int(clock.now().timestamp()), secrets=secrets),
    }  # fmt: skip
    try:
        status = call("POST", subscriber.address, content=body, headers=headers).status
    except OutsideError as error:
        return str(error)
    return "" if 200 <= status < 300 else _("Le programme a répondu %(status)s.") % {"status": status}


def delivery_body(subscriber: Subscriber, kept: Kept) -> bytes:
    """What a webhook is told: that a statement of that verb and activity is kept. Whose it is, it asks the store."""
    statement = msgspec.json.decode(kept.text)
    thing = statement["object"]
    told = {
        "delivery": str(uuid5(subscriber.uuid, str(kept.id))), "subscriber": str(subscriber.uuid), "statement": str(kept.id),
        "verb": statement["verb"]["id"], "activity": thing["id"] if thing.get("objectType", "Activity") == "Activity" else None,
        "stored": instant(kept.stored),
    }  # fmt: skip
    return msgspec.json.encode(told)
