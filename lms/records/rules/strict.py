"""What a JSON text may hold before anyone asks what it says: the same on every database and for every reader of it."""

import json
import re
from typing import Any, Final

import msgspec

from lms.records.rules.refusals import Declined

DEEPEST: Final = 100
LONGEST_INTEGER: Final = 308  # digits: beyond it a number is infinite to most readers, as 1e400 is

_SPACES: Final = b" \t\r\n"
_TELLING_ESCAPE: Final = re.compile(rb"\\u00(?:22|3[aA]|00)")
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_THREE_DIGITS: Final = re.compile(rb"[0-9]{3}")
_BRACKET: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|([\[{])|([\]}])', re.DOTALL)
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder().decode


class _Twice(Exception):  # noqa: N818  only carried from the hook to its caller
    pass


def check_text(raw: bytes) -> Any:
    """The value of one JSON text, or Declined(400).

    Refused: what is not JSON in UTF-8, an infinite number, a key twice in one object, U+0000, a depth over 100.
    """
    if len(raw) - len(raw.translate(None, b"[{")) > DEEPEST and _depth(raw) > DEEPEST:
        raise Declined(400, f"The JSON is nested deeper than {DEEPEST} levels.")
    try:
        value = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Declined(400, "The content is not one valid JSON text in UTF-8.") from None
    if _in_doubt(raw, value):
        _settle(raw)
    return value


def _in_doubt(raw: bytes, value: Any) -> bool:
    """Whether the text may hold U+0000, a key twice or a huge integer: a cheap question, never answered no wrongly.

    A duplicate key is lost by decoding, so the text then shows more `":` than its value written again. Escapes that hide a quote or
    a colon could make up for the difference, so they are in doubt too.
    """
    if b"\\" in raw and _TELLING_ESCAPE.search(raw):
        return True
    if _THREE_DIGITS.search(raw[::100]):  # a run of 309 digits has three of every hundredth byte
        return True
    return raw.translate(None, _SPACES).count(b'":') != _encode(value).count(b'":')


def _settle(raw: bytes) -> None:
    """Read the text again, slowly and exactly."""
    if _NUL.search(raw):
        raise Declined(400, "The character U+0000 is not accepted.")
    try:
        json.loads(raw, object_pairs_hook=_pairs, parse_int=_integer)
    except _Twice:
        raise Declined(400, "A property is given twice in one object.") from None
    except (ValueError, RecursionError):
        raise Declined(400, f"An integer has more than {LONGEST_INTEGER} digits.") from None


def _pairs(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise _Twice


def _integer(text: str) -> None:
    if len(text.lstrip("-")) > LONGEST_INTEGER:
        raise ValueError


def _depth(raw: bytes) -> int:
    depth = deepest = 0
    for match in _BRACKET.finditer(raw):
        if match[1]:
            depth += 1
            deepest = max(deepest, depth)
        elif match[2]:
            depth -= 1
    return deepest
