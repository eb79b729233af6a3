"""What every resource of the store has in common: version, credentials, scopes, parameters, alternate syntax, CORS, refusals.

A resource is a `door` made of one handler a method; a handler is a plain function from `Asked` to a response.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import parse_qsl
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.datastructures import CaseInsensitiveMapping
from django.views.decorators.csrf import csrf_exempt

from lms.outage import RETRY_AFTER, UNREACHABLE
from lms.records.rules.refusals import Declined
from lms.records.services.credentials import Caller, recognise

log = logging.getLogger(__name__)
VERSIONS = {"1.0": "1.0.3", "2.0": "2.0.0"}
BASIC = 'Basic realm="Tremplin xAPI", charset="UTF-8"'
VERSION_HEADER = "X-Experience-API-Version"
FORM_TYPES = ("application/x-www-form-urlencoded", "text/plain", "")
# Header fields that the alternate syntax of 1.0.3 §1.3 carries in the form; every other field but `content` is a parameter.
FORM_HEADERS = frozenset({
    "authorization", "x-experience-api-version", "content-type", "content-length", "if-match", "if-none-match", "accept",
    "accept-language",
})  # fmt: skip
EXPOSED = ", ".join((VERSION_HEADER, "X-Experience-API-Consistent-Through", "ETag", "Last-Modified", "Content-Length", "WWW-Authenticate"))
ALLOWED = "Authorization, Content-Type, If-Match, If-None-Match, Accept-Language, X-Experience-API-Version, X-Experience-API-Hash"
# A document may be any bytes: opened as a page, it must not run with the site's rights.
INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store, private",
}


@dataclass(slots=True)
class Asked:
    """A request that may be answered: its version decides which rules hold, its parameters are known and given once."""

    method: str
    version: str
    parameters: dict[str, str]
    headers: Mapping[str, str]
    body: bytes
    caller: Caller
    path: str

    @property
    def content_type(self) -> str:
        """The media type of the body, without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


Handler: TypeAlias = Callable[[Asked], HttpResponse]
View: TypeAlias = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Method:
    """How one method of a resource is answered: by whom, to which scopes (any one of them; none: to anyone), with which parameters."""

    handler: Handler
    scopes: frozenset[str] | None
    parameters: frozenset[str] = frozenset()


NOBODY = Caller(key="", store=0, scopes=frozenset(), authority=UUID(int=0))


def door(methods: Mapping[str, Method]) -> View:
    """The view of a resource. Its `family` ("1.0" or "2.0") comes from addresses that pin a version."""
    table = {**methods, **({"HEAD": methods["GET"]} if "GET" in methods else {})}
    is_open = all(method.scopes is None for method in methods.values())  # About refuses no version (§2.8)

    def view(request: HttpRequest, family: str = "") -> HttpResponse:
        version = _version(request.headers.get(VERSION_HEADER, ""), family, is_open=True)  # of a refusal that comes first
        origin = request.headers.get("Origin", "")
        method = request.method or ""
        if method == "OPTIONS":
            return _dressed(_preflight(table), version, origin)
        try:
            method, parameters, headers, body = _read(request)
            known = table.get(method)
            if known is None:
                raise Declined(405, "This resource has no such method.")
            caller = NOBODY if known.scopes is None else _caller(headers, origin)
            version = _version(headers.get(VERSION_HEADER, ""), family, is_open=is_open)
            if method != request.method and version != VERSIONS["1.0"]:
                raise Declined(400, "The alternate request syntax belongs to xAPI 1.0.x.")
            response = _answer(known, Asked(method, version, parameters, headers, body, caller, request.path))
        except Declined as refusal:
            response = _refused(refusal, table)
        except UNREACHABLE:
            log.exception("The store's database did not answer")
            response = JsonResponse({"error": "The store cannot be reached now. Try again."}, status=503)
            response.headers["Retry-After"] = str(RETRY_AFTER)
        response.headers["Content-Length"] = str(len(response.content))
        if "HEAD" in (method, request.method):
            response.content = b""
        return _dressed(response, version, origin)

    view.methods = table  # type: ignore[attr-defined]  # read by the access-table test
    return csrf_exempt(view)  # no cookie is read here


def _answer(method: Method, asked: Asked) -> HttpResponse:
    if method.scopes is not None and method.scopes.isdisjoint(asked.caller.scopes):
        raise Declined(403, "These credentials have no scope for this.")
    if not asked.parameters.keys() <= method.parameters:
        known = ", ".join(sorted(method.parameters)) or "none"
        raise Declined(400, f"A parameter is unknown here. Known, in this case: {known}.")
    return method.handler(asked)


def _read(request: HttpRequest) -> tuple[str, dict[str, str], Mapping[str, str], bytes]:
    """Method, parameters, headers and body, whichever syntax they came in."""
    pairs = _pairs(request.META.get("QUERY_STRING", ""))
    body = body_of(request)
    method = request.method or ""
    if method == "POST" and any(name == "method" for name, _value in pairs):
        return _alternate(request, _once(pairs), body)
    return method, _once(pairs), request.headers, body


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except (ValueError, UnicodeDecodeError):
        raise Declined(400, "The parameters cannot be read: they must be URL-encoded UTF-8.") from None


def _once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    given = dict(pairs)
    if len(given) != len(pairs):
        raise Declined(400, "A parameter is given twice.")
    if any("\x00" in value for value in given.values()):
        raise Declined(400, "A parameter holds a character that no text may hold (U+0000).")
    return given


def _alternate(request: HttpRequest, query: dict[str, str], body: bytes) -> tuple[str, dict[str, str], Mapping[str, str], bytes]:
    """A request told in a form, for browsers that can send no other (1.0.3 §1.3): the query may hold `method` and nothing else."""
    if query.keys() != {"method"}:
        raise Declined(400, "With `method` in the address, every other parameter goes in the form.")
    # The browsers it is for could name no other type than text/plain, or none: the form's own is recommended only.
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() not in FORM_TYPES:
        raise Declined(400, "The alternate request syntax is sent as application/x-www-form-urlencoded.")
    try:
        form = _once(_pairs(body.decode()))
    except UnicodeDecodeError:
        raise Declined(400, "The form cannot be read: it must be URL-encoded UTF-8.") from None
    told = {name: value for name, value in form.items() if name.lower() in FORM_HEADERS}
    kept = {
        name: value for name, value in request.headers.items() if name.lower() not in ("content-type", "content-length")
    }  # the form's own
    content = form.get("content", "").encode()
    if content and not any(name.lower() == "content-type" for name in told):
        told["Content-Type"] = "application/json"
    parameters = {name: value for name, value in form.items() if name not in told and name != "content"}
    return query["method"].upper(), parameters, CaseInsensitiveMapping({**kept, **told}), content


def body_of(request: HttpRequest) -> bytes:
    """The body, at most `XAPI_MAX_BODY` bytes; one of unannounced length (chunked) is read up to there and no further."""
    most = settings.XAPI_MAX_BODY
    too_large = Declined(413, "The body is too large for this store.")
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdecimal() and int(announced) > most:
        raise too_large
    try:
        if isinstance(request, WSGIRequest) and "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            body: bytes = request.environ["wsgi.input"].read(most + 1)
        else:
            body = request.read(most + 1) if announced != "0" else b""
    except (UnreadablePostError, RequestDataTooBig, OSError):
        raise Declined(400, "The body could not be read to its end.") from None
    if len(body) > most:
        raise too_large
    return body


def _version(asked: str, family: str, *, is_open: bool) -> str:
    """The version to answer in: 1.0.3 for any 1.0.x, 2.0.0 for any 2.0.x (1.0.3 §3.3). `is_open`: none is refused."""
    version = _known(asked)
    if is_open:
        return VERSIONS.get(family) or version or VERSIONS["1.0"]
    if version is None:
        raise Declined(400, f"The header {VERSION_HEADER} must be 1.0.x or 2.0.x.")
    if version != VERSIONS.get(family, version):
        raise Declined(400, "This address speaks another version than the header asks for.")
    return version


def _known(asked: str) -> str | None:
    for family, version in VERSIONS.items():
        if asked == family or (asked.startswith(f"{family}.") and asked[len(family) + 1 :].isdecimal() and asked.isascii()):
            return version
    return None


def _caller(headers: Mapping[str, str], origin: str) -> Caller:
    caller = recognise(headers.get("Authorization", ""))
    if caller is None:
        raise Declined(401, "Credentials of this store are required, Basic or Bearer.")
    if origin and origin not in caller.origins and "*" not in caller.origins:
        raise Declined(403, "These credentials may not be used from a page of this origin.")
    return caller


def _preflight(table: Mapping[str, Method]) -> HttpResponse:
    response = HttpResponse(status=204)
    response.headers["Access-Control-Allow-Methods"] = response.headers["Allow"] = ", ".join([*table, "OPTIONS"])
    response.headers["Access-Control-Allow-Headers"] = ALLOWED
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _refused(refusal: Declined, table: Mapping[str, Method]) -> HttpResponse:
    response = JsonResponse({"error": refusal.message}, status=refusal.status)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = f'{BASIC}, Bearer realm="Tremplin xAPI"'
    if refusal.status == 405:
        response.headers["Allow"] = ", ".join([*table, "OPTIONS"])
    return response


def _dressed(response: HttpResponse, version: str, origin: str) -> HttpResponse:
    """Every answer names the version it is in (1.0.3 §3.3), runs nowhere, and no cache on the way keeps it."""
    response.headers[VERSION_HEADER] = version
    for name, value in INERT.items():
        response.headers.setdefault(name, value)
    if origin:
        # No cookie opens anything here, so any page may ask: what its credentials allow is checked on the request itself.
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        response.headers["Vary"] = "Origin"
    return response
