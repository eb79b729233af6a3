"""Texts of foreign files: their encoding, what of them a page and a database can keep."""

import unicodedata
from typing import Final

from django.utils.translation import gettext as _

from lms.refusal import Refused

MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ODD_BYTES: Final = {0x81, 0x8D, 0x8F, 0x90, 0x9D}  # those that cp1252 does not know
KEPT_CONTROLS: Final = "\t\n"
NO_LETTERS: Final = "\ufffe\uffff"


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 or UTF-16 by its mark or its look, else the Windows code page of western Europe. Lines end with \\n.

    Refused: what is no text at all.
    """
    text = _decoded(data)
    odd = sum(unicodedata.category(one) == "Cc" and one not in "\t\n\r" for one in text[:2000])
    if "\x00" in text or odd > len(text[:2000]) // 4:
        raise Refused("not_a_text", _("Ce fichier n'est pas un texte. Choisissez le fichier que l'autre logiciel a exporté."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    marked = next((name for mark, name in MARKS if data.startswith(mark)), "")
    names = [marked] if marked else [*_wide(data), "utf-8"]
    for name in names:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    if marked or ODD_BYTES & set(data):
        raise Refused("encoding_unknown", _("Les lettres de ce fichier ne se lisent pas. Enregistrez-le en UTF-8."))
    return data.decode("cp1252")


def _wide(data: bytes) -> list[str]:
    """UTF-16 without its mark: every other byte of a text in our letters is zero."""
    head = data[:200]
    if len(head) < 2 or len(data) % 2:
        return []
    if head[1::2].count(0) > len(head) // 4:
        return ["utf-16-le"]
    return ["utf-16-be"] if head[::2].count(0) > len(head) // 4 else []


def printable(text: str) -> str:
    """The text without what neither a page nor a database keeps: control characters, halves of a pair."""
    if text.isprintable():
        return text
    return "".join(one for one in text if one in KEPT_CONTROLS or (unicodedata.category(one) not in ("Cc", "Cs") and one not in NO_LETTERS))


def one_line(text: str) -> str:
    """The text on one line, one space between words."""
    return " ".join(printable(text).split())


def shortened(text: str, most: int) -> str:
    """The text, cut between two words with « … » when it is longer than `most`."""
    line = one_line(text)
    return line if len(line) <= most else line[: most - 1].rpartition(" ")[0][: most - 1] + "…"
