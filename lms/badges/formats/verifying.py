"""A file is read, and said what it is. No network is reached: a badge of elsewhere is checked with the key it carries, or not at all."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from xml.parsers.expat import ExpatError

import jwt
import png
from defusedxml.common import DefusedXmlException
from django.conf import settings
from openbadgeslib import baking, ob3
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3.contexts import bundled_contexts

from lms.badges.formats.credentials import did, public_pem
from lms.badges.models import Badge, SigningKey
from lms.badges.rules import MAX_BADGE_BYTES, MAX_TEXT, Finding, Verdict, is_name_of, verdict_at

Json = Mapping[str, Any]
PNG_MARK = b"\x89PNG\r\n\x1a\n"
NOTHING = Finding(Verdict.NOT_A_BADGE)
UNREADABLE = (ValueError, ExpatError, DefusedXmlException, zlib.error, png.Error, LibOpenBadgesException, EOFError, RecursionError)
ALGORITHMS = {"OKP": ["EdDSA"], "EC": ["ES256", "ES384", "ES512"], "RSA": ["RS256", "RS384", "RS512"]}


def find_out(content: bytes, *, at: datetime, name: str = "") -> Finding:
    """What a file is found to be at a moment; `name`: whom it should be for, if that is asked."""
    text = credential_in(content)
    document = _document(text)
    if document is None or not _is_badge(document):
        return NOTHING
    issuer = document.get("issuer")
    issuer_id = str(issuer.get("id", "")) if isinstance(issuer, Mapping) else str(issuer)
    found = Finding(
        Verdict.ALTERED, title=_title(document), issuer=_word(issuer.get("name")) if isinstance(issuer, Mapping) else "",
        issuer_id=issuer_id[:250], issued_at=_moment(document.get("validFrom")), expires_at=_moment(document.get("validUntil")),
        is_foreign=issuer_id != did(), is_named=is_name_of(name, _listed(_subject(document).get("identifier"))) if name.strip() else None,
    )  # fmt: skip
    return _of_elsewhere(found, text, document, at) if found.is_foreign else _ours(found, text, document, at)


# --- What a file holds


def credential_in(content: bytes) -> str:
    """The credential's text in a .jwt or .json file, or baked in a PNG or SVG; empty where there is none."""
    if len(content) > MAX_BADGE_BYTES:
        return ""
    try:
        text = _carried(content)
    except UNREADABLE:
        return ""
    return text if len(text) <= MAX_TEXT else ""


def _carried(content: bytes) -> str:
    if content.startswith(PNG_MARK):
        return (baking.extract_png(content, MAX_TEXT, keyword=baking.ITXT_KEYWORD_OB3) or "").strip()
    text = content.decode("utf-8-sig").strip()
    if text.startswith("<"):
        return (baking.extract_svg(content, element=baking.SVG_ELEMENT_OB3, text_fallback=True) or "").strip()
    return text


def _document(text: str) -> dict[str, Any] | None:
    """The credential as data, its signature not looked at."""
    try:
        read = json.loads(text) if text.startswith("{") else jwt.decode(text, options={"verify_signature": False})
    except (ValueError, RecursionError, jwt.PyJWTError):
        return None
    return read if isinstance(read, dict) else None


def _is_badge(document: Json) -> bool:
    return bool({"OpenBadgeCredential", "AchievementCredential"} & {str(kind) for kind in _listed(document.get("type"))})


def _subject(document: Json) -> Json:
    subject = document.get("credentialSubject")
    return subject if isinstance(subject, Mapping) else {}


def _title(document: Json) -> str:
    achievement = _subject(document).get("achievement")
    return _word(achievement.get("name")) if isinstance(achievement, Mapping) else ""


def _word(value: object) -> str:
    return value[:250] if isinstance(value, str) else ""


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _moment(value: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read and read.tzinfo is None else read


# --- Ours: kept to the byte, so that nothing but what was signed is sound


def _ours(found: Finding, text: str, document: Json, at: datetime) -> Finding:
    badge = Badge.objects.select_related("key").filter(uuid=_uuid_of(document)).first()
    if badge is None:
        is_signed = any(_holds(text, document, key) for key in SigningKey.objects.all())
        return replace(found, verdict=Verdict.UNKNOWN if is_signed else Verdict.ALTERED)
    is_kept = json.loads(badge.document) == document if text.startswith("{") else badge.token == text
    if not is_kept or not _holds(text, document, badge.key):
        return found
    verdict = verdict_at(at, start=badge.issued_at, end=badge.expires_at, revoked_at=badge.revoked_at)
    return replace(found, verdict=verdict, revoked_at=badge.revoked_at, issuer=settings.BADGE_ISSUER_NAME)


def _uuid_of(document: Json) -> UUID:
    try:
        return UUID(str(document.get("id", "")).removeprefix("urn:uuid:"))
    except ValueError:
        return UUID(int=0)


def _holds(text: str, document: Json, key: SigningKey) -> bool:
    return _proof_holds(document, public_pem(key)) if text.startswith("{") else _token_holds(text, jwt.PyJWK.from_dict(key.public))


def _proof_holds(document: Json, pem: bytes) -> bool:
    try:
        ob3.verify_data_integrity_proof(dict(document), pem)
    except LibOpenBadgesException:
        return False
    return True


def _token_holds(text: str, key: jwt.PyJWK) -> bool:
    options: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False, "verify_iss": False}
    try:
        jwt.decode(text, key, algorithms=ALGORITHMS[str(key.key_type)], options=options)
    except (jwt.PyJWTError, ValueError):
        return False
    return True


# --- Of elsewhere: the key that the file carries, or nothing


def _of_elsewhere(found: Finding, text: str, document: Json, at: datetime) -> Finding:
    holds = _foreign_proof_holds(document) if text.startswith("{") else _foreign_token_holds(text, document)
    if holds is None:
        return replace(found, verdict=Verdict.FOREIGN_UNREAD)
    if not holds:
        return found
    verdict = verdict_at(at, start=found.issued_at, end=found.expires_at, revoked_at=None)
    return replace(found, verdict=Verdict.FOREIGN if verdict is Verdict.SOUND else verdict)


def _foreign_token_holds(text: str, document: Json) -> bool | None:
    """With the `jwk` of its header (OB 3.0 §8.2.3); None: it carries none that we read."""
    try:
        carried = jwt.get_unverified_header(text).get("jwk")
        key = jwt.PyJWK.from_dict(carried) if isinstance(carried, dict) and "d" not in carried else None
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if key is None or str(key.key_type) not in ALGORITHMS:
        return None
    return _token_holds(text, key) and document.get("iss") == _id_of(document.get("issuer"))


def _id_of(value: object) -> object:
    return value.get("id") if isinstance(value, Mapping) else value


def _foreign_proof_holds(document: Json) -> bool | None:
    """With the did:key that its proof names; None: another kind of proof, of key, or words that we do not keep."""
    proof = document.get("proof")
    if not isinstance(proof, Mapping) or proof.get("cryptosuite") != "eddsa-rdfc-2022":
        return None
    method = str(proof.get("verificationMethod", ""))
    if not method.startswith("did:key:") or not set(map(str, _listed(document.get("@context")))) <= set(bundled_contexts()):
        return None
    try:
        pem = ob3.resolve_verification_method(method, download=_no_network)
    except LibOpenBadgesException:
        return None
    try:
        ob3.OB3LdpVerifier(pem).verify(dict(document), download=_no_network)
    except LibOpenBadgesException:
        # It says no to a badge of another day too: the signature, and that its words are the ones signed, are then asked alone.
        return _is_only_late(document) and _proof_holds(document, pem)
    return True


def _is_only_late(document: Json) -> bool:
    now = datetime.now(UTC)
    start, end = _moment(document.get("validFrom")), _moment(document.get("validUntil"))
    return verdict_at(now, start=start, end=end, revoked_at=None) is not Verdict.SOUND


def _no_network(_address: str, *_more: object, **_named: object) -> bytes:
    raise ob3.OB3VerificationError("no network")
