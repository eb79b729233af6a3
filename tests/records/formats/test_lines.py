"""A file of lines is read within bounds, known again, and never believed."""

import gzip
import tracemalloc
import zlib
from pathlib import Path

import pytest

from lms.records.formats import lines
from lms.records.formats.lines import JSONL, Line, Place, lines_after
from lms.records.rules.refusals import Declined

MIB = 1024 * 1024
BEGINNING = Place()


def read(path: Path, place: Place = BEGINNING, *, longest: int = 100) -> list[bytes | None]:
    return [line for line, _place in lines_after(path, place, longest=longest)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.jsonl"


def test_lines_after_a_place_are_those_not_read_yet(file: Path) -> None:
    file.write_bytes(b"one\r\ntwo\n\nlast")
    assert read(file) == [b"one", b"two", b"", b"last"]
    places = [place for _line, place in lines_after(file, Place(), longest=100)]
    assert [place.line for place in places] == [1, 2, 3, 4]
    assert [read(file, place) for place in places] == [[b"two", b"", b"last"], [b"", b"last"], [b"last"], []]
    packed = file.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert read(packed, places[1]) == [b"", b"last"]


def test_a_file_that_grew_goes_on_and_one_that_changed_is_refused(file: Path) -> None:
    file.write_bytes(b"one\ntwo\n")
    (*_others, (_line, end)) = lines_after(file, Place(), longest=100)
    file.write_bytes(b"one\ntwo\nthree\n")
    assert read(file, end) == [b"three"]
    for content in (b"ONE\ntwo\nthree\n", b"one\n"):
        file.write_bytes(content)
        with pytest.raises(Declined, match="not the one"):
            read(file, end)


def test_a_line_too_long_is_passed_over_in_little_memory(file: Path) -> None:
    file.write_bytes(b"a\n" + b"x" * 30 * MIB + b"\nb\n")
    tracemalloc.start()
    assert read(file) == [b"a", None, b"b"]
    assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    tracemalloc.stop()
    file.write_bytes(b"x" * 100 + b"\n" + b"x" * 101 + b"\n" + b"x" * 102)
    assert [line is None for line in read(file)] == [False, True, True]


def test_a_bomb_is_refused_while_it_is_read(file: Path) -> None:
    packed = file.with_suffix(".jsonl.gz")
    zeros = zlib.compressobj(9, wbits=31)
    with packed.open("wb") as out:
        for _n in range(400):
            out.write(zeros.compress(bytes(MIB)))
        out.write(zeros.flush())
    assert packed.stat().st_size < MIB
    tracemalloc.start()
    with pytest.raises(Declined, match="unpacks to more"):
        read(packed)
    assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    tracemalloc.stop()


def test_statements_that_repeat_are_no_bomb(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "ALWAYS_ALLOWED", 0)
    packed = file.with_suffix(".jsonl.gz")
    told = b"".join(b'{"id":"%032x","actor":{"mbox":"mailto:ana@example.org"}}\n' % number for number in range(5_000))
    packed.write_bytes(gzip.compress(told))
    assert len(read(packed)) == 5_000


@pytest.mark.parametrize("cut", [slice(0, -20), slice(0, 5), slice(3, None)])
def test_a_damaged_archive_is_refused_with_its_line(file: Path, cut: slice) -> None:
    packed = file.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(b"".join(b"%d\n" % number for number in range(99_999)))[cut])
    with pytest.raises(Declined, match="cannot be read past line"):
        read(packed)


def test_parts_are_joined_byte_for_byte(tmp_path: Path) -> None:
    parts = [tmp_path / "1", tmp_path / "2"]
    JSONL.write(parts[0], [Line('{"a":"é\u2028"}', None), Line("{}", None)])
    JSONL.write(parts[1], [Line('{"b":1.10}', None)])
    JSONL.join(tmp_path / "all", parts)
    assert (tmp_path / "all").read_bytes() == '{"a":"é\u2028"}\n{}\n{"b":1.10}\n'.encode()
