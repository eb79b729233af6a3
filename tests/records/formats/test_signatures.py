"""Signed statements (xAPI 1.0.3 Data §2.6, RFC 7515)."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from lms.records.formats.multipart import Part
from lms.records.formats.signatures import check_signature, check_signatures
from lms.records.rules.refusals import Declined
from lms.records.rules.statement import SIGNATURE, Parsed, parse

VERSION = "1.0.3"
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _turn in range(2))
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ID = "33cff416-e331-4c9d-969e-5373a1756120"
STATEMENT: dict[str, Any] = {
    "id": ID,
    "version": "1.0.0",
    "actor": {"mbox": "mailto:example@example.com", "name": "Lila", "objectType": "Agent"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"en-US": "experienced"}},
    "object": {"id": "http://example.com/activities/1"},
    "result": {"score": {"raw": 1.50}},
    "timestamp": "2013-04-01T12:00:00Z",
}
IMAGE = {
    "usageType": "http://example.com/image", "display": {"en": "An image"}, "contentType": "image/png", "length": 1, "sha2": "a" * 64,
    "fileUrl": "http://example.com/image.png",
}  # fmt: skip


def certificate(key: Any) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Signer")])
    start = datetime(2013, 4, 1, tzinfo=UTC)  # long over: the check catches mistakes, it is no proof of identity
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), start, start + timedelta(days=1))
    return base64.b64encode(made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)).decode()


CERTIFICATES = {id(key): certificate(key) for key in (KEY, OTHER_KEY, EC_KEY)}


def sign(payload: Any = STATEMENT, *, algorithm: str = "RS256", key: Any = KEY, x5c: Any = None) -> bytes:
    text = payload if isinstance(payload, bytes) else msgspec.json.encode(payload)
    return jwt.PyJWS().encode(text, key, algorithm, headers=None if x5c is None else {"x5c": x5c}).encode()


def attachment(jws: bytes, **details: Any) -> dict[str, Any]:
    values = {
        "usageType": SIGNATURE, "display": {"en-US": "Signature"}, "contentType": "application/octet-stream", "length": len(jws),
        "sha2": hashlib.sha256(jws).hexdigest(),
    }  # fmt: skip
    return {**values, **details}


def received(jws: bytes, statement: dict[str, Any] = STATEMENT, **details: Any) -> Parsed:
    attachments = [*statement.get("attachments", []), attachment(jws, **details)]
    (parsed,) = parse(msgspec.json.encode({**statement, "attachments": attachments}), VERSION)
    return parsed


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
@pytest.mark.parametrize("x5c", [None, [CERTIFICATES[id(KEY)]], [CERTIFICATES[id(KEY)], CERTIFICATES[id(OTHER_KEY)]]])
def test_rsa_signatures_are_taken(algorithm: str, x5c: list[str] | None) -> None:
    jws = sign(algorithm=algorithm, x5c=x5c)
    check_signature(received(jws), jws, VERSION)


def changed(**properties: Any) -> dict[str, Any]:
    return {name: value for name, value in {**STATEMENT, **properties}.items() if value is not None}


@pytest.mark.parametrize(
    ("what", "signed", "sent"),
    [
        ("white space and order", msgspec.json.format(msgspec.json.encode(dict(reversed(STATEMENT.items())))), STATEMENT),
        ("no id when signed", changed(id=None), STATEMENT),
        ("no timestamp when signed", changed(timestamp=None), STATEMENT),
        ("no version when signed", changed(version=None), STATEMENT),
        ("another zone", changed(timestamp="2013-04-01T14:00:00+02:00"), STATEMENT),
        (
            "stored and authority added on the way",
            STATEMENT,
            changed(stored="2013-04-01T12:00:01Z", authority={"mbox": "mailto:lrs@example.com"}),
        ),
        ("capitals in the id", changed(id=ID.upper()), STATEMENT),
        ("another attachment", changed(attachments=[IMAGE]), changed(attachments=[IMAGE])),
        ("an empty list of attachments", changed(attachments=[]), STATEMENT),
        ("the same number", msgspec.json.encode(STATEMENT).replace(b"1.5", b"15e-1"), STATEMENT),
    ],
)
def test_the_same_statement_in_other_words(what: str, signed: Any, sent: dict[str, Any]) -> None:
    jws = sign(signed)
    check_signature(received(jws, sent), jws, VERSION)


@pytest.mark.parametrize(
    ("what", "signed", "sent"),
    [
        ("another actor", changed(actor={"mbox": "mailto:other@example.com"}), STATEMENT),
        ("another id", changed(id="33cff416-e331-4c9d-969e-5373a1756121"), STATEMENT),
        ("an id that the statement lacks", STATEMENT, changed(id=None)),
        ("a timestamp that the statement lacks", STATEMENT, changed(timestamp=None)),
        ("another moment", changed(timestamp="2013-04-01T12:00:01Z"), STATEMENT),
        ("a result that was added", changed(result=None), STATEMENT),
        ("an attachment that was added", STATEMENT, changed(attachments=[IMAGE])),
        ("an attachment that was removed", changed(attachments=[IMAGE]), STATEMENT),
        ("a list", [STATEMENT], STATEMENT),
        ("nothing", b"", STATEMENT),
        ("no object", b"5", STATEMENT),
        ("broken JSON", msgspec.json.encode(STATEMENT).replace(b'"', b"'", 1), STATEMENT),
        ("no statement", {"hello": "world"}, STATEMENT),
        ("a property twice", b'{"id":"' + ID.encode() + b'",' + msgspec.json.encode(STATEMENT)[1:], STATEMENT),
    ],
)
def test_another_statement_is_refused(what: str, signed: Any, sent: dict[str, Any]) -> None:
    jws = sign(signed)
    with pytest.raises(Declined) as refusal:
        check_signature(received(jws, sent), jws, VERSION)
    assert refusal.value.status == 400


def tampered(jws: bytes) -> bytes:
    head, payload, signature = jws.split(b".")
    return b".".join((head, payload, bytes(reversed(signature.rstrip(b"AQgw")))))


@pytest.mark.parametrize(
    ("what", "jws"),
    [
        ("HS256", lambda: sign(algorithm="HS256", key="k" * 32)),
        ("ES256", lambda: sign(algorithm="ES256", key=EC_KEY)),
        ("PS256", lambda: sign(algorithm="PS256")),
        ("no signature", lambda: sign(algorithm="none", key=None)),
        ("empty", lambda: b""),
        ("two parts", lambda: sign().rpartition(b".")[0]),
        ("four parts", lambda: sign() + b".x"),
        ("a line end", lambda: sign() + b"\n"),
        ("JSON serialisation", lambda: b'{"payload":"e30","signatures":[]}'),
        ("beyond base64", lambda: sign() + b"!"),
        ("a header that is no JSON", lambda: b"e30x." + sign().split(b".", 1)[1]),
        ("the statement alone", lambda: msgspec.json.encode(STATEMENT)),
        ("by another key than its certificate", lambda: sign(key=OTHER_KEY, x5c=[CERTIFICATES[id(KEY)]])),
        ("by the second certificate", lambda: sign(x5c=[CERTIFICATES[id(OTHER_KEY)], CERTIFICATES[id(KEY)]])),
        ("changed after signing", lambda: tampered(sign(x5c=[CERTIFICATES[id(KEY)]]))),
        ("a certificate not for RSA", lambda: sign(x5c=[CERTIFICATES[id(EC_KEY)]])),
        ("no certificate in the chain", lambda: sign(x5c=[])),
        ("a chain that is no list", lambda: sign(x5c=CERTIFICATES[id(KEY)])),
        ("a certificate that is none", lambda: sign(x5c=["AAAA"])),
        ("a certificate that is no base64", lambda: sign(x5c=["?"])),
        ("a certificate that is no text", lambda: sign(x5c=[5])),
    ],
)
def test_a_malformed_signature_is_refused(what: str, jws: Callable[[], bytes]) -> None:
    with pytest.raises(Declined) as refusal:
        check_signature(received(jws()), jws(), VERSION)
    assert refusal.value.status == 400


def test_the_signature_comes_along_with_its_type() -> None:
    jws = sign()
    part = Part(hashlib.sha256(jws).hexdigest(), "", jws)
    check_signatures(received(jws), {part.sha2: part}, VERSION)
    check_signatures(received(jws, sha2=part.sha2.upper()), {part.sha2: part}, VERSION)
    for statement, parts in (
        (received(jws), {}),
        (received(jws, fileUrl="http://example.com/signature"), {}),
        (received(jws, contentType="text/plain; charset=ascii"), {part.sha2: part}),
        (received(jws), {part.sha2: Part(part.sha2, "", b"something else")}),
    ):
        with pytest.raises(Declined) as refusal:
            check_signatures(statement, parts, VERSION)
        assert refusal.value.status == 400


def test_a_statement_without_signature_has_nothing_to_check() -> None:
    (parsed,) = parse(msgspec.json.encode(changed(attachments=[IMAGE])), VERSION)
    check_signatures(parsed, {}, VERSION)


@given(
    payload=st.binary(max_size=80) | st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_nothing_but_a_refusal_comes_of_a_nonsense_payload(payload: Any) -> None:
    jws = sign(payload)
    with pytest.raises(Declined):
        check_signature(received(jws), jws, VERSION)
