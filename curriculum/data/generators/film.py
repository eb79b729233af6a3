"""Small MP4 films for the files to work on: H.264 pictures kept whole (flat parts cost nothing, what does not move neither), FLAC sound.

Each block of 16 × 16 is either the same as before, or the continuation of the one above or to the left, or written out. No loss, no filter.
"""

import struct
from collections.abc import Callable, Iterable
from pathlib import Path

from PIL import Image

from curriculum.data.generators.sound import RATE, Samples, packed

Plane = list[bytes]  # rows
Track = Callable[[int], bytes]  # its box, once it is known where its data begins
FLAC_BLOCK = 4096


class Bits:
    """Bits written one after the other, the highest first."""

    def __init__(self) -> None:
        self.done = bytearray()
        self.value = self.count = 0

    def put(self, value: int, width: int) -> None:
        self.value, self.count = (self.value << width) | value, self.count + width
        while self.count >= 8:
            self.count -= 8
            self.done.append(self.value >> self.count & 255)
        self.value &= (1 << self.count) - 1

    def ue(self, value: int) -> None:
        """Exp-Golomb."""
        self.put(value + 1, 2 * (value + 1).bit_length() - 1)

    def align(self) -> None:
        self.put(0, -self.count % 8)

    def end(self) -> bytes:
        self.put(1, 1)
        self.align()
        return bytes(self.done)


def write(path: Path, frames: Iterable[Image.Image], rate: int, sound: Samples | None = None) -> None:
    """The film: frames of one size, `rate` a second, with sound or without. The same Image object again means « nothing moved »."""
    pictures, keys, size = _encode(frames)
    tracks = [_video_track(pictures, keys, size, rate)]
    data = b"".join(pictures)
    if sound is not None:
        blocks = _flac(packed(sound))
        tracks.append(_audio_track(blocks, len(sound)))
        data += b"".join(blocks)
    head = _box("ftyp", b"isom" + _u32(512) + b"isomiso2avc1mp41")
    length = max(len(pictures) * 1000 // rate, len(sound or ()) * 1000 // RATE)

    def moov(start: int) -> bytes:
        places = (start, start + sum(map(len, pictures)))
        return _box("moov", _mvhd(length), *(track(place) for track, place in zip(tracks, places, strict=False)))

    start = len(head) + len(moov(0)) + 8
    path.write_bytes(head + moov(start) + _box("mdat", data))


# --- H.264 -----------------------------------------------------------------------------------------------------
def _encode(frames: Iterable[Image.Image]) -> tuple[list[bytes], list[int], tuple[int, int]]:
    pictures: list[bytes] = []
    keys: list[int] = []
    size, last, before, rank = (0, 0), None, None, 0
    for image in frames:
        planes = before if image is last and before else _planes(image)
        cut = before is None or (image.info.get("cut", False) and image is not last)
        if cut:
            keys.append(len(pictures) + 1)
            rank = 0
        pictures.append(_picture(planes, None if cut else before, rank, len(keys)))
        last, before, rank, size = image, planes, (rank + 1) % 16, image.size
    return pictures, keys, size


def _planes(image: Image.Image) -> tuple[Plane, Plane, Plane]:
    """Y, Cb and Cr in video range, grown to whole blocks."""
    width, height = -(-image.width // 16) * 16, -(-image.height // 16) * 16
    grown = Image.new("RGB", (width, height))
    grown.paste(image.resize((width, height), Image.Resampling.NEAREST))
    grown.paste(image)
    luma, blue, red = grown.convert("YCbCr").split()
    luma = luma.point(lambda value: round(16 + value * 219 / 255))
    half = [one.resize((width // 2, height // 2), Image.Resampling.BOX) for one in (blue, red)]
    blue, red = (one.point(lambda value: round(128 + (value - 128) * 224 / 255)) for one in half)
    return _rows(luma), _rows(blue), _rows(red)


def _rows(plane: Image.Image) -> Plane:
    data = plane.tobytes()
    return [data[at : at + plane.width] for at in range(0, len(data), plane.width)]


def _picture(planes: tuple[Plane, Plane, Plane], before: tuple[Plane, Plane, Plane] | None, rank: int, key: int) -> bytes:
    bits = Bits()
    bits.ue(0)
    bits.ue(5 if before else 7)
    bits.ue(0)
    bits.put(rank, 4)
    if not before:
        bits.ue(key % 2)
    bits.put(0, 3 if before else 2)  # one reference, in its order, nothing marked
    bits.put(1, 1)  # no change of quantiser
    bits.ue(1)  # no deblocking
    _blocks(bits, planes, before)
    return _nal(0x61 if before else 0x65, bits.end())


def _blocks(bits: Bits, planes: tuple[Plane, Plane, Plane], before: tuple[Plane, Plane, Plane] | None) -> None:
    across, down = len(planes[0][0]) // 16, len(planes[0]) // 16
    whole: set[tuple[int, int]] = set()
    skipped = 0
    for y in range(down):
        for x in range(across):
            if before and all(_block(now, x, y, part) == _block(old, x, y, part) for now, old, part in _triple(planes, before)):
                skipped += 1
                continue
            if before:
                bits.ue(skipped)
                skipped = 0
            _one(bits, planes, (x, y), 5 if before else 0, whole)
    if skipped:
        bits.ue(skipped)


def _triple(planes: tuple[Plane, Plane, Plane], before: tuple[Plane, Plane, Plane]) -> Iterable[tuple[Plane, Plane, int]]:
    return zip(planes, before, (16, 8, 8), strict=True)


def _block(plane: Plane, x: int, y: int, part: int) -> list[bytes]:
    return [row[x * part : (x + 1) * part] for row in plane[y * part : (y + 1) * part]]


def _one(bits: Bits, planes: tuple[Plane, Plane, Plane], place: tuple[int, int], base: int, whole: set[tuple[int, int]]) -> None:
    """A block by its neighbours where they tell it, else written out."""
    luma = _ways(planes[0], place, 16)
    chroma = [way for way in _ways(planes[1], place, 8) if way in _ways(planes[2], place, 8)]
    if luma and chroma:
        bits.ue(base + 1 + luma[0])
        bits.ue(2 - chroma[0])
        bits.put(1, 1)
        near = [(place[0] - 1, place[1]), (place[0], place[1] - 1)]
        bits.put(*((3, 6) if any(one in whole for one in near) else (1, 1)))
        return
    bits.ue(base + 25)
    bits.align()
    for plane, part in zip(planes, (16, 8, 8), strict=True):
        bits.done += b"".join(_block(plane, *place, part))
    whole.add(place)


def _ways(plane: Plane, place: tuple[int, int], part: int) -> list[int]:
    """0 when each row repeats the one above the block, 1 when each column repeats the one at its left."""
    x, y = place
    block = _block(plane, x, y, part)
    ways = []
    if y and all(row == plane[y * part - 1][x * part : (x + 1) * part] for row in block):
        ways.append(0)
    if x and all(row == plane[y * part + at][x * part - 1 : x * part] * part for at, row in enumerate(block)):
        ways.append(1)
    return ways


def _nal(head: int, body: bytes) -> bytes:
    data = _escaped(bytes([head]) + body)
    return _u32(len(data)) + data


def _escaped(body: bytes) -> bytes:
    made, zeros = bytearray(), 0
    for byte in body:
        if zeros == 2 and byte <= 3:
            made.append(3)
            zeros = 0
        made.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(made)


def _parameters(size: tuple[int, int]) -> bytes:
    """The avcC box: baseline, 4:2:0, one reference, pictures shown in the order they are read."""
    sps, pps = Bits(), Bits()
    across, down = -(-size[0] // 16), -(-size[1] // 16)
    for value in (0, 0, 2, 1):
        sps.ue(value)
    sps.put(0, 1)
    sps.ue(across - 1)
    sps.ue(down - 1)
    sps.put(0b111, 3)  # whole frames, direct 8 × 8, cropped
    for value in (0, (across * 16 - size[0]) // 2, 0, (down * 16 - size[1]) // 2):
        sps.ue(value)
    sps.put(0, 1)
    pps.put(0b11001110, 8)  # first picture set, first sequence set, CAVLC, no order, one group, one reference a list
    pps.put(0b001111, 6)
    pps.put(0, 2)
    sequence = _escaped(bytes([0x67, 66, 0xC0, 30]) + sps.end())
    picture = _escaped(bytes([0x68]) + pps.end())
    return (
        bytes([1, 66, 0xC0, 30, 0xFF, 0xE1])
        + struct.pack(">H", len(sequence)) + sequence + bytes([1]) + struct.pack(">H", len(picture)) + picture
    )  # fmt: skip


# --- FLAC ------------------------------------------------------------------------------------------------------
def _flac(samples: list[int]) -> list[bytes]:
    return [_flac_frame(samples[at : at + FLAC_BLOCK], at // FLAC_BLOCK) for at in range(0, len(samples), FLAC_BLOCK)]


def _flac_frame(samples: list[int], rank: int) -> bytes:
    bits = Bits()
    bits.put(0b111111111111100, 15)
    bits.put(0, 1)
    bits.put(0b0111_0100, 8)  # length on 16 bits at the end, 8 kHz
    bits.put(0b0000_100_0, 8)  # mono, 16 bits
    bits.put(rank, 8)
    bits.put(len(samples) - 1, 16)
    bits.put(_crc(bytes(bits.done), 0x07, 8), 8)
    order = min(2, len(samples) - 1)
    bits.put(0b001000 + order, 7)
    bits.put(0, 1)
    for sample in samples[:order]:
        bits.put(sample & 0xFFFF, 16)
    _rice(bits, [_rest(samples, at, order) for at in range(order, len(samples))])
    bits.align()
    return bytes(bits.done) + struct.pack(">H", _crc(bytes(bits.done), 0x8005, 16))


def _rest(samples: list[int], at: int, order: int) -> int:
    if order == 2:
        return samples[at] - 2 * samples[at - 1] + samples[at - 2]
    return samples[at] - (samples[at - 1] if order else 0)


def _rice(bits: Bits, rests: list[int]) -> None:
    folded = [rest * 2 if rest >= 0 else -rest * 2 - 1 for rest in rests]
    low = min(range(15), key=lambda width: sum((value >> width) + 1 + width for value in folded))
    bits.put(0, 6)  # four bits of width, one part
    bits.put(low, 4)
    for value in folded:
        bits.put(1, (value >> low) + 1)
        bits.put(value & ((1 << low) - 1), low)


def _crc(data: bytes, poly: int, width: int) -> int:
    crc, top, mask = 0, 1 << (width - 1), (1 << width) - 1
    for byte in data:
        crc ^= byte << (width - 8)
        for _ in range(8):
            crc = ((crc << 1) ^ poly if crc & top else crc << 1) & mask
    return crc


# --- MP4 -------------------------------------------------------------------------------------------------------
def _u32(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def _box(name: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return _u32(8 + len(body)) + name.encode() + body


MATRIX = _u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def _mvhd(length: int) -> bytes:
    return _box("mvhd", _u32(0, 0, 0, 1000, length, 0x10000, 0x01000000, 0, 0), MATRIX, _u32(0, 0, 0, 0, 0, 0, 3))


def _track(number: int, kind: str, times: tuple[int, int], media: tuple[bytes, bytes], size: tuple[int, int]) -> bytes:
    """`times`: length and how many a second; `media`: the head of that kind, the tables."""
    volume = 0x01000000 if kind == "soun" else 0
    tkhd = _u32(3, 0, 0, number, 0, times[0] * 1000 // times[1], 0, 0, 0, volume) + MATRIX + _u32(size[0] << 16, size[1] << 16)
    mdhd = _box("mdhd", _u32(0, 0, 0, times[1], times[0], 0x55C40000))
    hdlr = _box("hdlr", _u32(0, 0), kind.encode(), _u32(0, 0, 0), b"\0")
    dinf = _box("dinf", _box("dref", _u32(0, 1), _box("url ", _u32(1))))
    return _box("trak", _box("tkhd", tkhd), _box("mdia", mdhd, hdlr, _box("minf", media[0], dinf, _box("stbl", media[1]))))


def _tables(entry: bytes, times: list[tuple[int, int]], sizes: list[int], start: int) -> bytes:
    return b"".join([
        _box("stsd", _u32(0, 1), entry),
        _box("stts", _u32(0, len(times), *(value for pair in times for value in pair))),
        _box("stsc", _u32(0, 1, 1, len(sizes), 1)),
        _box("stsz", _u32(0, 0, len(sizes), *sizes)),
        _box("stco", _u32(0, 1, start)),
    ])  # fmt: skip


def _video_track(pictures: list[bytes], keys: list[int], size: tuple[int, int], rate: int) -> Track:
    entry = _box(
        "avc1", bytes(6), struct.pack(">H", 1), bytes(16), struct.pack(">2H", *size), _u32(0x480000, 0x480000, 0), struct.pack(">H", 1),
        bytes(32), struct.pack(">Hh", 24, -1), _box("avcC", _parameters(size)),
    )  # fmt: skip
    keyed = _box("stss", _u32(0, len(keys), *keys))

    def track(start: int) -> bytes:
        tables = _tables(entry, [(len(pictures), 1)], [len(one) for one in pictures], start) + keyed
        return _track(1, "vide", (len(pictures), rate), (_box("vmhd", _u32(1, 0, 0)), tables), size)

    return track


def _audio_track(blocks: list[bytes], count: int) -> Track:
    info = struct.pack(">2H", FLAC_BLOCK, FLAC_BLOCK) + bytes(6) + ((RATE << 44) | (15 << 36) | count).to_bytes(8, "big") + bytes(16)
    entry = _box(
        "fLaC", bytes(6), struct.pack(">H", 1), bytes(8), struct.pack(">4H", 1, 16, 0, 0), _u32(RATE << 16),
        _box("dfLa", _u32(0), bytes([0x80, 0, 0, 34]), info),
    )  # fmt: skip
    full, rest = divmod(count, FLAC_BLOCK)
    times = [(full, FLAC_BLOCK)] * bool(full) + [(1, rest)] * bool(rest)

    def track(start: int) -> bytes:
        tables = _tables(entry, times, [len(one) for one in blocks], start)
        return _track(2, "soun", (count, RATE), (_box("smhd", _u32(0, 0)), tables), (0, 0))

    return track
