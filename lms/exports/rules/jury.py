"""What a dossier says of a jury's decisions. Pure.

`text` is what was signed, as it was written; each signature's `text` names that text's SHA-256 and who said yes to it, and `jws` signs it, detached, by a
key of the site (docs/certification.md): a decision is checked by itself, not only by the dossier around it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class JurySignature:
    """One member's yes to one decision."""

    name: str
    quality: str
    at: datetime
    text: str
    jws: str


@dataclass(frozen=True, slots=True)
class JuryDecision:
    """What a jury decided of one block. `is_current`: no later one corrects it."""

    uuid: UUID
    session: str
    certification: str
    certifier: str
    starts_on: date
    ends_on: date
    block_code: str
    outcome: Literal["total", "partial", "none", "absent"]
    word: str
    comment: str
    reason: str
    at: datetime
    is_current: bool
    text: str
    signatures: list[JurySignature]
    statement: UUID
