"""The WSGI door that the production server opens: the site, and beside it the record store with what it needs of Django and no more."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")

import django
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.middleware.security import SecurityMiddleware

django.setup(set_prefix=False)


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
    return (store if environ["PATH_INFO"].startswith("/xapi/") else site)(environ, start_response)
