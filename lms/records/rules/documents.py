"""Where a document stands, when it may be written, how two are merged (xAPI 1.0.3 Communication §2.2, §3.1; IEEE 9274.1.1 §4.1.4)."""

import hashlib
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec

from lms.records.rules.digests import digest
from lms.records.rules.refusals import Declined

DOCUMENT = b"document"
ANY: Literal["*"] = "*"
# A tag is quoted (RFC 9110 §8.8.3); libraries of 1.0 send the SHA-1 that they computed bare.
TAG = r'(W/)?(?:"([\x21\x23-\x7e\x80-\xff]*)"|([0-9A-Fa-f]{40}))'
TAG_PATTERN = re.compile(TAG)
TAGS_PATTERN = re.compile(rf"[\s,]*{TAG}(?:\s*,[\s,]*{TAG})*[\s,]*")
JSON_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])

Tags: TypeAlias = frozenset[str] | Literal["*"]


@dataclass(frozen=True, slots=True)
class Address:
    """One document of a store, or without `key` what several belong to. `agent` and `activity` are digests: both for a state, one for a profile."""

    store: int
    agent: UUID | None
    activity: UUID | None
    registration: UUID | None = None
    key: str = ""

    @property
    def id(self) -> UUID:
        places = "/".join(place.hex if place else "" for place in (self.agent, self.activity, self.registration))
        return digest(self.store, DOCUMENT, f"{places}/{self.key}")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a request asks of the document before it acts: `If-Match` and `If-None-Match`."""

    match: Tags | None = None
    none_match: Tags | None = None

    @property
    def given(self) -> bool:
        return self.match is not None or self.none_match is not None

    def met_by(self, etag: str | None) -> bool:
        """Whether they hold for a document of that tag, or for none."""
        return self._matched(etag) and not self._excluded(etag)

    def _matched(self, etag: str | None) -> bool:
        return self.match is None or (etag is not None and (self.match == ANY or etag in self.match))

    def _excluded(self, etag: str | None) -> bool:
        return self.none_match is not None and etag is not None and (self.none_match == ANY or etag in self.none_match)


def conditions(if_match: str | None, if_none_match: str | None) -> Conditions:
    """The conditions of two headers. A weak tag matches nothing in `If-Match` (RFC 9110 §13.1.1); in `If-None-Match` it counts as strong."""
    match = _tags(if_match, "If-Match")
    none_match = _tags(if_none_match, "If-None-Match")
    if isinstance(match, frozenset):
        match = frozenset(tag for tag in match if not tag.startswith("W/"))
    if isinstance(none_match, frozenset):
        none_match = frozenset(tag.removeprefix("W/") for tag in none_match)
    return Conditions(match, none_match)


def _tags(header: str | None, name: str) -> Tags | None:
    if header is None:
        return None
    if header.strip() == ANY:
        return ANY
    if not TAGS_PATTERN.fullmatch(header):
        raise Declined(400, f"{name} must be * or a list of quoted tags.")
    return frozenset(f"{weak}{quoted or bare.lower()}" for weak, quoted, bare in TAG_PATTERN.findall(header))


def etag_of(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def check_json(content: bytes) -> None:
    """Refuses a document that says it is JSON and is not (§3.2)."""
    try:
        msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Declined(400, "The document is not the JSON that its Content-Type announces.") from None


def merged(existing: bytes | None, posted: bytes) -> bytes:
    """The existing object with the posted one's properties set, one level deep (§2.2), each value as its sender wrote it.

    Without an existing document, the posted bytes as they are. Refuses when either is not a JSON object.
    """
    posted_object = _json_object(posted)
    return posted if existing is None else msgspec.json.encode(_json_object(existing) | posted_object)


def _json_object(content: bytes) -> dict[str, msgspec.Raw]:
    check_json(content)
    try:
        return JSON_OBJECT.decode(content)
    except msgspec.DecodeError:
        raise Declined(400, "A document is merged by POST only where it and the one kept are JSON objects.") from None
