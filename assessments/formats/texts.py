"""Numbers of foreign files, the code of a question that brings none. Nothing here knows a format."""

import hashlib
import math
from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext as _

from assessments.rules.questions import Content, kind_of
from lms.files.formats.texts import one_line, shortened
from lms.refusal import Refused

LONGEST_CODE: Final = 120


def code_from(*parts: str) -> str:
    """A code made from what a question says: the same words give the same code."""
    return "q-" + hashlib.sha256("\x1f".join(one_line(part).casefold() for part in parts).encode()).hexdigest()[:16]


def code_of(content: Content) -> str:
    """The code of a question that brings none: its answers may change, it stays the same question."""
    return code_from(kind_of(content), content.title, content.stem, getattr(content, "text", ""))


def checked_code(code: str) -> str:
    """A code as it is kept. Refused when it is too long to be one."""
    found = one_line(code)
    if len(found) > LONGEST_CODE:
        raise Refused("code_long", _("Le code « %(start)s… » dépasse %(most)s signes.") % {"start": found[:30], "most": LONGEST_CODE})
    return found


def number_of(text: str) -> float:
    """A number as a file writes it, with a point or a comma. Refused: anything else."""
    try:
        value = float(text.strip().replace(",", ".").replace("\u00a0", "").replace("\u202f", ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text:
        raise Refused("number_unknown", _("« %(text)s » n'est pas un nombre. Exemple : 12.5") % {"text": shortened(text, 40)})
    return value


def share_of(percent: str) -> float:
    """What « 33.33333 » (of a hundred) is as a share of one, exactly: 0.3333333."""
    number_of(percent)
    try:
        return float(Decimal(percent.strip().replace(",", ".")).scaleb(-2))
    except InvalidOperation as error:
        raise Refused("number_unknown", _("« %(text)s » n'est pas un pourcentage.") % {"text": shortened(percent, 40)}) from error


def percent_of(share: float) -> str:
    """The share as a percentage that `share_of` reads back equal."""
    text = format(Decimal(repr(share)).scaleb(2), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def plain_number(value: float) -> str:
    """The shortest text of a number, without exponent nor « .0 »."""
    text = format(Decimal(repr(value)), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, or the first of « name-2 », « name-3 » that nobody has."""
    stem, dot, extension = name.rpartition(".")
    stem, dot, extension = (stem, dot, extension) if stem else (name, "", "")
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{stem}-{number}{dot}{extension}"
    return found
