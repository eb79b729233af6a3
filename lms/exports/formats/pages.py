"""A dossier as a PDF for people: tagged (PDF/UA-1) and archived (PDF/A-2a), in French, made without a network (ADR 40).

What people wrote goes to the typesetter as data, in a folder of its own that holds that and the pictures: nothing else can be
opened, and no text is read as markup. The same dossier gives the same bytes. The typesetter runs in a process apart (`setting.py`).
"""

import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from assessments.rules import weight_of
from lms.exports.rules import dossier as said
from lms.files.rules import MAX_PIXELS, SHOWN_IN_PAGE
from lms.refusal import Refused

PROGRAM = Path(__file__).with_name("setting.py")
MOST_SECONDS = 45  # less than the lease of a job
SIDE, MOST_PICTURES = 1200, 6  # points; of one work
# French typography where people typed a plain space: narrow before ; ! and ?, whole before : and inside « ».
SPACES = ((" ;", "\u202f;"), (" !", "\u202f!"), (" ?", "\u202f?"), (" :", "\u00a0:"), ("« ", "«\u00a0"), (" »", "\u00a0»"))
LONGEST = 20_000  # signs of a text that are printed


def write_pdf(path: Path, dossier: said.Dossier, folder: Path) -> None:
    """Set the pages of a dossier whose works stand in `folder`. Refused where that takes too long or too much memory."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="pages-") as made:
        root = Path(made)
        page, as_of = _page(dossier, folder, root)
        (root / "page.json").write_bytes(msgspec.json.encode(page, order="deterministic"))
        command = [sys.executable, "-I", str(PROGRAM), str(root), str(int(as_of.timestamp()) if as_of else 0)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=MOST_SECONDS, env={}, check=False)  # noqa: S603  our own program
        except subprocess.TimeoutExpired as error:
            raise _too_long() from error
    if done.returncode:
        raise _too_long() from RuntimeError(done.stderr.decode(errors="replace")[-2000:])
    path.write_bytes(done.stdout)


def _too_long() -> Refused:
    return Refused(
        "pages_too_long",
        _("Le PDF de ce dossier n'a pas pu être fait : il est trop long, ou un texte le bloque. L'administration du site peut regarder."),
    )


# --- What the pages say


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
    page["has_missing_signs"] = False
    return _worded(page), as_of


def _moments(value: Any) -> Iterable[datetime]:
    if isinstance(value, datetime):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _moments(part)


def _worded(value: Any) -> Any:
    """The same, days in words, texts as they are shown."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y").replace(" ", "\u00a0")
    if isinstance(value, date):
        return date_format(value, "j F Y").replace(" ", "\u00a0")
    if isinstance(value, str):
        return _shown(value)
    if isinstance(value, dict):
        return {name: _worded(part) for name, part in value.items()}
    return [_worded(part) for part in value] if isinstance(value, list) else value


def _shown(text: str) -> str:
    """What is seen of a text, less the signs that only steer it; the beginning of a very long one."""
    whole = unicodedata.normalize("NFC", text[:LONGEST]).replace("\t", " ")
    seen = "".join(sign for sign in whole if sign == "\n" or unicodedata.category(sign)[0] != "C")
    for plain, typographic in SPACES:
        seen = seen.replace(plain, typographic)
    return seen if len(text) <= LONGEST else f"{seen}… {_('(la suite est dans dossier.json)')}"


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
