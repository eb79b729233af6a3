"""The WSGI door that the production server opens: the site, and beside it the record store with what it needs of Django and no more."""

import io
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")

import django
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.middleware.security import SecurityMiddleware

django.setup(set_prefix=False)


class Body(io.RawIOBase):
    """What a client sends, of the length it announced: one cut off before is an `OSError`, which Django calls unreadable.

    The server gives a request that is cut in the middle the same end as a whole one: half a document would be kept
    (promises.md B02). It also waits for ever for a slow client, holding one of its threads: the proxy in front of it does
    not (docs/nginx.conf).
    """

    def __init__(self, source: Any, announced: int) -> None:
        self.source, self.left = source, announced

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, fewer at the end only; all that is left where it is negative."""
        most = self.left if size < 0 else min(size, self.left)
        content: bytes = self.source.read(most) if most else b""
        if len(content) < most:
            raise ConnectionResetError("The body ended before its announced length.")
        self.left -= len(content)
        return content


class StoreHandler(WSGIHandler):
    """Django without sessions, languages, messages and pages: they cost more than storing a statement (docs/speed.md)."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  Django's signature
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        answer = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]  # missing from the stubs
        self._middleware_chain = convert_exception_to_response(SecurityMiddleware(answer))


site, store = WSGIHandler(), StoreHandler()


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """`/xapi/` goes to the store, everything else to the site."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and length != "0":
        environ["wsgi.input"] = Body(environ["wsgi.input"], int(length))
    return (store if environ["PATH_INFO"].startswith("/xapi/") else site)(environ, start_response)
