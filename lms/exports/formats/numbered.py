"""A numbered document as a PDF: its frozen facts in words, by its own template after the frame that all share."""

import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.utils import timezone
from django.utils.formats import date_format

from lms.exports.formats.typesetting import typeset, worded
from lms.exports.rules.documents import (
    ATTESTATION,
    COMPLETION,
    HOURS,
    SIGN_IN,
    Attestation,
    Completion,
    DocumentType,
    HoursStatement,
    SignIn,
)
from lms.exports.rules.training import NATURES, shown_declaration, shown_siret

FRAME = "frame.typ"
# The shape of the facts of each kind: a kind is not printed by a shape that it does not have.
SHAPES: dict[str, type[Any]] = {
    COMPLETION.code: Completion, ATTESTATION.code: Attestation, SIGN_IN.code: SignIn, HOURS.code: HoursStatement,
}  # fmt: skip


def frozen(facts: Any) -> dict[str, Any]:
    """Facts as they are kept: JSON that says the same each time."""
    kept: dict[str, Any] = msgspec.to_builtins(facts)
    return kept


def write_document(
    path: Path, kind: DocumentType, facts: dict[str, Any], *, number: str, replaces: str, made_at: datetime, scratch: Path
) -> None:
    """Set a document of these kept facts; the same facts, number and moment give the same bytes."""
    page = worded({**_page(kind, facts), "number": number, "replaces": replaces, "made_on": timezone.localtime(made_at).date()})
    with tempfile.TemporaryDirectory(dir=scratch, prefix="pages-") as root:
        typeset(path, page, templates=(FRAME, f"{kind.template}.typ"), as_of=made_at.replace(microsecond=0), root=Path(root))


def _page(kind: DocumentType, facts: dict[str, Any]) -> dict[str, Any]:
    shaped = msgspec.convert(facts, type=SHAPES[kind.code])
    page: dict[str, Any] = msgspec.to_builtins(shaped, builtin_types=(date,))
    page["title"] = kind.title
    page["body"] |= {
        "siret": _kept(shown_siret(page["body"]["siret"])),
        "declaration": _kept(shown_declaration(page["body"]["declaration"])),
    }
    if "action" in page:
        page["nature"] = NATURES[page["action"]["nature"]]
    if kind is SIGN_IN:
        page |= {"is_wide": True, "days": [{"words": _weekday(day)} for day in page["days"]]}
    return page


def _weekday(day: date) -> str:
    """« mardi 1er décembre 2026 »."""
    return f"{date_format(day, 'l')} {worded(day)}"


def _kept(number: str) -> str:
    """A number whose parts stay on one line."""
    return number.replace(" ", "\u00a0")
