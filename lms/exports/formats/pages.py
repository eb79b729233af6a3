"""A dossier as a PDF for people: what its pages say, and its pictures made small enough to print (ADR 40)."""

import tempfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image, ImageOps

from assessments.rules import weight_of
from lms.exports.formats.typesetting import typeset, worded
from lms.exports.rules import dossier as said
from lms.files.rules import MAX_PIXELS, SHOWN_IN_PAGE

TEMPLATES = ("dossier.typ",)
SIDE, MOST_PICTURES = 1200, 6  # points; of one work


def write_pdf(path: Path, dossier: said.Dossier, folder: Path) -> None:
    """Set the pages of a dossier whose works stand in `folder`. Refused where that takes too long or too much memory."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="pages-") as made:
        root = Path(made)
        page, as_of = _page(dossier, folder, root)
        typeset(path, page, templates=TEMPLATES, as_of=as_of, root=root)


def _page(dossier: said.Dossier, folder: Path, root: Path) -> tuple[dict[str, Any], datetime | None]:
    """The dossier as the pages show it, moments and sizes in words, and the last moment it tells."""
    page: dict[str, Any] = msgspec.to_builtins(dossier, builtin_types=(datetime, date))
    moments = sorted(_moments(page))
    page["name"] = f"{dossier.trainee.first_name} {dossier.trainee.last_name}".strip()
    page["proofs"] = [
        {**proof, "competency_code": one["code"]} for block in page["blocks"] for one in block["competencies"] for proof in one["evidence"]
    ]
    for number, work in enumerate(page["works"]):
        work["pictures"] = _pictures(work["files"], folder, root, f"w{number}")
        for file in work["files"]:
            file["weight"] = weight_of(file["size"])
    as_of = moments[-1].replace(microsecond=0) if moments else None
    page["as_of"] = as_of or "–"
    return worded(page), as_of


def _moments(value: Any) -> Iterable[datetime]:
    if isinstance(value, datetime):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _moments(part)


def _pictures(files: list[dict[str, Any]], folder: Path, root: Path, name: str) -> list[dict[str, str]]:
    """The first pictures of a work, made small enough to print; one that does not open is left to the files."""
    found: list[dict[str, str]] = []
    for file in [file for file in files if file["content_type"] in SHOWN_IN_PAGE][:MOST_PICTURES]:
        target = f"{name}-{len(found)}.jpg"
        if _shrunk(folder / file["path"], root / target):
            found.append({"path": target, "name": file["name"]})
    return found


def _shrunk(source: Path, target: Path) -> bool:
    try:
        with Image.open(source) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return False
            picture.draft("RGB", (SIDE, SIDE))
            shown = ImageOps.exif_transpose(picture).convert("RGBA")
            shown.thumbnail((SIDE, SIDE))
            sheet = Image.new("RGB", shown.size, "white")
            sheet.paste(shown, mask=shown.getchannel("A"))
            sheet.save(target, "JPEG", quality=85)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return False
    return True
