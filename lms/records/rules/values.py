"""Single values of a statement (xAPI 1.0.3 §4, IEEE 9274.1.1 §4.2.7): their formats, and what compares them."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Final

from msgspec import Meta

# RFC 3987: a scheme, then anything that no IRI forbids. §2.2 asks for the scheme and leaves the rest to best effort.
_IRI: Final = re.compile(r"\A[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-\[\]_a-z~\xa0-\U0010ffff]+\Z")
_MAILTO: Final = re.compile(r"\Amailto:[^\s@<>\"\x00-\x1f\x7f]+@[^\s@<>\"?,;\x00-\x1f\x7f]+\Z")
_UUID: Final = re.compile(r"\A[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")
_SHA1: Final = re.compile(r"\A[0-9A-Fa-f]{40}\Z")
_SHA2: Final = re.compile(r"\A(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{56}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128})\Z")
_NAME: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_MEDIA_TYPE: Final = re.compile(rf"\A{_NAME}/{_NAME}(?:[ \t]*;[\t -~\x80-\U0010ffff]*)?\Z")

# RFC 5646 §2.1: the shape that nearly every tag has, the whole grammar, and the tags kept from before it.
_LANGUAGE: Final = re.compile(
    r"\A(?:[A-Za-z]{2,3}(?:-[A-Za-z]{2})?|"
    r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?|"
    r"[xX](?:-[A-Za-z0-9]{1,8})+|"
    r"(?i:en-gb-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)|sgn-(?:be-fr|be-nl|ch-de)))\Z"
)

# ISO 8601 §4.4.3.2: weeks stand alone, and only the last component may have a fraction.
_NUMBER: Final = r"[0-9]+(?:[.,][0-9]+)?"
_DURATION: Final = re.compile(
    rf"\AP(?!\Z)(?![^.,]*[.,][0-9]+[A-Z].)(?:{_NUMBER}W|"
    rf"(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?(?:T(?!\Z)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)\Z"
)

# RFC 3339, with a space allowed for the T as its §5.6 lets one do; no zone of -00:00, which ISO 8601 forbids.
_RFC3339: Final = re.compile(
    r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|(?!-00:00)[+-][0-9]{2}:[0-9]{2})\Z"
)
# ISO 8601, extended or basic: what 1.0.3 §4.5 asks; seconds and zone may lack.
_ISO8601: Final = re.compile(
    r"\A(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?|"
    r"[0-9]{8}[Tt][0-9]{4}(?:[0-9]{2}(?:[.,][0-9]+)?)?)"
    r"(?:[Zz]|(?!-00:?(?:00)?\Z)[+-][0-9]{2}(?::?[0-9]{2})?)?\Z"
)
_LEAP_SECOND: Final = re.compile(r"(?<=:[0-9]{2}:)60|(?<=[Tt][0-9]{4})60")
_ODD_SPELLING: Final = re.compile(r"[zt]")
_FINER_THAN_A_HUNDREDTH: Final = re.compile(r"(?<=[.,][0-9]{2})[0-9]+(?=S\Z)")

Iri = Annotated[str, Meta(pattern=_IRI.pattern)]
Mailto = Annotated[str, Meta(pattern=_MAILTO.pattern)]
UuidText = Annotated[str, Meta(pattern=_UUID.pattern)]
Sha1 = Annotated[str, Meta(pattern=_SHA1.pattern)]
Sha2 = Annotated[str, Meta(pattern=_SHA2.pattern)]
MediaType = Annotated[str, Meta(pattern=_MEDIA_TYPE.pattern)]


def is_iri(text: str) -> bool:
    """An absolute IRI: it has a scheme, and no character that RFC 3987 forbids."""
    return _IRI.search(text) is not None


def are_iris(texts: Iterable[str]) -> bool:
    return all(map(_IRI.search, texts))


def is_mailto(text: str) -> bool:
    """`mailto:` and one e-mail address (§2.4.2.3)."""
    return _MAILTO.search(text) is not None


def is_uuid(text: str) -> bool:
    """A UUID in its standard text form, of any version (§4.4)."""
    return _UUID.search(text) is not None


def is_sha1(text: str) -> bool:
    return _SHA1.search(text) is not None


def is_sha2(text: str) -> bool:
    """The hexadecimal of SHA-224, 256, 384 or 512 (§2.4.11)."""
    return _SHA2.search(text) is not None


def is_media_type(text: str) -> bool:
    """RFC 2046, with or without parameters."""
    return _MEDIA_TYPE.search(text) is not None


def is_language(text: str) -> bool:
    """A well-formed tag of RFC 5646; whether its subtags are registered is not asked."""
    return _LANGUAGE.search(text) is not None


def are_languages(texts: Iterable[str]) -> bool:
    return all(map(_LANGUAGE.search, texts))


def is_duration(text: str) -> bool:
    """ISO 8601:2004 §4.4.3.2, the alternative format refused (§4.6)."""
    return _DURATION.search(text) is not None


def is_timestamp(text: str, version: str) -> bool:
    """RFC 3339 under 2.0; any ISO 8601 date with a time under 1.0.3 (§4.5). Never the zone -00:00."""
    shape = _ISO8601 if version.startswith("1.") else _RFC3339
    return shape.search(text) is not None and instant(text) is not None


def instant(text: str) -> datetime | None:
    """The point in time a timestamp tells, in UTC; without a zone it is read as UTC. None when there is no such day or hour."""
    if _ODD_SPELLING.search(text):
        text = text.upper()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        if not _LEAP_SECOND.search(text):
            return None
        return instant(_LEAP_SECOND.sub("59", text, count=1))  # the clock of Python has no leap second
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None


def comparable_duration(text: str) -> str:
    """A duration as it is compared: as text, without what is finer than 0.01 s (§2.3.1, §4.6)."""
    return _FINER_THAN_A_HUNDREDTH.sub("", text)
