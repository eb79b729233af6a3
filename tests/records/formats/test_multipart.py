"""Attachments in multipart/mixed (xAPI 1.0.3 Communication §1.5.2, Data §2.4.11; promises.md B04)."""

import hashlib
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.records.formats.multipart import MOST_PARTS, Mixed, Part, check_attachments, read_mixed, write_mixed
from lms.records.rules.refusals import Declined
from lms.records.rules.statement import AttachmentHead

KIND = "multipart/mixed; boundary=frontier"
STATEMENTS = b'[{"id":"x"}]'


def sha(content: bytes, name: str = "sha256") -> str:
    return hashlib.new(name, content).hexdigest()


def part(content: bytes, **headers: str | None) -> bytes:
    """A part with its right headers, less those given as None, more those given by their name with `_` for `-`."""
    told: dict[str, str | None] = {
        "Content-Type": "text/plain",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha(content),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return b"".join(f"{name}: {value}\r\n".encode() for name, value in told.items() if value is not None) + b"\r\n" + content


FIRST = b"Content-Type: application/json\r\n\r\n" + STATEMENTS


def body(*parts: bytes, before: bytes = b"", after: bytes = b"\r\n", boundary: bytes = b"frontier") -> bytes:
    return before + b"".join(b"--" + boundary + b"\r\n" + one + b"\r\n" for one in parts) + b"--" + boundary + b"--" + after


def head(content: bytes, **details: Any) -> AttachmentHead:
    values = {
        "usage_type": "http://example.com/use",
        "sha2": sha(content),
        "length": len(content),
        "content_type": "text/plain",
        "file_url": "",
    }
    return AttachmentHead(**{**values, **details})


BINARY = bytes(range(256)) + b"\r\n\r\nlone \n and \r ends\r\n--frontie\r\n-- frontier\x00"


@pytest.mark.parametrize(
    ("what", "sent", "kind"),
    [
        ("as in the specification", body(FIRST, part(BINARY)), KIND),
        (
            "quoted boundary of every character",
            body(FIRST, part(BINARY), boundary=b"abcABC0123'()+_,-./:=?"),
            'multipart/mixed; boundary="abcABC0123\'()+_,-./:=?"',
        ),
        ("preamble and epilogue", body(FIRST, part(BINARY), before=b"see below\r\n", after=b"\r\nthat was all"), KIND),
        ("an empty line before", body(FIRST, part(BINARY), before=b"\r\n"), KIND),
        ("nothing after", body(FIRST, part(BINARY), after=b""), KIND),
        ("spaces after the boundary", body(FIRST, part(BINARY)).replace(b"--frontier\r\n", b"--frontier \t\r\n"), KIND),
        ("other case in names", body(FIRST, part(BINARY)).replace(b"Content-T", b"CONTENT-t"), KIND.replace("multipart", "Multipart")),
        ("no space after colons", body(FIRST, part(BINARY)).replace(b": ", b":"), KIND),
        ("a folded header", body(FIRST, part(BINARY)).replace(b"Encoding: binary", b"Encoding:\r\n binary"), KIND),
        ("its right length", body(FIRST, part(BINARY, Content_Length=str(len(BINARY)))), KIND),
        ("SHA-384", body(FIRST, part(BINARY, X_Experience_API_Hash=sha(BINARY, "sha384"))), KIND),
        ("SHA-512 in capitals", body(FIRST, part(BINARY, X_Experience_API_Hash=sha(BINARY, "sha512").upper())), KIND),
        ("charset on the first part", body(FIRST.replace(b"/json", b"/json; charset=utf-8"), part(BINARY)), KIND),
    ],
)
def test_bytes_come_out_as_they_went_in(what: str, sent: bytes, kind: str) -> None:
    mixed = read_mixed(sent, kind)
    assert mixed.statements == STATEMENTS
    assert [one.content for one in mixed.parts] == [BINARY]


def test_statements_alone_are_fine() -> None:
    """§1.5.2: no requirement that the multipart form contains attachments."""
    assert read_mixed(body(FIRST), KIND) == Mixed(STATEMENTS, [])


@pytest.mark.parametrize("content_type", ["message/rfc822", "multipart/mixed; boundary=frontier2", "text/plain"])
def test_an_attachment_is_never_read_by_its_type(content_type: str) -> None:
    content = b"Subject: a\nTo: b\n\n--frontier2\n\nline\n"
    assert read_mixed(body(FIRST, part(content, Content_Type=content_type)), KIND).parts[0] == Part(sha(content), content_type, content)


@pytest.mark.parametrize(
    ("what", "sent", "kind"),
    [
        ("no boundary in the header", body(FIRST), "multipart/mixed"),
        ("empty boundary", body(FIRST), "multipart/mixed; boundary="),
        ("boundary too long", body(FIRST, boundary=b"x" * 71), "multipart/mixed; boundary=" + "x" * 71),
        ("boundary of other characters", body(FIRST), 'multipart/mixed; boundary="front<er"'),
        ("unreadable parameter", body(FIRST), "multipart/mixed; boundary*=zz''frontier"),
        ("multipart/form-data", body(FIRST), "multipart/form-data; boundary=frontier"),
        ("application/json", body(FIRST), "application/json; boundary=frontier"),
        ("empty body", b"", KIND),
        ("no boundary in the body", STATEMENTS, KIND),
        ("no boundary before the statements", FIRST + b"\r\n" + body(part(b"x")), KIND),
        ("cut off before the last boundary", body(FIRST, part(b"x")).removesuffix(b"--frontier--\r\n"), KIND),
        ("cut off in the last boundary", body(FIRST, part(b"x")).removesuffix(b"--\r\n"), KIND),
        ("no part at all", b"--frontier--\r\n", KIND),
        ("a part after the last boundary", body(FIRST) + body(part(b"x")), KIND),
        ("first part of another type", body(b"Content-Type: text/plain\r\n\r\n" + STATEMENTS), KIND),
        ("first part without type", body(b"\r\n" + STATEMENTS), KIND),
        ("first part in base64", body(b"Content-Type: application/json\r\nContent-Transfer-Encoding: base64\r\n\r\ne30="), KIND),
        ("statements in two parts", body(FIRST, FIRST), KIND),
        ("no hash", body(FIRST, part(b"x", X_Experience_API_Hash=None)), KIND),
        ("empty hash", body(FIRST, part(b"x", X_Experience_API_Hash="")), KIND),
        ("hash of something else", body(FIRST, part(b"x", X_Experience_API_Hash=sha(b"y"))), KIND),
        ("hash of another family", body(FIRST, part(b"x", X_Experience_API_Hash=sha(b"x", "sha1"))), KIND),
        ("hash twice", body(FIRST, b"X-Experience-API-Hash: " + sha(b"x").encode() + b"\r\n" + part(b"x")), KIND),
        ("no transfer encoding", body(FIRST, part(b"x", Content_Transfer_Encoding=None)), KIND),
        ("base64", body(FIRST, part(b"eA==", Content_Transfer_Encoding="base64")), KIND),
        ("wrong length", body(FIRST, part(b"x", Content_Length="2")), KIND),
        ("no empty line after the headers", body(FIRST, b"Content-Type: text/plain"), KIND),
        ("a header without colon", body(FIRST, b"nonsense\r\n" + part(b"x")), KIND),
        ("a header beyond ASCII", body(FIRST, b"X-Name: \xe9\r\n" + part(b"x")), KIND),
        ("the boundary on a line of the content", body(FIRST, part(b"one\r\n--frontier\r\ntwo")), KIND),
        ("the boundary at the start of a line of the content", body(FIRST, part(b"one\r\n--frontierland\r\ntwo")), KIND),
        ("the last boundary in the content", body(FIRST, part(b"one\r\n--frontier--\r\ntwo")), KIND),
        ("line ends of one character", body(FIRST, part(b"x")).replace(b"\r\n", b"\n"), KIND),
    ],
)  # fmt: skip
def test_what_is_not_multipart_mixed_is_refused(what: str, sent: bytes, kind: str) -> None:
    with pytest.raises(Declined) as refusal:
        read_mixed(sent, kind)
    assert refusal.value.status == 400


def test_the_number_of_parts_is_bounded() -> None:
    """B04: 1,000 parts are refused, 999 are read."""
    parts = [part(str(number).encode()) for number in range(MOST_PARTS)]
    assert len(read_mixed(body(FIRST, *parts[:-1]), KIND).parts) == 998
    with pytest.raises(Declined, match="at most 999"):
        read_mixed(body(FIRST, *parts), KIND)
    with pytest.raises(Declined, match="at most 999"):
        read_mixed(b"\r\n--frontier" * 1_000_000, KIND)


def test_a_large_attachment_costs_little() -> None:
    content = b"\r\n--\r\n" * 1_700_000  # 10 MB of what a boundary begins with
    sent = body(FIRST, part(content))
    started = time.perf_counter()
    assert read_mixed(sent, KIND).parts[0].content == content
    assert time.perf_counter() - started < 2


def test_parts_and_statements_agree() -> None:
    one, two = Part(sha(b"one"), "text/plain", b"one"), Part(sha(b"two"), "", b"two")
    heads = [
        head(b"one"),
        head(b"one", sha2=sha(b"one").upper()),
        head(b"two", content_type="image/png"),
        head(b"three", file_url="http://example.com/3"),
    ]
    assert check_attachments(heads, [one, two, one]) == {one.sha2: one, two.sha2: two}
    assert check_attachments(
        [head(b"one", content_type='Text/Plain; Charset="ascii"')], [Part(one.sha2, "text/plain;charset=ascii", b"one")]
    )
    assert check_attachments([head(b"one", file_url="http://example.com/1")], [one]) == {one.sha2: one}
    assert check_attachments([], []) == {}


def test_the_hash_alone_decides_where_a_part_tells_no_length() -> None:
    """§1.5.2: an attachment is matched by its hash and no other way; only what both tell must agree."""
    part = Part(sha(b"one"), "", b"one")
    assert check_attachments([head(b"one", length=4)], [part]) == {part.sha2: part}


@pytest.mark.parametrize(
    ("what", "heads", "parts"),
    [
        ("no part and no fileUrl", [head(b"one")], []),
        ("the part of another", [head(b"one")], [Part(sha(b"two"), "text/plain", b"two")]),
        ("one part too many", [head(b"one")], [Part(sha(b"one"), "text/plain", b"one"), Part(sha(b"two"), "text/plain", b"two")]),
        ("a part nobody names", [], [Part(sha(b"one"), "text/plain", b"one")]),
        ("another length", [head(b"one", length=4)], [Part(sha(b"one"), "text/plain", b"one", 3)]),
        ("another type", [head(b"one")], [Part(sha(b"one"), "text/html", b"one")]),
        ("another parameter", [head(b"one")], [Part(sha(b"one"), "text/plain; charset=ascii", b"one")]),
        ("another length beside a fileUrl", [head(b"one", length=4, file_url="http://example.com/1")], [Part(sha(b"one"), "text/plain", b"one", 3)]),
    ],
)  # fmt: skip
def test_what_does_not_agree_is_refused(what: str, heads: list[AttachmentHead], parts: list[Part]) -> None:
    with pytest.raises(Declined) as refusal:
        check_attachments(heads, parts)
    assert refusal.value.status == 400


@given(contents=st.lists(st.binary(max_size=200), max_size=5))
def test_what_is_written_is_read(contents: list[bytes]) -> None:
    parts = [Part(sha(content), "application/x-test; a=b", content) for content in contents]
    assert read_mixed(*write_mixed(STATEMENTS, parts)) == Mixed(STATEMENTS, parts)


def test_a_kept_type_cannot_forge_a_header() -> None:
    sent, kind = write_mixed(STATEMENTS, [Part(sha(b"x"), "text/plain\r\nX-Forged: 1", b"x"), Part(sha(b"y"), "", b"y")])
    assert [one.content_type for one in read_mixed(sent, kind).parts] == ["text/plain X-Forged: 1", "application/octet-stream"]


@given(
    sent=st.binary(max_size=300)
    | st.lists(st.sampled_from([b"--frontier", b"\r\n", b"--", b": ", b"Content-Type", FIRST, b"x"])).map(b"".join)
)
def test_nothing_but_a_refusal_comes_of_nonsense(sent: bytes) -> None:
    with suppress(Declined):
        read_mixed(sent, KIND)
