"""A badge goes out in four forms and comes back the same; whatever is changed in it is found."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st
from openbadgeslib import baking, ob3
from PIL import Image

from lms import clock
from lms.badges.formats import credentials
from lms.badges.formats.pictures import baked_png, baked_svg, png, svg
from lms.badges.formats.verifying import credential_in, find_out
from lms.badges.models import Badge, SigningKey
from lms.badges.rules import LIST_SIZE, Verdict
from lms.badges.selectors import Achievement, keys_known
from lms.badges.services import issue_badge, revoke_badge, rotate_key
from tests.badges.story import Given, foreign, signed_elsewhere
from tests.badges.story import given as a_badge

pytestmark = pytest.mark.django_db
FORMS = ("jwt", "json", "png", "svg", "json-svg")
DRAWN = Achievement("competency", 1, uuid4(), "ON3.5", "Détourer une image & l'isoler <net>", "Je détoure", "Cadre")


def files_of(badge: Badge) -> dict[str, bytes]:
    """The badge in every form that carries it."""
    picture = svg(DRAWN, "Tremplin")
    return {
        "jwt": badge.token.encode(), "json": badge.document.encode(), "png": baked_png(png(DRAWN, "Tremplin"), badge.token),
        "svg": baked_svg(picture, badge.token),
        "json-svg": baking.bake_svg(picture, badge.document, element=baking.SVG_ELEMENT_OB3, namespace=baking.SVG_NS_OB3, as_text=True),
    }  # fmt: skip


def told(content: bytes, **options: Any) -> Verdict:
    return find_out(content, at=clock.now(), **options).verdict


@pytest.mark.parametrize("form", FORMS)
def test_each_form_comes_back_sound(form: str) -> None:
    story = a_badge()
    found = find_out(files_of(story.badge)[form], at=clock.now())
    assert found.verdict is Verdict.SOUND
    assert (found.title, found.issuer, found.is_foreign) == (story.what.label, "Tremplin", False)


def test_each_form_is_revoked_once_the_badge_is() -> None:
    story = a_badge()
    revoke_badge(by=story.small.trainer, badge=story.badge.uuid, reason="Donné à la mauvaise personne.")
    assert {told(content) for content in files_of(story.badge).values()} == {Verdict.REVOKED}


def test_a_badge_expires_with_the_clock() -> None:
    world = a_badge()
    what = replace(world.what)
    revoke_badge(by=world.small.trainer, badge=world.badge.uuid, reason="Pour une date.")
    badge = issue_badge(by=world.small.trainer, trainee=world.small.trainee, what=what, until=clock.today() + timedelta(days=30))
    assert badge.expires_at
    for content in files_of(badge).values():
        assert find_out(content, at=badge.expires_at - timedelta(seconds=1)).verdict is Verdict.SOUND
        assert find_out(content, at=badge.expires_at).verdict is Verdict.EXPIRED
        assert find_out(content, at=badge.issued_at - timedelta(seconds=1)).verdict is Verdict.EARLY


def test_old_badges_verify_after_the_key_has_changed() -> None:
    story = a_badge()
    first = story.badge.key
    rotate_key()
    rotate_key()
    assert {told(content) for content in files_of(story.badge).values()} == {Verdict.SOUND}
    keys = keys_known()
    assert len(keys) == 3
    assert sum(key.active_until is None for key in keys) == 1
    assert first.kid in [key["kid"] for key in credentials.key_set(keys)["keys"]]


def test_a_verifier_of_elsewhere_finds_the_old_key_in_the_did_document() -> None:
    """The library, as another site would use it: did.json and the status list are all it is given."""
    story = a_badge()
    rotate_key()
    document = credentials.did_document(keys_known())
    asked: list[str] = []

    def download(address: str, *_more: object, **_named: object) -> bytes:
        asked.append(address)
        if address.endswith("did.json"):
            return json.dumps(document).encode()
        day = datetime.combine(clock.today(), datetime.min.time(), UTC)
        return credentials.status_list((3,), day=day, key=SigningKey.objects.get(active_until=None)).encode()

    for verifier, text in ((ob3.OB3Verifier, story.badge.token), (ob3.OB3LdpVerifier, story.badge.document)):
        anchored = verifier.for_issuer_did(credentials.did(), download)
        kept: Any = anchored.verify(text, download=download, check_status=True)
        assert kept.achievement.name == story.what.label
    assert any(address.endswith("did.json") for address in asked)
    assert any("statuts" in address for address in asked)


def test_the_status_list_has_the_revoked_place_and_no_other() -> None:
    story = a_badge()
    day = datetime.combine(clock.today(), datetime.min.time(), UTC)
    pem = credentials.public_pem(story.badge.key)
    made = jwt.decode(credentials.status_list((5, 9), day=day, key=story.badge.key), pem, algorithms=["EdDSA"])
    bits = ob3.decode_encoded_list(made["credentialSubject"]["encodedList"])
    assert len(bits) * 8 == LIST_SIZE >= 131_072
    assert ob3.set_indices(bits) == {5, 9}


# --- Whatever is changed is found


def flipped(text: str, place: int) -> str:
    return f"{text[:place]}{'A' if text[place] != 'A' else 'B'}{text[place + 1 :]}"


def test_a_letter_changed_in_each_part_of_the_token_is_found() -> None:
    token = a_badge().badge.token
    header, body, signature = token.split(".")
    starts = (0, len(header) + 1, len(header) + len(body) + 2)
    for start, part in zip(starts, (header, body, signature), strict=True):
        for place in (start, start + len(part) // 2, start + len(part) - 1):
            changed = flipped(token, place)
            assert told(changed.encode()) in (Verdict.ALTERED, Verdict.NOT_A_BADGE), place  # a broken text is no badge any more
    assert told(flipped(token, starts[2] + 10).encode()) is Verdict.ALTERED  # the last letter is half padding: it may break the text


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The place of every text of a document."""
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in paths(inner, (*path, key))]
    if isinstance(value, list):
        return [found for number, inner in enumerate(value) for found in paths(inner, (*path, number))]
    return [path]


def test_each_text_of_the_document_changed_is_found() -> None:
    story = a_badge()
    for path in paths(json.loads(story.badge.document)):
        document = json.loads(story.badge.document)
        inner = document
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = f"{inner[path[-1]]}x"
        verdict = told(json.dumps(document).encode())
        assert verdict not in (Verdict.SOUND, Verdict.FOREIGN, Verdict.EXPIRED), path


def test_a_member_added_without_a_word_of_the_context_is_found() -> None:
    """What the proof's canonical form leaves out is still not what was signed."""
    document = json.loads(a_badge().badge.document)
    document["mention"] = "Très bien"
    assert told(json.dumps(document).encode()) is Verdict.ALTERED


def test_a_badge_that_claims_to_be_ours_and_is_not_is_altered() -> None:
    story = a_badge()
    token = signed_elsewhere(issuer=credentials.did())
    assert told(token.encode()) is Verdict.ALTERED
    Badge.objects.filter(pk=story.badge.pk).delete()
    assert told(story.badge.token.encode()) is Verdict.UNKNOWN
    assert told(story.badge.document.encode()) is Verdict.UNKNOWN


# --- Of elsewhere


@pytest.mark.parametrize("kind", ["EdDSA", "ES256", "RS256"])
def test_a_token_of_elsewhere_is_checked_with_the_key_it_carries(kind: str) -> None:
    token = signed_elsewhere(kind=kind)
    found = find_out(token.encode(), at=clock.now())
    assert (found.verdict, found.issuer, found.title, found.is_foreign) == (Verdict.FOREIGN, "Autre école", "Sous-titrer", True)
    assert told(flipped(token, len(token) - 20).encode()) is Verdict.ALTERED


def test_a_badge_of_elsewhere_past_its_end_is_said_so() -> None:
    past = {"expiration_date": datetime(2025, 6, 1, tzinfo=UTC)}
    assert told(signed_elsewhere(**past).encode()) is Verdict.EXPIRED
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    did = ob3.did_key_from_pem(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    document = ob3.OB3LdpSigner(pem).sign(foreign(did, **past))
    assert told(json.dumps(document).encode()) is Verdict.EXPIRED
    document["validUntil"] = "2099-01-01T00:00:00Z"
    assert told(json.dumps(document).encode()) is Verdict.ALTERED


def test_a_proof_of_elsewhere_is_checked_where_it_carries_its_key() -> None:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    did = ob3.did_key_from_pem(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    document = ob3.OB3LdpSigner(pem).sign(foreign(did))
    assert told(json.dumps(document).encode()) is Verdict.FOREIGN
    document["credentialSubject"]["achievement"]["name"] = "Monter"
    assert told(json.dumps(document).encode()) is Verdict.ALTERED
    by_web = ob3.OB3LdpSigner(pem, "did:web:autre.exemple#1").sign(foreign("did:web:autre.exemple"))
    assert told(json.dumps(by_web).encode()) is Verdict.FOREIGN_UNREAD
    by_web["proof"]["cryptosuite"] = "eddsa-jcs-2022"
    assert told(json.dumps(by_web).encode()) is Verdict.FOREIGN_UNREAD


def test_a_token_without_a_key_cannot_be_checked_here() -> None:
    key = Ed25519PrivateKey.generate()
    payload = foreign("did:web:autre.exemple").to_jwt_payload()
    assert told(jwt.encode(payload, key, algorithm="EdDSA").encode()) is Verdict.FOREIGN_UNREAD
    unsigned = jwt.encode(payload, None, algorithm="none", headers={"jwk": {"kty": "OKP"}})
    assert told(unsigned.encode()) is Verdict.FOREIGN_UNREAD


def test_a_secret_key_of_the_attacker_is_not_taken_for_a_public_one() -> None:
    """An HMAC « signed » with the very jwk it carries proves nothing."""
    secret = base64.urlsafe_b64encode(b"k" * 32).decode().rstrip("=")
    payload = foreign("did:web:autre.exemple").to_jwt_payload()
    token = jwt.encode(payload, b"k" * 32, algorithm="HS256", headers={"jwk": {"kty": "oct", "k": secret}})
    assert told(token.encode()) is Verdict.FOREIGN_UNREAD


# --- Not a badge

BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><svg>&c;</svg>'


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00\xff", b"{}", b"[]", b"{", b"a.b.c", b"bonjour", b"<svg", BOMB, b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + b"\xff" * 40, b'{"type": "OpenBadgeCredential"' + b"[" * 100_000,
        b'{"@context": ' + b"[" * 50_000 + b"]" * 50_000 + b', "type": "OpenBadgeCredential"}', "€".encode("utf-16"),
        b'{"type": ["VerifiableCredential"]}', b"x" * (2 * 1024 * 1024 + 1),
    ],
)  # fmt: skip
def test_what_is_no_badge_is_said_so(content: bytes) -> None:
    assert told(content) is Verdict.NOT_A_BADGE


def test_a_picture_of_ours_without_its_badge_is_no_badge() -> None:
    assert told(png(DRAWN, "Tremplin")) is told(svg(DRAWN, "Tremplin")) is Verdict.NOT_A_BADGE


@example(b"\x89PNG\r\n\x1a\n\x00\x00\x00\riTXt")
@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_without_breaking(content: bytes) -> None:
    credential_in(content)
    credential_in(b"\x89PNG\r\n\x1a\n" + content)
    credential_in(b"<" + content)


@pytest.mark.parametrize(
    "document",
    [
        {"type": "OpenBadgeCredential"}, {"type": ["OpenBadgeCredential"], "issuer": 3, "credentialSubject": []},
        {"type": ["AchievementCredential"], "issuer": {"id": None}, "proof": []}, {"type": "OpenBadgeCredential", "validFrom": "hier"},
        {"type": "OpenBadgeCredential", "issuer": "did:key:z6M", "proof": {"cryptosuite": "eddsa-rdfc-2022", "verificationMethod": "did:key:z6M"}},
        {"type": "OpenBadgeCredential", "id": 7, "issuer": "did:web:127.0.0.1%3A8000", "validUntil": "2020-01-01"},
        {"type": "OpenBadgeCredential", "credentialSubject": {"achievement": 3, "identifier": [3, {"identityType": "name"}]}},
    ],
)  # fmt: skip
def test_a_document_of_odd_shape_is_never_sound(document: dict[str, Any]) -> None:
    found = find_out(json.dumps(document).encode(), at=clock.now(), name="Inès")
    assert found.verdict in (Verdict.ALTERED, Verdict.FOREIGN_UNREAD)


# --- What the badge says of its holder


def test_the_badge_names_nobody_and_tells_whether_a_name_is_its_holders() -> None:
    story: Given = a_badge()
    trainee = story.small.trainee
    for text in (story.badge.document, json.dumps(jwt.decode(story.badge.token, options={"verify_signature": False}))):
        for word in (trainee.first_name, trainee.last_name, trainee.username, str(trainee.uuid), "judgement"):
            assert word not in text, word
    for name, is_theirs in (
        (str(trainee), True),
        (f"  {trainee.first_name}   {trainee.last_name} ", True),
        ("Yanis Dupont", False),
        ("", None),
    ):
        assert find_out(story.badge.token.encode(), at=clock.now(), name=name).is_named is is_theirs


def test_pictures_are_pictures(tmp_path: Any) -> None:
    path = tmp_path / "badge.png"
    path.write_bytes(png(DRAWN, settings.BADGE_ISSUER_NAME))
    with Image.open(path) as picture:
        picture.load()
        assert picture.size == (600, 600)
    drawn = svg(DRAWN, "Tremplin").decode()
    assert "&lt;net&gt;" in drawn
    assert "<script" not in drawn
