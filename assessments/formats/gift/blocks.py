"""The letters of GIFT: questions between empty lines, comments, signs that a backslash makes plain.

Moodle's own reader: `question/format/gift/format.php`. Escaped signs become control characters while the signs are looked for,
so that nothing but `split` and `partition` is needed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lms.files.formats.texts import one_line, printable

SIGNS: Final = ":#={}~\\"
HIDDEN: Final = {sign: chr(number) for number, sign in enumerate(SIGNS, 1)}
SHOWN: Final = {ord(hidden): sign for sign, hidden in HIDDEN.items()} | {8: "\n"}
CATEGORY: Final = "$CATEGORY:"
MARK: Final = re.compile(r"\[(id|tag|tremplin):((?:\\\]|[^\]\\])*)\]")
FORM: Final = re.compile(r"\[(html|moodle|plain|markdown)\]")
OWN: Final = re.compile(r"([a-z]+)=([0-9.]+)")


@dataclass(slots=True)
class Block:
    """A question as it is written: its lines joined, escaped signs hidden; its first line's number; what its comments say."""

    line: int
    text: str
    code: str = ""
    tags: list[str] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)
    category: str = ""


def blocks_of(text: str) -> Iterator[Block]:
    """The questions of a file, in their order."""
    category, lines, marks, start = "", list[str](), list[tuple[str, str]](), 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        said = line.strip()
        if said.startswith("//"):
            marks += MARK.findall(said)
        elif said.startswith(CATEGORY):
            category = one_line(said.removeprefix(CATEGORY))
        elif said:
            start = start or number
            lines.append(line)
        elif lines:
            yield _block(start, lines, marks, category)
            lines, marks, start = [], [], 0


def _block(start: int, lines: list[str], marks: list[tuple[str, str]], category: str) -> Block:
    block = Block(start, hidden("\n".join(lines)).strip(), category=category)
    for name, value in marks:
        said = one_line(value.replace(r"\]", "]"))
        if name == "id":
            block.code = said
        elif name == "tag":
            block.tags.append(said)
        else:
            block.own.update(OWN.findall(said))
    return block


def hidden(text: str) -> str:
    """The text with each escaped sign as a control character, and `\\n` as the eighth."""
    parts: list[str] = []
    kept = printable(text)
    at = 0
    while (found := kept.find("\\", at)) >= 0:
        sign = kept[found + 1 : found + 2]
        replaced = "\x08" if sign == "n" else HIDDEN.get(sign, "")
        parts += [kept[at:found], replaced or "\\"]
        at = found + (2 if replaced else 1)
    return "".join([*parts, kept[at:]])


def shown(text: str) -> str:
    """The text as its author means it."""
    return text.translate(SHOWN)


def escaped(text: str) -> str:
    """The text with its signs made plain, on one line."""
    return "".join(f"\\{letter}" if letter in SIGNS else letter for letter in text).replace("\n", "\\n")
