"""Texts of statements as they are kept: compressed, byte for byte the same when they come back.

JSON repeats itself: the bytes that a statement costs are less than half (docs/speed.md), and a page of PostgreSQL holds eleven
where it held five. Any tool reads it: `zstd -d` (RFC 8878).
"""

from threading import local

import zstandard

LEVEL = 1  # 9 µs a statement; higher levels save nothing on texts this short
_own = local()  # neither of the two may be shared by threads


def packed(text: bytes) -> bytes:
    compressor = getattr(_own, "compressor", None)
    if compressor is None:
        compressor = _own.compressor = zstandard.ZstdCompressor(level=LEVEL)
    return compressor.compress(text)


def unpacked(kept: bytes) -> bytes:
    """The text again. Raises `zstandard.ZstdError` on bytes that `packed` did not make."""
    decompressor = getattr(_own, "decompressor", None)
    if decompressor is None:
        decompressor = _own.decompressor = zstandard.ZstdDecompressor()
    return decompressor.decompress(kept)
