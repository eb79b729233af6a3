"""Make, revoke and recognise what a program or a trainee's browser speaks with."""

import base64
import binascii
import hashlib
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.conf import settings
from django.core import signing
from django.db import transaction

from lms import clock
from lms.records.models import HOME, Credential
from lms.records.rules.agents import Actor, identity
from lms.records.rules.scopes import ALL_READ, READ_MINE, STATE, WRITE
from lms.records.statements import Json, authority_digest, site_authority

REMEMBERED = 1.0  # seconds that a recognised header is trusted without asking the database: a revocation acts within it (L15)
MOST_REMEMBERED = 10_000
SESSION = "session"  # the key of a trainee's token; its secret is the signed token
TOKEN_SALT = "xapi.session"  # noqa: S105  a salt, not a secret
BEARER_SALT = "xapi.bearer"
BEARER_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Limits:
    """What a trainee's token is limited to: one person, one run, one activity and what it contains."""

    agent: str
    registration: UUID
    activity: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who speaks to the store, and as whom its statements are kept."""

    key: str
    store: int
    scopes: frozenset[str]
    authority: UUID
    origins: frozenset[str] = frozenset()
    limits: Limits | None = None


@transaction.atomic
def create_credential(
    *, by: UUID | None, label: str, scopes: frozenset[str] = frozenset({ALL_READ}), store: int = HOME,
    origins: frozenset[str] = frozenset(), expires_at: datetime | None = None,
) -> tuple[Credential, str]:  # fmt: skip
    """Make a credential; the secret is given back this once and kept only as a digest."""
    key, secret = secrets.token_hex(12), secrets.token_urlsafe(32)
    agent: Json = {"objectType": "Agent", "name": label[:80], "account": {"homePage": settings.XAPI_HOME, "name": key}}
    text = msgspec.json.encode(agent).decode()
    credential = Credential.objects.create(
        key=key, label=label[:80], digest=digest_of(secret), store=store, scopes=" ".join(sorted(scopes)),
        origins=" ".join(sorted(origins)), authority=authority_digest(text, store=store), authority_text=text,
        created_at=clock.now(), created_by=by, expires_at=expires_at,
    )  # fmt: skip
    return credential, secret


@transaction.atomic
def revoke_credential(*, key: str) -> None:
    """Close a credential. Other processes remember it for `REMEMBERED` seconds at most; this one forgets at once."""
    Credential.objects.filter(key=key, revoked_at=None).update(revoked_at=clock.now())
    transaction.on_commit(_remembered.clear)


def digest_of(secret: str) -> str:
    """SHA-256: enough for 256 random bits, and cheap."""
    return hashlib.sha256(secret.encode()).hexdigest()


def session_token(*, agent: Json, registration: UUID, activity: str) -> tuple[str, str]:
    """A key and secret for a trainee's browser or a package: that trainee, that run, that activity, for `XAPI_SESSION_SECONDS`."""
    return SESSION, signing.dumps([identity(msgspec.convert(agent, Actor)), registration.hex, activity], salt=TOKEN_SALT, compress=True)


# header digest -> (who, when it was recognised): hashing nothing slow, asking the database once a second a process
_remembered: dict[bytes, tuple[Caller, float]] = {}


def recognise(header: str) -> Caller | None:
    """Who an Authorization header names, or none. Basic or Bearer: the session cookie opens nothing here."""
    mark = hashlib.sha256(header.encode()).digest()
    known = _remembered.get(mark)
    now = time.monotonic()
    if known and now - known[1] < REMEMBERED:
        return known[0]
    caller = _caller(header)
    if caller is None:
        _remembered.pop(mark, None)
    else:
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[mark] = (caller, now)
    return caller


def _caller(header: str) -> Caller | None:
    scheme, _space, told = header.partition(" ")
    if scheme.lower() == "bearer":
        return _of_bearer(told.strip())
    pair = basic_pair(header)
    if pair is None:
        return None
    key, secret = pair
    return _of_session(secret) if key == SESSION else authenticate(key=key, secret=secret)


def basic_pair(header: str) -> tuple[str, str] | None:
    """Key and secret of a Basic header (RFC 7617), or none. A secret may hold colons."""
    scheme, _space, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        key, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (key, secret) if colon else None


def authenticate(*, key: str, secret: str) -> Caller | None:
    """The live credential of that key and secret, or none. The comparison takes the same time whether the key exists or not."""
    if "\x00" in key:  # PostgreSQL cannot even look for it
        return None
    credential = Credential.objects.filter(key=key[:80], revoked_at=None).first()
    expected = credential.digest if credential else digest_of("")
    if not secrets.compare_digest(expected, digest_of(secret)) or credential is None:
        return None
    return _speaking(credential, credential.scope_set)


def bearer_token(*, key: str, scopes: Iterable[str]) -> str:
    """What opens these scopes of a credential for `BEARER_SECONDS`, as long as the credential itself does (RFC 6750)."""
    return signing.dumps([key, sorted(scopes)], salt=BEARER_SALT, compress=True)


def _of_bearer(token: str) -> Caller | None:
    try:
        key, scopes = signing.loads(token, salt=BEARER_SALT, max_age=BEARER_SECONDS)
    except signing.BadSignature:
        return None
    credential = Credential.objects.filter(key=key, revoked_at=None).first()
    return _speaking(credential, frozenset(scopes)) if credential else None


def _speaking(credential: Credential, scopes: frozenset[str]) -> Caller | None:
    """The credential's caller, unless its time is over; its day of use is noted."""
    if credential.expires_at and credential.expires_at <= clock.now():
        return None
    if credential.last_used_on != clock.today():
        Credential.objects.filter(pk=credential.pk).update(last_used_on=clock.today())
    return Caller(
        key=credential.key, store=credential.store, scopes=scopes, authority=credential.authority,
        origins=frozenset(credential.origins.split()),
    )  # fmt: skip


def _of_session(token: str) -> Caller | None:
    try:
        agent, registration, activity = signing.loads(token, salt=TOKEN_SALT, max_age=settings.XAPI_SESSION_SECONDS)
    except signing.BadSignature:
        return None
    return Caller(
        key=f"{SESSION}:{registration}", store=HOME, scopes=frozenset({WRITE, READ_MINE, STATE}),
        authority=authority_digest(site_authority()), origins=frozenset({settings.SITE_URL.rstrip("/")}),
        limits=Limits(agent, UUID(registration), activity),
    )  # fmt: skip
