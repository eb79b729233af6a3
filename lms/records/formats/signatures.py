"""The JSON web signature of a signed statement (xAPI 1.0.3 Data §2.6, RFC 7515): it catches mistakes, it proves no one's identity."""

import base64
from collections.abc import Mapping

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import InvalidVersion, load_der_x509_certificate
from jwt import PyJWS
from jwt.exceptions import PyJWTError

from lms.records.formats.multipart import Part
from lms.records.rules.equality import same
from lms.records.rules.refusals import Declined
from lms.records.rules.statement import SIGNATURE, Parsed, parse

_JWS = PyJWS(algorithms=("RS256", "RS384", "RS512"))


class _Use(msgspec.Struct):
    usageType: str  # noqa: N815  the specification's spelling


def check_signatures(statement: Parsed, parts: Mapping[str, Part], version: str) -> None:
    """Refuses (400) a statement one of whose signatures is not of the right type, did not come along, or is not of this statement."""
    for head in statement.attachments:
        if head.usage_type == SIGNATURE:
            if head.content_type != "application/octet-stream":
                raise Declined(400, "The contentType of a signature is application/octet-stream.")
            part = parts.get(head.sha2.lower())
            if part is None:
                raise Declined(400, "A signature comes along as a part: a fileUrl is not enough.")
            check_signature(statement, part.content, version)


def check_signature(statement: Parsed, jws: bytes, version: str) -> None:
    """Refuses (400) a text that is no compact JWS by RSA over this statement; its certificate must verify it, when it brings one.

    What was signed is the statement before its signature was added. It may lack what a store on the way assigns (§2.3.1).
    """
    try:
        signed = _JWS.decode_complete(jws, options={"verify_signature": False})  # whose key it is comes after
        algorithm = _JWS.get_algorithm_by_name(str(signed["header"].get("alg")))
    except (PyJWTError, NotImplementedError):
        raise Declined(400, "The signature must be a JWS in compact form, by RS256, RS384 or RS512.") from None
    chain = signed["header"].get("x5c")
    if chain is not None and not algorithm.verify(jws.rpartition(b".")[0], _key(chain), signed["signature"]):
        raise Declined(400, "The signature is not by the certificate it brings.")
    if not _agree(statement, signed["payload"], version):
        raise Declined(400, "What was signed is not this statement.")


def _key(chain: object) -> RSAPublicKey:
    """The key of the first certificate: the signer's (RFC 7515 §4.1.6)."""
    unreadable = Declined(400, "The certificate of the signature cannot be read, or is not for RSA.")
    if not isinstance(chain, list) or not chain:
        raise unreadable
    try:
        key = load_der_x509_certificate(base64.b64decode(chain[0], validate=True)).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidVersion):
        raise unreadable from None
    if not isinstance(key, RSAPublicKey):
        raise unreadable
    return key


def _agree(statement: Parsed, payload: bytes, version: str) -> bool:
    if not payload.lstrip().startswith(b"{"):
        return False  # one statement, never a list
    (signed,) = parse(payload, version)
    return signed.id in (None, statement.id) and same(_unsigned(statement.raw), _unsigned(payload), timestamp=statement.timestamp)


def _unsigned(text: bytes) -> bytes:
    """The statement without its signature, every other value as it was written."""
    fields = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    attachments = msgspec.json.decode(fields.pop("attachments", msgspec.Raw(b"[]")), type=list[msgspec.Raw])
    others = [one for one in attachments if msgspec.json.decode(one, type=_Use).usageType != SIGNATURE]
    return msgspec.json.encode(fields | {"attachments": others} if others else fields)
