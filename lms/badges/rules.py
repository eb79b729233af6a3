"""What a badge is found to be, and who may issue one. Pure."""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lms.people.rules import Role

MAY_ISSUE = (Role.TRAINER, Role.COORDINATOR)
LIST_SIZE = 131_072  # entries of the status list: the least that hides who is who in it (Bitstring Status List v1.0 §2.2)
MAX_BADGE_BYTES = 2 * 1024 * 1024  # of a file that is looked at
MAX_TEXT = 128 * 1024  # characters of the credential itself


class Verdict(StrEnum):
    """What is said of a file, one word of these."""

    SOUND = "sound"
    REVOKED = "revoked"
    EXPIRED = "expired"
    EARLY = "early"
    ALTERED = "altered"
    UNKNOWN = "unknown"  # signed by us, and not among the badges we keep
    FOREIGN = "foreign"  # of another issuer; the signature holds with the key it carries
    FOREIGN_UNREAD = "foreign_unread"  # of another issuer; nothing here can check the signature
    NOT_A_BADGE = "not_a_badge"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in a file: nothing that it does not say itself, besides when it was revoked. `is_named`: whether the name that
    was typed is its holder's; None where none was typed, or the file names nobody."""

    verdict: Verdict
    title: str = ""
    issuer: str = ""
    issuer_id: str = ""
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    is_foreign: bool = False
    is_named: bool | None = None


def verdict_at(moment: datetime, *, start: datetime | None, end: datetime | None, revoked_at: datetime | None) -> Verdict:
    """What time makes of a badge whose signature holds: revoked before all, then past, then to come."""
    if revoked_at is not None:
        return Verdict.REVOKED
    if end is not None and end <= moment:
        return Verdict.EXPIRED
    return Verdict.EARLY if start is not None and start > moment else Verdict.SOUND


def name_digest(name: str, salt: str) -> str:
    """A name as a badge carries it (OB 3.0 IdentityHash): nobody reads it there; who knows the name can check it."""
    return "sha256$" + hashlib.sha256((" ".join(name.split()) + salt).encode()).hexdigest()


def is_name_of(name: str, identifiers: Iterable[object]) -> bool | None:
    """Whether one of the badge's identifiers is that name; None where it carries no name. Letters' case and spaces are the holder's."""
    carried = [one for one in identifiers if isinstance(one, Mapping) and one.get("identityType") == "name"]
    if not carried:
        return None
    return any(_is_hash_of(name, one) for one in carried)


def _is_hash_of(name: str, identifier: Mapping[object, object]) -> bool:
    told = str(identifier.get("identityHash", ""))
    wanted = name_digest(name, str(identifier.get("salt", ""))) if identifier.get("hashed") else " ".join(name.split())
    return hmac.compare_digest(told.encode(), wanted.encode())


def complete_blocks(validated: Collection[int], blocks: Mapping[int, Collection[int]]) -> list[int]:
    """The blocks all of whose parts (`blocks`: those in it that hold competencies, itself among them) an assessor has validated; one
    without any is nobody's."""
    return [block for block, parts in blocks.items() if parts and set(parts) <= set(validated)]


def wrapped(text: str, width: int, lines: int) -> list[str]:
    """A label in at most `lines` lines of `width` characters, cut at words; what does not fit ends in « … »."""
    found: list[str] = [""]
    for word in text.split():
        line = f"{found[-1]} {word}".strip()
        if len(line) <= width or not found[-1]:
            found[-1] = line[:width]
        elif len(found) < lines:
            found.append(word[:width])
        else:
            found[-1] = found[-1][: width - 1].rstrip(" ,;:") + "…"
            break
    return found
