"""Facts as pages: tagged (PDF/UA-1) and archived (PDF/A-2a), in French, made without a network (ADR 40).

What people wrote goes to the typesetter as data, in a folder of its own that holds that and the pictures: nothing else can be
opened, and no text is read as markup. The same facts give the same bytes. The typesetter runs in a process apart (`setting.py`).
"""

import subprocess
import sys
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.refusal import Refused

PROGRAM = Path(__file__).with_name("setting.py")
MOST_SECONDS = 45  # less than the lease of a job
# Measured (docs/speed.md): memory is asked of the system in large pieces and kept until the end, which is near; a second thread costs
# a tenth more processor than one and the other core has its own worker.
ENVIRONMENT = {"RAYON_NUM_THREADS": "1", "MALLOC_TOP_PAD_": str(64 * 1024**2), "MALLOC_TRIM_THRESHOLD_": str(1024**3)}
# French typography where people typed a plain space: narrow before ; ! and ?, whole before : and inside « ».
SPACES = ((" ;", "\u202f;"), (" !", "\u202f!"), (" ?", "\u202f?"), (" :", "\u00a0:"), ("« ", "«\u00a0"), (" »", "\u00a0»"))
LONGEST = 20_000  # signs of a text that are printed


def typeset(path: Path, page: dict[str, Any], *, templates: Iterable[str], as_of: datetime | None, root: Path) -> None:
    """Set `page` by these templates, one after the other, into `path`; `root` holds its pictures, `as_of` is the moment the file bears.

    Refused where that takes too long or too much memory.
    """
    (root / "page.json").write_bytes(msgspec.json.encode({**page, "has_missing_signs": False}, order="deterministic"))
    moment = str(int(as_of.timestamp()) if as_of else 0)
    command = [sys.executable, "-I", str(PROGRAM), str(root), moment, *templates]
    try:
        done = subprocess.run(command, capture_output=True, timeout=MOST_SECONDS, env=ENVIRONMENT, check=False)  # noqa: S603  our own program
    except subprocess.TimeoutExpired as error:
        raise _too_long() from error
    if done.returncode:
        raise _too_long() from RuntimeError(done.stderr.decode(errors="replace")[-2000:])
    path.write_bytes(done.stdout)


def _too_long() -> Refused:
    return Refused(
        "pages_too_long",
        _("Ce PDF n'a pas pu être fait : il est trop long, ou un texte le bloque. L'administration du site peut regarder."),
    )


def worded(value: Any) -> Any:
    """The same, days in words, texts as they are shown."""
    if isinstance(value, datetime):
        return worded(timezone.localtime(value).date())
    if isinstance(value, date):
        words = date_format(value, "j F Y").replace(" ", "\u00a0")
        return f"1er{words[1:]}" if value.day == 1 else words
    if isinstance(value, str):
        return _shown(value)
    if isinstance(value, dict):
        return {name: worded(part) for name, part in value.items()}
    return [worded(part) for part in value] if isinstance(value, list) else value


def _shown(text: str) -> str:
    """What is seen of a text, less the signs that only steer it; the beginning of a very long one."""
    whole = unicodedata.normalize("NFC", text[:LONGEST]).replace("\t", " ")
    seen = "".join(sign for sign in whole if sign == "\n" or unicodedata.category(sign)[0] != "C")
    for plain, typographic in SPACES:
        seen = seen.replace(plain, typographic)
    return seen if len(text) <= LONGEST else f"{seen}… {_('(la suite est dans dossier.json)')}"
