"""The record store's door: `GET /xapi/statements` (xAPI 1.0.3 §2.1.3, IEEE 9274.1.1 §4.1.6.1), read with Basic credentials only."""

import base64
import binascii
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from lms.records.models import Credential, Statement
from lms.records.selectors import Place, last_stored, standing_statements, statements_page
from lms.records.services import authenticate
from lms.refusal import Refused

MOST = 500
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = "1.0.3"
LIST_PARAMETERS = frozenset({"limit", "ascending", "cursor"})


@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """One statement by `statementId`, or a list, latest stored first. The session cookie opens nothing here."""
    credential = _credential(request)
    if credential is None:
        response = _refused(request, "Basic credentials are required.", 401)
        response.headers["WWW-Authenticate"] = 'Basic realm="Tremplin xAPI", charset="UTF-8"'
        return response
    try:
        _version(request)
        parameters = _parameters(request)
        if "statementId" in parameters:
            return _one(request, parameters["statementId"])
        return _list(request, parameters, credential)
    except Refused as refusal:
        return _refused(request, refusal.message, 400)


def _credential(request: HttpRequest) -> Credential | None:
    scheme, _space, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        key, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if not colon or "\x00" in key:
        return None
    return authenticate(key=key[:80], secret=secret)


def _version(request: HttpRequest) -> str:
    """The version to answer in: 1.0.3 for any 1.0.x, 2.0.0 for any 2.0.x (1.0.3 §3.3)."""
    asked = request.headers.get("X-Experience-API-Version", "")
    for known, family in ((LATEST, "1.0"), ("2.0.0", "2.0")):
        if asked == family or (asked.startswith(f"{family}.") and asked[len(family) + 1 :].isdecimal()):
            return known
    raise Refused("version", "The header X-Experience-API-Version must be 1.0.x or 2.0.x.")


def _parameters(request: HttpRequest) -> dict[str, str]:
    """The query, each parameter known and given once."""
    given = {name: request.GET.getlist(name) for name in request.GET}
    allowed = frozenset({"statementId"}) if "statementId" in given else LIST_PARAMETERS
    if not given.keys() <= allowed:
        raise Refused("parameter", "A parameter is unknown here, or not allowed beside statementId. Known: statementId; limit, ascending.")
    if any(len(values) > 1 for values in given.values()):
        raise Refused("parameter", "A parameter is given twice.")
    return {name: values[0] for name, values in given.items()}


def _one(request: HttpRequest, statement_id: str) -> HttpResponse:
    try:
        identifier = UUID(statement_id)
    except ValueError:
        raise Refused("statement_id", "statementId must be a UUID.") from None
    statement = standing_statements().filter(pk=identifier).first()
    if statement is None:
        return _refused(request, "No such statement.", 404)
    response = HttpResponse(_told(statement), content_type="application/json")
    response.headers["Last-Modified"] = http_date(statement.stored.timestamp())
    return _dressed(request, response)


def _list(request: HttpRequest, parameters: dict[str, str], credential: Credential) -> HttpResponse:
    through = last_stored() or EPOCH  # asked before the statements: nothing stored before it can still appear
    if "cursor" in parameters:
        if len(parameters) > 1:
            raise Refused("cursor", "Follow `more` as it is.")
        limit, ascending, after = _opened(parameters["cursor"], credential)
    else:
        limit, ascending, after = _limit(parameters.get("limit", "0")), _boolean(parameters.get("ascending", "false")), None
    page, last = statements_page(limit=limit, ascending=ascending, after=after)
    more = f"{reverse('xapi-statements')}?cursor={_closed(limit, last, credential, ascending=ascending)}" if last else ""
    body = f'{{"statements":[{",".join(map(_told, page))}],"more":{msgspec.json.encode(more).decode()}}}'
    response = HttpResponse(body, content_type="application/json")
    response.headers["X-Experience-API-Consistent-Through"] = _instant(through)
    return _dressed(request, response)


def _limit(text: str) -> int:
    """0 asks for as many as the store gives (1.0.3 §2.1.3)."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise Refused("limit", "limit must be a whole number, 0 or more.")
    return min(int(text) or MOST, MOST)


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise Refused("ascending", "ascending must be true or false.")
    return text == "true"


def _salt(credential: Credential) -> str:
    return f"xapi.more.{credential.key}"  # another credential's `more` opens nothing


def _closed(limit: int, place: Place, credential: Credential, *, ascending: bool) -> str:
    return signing.dumps([limit, ascending, place.stored.isoformat(), place.id.hex], salt=_salt(credential), compress=True)


def _opened(cursor: str, credential: Credential) -> tuple[int, bool, Place]:
    try:
        limit, ascending, stored, identifier = signing.loads(cursor, salt=_salt(credential))
    except signing.BadSignature:
        raise Refused("cursor", "This `more` is not one of ours for these credentials. Start again from the list.") from None
    return limit, ascending, Place(datetime.fromisoformat(stored), UUID(identifier))


def _told(statement: Statement) -> str:
    """The exact kept text with what the store adds: `record` keeps none of the three, so they are spliced in before the last brace."""
    authority = {"objectType": "Agent", "account": {"homePage": settings.XAPI_HOME, "name": "tremplin"}}
    added = {"stored": _instant(statement.stored), "authority": authority, "version": LATEST}
    return f"{statement.text.rstrip()[:-1]},{msgspec.json.encode(added).decode()[1:]}"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return _dressed(request, JsonResponse({"error": sentence}, status=status))


def _dressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Every answer names the version it is in (1.0.3 §3.3), and no cache on the way keeps it."""
    try:
        response.headers["X-Experience-API-Version"] = _version(request)
    except Refused:
        response.headers["X-Experience-API-Version"] = LATEST
    response.headers["Cache-Control"] = "no-store, private"
    return response
