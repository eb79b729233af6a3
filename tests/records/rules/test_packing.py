"""Texts packed and unpacked: the same bytes, whoever reads them, in any thread."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from lms.records.rules.packing import packed, unpacked


@given(st.text())
def test_a_text_comes_back_byte_for_byte(text: str) -> None:
    assert unpacked(packed(text.encode())) == text.encode()


def test_any_tool_reads_it() -> None:
    text = b'{"id":"x","value":1.10}' * 20
    assert zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed(text))).read() == text
    assert len(packed(text)) < len(text) / 4


def test_threads_do_not_meet() -> None:
    texts = [f"{number}".encode() * 500 for number in range(400)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: unpacked(packed(text)), texts)) == texts


def test_what_was_not_packed_is_refused() -> None:
    with pytest.raises(zstandard.ZstdError):
        unpacked(b'{"id":"x"}')
