"""Pages of a private PDF as pictures: made by a process with little room (`files.formats.pages`), kept a day."""

import contextlib
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import BoundedSemaphore

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.files.models import PrivateFile, private_storage
from lms.refusal import Refused

PROGRAM = Path(__file__).parents[1] / "formats" / "pages.py"
PDF = "application/pdf"
KEPT_FOR = timedelta(days=1)
MOST_SECONDS = 15  # of waiting for a page; the program has fewer of computing
MAX_PDF = 100 * 1024**2
TURN_SECONDS = 10
FOLDER = "pages"
_turns = BoundedSemaphore(2)  # pages made at a time by one server process


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as a JPEG; `count`: how many pages can be looked at (at most 200); `width` and `height` in its points."""

    content: bytes
    count: int
    width: int
    height: int


def page_image(*, file: PrivateFile, number: int) -> PageImage:
    """Page `number` (from 1) of a PDF. Who may see it, the caller knows.

    Refused, in words for anybody: not a PDF, too heavy, locked by a password, broken, no such page, too long to draw.
    """
    if file.content_type != PDF:
        raise Refused("page_kind", _("« %(name)s » n'est pas un PDF.") % {"name": file.name})
    if number < 1:
        raise _refusal("no_page", file)
    storage, path = private_storage(), f"{FOLDER}/{file.sha256}-{number}"
    with contextlib.suppress(FileNotFoundError), storage.open(path) as kept:
        return _read(kept.read())
    made = _made(file, number)
    page = _read(made)
    storage.save(path, ContentFile(made))
    return page


def remove_pages(*, older_than: timedelta = KEPT_FOR) -> int:
    """Throw away the pages drawn before; they are drawn again when asked for. Run by the worker; returns how many."""
    storage, removed = private_storage(), 0
    if not storage.exists(FOLDER):
        return 0
    for name in storage.listdir(FOLDER)[1]:
        if storage.get_modified_time(f"{FOLDER}/{name}") < timezone.now() - older_than:
            storage.delete(f"{FOLDER}/{name}")
            removed += 1
    return removed


def _read(made: bytes) -> PageImage:
    head, _line, content = made.partition(b"\n")
    count, width, height = (int(part) for part in head.split())
    return PageImage(content, count, width, height)


def _made(file: PrivateFile, number: int) -> bytes:
    if file.size > MAX_PDF:
        raise _refusal("too_heavy", file)
    if not _turns.acquire(timeout=TURN_SECONDS):
        raise _refusal("too_long", file)
    try:
        with file.content.open("rb") as content:
            done = subprocess.run(  # noqa: S603  our own program; of the request it gets a number
                [sys.executable, "-I", str(PROGRAM), str(number)], input=content.read(), capture_output=True, timeout=MOST_SECONDS, env={}, check=False
            )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _refusal("too_long", file) from error
    except FileNotFoundError as error:
        raise _refusal("broken", file) from error
    finally:
        _turns.release()
    if done.returncode:
        raise _refusal({3: "locked", 5: "no_page"}.get(done.returncode, "broken" if done.returncode > 0 else "too_long"), file)
    return bytes(done.stdout)


def _refusal(code: str, file: PrivateFile) -> Refused:
    words = {
        "locked": _("« %(name)s » est protégé par un mot de passe : ses pages ne s'affichent pas ici."),
        "broken": _("« %(name)s » ne s'ouvre pas : le PDF est abîmé."),
        "no_page": _("« %(name)s » n'a pas cette page, ou elle est après la 200e."),
        "too_heavy": _("« %(name)s » est trop lourd pour être affiché page par page : 100 Mo au plus."),
        "too_long": _("Cette page de « %(name)s » est trop longue à dessiner."),
    }
    return Refused(f"page_{code}", words[code] % {"name": file.name})
