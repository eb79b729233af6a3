"""Pages to print or to read (PDF 1.7), drawn in millimetres from the top left. The same bytes each time. Text is in Helvetica, which is left out of the file."""

import zlib
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

Colour = Sequence[float]  # three of 0 to 255 for a screen, or four of 0 to 1 for inks
POINT = 72 / 25.4
ROUND = 0.5523  # where the handles of a quarter of a circle stand


class Sheet:
    """One page of this finished size, with so much bleed around it."""

    def __init__(self, width: float, height: float, bleed: float = 0) -> None:
        self.width, self.height, self.bleed = width, height, bleed
        self.drawn: list[str] = []
        self.pictures: list[Image.Image] = []

    def rect(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        left, low = self._place(x, y + height)
        self.drawn.append(f"{_ink(colour)} {left} {low} {_number(width)} {_number(height)} re f")

    def shape(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        places = [" ".join(self._place(*point)) for point in points]
        self.drawn.append(f"{_ink(colour)} {places[0]} m {' '.join(f'{place} l' for place in places[1:])} f")

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A disc around this point."""
        near, at = radius * ROUND, self._place
        turns = (
            ((x + radius, y - near), (x + near, y - radius), (x, y - radius)), ((x - near, y - radius), (x - radius, y - near), (x - radius, y)),
            ((x - radius, y + near), (x - near, y + radius), (x, y + radius)), ((x + near, y + radius), (x + radius, y + near), (x + radius, y)),
        )  # fmt: skip
        curves = " ".join(f"{' '.join(' '.join(at(*point)) for point in turn)} c" for turn in turns)
        self.drawn.append(f"{_ink(colour)} {' '.join(at(x + radius, y))} m {curves} f")

    def text(self, x: float, y: float, size: float, words: str, colour: Colour, *, bold: bool = False) -> None:
        """Words of `size` points that stand on this line."""
        said = words.encode("cp1252").hex()
        self.drawn.append(
            f"BT {_ink(colour)} /{'B' if bold else 'R'} {_number(size / POINT)} Tf {' '.join(self._place(x, y))} Td <{said}> Tj ET"
        )

    def picture(self, x: float, y: float, width: float, height: float, image: Image.Image) -> None:
        left, low = self._place(x, y + height)
        self.drawn.append(f"q {_number(width)} 0 0 {_number(height)} {left} {low} cm /P{len(self.pictures)} Do Q")
        self.pictures.append(image)

    def _place(self, x: float, y: float) -> tuple[str, str]:
        return _number(x + self.bleed), _number(self.height + self.bleed - y)


def write(path: Path, sheets: Sequence[Sheet]) -> None:
    """A document of these pages."""
    fonts = (f"<</Type/Font/Subtype/Type1/BaseFont/{face}/Encoding/WinAnsiEncoding>>".encode() for face in ("Helvetica", "Helvetica-Bold"))
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"", *fonts]
    pages = [_page(sheet, parts) for sheet in sheets]
    parts[1] = f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(f'{page} 0 R' for page in pages)}]>>".encode()
    held, starts = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        starts.append(len(held))
        held += f"{number} 0 obj\n".encode() + part + b"\nendobj\n"
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    end = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}trailer\n<</Size {len(parts) + 1}/Root 1 0 R>>\nstartxref\n{len(held)}\n%%EOF\n"
    path.write_bytes(held + end.encode())


def _page(sheet: Sheet, parts: list[bytes]) -> int:
    """Adds a page and what it draws to the parts. Returns its number."""
    names = []
    for place, image in enumerate(sheet.pictures):
        kind = {"RGB": "RGB", "CMYK": "CMYK", "L": "Gray"}[image.mode]
        size = f"/Width {image.width}/Height {image.height}/ColorSpace/Device{kind}/BitsPerComponent 8"
        parts.append(_stream(f"/Type/XObject/Subtype/Image{size}", image.tobytes()))
        names.append(f"/P{place} {len(parts)} 0 R")
    parts.append(_stream("", f"{_number(POINT)} 0 0 {_number(POINT)} 0 0 cm\n{chr(10).join(sheet.drawn)}".encode()))
    whole = _box(0, sheet.width + 2 * sheet.bleed, sheet.height + 2 * sheet.bleed)
    trim = _box(sheet.bleed, sheet.width, sheet.height)
    boxes = f"/MediaBox{whole}/BleedBox{whole}/TrimBox{trim}"
    fonts = "".join(f"/{face} {part} 0 R" for face, part in (("R", 3), ("B", 4)) if any(f"/{face} " in line for line in sheet.drawn))
    used = f"/Resources<</Font<<{fonts}>>/XObject<<{''.join(names)}>>>>"
    parts.append(f"<</Type/Page/Parent 2 0 R{boxes}{used}/Contents {len(parts)} 0 R>>".encode())
    return len(parts)


def _box(start: float, width: float, height: float) -> str:
    return "[" + " ".join(_number(value * POINT) for value in (start, start, start + width, start + height)) + "]"


def _stream(head: str, data: bytes) -> bytes:
    packed = zlib.compress(data, 9)
    return f"<<{head}/Filter/FlateDecode/Length {len(packed)}>>\nstream\n".encode() + packed + b"\nendstream"


def _ink(colour: Colour) -> str:
    return (
        " ".join(_number(value) for value in colour) + " k"
        if len(colour) == 4
        else " ".join(_number(value / 255) for value in colour) + " rg"
    )


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
