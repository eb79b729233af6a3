"""What someone types of the next version: « ON3.5 = ON3.7, ON3.8 », a line a competency."""

from collections.abc import Iterator


class UnreadableLineError(ValueError):
    """A line that says nothing of a competency; `number` from 1, `why`: "shape" or "twice"."""

    def __init__(self, number: int, line: str, why: str) -> None:
        super().__init__(line)
        self.number, self.line, self.why = number, line, why


def read_mapping(text: str) -> dict[str, list[str]]:
    """Codes that end -> the codes that replace them; nothing behind the sign: no longer asked. Raises `UnreadableLineError`."""
    found: dict[str, list[str]] = {}
    for number, line in _lines(text):
        old, sign, news = line.partition("=")
        if not sign or not old.strip():
            raise UnreadableLineError(number, line, "shape")
        if old.strip() in found:
            raise UnreadableLineError(number, line, "twice")
        found[old.strip()] = list(dict.fromkeys(code.strip() for code in news.replace(";", ",").split(",") if code.strip()))
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line.strip()


def written_mapping(mapped: dict[str, list[str]]) -> str:
    """The same, to be edited."""
    return "\n".join(f"{old} = {', '.join(news)}" for old, news in mapped.items())
