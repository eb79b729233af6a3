"""A trainee who has acquired what a badge says, and a badge of theirs."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from openbadgeslib import ob3

from assessments.models import Judgement
from lms.badges.models import Badge
from lms.badges.selectors import Achievement, achievement_of
from lms.badges.services import issue_badge
from tests.cast import Small, small
from tests.story import hand_in, judge


def signed_elsewhere(issuer: str = "did:web:autre.exemple", kind: str = "EdDSA", **dates: Any) -> str:
    """A token of another school, which carries the key that signed it."""
    key: Any = {
        "EdDSA": Ed25519PrivateKey.generate, "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "RS256": lambda: rsa.generate_private_key(65537, 2048),
    }[kind]()  # fmt: skip
    writer: Any = {"EdDSA": OKPAlgorithm, "ES256": ECAlgorithm, "RS256": RSAAlgorithm}[kind]
    jwk = writer.to_jwk(key.public_key(), as_dict=True)
    return jwt.encode(foreign(issuer, **dates).to_jwt_payload(), key, algorithm=kind, headers={"jwk": jwk})


def foreign(issuer: str, **dates: Any) -> ob3.OpenBadgeCredential:
    """What another school says of somebody, not yet signed."""
    return ob3.OpenBadgeCredential(
        issuer=ob3.Issuer(id=issuer, name="Autre école"), recipient_id="mailto:a@exemple.org", id=f"urn:uuid:{uuid4()}",
        achievement=ob3.Achievement(id="https://autre.exemple/1", name="Sous-titrer", description="Un film", criteria_narrative="Vu"),
        issuance_date=datetime(2025, 1, 1, tzinfo=UTC), **dates,
    )  # fmt: skip


def badge_of_elsewhere() -> SimpleUploadedFile:
    return SimpleUploadedFile("ailleurs.jwt", signed_elsewhere().encode())


@dataclass
class Given:
    """The small world, its trainee judged at 3, the first competency as an achievement, and its badge."""

    small: Small
    what: Achievement
    badge: Badge
    judgement: Judgement


def acquired() -> tuple[Small, Achievement, Judgement]:
    world = small()
    judgement = judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    what = achievement_of(world.competencies[0].uuid)
    assert what
    return world, what, judgement


def given() -> Given:
    world, what, judgement = acquired()
    return Given(world, what, issue_badge(by=world.trainer, trainee=world.trainee, what=what), judgement)
