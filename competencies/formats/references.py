"""The references of a competency to the vocabularies of others, as an author types them: « rome E1205 », a line each."""

import re
from collections.abc import Mapping
from typing import Any

KEY = re.compile(r"[a-z][a-z0-9_]{1,29}")
LONGEST_CODE = 250


class UnreadableReferenceError(ValueError):
    """A line that is no reference; `number` from 1."""

    def __init__(self, number: int, line: str) -> None:
        super().__init__(line)
        self.number, self.line = number, line


def written_references(references: Mapping[str, Any]) -> str:
    """One a line: the vocabulary, the code or the address, then the words where they are known, behind « · »."""
    lines = []
    for key, entries in references.items():
        for entry in entries if isinstance(entries, list) else [entries]:
            words = f" · {entry['label']}" if isinstance(entry, dict) and entry.get("label") else ""
            lines.append(f"{key} {code_of(entry)}{words}")
    return "\n".join(lines)


def code_of(entry: Any) -> str:
    """An entry is a bare code, or an object that has one, or an address."""
    return str(entry.get("uri") or entry.get("code") or "") if isinstance(entry, dict) else str(entry)


def read_references(text: str) -> list[tuple[str, str]]:
    """(vocabulary, code or address) of each line; what stands behind « · » is for the reader alone. Raises `UnreadableReferenceError`."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.partition("·")[0].strip()
        if not said:
            continue
        key, _space, code = said.partition(" ")
        if not KEY.fullmatch(key.lower()) or not code.strip() or len(code) > LONGEST_CODE:
            raise UnreadableReferenceError(number, said)
        found.append((key.lower(), code.strip()))
    return list(dict.fromkeys(found))
