"""A zip from outside is read whole or not at all, and nothing of it touches the disk (B05, B06)."""

import io
import stat
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest

from assessments.formats.packages import MEBI, Bounds, Unsafe, closed, is_zip, opened, shown


def zipped(*entries: tuple[zipfile.ZipInfo | str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for entry, content in entries:
            package.writestr(entry, content, method)
    return out.getvalue()


def entry(name: str, mode: int = 0, *, extra: bytes = b"") -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.create_system = 3
    info.extra = extra
    return info


def named(name: str) -> bytes:
    """A zip with one entry of that very name: Python's own writer would change some of them."""
    stand_in = "n" * len(name.encode())
    return zipped((stand_in, b"x")).replace(stand_in.encode(), name.encode())


def refusal(data: bytes, bounds: Bounds | None = None) -> Unsafe:
    with pytest.raises(Unsafe) as caught:
        opened(data, bounds)
    assert caught.value.message
    assert caught.value.where
    return caught.value


def test_opened_gives_the_files_in_their_order_and_no_folder() -> None:
    data = zipped(("b/", b""), ("b/é.txt", b"deux"), ("a.txt", b"un"))
    assert list(opened(data).items()) == [("b/é.txt", b"deux"), ("a.txt", b"un")]


def test_closed_is_opened_again_and_is_always_the_same_bytes() -> None:
    files = {"imsmanifest.xml": b"<manifest/>", "media/chat.png": bytes(range(256))}
    assert opened(closed(files)) == files
    assert closed(files) == closed(dict(files))
    assert is_zip(closed({}))


def test_opened_takes_a_zip_with_something_before_it() -> None:
    assert opened(b"#!/bin/sh\n" + zipped(("a", b"x"))) == {"a": b"x"}


def test_opened_reads_utf8_names_that_do_not_say_so() -> None:
    data = bytearray(zipped(("é.txt", b"x")))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + place
        struct.pack_into("<H", data, at, struct.unpack_from("<H", data, at)[0] & ~0x800)
    assert opened(bytes(data)) == {"é.txt": b"x"}


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\x00" * 10, b"GIF89a", zipped(("a", b"x"))[:-8], zipped(("a", b"x"))[20:]],
    ids=[
        "empty",
        "start",
        "short-end",
        "picture",
        "cut-end",
        "cut-start",
    ],  # a zip holds the hour: its bytes would name another test each time
)
def test_opened_refuses_what_is_no_zip(data: bytes) -> None:
    assert "ZIP" in refusal(data).message or "abîmé" in refusal(data).message


# --- B05: bombs -------------------------------------------------------------------------------------------------
def test_zeros_packed_a_thousand_times_are_refused_before_they_are_opened() -> None:
    data = zipped(("zeros.bin", b"\x00" * (200 * MEBI)))
    tracemalloc.start()
    began = time.perf_counter()
    found = refusal(data, Bounds(total=500 * MEBI))
    seconds, (_now, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.where == "zeros.bin"
    assert "100 fois" in found.message
    assert seconds < 10
    assert peak < 100 * MEBI


def test_a_package_that_is_too_heavy_once_open_is_refused_at_the_bound() -> None:
    data = zipped(("a", b"ab" * 300_000), ("b", b"cd" * 300_000), method=zipfile.ZIP_STORED)
    found = refusal(data, Bounds(total=MEBI))
    assert found.where == "b"
    assert "dépasse 1 Mo" in found.message


def test_a_zip_in_a_zip_is_refused_by_what_it_holds_not_by_its_name() -> None:
    inner = zipped(("a", b"x"))
    assert refusal(zipped(("photo.png", inner), method=zipfile.ZIP_STORED)).where == "photo.png"


def test_entries_over_one_another_are_refused() -> None:
    """Fifty entries of the list that share one body: 3.6 KB for 50 MB."""
    one = zipped(("aa", b"\x00" * 100_000))
    start = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    listed = b"".join(one[start:end].replace(b"aa", b"a" + bytes([97 + count])) for count in range(20))
    tail = bytearray(one[end:])
    struct.pack_into("<HHI", tail, 8, 20, 20, len(listed))
    found = refusal(one[:start] + listed + bytes(tail))
    assert "deux noms" in found.message or "même place" in found.message


def test_entries_with_one_name_over_one_another_are_refused() -> None:
    """The quoted overlap: each header lies inside the body of the one before."""
    one = zipped(("aa", b"x" * 50), method=zipfile.ZIP_STORED)
    inside = zipped(("bb", one[: one.index(b"PK\x01\x02")]), method=zipfile.ZIP_STORED)
    start, end = inside.index(b"PK\x01\x02"), inside.index(b"PK\x05\x06")
    listed = inside[start:end]
    within = bytearray(one[one.index(b"PK\x01\x02") : one.index(b"PK\x05\x06")])
    struct.pack_into("<I", within, 42, inside.index(b"PK\x03\x04", 4))
    tail = bytearray(inside[end:])
    struct.pack_into("<HHI", tail, 8, 2, 2, len(listed) + len(within))
    assert "même place" in refusal(inside[:start] + listed + bytes(within) + bytes(tail)).message


@pytest.mark.parametrize("said", [0, 10, 999, 0xFFFFFFF0])
def test_sizes_that_lie_are_refused(said: int) -> None:
    data = bytearray(zipped(("a.txt", b"hello " * 30)))
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, said)
    assert refusal(bytes(data)).where == "a.txt"


@pytest.mark.parametrize("said", [1, 0x7FFFFFFF, 0xFFFFFFFE])
def test_packed_sizes_that_lie_are_refused(said: int) -> None:
    data = bytearray(zipped(("a.txt", b"hello " * 30)))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 20, said)
    assert refusal(bytes(data)).where == "a.txt"


def test_zip64_that_lies_is_refused() -> None:
    extra = struct.pack("<HHQQ", 1, 16, 1 << 60, 1 << 60)
    data = bytearray(zipped((entry("a.txt", extra=extra), b"x"), method=zipfile.ZIP_STORED))
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<II", data, at + 20, 0xFFFFFFFF, 0xFFFFFFFF)
    refusal(bytes(data))


def test_a_wrong_sum_is_refused() -> None:
    data = bytearray(zipped(("a.txt", b"x"), method=zipfile.ZIP_STORED))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 16, zlib.crc32(b"y"))
    assert "annonce" in refusal(bytes(data)).message


def test_a_torn_body_is_refused() -> None:
    data = zipped(("a.txt", b"hello " * 30))
    at = data.index(b"a.txt") + 5
    assert "abîmé" in refusal(data[:at] + b"\xff\xff" + data[at + 2 :]).message


def test_more_files_than_allowed_are_refused_at_once() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for count in range(100_000):
            package.writestr(zipfile.ZipInfo(f"f{count}"), b"")
    began = time.perf_counter()
    assert "5000 fichiers" in refusal(out.getvalue()).message
    assert time.perf_counter() - began < 1


def test_a_name_of_65_535_signs_is_refused() -> None:
    found = refusal(zipped(("n" * 65_535, b"x")))
    assert len(found.where) <= 80
    assert "400 signes" in found.message


def test_an_entry_without_a_name_is_refused() -> None:
    assert refusal(zipped((entry(""), b"x"))).where == "paquet"


def test_a_password_is_refused() -> None:
    data = bytearray(zipped(("a.txt", b"x")))
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 8, 1)
    assert "mot de passe" in refusal(bytes(data)).message


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_pack_are_refused(method: int) -> None:
    assert "ZIP ordinaire" in refusal(zipped(("a.txt", b"x"), method=method)).message


# --- B06: names -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    [
        "../../x", "a/../../x", "/abs", "C:\\x", "C:x", "a\\..\\..\\x", "a/./../x", "./x", "a//b", "..", ".", "a/..", "nul\x00.txt",
        "CON", "a/con.txt", "LPT1.png", "aux", "COM¹.txt", "trailing.", "trailing ", " leading", "a./b", "․․/x", "‥/x", "．．/x", "a／b",
        "cle\u202egnp.exe", "a\nb", "a\x7fb", "x\u200b.png", "\\\\server\\share",
    ],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    assert refusal(named(name)).message


def test_names_that_are_one_elsewhere_are_refused() -> None:
    for one, other in (("a.png", "A.PNG"), ("é.png", "e\u0301.png"), ("ﬁ.png", "fi.png"), ("a/b", "a/b/c"), ("straße", "STRASSE")):
        assert refusal(zipped((one, b"x"), (other, b"y"))).message


def test_a_name_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(("a", b"x"), ("a", b"y"))
    assert "même nom" in refusal(data).message


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_are_refused_not_flattened(kind: int) -> None:
    found = refusal(zipped((entry("lien", kind | 0o777), b"/etc/passwd")))
    assert found.where == "lien"
    assert "lien" in found.message


def test_a_write_through_a_link_is_refused() -> None:
    refusal(zipped((entry("dir", stat.S_IFLNK | 0o777), b"/tmp"), ("dir/x", b"y")))


def test_a_hard_link_is_refused() -> None:
    extra = struct.pack("<HH", 0x000D, 18) + b"\x00" * 12 + b"passwd"
    assert "lien" in refusal(zipped((entry("a", extra=extra), b"x"))).message


@pytest.mark.parametrize("bit", [stat.S_ISUID, stat.S_ISGID, stat.S_ISVTX])
def test_special_rights_are_refused(bit: int) -> None:
    assert "droits" in refusal(zipped((entry("a", stat.S_IFREG | bit | 0o755), b"x"))).message


def test_a_folder_that_says_it_is_a_file_is_refused() -> None:
    refusal(zipped((entry("a/", stat.S_IFREG | 0o644), b"")))
    refusal(zipped((entry("a", stat.S_IFDIR | 0o755), b"")))


def test_shown_hides_what_does_not_show() -> None:
    assert shown("a\u202eb\n") == "a·b·"
    assert len(shown("x" * 200)) == 80
