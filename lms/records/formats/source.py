"""Another store, read by its statements API: a page at a time along its `stored`, with the attachments of each page."""

import base64
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec

from lms.records.formats.multipart import Part, read_mixed
from lms.records.formats.outside import OutsideError, call, check_address
from lms.records.rules.refusals import Declined
from lms.records.rules.values import instant

MOST: Final = 64 * 1024 * 1024  # bytes of one page, its attachments included
AT_A_TIME: Final = 100  # statements asked for: more could bring more attachments than a body may have parts
OVERLAP: Final = timedelta(seconds=1)  # read again when resuming: several statements may share a moment of their store


class Page(msgspec.Struct, frozen=True):
    """Statements as they came, the attachments beside them by their hash, and the moment to resume after."""

    statements: list[bytes]
    parts: dict[str, Part]
    after: str


class _Answer(msgspec.Struct):
    statements: list[msgspec.Raw]
    more: str = ""


class _Stored(msgspec.Struct):
    stored: str = ""


class _About(msgspec.Struct):
    version: list[str] = []


class Source(msgspec.Struct, frozen=True):
    """A store's statements resource, and what is said to it."""

    address: str
    authorization: str

    @classmethod
    def named(cls, address: str, key: str, secret: str) -> "Source":
        return cls(address.rstrip("/"), "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode())

    def version(self) -> str:
        """The latest of the versions spoken on both sides, by what the store says of itself."""
        try:
            about = msgspec.json.decode(self._ask(urljoin(self.address, "about"), "1.0.3")[0], type=_About)
        except (msgspec.DecodeError, Declined):
            return "1.0.3"
        return "2.0.0" if any(one.startswith("2.") for one in about.version) else "1.0.3"

    def pages(self, after: str, version: str) -> Iterator[Page]:
        """Every page of what was stored after that moment (a timestamp, or empty: all). Declined: the store says no or is away."""
        asked = {"ascending": "true", "attachments": "true", "limit": str(AT_A_TIME), **({"since": _earlier(after)} if after else {})}
        more = f"{self.address}?{urlencode(asked)}"
        while more:
            if urlsplit(more)[:2] != urlsplit(self.address)[:2]:
                raise Declined(502, "The store sends us on to another host: our credentials are not for it.")
            body, content_type = self._ask(more, version)
            page = read_mixed(body, content_type) if content_type.startswith("multipart/") else None
            try:
                answer = msgspec.json.decode(page.statements if page else body, type=_Answer)
            except (msgspec.DecodeError, UnicodeDecodeError):
                raise Declined(502, "The store's answer is no list of statements.") from None
            statements = [bytes(one) for one in answer.statements]
            after = _last(statements) or after
            yield Page(statements, {part.sha2: part for part in page.parts} if page else {}, after)
            more = urljoin(self.address, answer.more) if answer.more else ""

    def _ask(self, address: str, version: str) -> tuple[bytes, str]:
        headers = {"Authorization": self.authorization, "X-Experience-API-Version": version}
        status, content_type, body = ask(address, headers)
        if status != 200:
            raise Declined(502, f"The store answered {status}.")
        return body, content_type


def _last(statements: list[bytes]) -> str:
    try:
        return msgspec.json.decode(statements[-1], type=_Stored).stored if statements else ""
    except msgspec.DecodeError:
        return ""


def _earlier(after: str) -> str:
    moment: datetime | None = instant(after)
    return (moment - OVERLAP).isoformat().replace("+00:00", "Z") if moment else after


def ask(address: str, headers: Mapping[str, str]) -> tuple[int, str, bytes]:
    """GET: status, content type, body. Declined: an address that may not be called (`formats.outside`), unreachable, over `MOST`."""
    try:
        check_address(address)
        answer = call("GET", address, headers=headers, most=MOST)
    except OutsideError as error:
        raise Declined(502, f"{error}.") from None
    return answer.status, answer.headers.get("content-type", ""), answer.content
