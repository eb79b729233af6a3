"""What is signed and what is served (Open Badges 3.0; W3C VC Data Model 2.0, Data Integrity EdDSA, Bitstring Status List v1.0).

The issuer is `did:web` of SITE_URL. Each key stands twice in the DID document: as a JsonWebKey for tokens, as a Multikey for proofs.
"""

import base64
import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.urls import reverse
from jwt.algorithms import OKPAlgorithm
from openbadgeslib import ob3

from lms.badges.models import SigningKey
from lms.badges.rules import LIST_SIZE, name_digest
from lms.badges.selectors import Achievement
from lms.sealed import unseal

LIST_DAYS = 7  # a copy of the status list older than that is refused by who reads it


@dataclass(frozen=True, slots=True)
class Signed:
    """One credential in its two forms, as they are kept: JSON-LD with an embedded proof, and VC-JWT."""

    document: str
    token: str


def did() -> str:
    """The issuer's identifier (did:web §2.5: a port's colon is written %3A)."""
    return "did:web:" + str(urlsplit(settings.SITE_URL).netloc).replace(":", "%3A")


def address(name: str, *args: object) -> str:
    """The public address of one of this floor's doors."""
    return f"{settings.SITE_URL}{reverse(f'badges:{name}', args=args)}"


def credential_id(badge: UUID) -> str:
    return f"urn:uuid:{badge}"


def issuer() -> dict[str, Any]:
    """The issuer's profile."""
    made: dict[str, Any] = _issuer().to_dict()
    return {"@context": list(_contexts()), **made}


def _issuer() -> ob3.Issuer:
    return ob3.Issuer(id=did(), name=settings.BADGE_ISSUER_NAME, url=f"{settings.SITE_URL}/")


def _contexts() -> tuple[str, ...]:
    return ob3.VCDM_V2_CONTEXT, ob3.OB_V3_CONTEXT


def achievement(what: Achievement) -> dict[str, Any]:
    """An achievement as anyone may read it: it names no one."""
    return {"@context": list(_contexts()), **_achievement(what).to_dict()}


def _achievement(what: Achievement) -> ob3.Achievement:
    return ob3.Achievement(
        id=address("achievement", what.uuid), name=what.label, description=what.plain_label,
        criteria_narrative=what.narrative or what.label, image_url=address("achievement-picture", what.uuid),
        achievement_type="Competency" if what.kind == "competency" else "MicroCredential", tags=[what.code],
    )  # fmt: skip


# --- Keys


def new_pair() -> tuple[str, dict[str, str], str]:
    """A new Ed25519 key: its identifier (RFC 7638), its public part as a JWK, its private part as PEM."""
    key = Ed25519PrivateKey.generate()
    public = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    members = json.dumps({name: public[name] for name in ("crv", "kty", "x")}, separators=(",", ":"))
    kid = base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return kid, public, pem.decode()


def public_pem(key: SigningKey) -> bytes:
    """The public part as PEM."""
    made: Any = OKPAlgorithm.from_jwk(key.public)
    pem: bytes = made.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem


def key_set(keys: Sequence[SigningKey]) -> dict[str, Any]:
    """Every key as a JWK Set (RFC 7517 §5), each with when it began to sign and when it was replaced (`iat` and `exp`, seconds,
    as the historical keys of OpenID Federation 1.0 §8.7 have them)."""
    return {"keys": [{**key.public, "kid": key.kid, "alg": "EdDSA", "use": "sig", **_times(key)} for key in keys]}


def _times(key: SigningKey) -> dict[str, int]:
    """`iat` is rounded down and `exp` up: what was signed within the second is within."""
    end = {"exp": math.ceil(key.active_until.timestamp())} if key.active_until else {}
    return {"iat": int(key.active_from.timestamp()), **end}


def detached(content: bytes, key: SigningKey, *, kind: str) -> str:
    """The detached signature (JWS, RFC 7515 appendix F) of what another floor wrote; `kind` is its `typ`, so that none passes for a badge."""
    made = jwt.PyJWS().encode(content, unseal(key.sealed), algorithm="EdDSA", headers={"kid": key.kid, "typ": kind})
    header, _content, signature = made.split(".")
    return f"{header}..{signature}"


def did_document(keys: Sequence[SigningKey]) -> dict[str, Any]:
    """The DID document of the issuer, the latest key first (a reader without a key's name takes the first)."""
    own = did()
    methods: list[dict[str, Any]] = []
    for key in keys:
        token_method = {"id": _token_method(key), "type": "JsonWebKey", "controller": own, "publicKeyJwk": {**key.public, "kid": key.kid}}
        multikey = {"type": "Multikey", "controller": own, "publicKeyMultibase": ob3.multikey_from_pem(public_pem(key))}
        methods += [token_method, {"id": _proof_method(key), **multikey}]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1", "https://w3id.org/security/multikey/v1"],
        "id": own,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def _token_method(key: SigningKey) -> str:
    return f"{did()}#{key.kid}"


def _proof_method(key: SigningKey) -> str:
    return f"{did()}#{key.kid}-proof"


# --- Signing


def signed(
    what: Achievement, *, badge: UUID, name: str, salt: str, index: int, at: datetime, until: datetime | None, key: SigningKey
) -> Signed:
    """One achievement of one person, signed in both forms. The person is there as a salted digest of their name, and no more."""
    credential = ob3.OpenBadgeCredential(
        issuer=_issuer(), recipient_id=None, achievement=_achievement(what), id=credential_id(badge), name=what.label,
        issuance_date=at.astimezone(UTC), expiration_date=until.astimezone(UTC) if until else None,
        identifiers=[ob3.IdentityObject(name_digest(name, salt), "name", hashed=True, salt=salt)],
        credential_status=[ob3.status_entry(address("status-list"), "revocation", index)],
    )  # fmt: skip
    pem = unseal(key.sealed)
    document = ob3.OB3LdpSigner(pem, _proof_method(key)).sign(credential, created=at.astimezone(UTC))
    token = jwt.encode(credential.to_jwt_payload(), pem, algorithm="EdDSA", headers=_headers(key))
    return Signed(json.dumps(document, ensure_ascii=False, indent=2), token)


def _headers(key: SigningKey) -> dict[str, Any]:
    """The key is named for who knows the issuer, and carried for who is offline (OB 3.0 §8.2.3)."""
    return {"kid": _token_method(key), "jwk": key.public}


def status_list(revoked: tuple[int, ...], *, day: datetime, key: SigningKey) -> str:
    """The signed list of what was revoked, as a VC-JWT: the form that the verifiers we know ask of a list. `day` is its start, aware."""
    start = day.astimezone(UTC)
    made = ob3.build_status_list_credential(
        did(), address("status-list"), "revocation", revoked, LIST_SIZE, issued=start, valid_until=start + timedelta(days=LIST_DAYS)
    )
    payload = {**made, "iss": did(), "jti": made["id"], "nbf": int(start.timestamp())}
    return jwt.encode(payload, unseal(key.sealed), algorithm="EdDSA", headers=_headers(key))
