"""Verbs of the record store: record, void, make and revoke credentials."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from lms import clock
from lms.records.models import Credential, Statement, Voiding
from lms.records.statements import Json
from lms.records.vocabulary import VOIDED

STORED_LOCK = 0x7472656D  # one number for the whole house: whoever assigns `stored` holds it
TICK = timedelta(microseconds=1)


def record(*statements: Json) -> None:
    """Store statements in the caller's transaction, once and last in it.

    `stored` strictly increases in the order the transactions become visible: the lock is held until commit, so a reader
    following `stored` misses nothing. Refuses to run outside a transaction: a fact and its statement commit together.
    """
    if not statements:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("record() must run in the transaction of the fact it tells")
    stored = _next_stored()
    rows = [_row(statement, stored + position * TICK) for position, statement in enumerate(statements)]
    Statement.objects.bulk_create(rows)
    voidings = [
        Voiding(target=UUID(_text(statement["object"], "id")), by=UUID(str(statement["id"])))
        for statement in statements
        if _text(statement["verb"], "id") == VOIDED.iri
    ]
    if voidings:
        Voiding.objects.bulk_create(voidings, ignore_conflicts=True)


def _next_stored() -> datetime:
    if connection.vendor == "postgresql":  # SQLite has one writer at a time already (IMMEDIATE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [STORED_LOCK])
    last = Statement.objects.order_by("-stored", "-id").values_list("stored", flat=True).first()
    now = timezone.now()  # the real hour even when a demo history is made: `stored` never steps back
    return now if last is None or now > last else last + TICK


def _row(statement: Json, stored: datetime) -> Statement:
    context = statement.get("context")
    registration = context.get("registration") if isinstance(context, dict) else None
    actor = statement["actor"]
    account = actor.get("account") if isinstance(actor, dict) else None
    return Statement(
        id=UUID(str(statement["id"])),
        stored=stored,
        text=msgspec.json.encode(statement).decode(),
        actor=f"{_text(account, 'homePage')}::{_text(account, 'name')}",
        verb=_text(statement["verb"], "id"),
        object_id=_text(statement["object"], "id"),
        registration=UUID(str(registration)) if registration else None,
    )


def _text(value: object, key: str) -> str:
    return str(value.get(key, "")) if isinstance(value, dict) else ""


@transaction.atomic
def create_credential(*, by: UUID | None, label: str) -> tuple[Credential, str]:
    """Make a credential; the secret is given back this once and kept only as a digest."""
    secret = secrets.token_urlsafe(32)
    credential = Credential.objects.create(
        key=secrets.token_hex(12), label=label[:80], digest=digest_of(secret), created_at=clock.now(), created_by=by
    )
    return credential, secret


@transaction.atomic
def revoke_credential(*, key: str) -> None:
    Credential.objects.filter(key=key, revoked_at=None).update(revoked_at=clock.now())


def digest_of(secret: str) -> str:
    """SHA-256: enough for 256 random bits, and cheap at each request."""
    return hashlib.sha256(secret.encode()).hexdigest()


def authenticate(*, key: str, secret: str) -> Credential | None:
    """The live credential of that key and secret, or none. The comparison takes the same time whether the key exists or not."""
    credential = Credential.objects.filter(key=key, revoked_at=None).first()
    expected = credential.digest if credential else digest_of("")
    if not secrets.compare_digest(expected, digest_of(secret)) or credential is None:
        return None
    if credential.last_used_on != clock.today():
        Credential.objects.filter(pk=credential.pk).update(last_used_on=clock.today())
    return credential


def statements_by_id(ids: Sequence[UUID]) -> list[Statement]:
    return list(Statement.objects.filter(id__in=ids).order_by("stored", "id"))
