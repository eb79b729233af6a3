"""Which files are taken, what they are called, which part of one is given: for any name, any bytes, any range."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.files.rules import ALLOWED, MARKS, byte_range, check_file, check_part, check_room, shown_name
from lms.refusal import Refused, Stale

ELF, GIF_JS, PAGE = b"\x7fELF\x02\x01\x00\x00", b"GIF89a/*", b"<html><script>alert(1)</script>"


@given(st.text(max_size=300))
def test_shown_name_is_short_and_holds_nothing_that_turns_or_hides(name: str) -> None:
    shown = shown_name(name)
    assert len(shown) <= 120
    assert "/" not in shown
    assert not [char for char in shown if unicodedata.category(char)[0] == "C"]
    assert not shown.startswith((".", " "))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../a.png", "a.png"), ("C:\\fakepath\\tasse.png", "tasse.png"), (".htaccess", "htaccess"), ("a\x00b.png", "ab.png"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie: x.png"), ("cv\u202egnp.exe", "cvgnp.exe"), ("é" * 255 + ".png", "é" * 110 + ".png"),
    ],
)  # fmt: skip
def test_shown_name_of_a_hostile_one(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("page.html", ELF), ("dessin.png", PAGE), ("film.mp4", PAGE), ("son.wav", b"RIFF\x00\x00\x00\x00AVI LIST"), ("photo.jpg", GIF_JS),
        ("fiche.pdf", b"PK\x03\x04"), ("a.pdf.exe", b"MZ"), ("htaccess", b"Deny"), ("note.weba", b"OggS"), ("x.php", b"<?php"),
    ],
)  # fmt: skip
def test_check_file_refuses_what_is_not_what_its_name_says(name: str, head: bytes) -> None:
    with pytest.raises(Refused):
        check_file(name, 10, head, max_bytes=100)


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("note.weba", b"\x1aE\xdf\xa3"), ("note.ogg", b"OggS"), ("note.opus", b"OggS"), ("note.m4a", b"\x00\x00\x00\x20ftypM4A "),
        ("note.mp3", b"ID3\x04"), ("note.wav", b"RIFF\x24\x00\x00\x00WAVEfmt "), ("film.mp4", b"\x00\x00\x00\x20ftypisom"), ("film.webm", b"\x1aE\xdf\xa3"),
    ],
)  # fmt: skip
def test_check_file_takes_recordings(name: str, head: bytes) -> None:
    check_file(name, 10, head, max_bytes=100)


def test_check_file_before_a_byte_has_come_looks_at_the_name_and_size_only() -> None:
    check_file("film.mp4", 10, b"", max_bytes=100, is_whole=False)
    for name, size in (("film.exe", 10), ("film.mp4", 101), ("film.mp4", 0)):
        with pytest.raises(Refused):
            check_file(name, size, b"", max_bytes=100, is_whole=False)


def test_every_mark_is_of_an_allowed_format() -> None:
    assert MARKS.keys() <= ALLOWED.keys()


@given(st.integers(1, 500), st.integers(0, 600), st.integers(0, 600))
def test_byte_range_gives_the_bytes_that_a_list_would(size: int, first: int, last: int) -> None:
    body = bytes(number % 251 for number in range(size))
    for header, wanted in (
        (f"bytes={first}-{last}", body[first : last + 1]),
        (f"bytes={first}-", body[first:]),
        (f"bytes=-{last}", body[size - min(last, size) :]),
    ):
        try:
            start, length = byte_range(header, size) or (0, size)
        except Refused:
            assert not wanted or (last < first and not header.startswith("bytes=-"))
        else:
            assert body[start : start + length] == wanted


@given(st.text(max_size=30))
def test_byte_range_of_anything_is_a_part_or_none_or_refused(header: str) -> None:
    for text in (header, f"bytes={header}"):
        try:
            found = byte_range(text, 100)
        except Refused:
            continue
        else:
            assert found is None or (0 <= found[0] < 100 and 1 <= found[1] <= 100 - found[0])


@pytest.mark.parametrize("header", ["", "items=0-5", "bytes=0-1,4-5"])
def test_byte_range_of_none_or_several_is_the_whole_file(header: str) -> None:
    assert byte_range(header, 10) is None


@pytest.mark.parametrize(
    "header", ["bytes=10-", "bytes=5-2", "bytes=-0", "bytes=abc", "bytes=-", "bytes=1", "bytes=1-2-3", "bytes=99999999999999999999-"]
)
def test_byte_range_that_no_byte_answers_is_refused(header: str) -> None:
    with pytest.raises(Refused):
        byte_range(header, 10)


def test_check_room_says_what_to_do() -> None:
    check_room(used=5, size=5, quota=10)
    with pytest.raises(Refused, match=r"Plus de place : 1,5 Go .* Retire des fichiers") as refusal:
        check_room(used=3 * 2**29, size=1, quota=3 * 2**29)
    assert refusal.value.code == "quota_full"


@pytest.mark.parametrize(("offset", "length", "kind"), [(4, 2, Stale), (6, 2, Stale), (5, 0, Refused), (5, 6, Refused), (5, -1, Refused)])
def test_check_part_refuses_out_of_its_place_or_past_the_end(offset: int, length: int, kind: type[Refused]) -> None:
    check_part(name="film.mp4", size=10, received=5, offset=5, length=5)
    with pytest.raises(kind):
        check_part(name="film.mp4", size=10, received=5, offset=offset, length=length)
