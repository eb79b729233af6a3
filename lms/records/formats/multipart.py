"""`multipart/mixed` with attachments, in and out (xAPI 1.0.3 Communication §1.5.2, Data §2.4.11; IEEE 9274.1.1 §4.1.3; RFC 2046 §5.1).

Cut by hand, on bytes. The standard library's `email` reads a part by its own content type, so an attached message or archive would be taken
apart and its line ends changed; the parsers kept for forms want a `Content-Disposition`, or stop at a preamble. An attachment is only bytes.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.http import parse_header_parameters

from lms.records.rules.refusals import Declined
from lms.records.rules.statement import AttachmentHead

MOST_PARTS = 999  # the statements included: beyond, a body costs more to cut than its attachments are worth (promises.md B04)
BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")  # RFC 2046 §5.1.1
DELIMITER_END = re.compile(rb"[ \t]*\r\n")
FOLD = re.compile(rb"\r\n[ \t]+")
HEADER_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
SHA2 = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}  # by the length of the hexadecimal text


class Part(NamedTuple):
    """One attachment's bytes as they came: `sha2` in lower case, checked against them; what follows them, as far as it was sent."""

    sha2: str
    content_type: str
    content: bytes
    length: int | None = None


class Mixed(NamedTuple):
    statements: bytes
    parts: list[Part]


def read_mixed(body: bytes, content_type: str) -> Mixed:
    """The statements' bytes and the attachments of a body, in order. Refuses (400) what §1.5.2 and RFC 2046 refuse."""
    first, *others = _cut(body, _boundary(content_type))
    headers, statements = _opened(first)
    if _media_type(headers.get("content-type", ""))[0] != "application/json":
        raise Declined(400, "The first part must hold the statements, with Content-Type application/json.")
    if headers.get("content-transfer-encoding", "binary").lower() not in ("binary", "8bit", "7bit"):
        raise Declined(400, "The first part must not be encoded: its Content-Transfer-Encoding is binary.")
    return Mixed(statements, [_attachment(piece) for piece in others])


def check_attachments(heads: Iterable[AttachmentHead], parts: Sequence[Part]) -> dict[str, Part]:
    """The parts by their hash, once each statement's attachment has its part or a fileUrl, and each part is named by a statement.

    Where a part and a statement both tell a length or a content type, they agree (Data §2.4.11); the hash alone decides otherwise. Without
    parts, this is the rule of `application/json`: every attachment has its fileUrl.
    """
    by_hash = {part.sha2: part for part in parts}
    named = set()
    for head in heads:
        part = by_hash.get(head.sha2.lower())
        if part is None:
            if not head.file_url:
                raise Declined(400, "An attachment has neither a fileUrl nor a part with its sha2.")
            continue
        named.add(part.sha2)
        if part.length is not None and part.length != head.length:
            raise Declined(400, "An attachment's length is not the Content-Length of its part.")
        if part.content_type and _media_type(part.content_type) != _media_type(head.content_type):
            raise Declined(400, "An attachment's contentType is not the Content-Type of its part.")
    if len(named) < len(by_hash):
        raise Declined(400, "A part belongs to no attachment of the statements.")
    return by_hash


def write_mixed(json_body: bytes, parts: Iterable[Part]) -> tuple[bytes, str]:
    """A body of statements and attachments, and its content type."""
    boundary = secrets.token_hex(16).encode()  # 128 random bits: no content holds them
    pieces = [b"Content-Type: application/json\r\n\r\n", json_body]
    for part in parts:
        kind = " ".join(part.content_type.split()) or "application/octet-stream"  # never a line end inside a header
        pieces.append(
            b"\r\n--%b\r\nContent-Type: %b\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: %b\r\n\r\n"
            % (boundary, kind.encode(), part.sha2.encode())
        )
        pieces.append(part.content)
    return b"".join((b"--%b\r\n" % boundary, *pieces, b"\r\n--%b--\r\n" % boundary)), f"multipart/mixed; boundary={boundary.decode()}"


def _boundary(content_type: str) -> bytes:
    kind, parameters = _media_type(content_type)
    boundary = parameters.get("boundary", "")
    if kind != "multipart/mixed" or not BOUNDARY.fullmatch(boundary):
        raise Declined(400, "Content-Type must be multipart/mixed with a boundary.")
    return boundary.encode()


def _cut(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between the delimiters, preamble and epilogue left out. A boundary at the start of any other line is refused."""
    _preamble, *pieces = (b"\r\n" + body).split(b"\r\n--" + boundary, MOST_PARTS + 2)
    if len(pieces) > MOST_PARTS + 1:
        raise Declined(400, f"A body has at most {MOST_PARTS} parts.")
    if len(pieces) < 2 or not pieces[-1].startswith(b"--") or not DELIMITER_END.match(pieces[-1][2:] + b"\r\n"):
        raise Declined(400, "The body does not begin and end with the boundary.")
    starts = [DELIMITER_END.match(piece) for piece in pieces[:-1]]
    if not all(starts):
        raise Declined(400, "The boundary stands inside a part.")
    return [piece[start.end() :] for piece, start in zip(pieces, starts, strict=False) if start]


def _opened(piece: bytes) -> tuple[dict[str, str], bytes]:
    """A part's headers, names in lower case, and its content."""
    head, empty_line, content = (b"\r\n" + piece).partition(b"\r\n\r\n")
    if not empty_line:
        raise Declined(400, "A part has no empty line after its headers.")
    headers: dict[str, str] = {}
    for line in FOLD.sub(b" ", head).split(b"\r\n")[1:]:
        name, colon, value = line.partition(b":")
        key = name.decode("ascii", "replace").lower()
        if not colon or not HEADER_NAME.fullmatch(name) or key in headers or not value.isascii():
            raise Declined(400, "A part's header cannot be read.")
        headers[key] = value.decode().strip()
    return headers, content


def _attachment(piece: bytes) -> Part:
    headers, content = _opened(piece)
    sha2 = headers.get("x-experience-api-hash", "").lower()
    if len(sha2) not in SHA2:
        raise Declined(400, "Each part after the first needs X-Experience-API-Hash, a SHA-2 in hexadecimal.")
    if headers.get("content-transfer-encoding", "").lower() != "binary":
        raise Declined(400, "Each part after the first needs Content-Transfer-Encoding: binary.")
    length = headers.get("content-length")
    if length is not None and length != str(len(content)):
        raise Declined(400, "A part's Content-Length is not that of its content.")
    if hashlib.new(SHA2[len(sha2)], content, usedforsecurity=False).hexdigest() != sha2:
        raise Declined(400, "A part's X-Experience-API-Hash is not the hash of its content.")
    return Part(sha2, headers.get("content-type", ""), content, None if length is None else len(content))


def _media_type(text: str) -> tuple[str, dict[str, str]]:
    """A media type and its parameters, made comparable: names in lower case, quotes taken off."""
    try:
        kind, parameters = parse_header_parameters(text)
    except ValueError:
        raise Declined(400, "A Content-Type cannot be read.") from None
    return kind, {name.lower(): value for name, value in parameters.items()}
