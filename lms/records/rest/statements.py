"""The Statements resource (xAPI 1.0.3 Communication §2.1, IEEE 9274.1.1 §4.1.6.1)."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from lms.outage import UNREACHABLE
from lms.records.formats.multipart import Mixed, Part, check_attachments, read_mixed, write_mixed
from lms.records.formats.signatures import check_signatures
from lms.records.rest.http import Asked, Method, View
from lms.records.rules.agents import Actor, identity
from lms.records.rules.presentation import activities_in, canonical, ids, languages
from lms.records.rules.refusals import Declined
from lms.records.rules.scopes import STATEMENT_READERS, STATEMENT_WRITERS, knows_all, may_define, may_void, reads_all
from lms.records.rules.statement import Parsed, parse
from lms.records.rules.strict import check_text
from lms.records.rules.texts import attached
from lms.records.rules.values import instant, is_iri, is_timestamp, is_uuid
from lms.records.selectors.statements import (
    Filters,
    Kept,
    Reader,
    attachment_sizes,
    attachments_of,
    authorities_of,
    definitions_of,
    last_stored,
    statement_by_id,
    statements_page,
)  # fmt: skip
from lms.records.services.bulk import tell_time
from lms.records.services.credentials import Caller
from lms.records.services.storing import Blob, Stored, store_statements
from lms.records.statements import exact
from lms.records.statements import instant as instant_of

THROUGH = "X-Experience-API-Consistent-Through"
MOST = 500
MOST_ATTACHED = 40 * 1024 * 1024  # bytes of attachments on a page, beyond its first statement's
MORE_SECONDS = 24 * 3600
IDLE = timedelta(seconds=5)
ONE = frozenset({"statementId", "voidedStatementId"})
SHOWN = frozenset({"attachments", "format"})
FILTERS = frozenset({
    "agent", "verb", "activity", "registration", "related_activities", "related_agents", "since", "until", "limit", "ascending",
})  # fmt: skip
GET_PARAMETERS = ONE | SHOWN | FILTERS | {"cursor"}
FORMATS = ("exact", "ids", "canonical")
LOST_PLUS = re.compile(r" (\d\d:?\d\d)$")  # the + of a zone, read as a space where a client forgot to encode it


# --- Writing --------------------------------------------------------------------------------------------------------
def put(asked: Asked) -> HttpResponse:
    """One statement under the id of the address."""
    identifier = _uuid(asked, "statementId")
    if identifier is None:
        raise Declined(400, "statementId is required: the id of the statement to store.")
    parsed, blobs = _sent(asked)
    if len(parsed) != 1 or _is_list(asked, parsed):
        raise Declined(400, "PUT stores one statement, not a list.")
    if parsed[0].id not in (None, identifier):
        raise Declined(400, "The statement's id is not the one of the address.")
    parsed[0].raw = parsed[0].raw if parsed[0].id else _with_id(parsed[0].raw, identifier)
    parsed[0].id = identifier
    return _through(HttpResponse(status=204), _write(asked, parsed, blobs).through)


def post(asked: Asked) -> HttpResponse:
    """A statement or a list of them; answers their ids, in order."""
    parsed, blobs = _sent(asked)
    if not parsed:
        return HttpResponse(b"[]", content_type="application/json")
    stored = _write(asked, parsed, blobs)
    return _through(HttpResponse(msgspec.json.encode(stored.ids), content_type="application/json"), stored.through)


def _through(response: HttpResponse, moment: datetime) -> HttpResponse:
    response.headers[THROUGH] = instant_of(moment)
    return response


def _with_id(raw: bytes, identifier: UUID) -> bytes:
    return raw.rstrip()[:-1].rstrip() + b',"id":"%s"}' % str(identifier).encode()


def _is_list(asked: Asked, parsed: Sequence[Parsed]) -> bool:
    return asked.content_type == "application/json" and len(parsed[0].raw) + 1 < len(asked.body.strip()) and asked.body.lstrip()[:1] == b"["


def _sent(asked: Asked) -> tuple[list[Parsed], list[Blob]]:
    """The statements of the body, with the bytes that came beside them."""
    if asked.content_type == "application/json":
        mixed = Mixed(statements=asked.body, parts=[])
    elif asked.content_type == "multipart/mixed":
        mixed = read_mixed(asked.body, asked.headers.get("Content-Type", ""))
    else:
        raise Declined(400, "Statements are sent as application/json, or as multipart/mixed with their attachments.")
    parsed = parse(mixed.statements, asked.version)
    parts = check_attachments([head for one in parsed for head in one.attachments], mixed.parts)
    for one in parsed:
        if one.is_signed:
            check_signatures(one, parts, asked.version)
    return parsed, [Blob(part.sha2, part.content_type, part.content) for part in parts.values()]


def _write(asked: Asked, parsed: Sequence[Parsed], blobs: Sequence[Blob]) -> Stored:
    caller = asked.caller
    if caller.limits:
        _check_limits(caller, parsed)
    _check_voidings(caller, parsed)
    return store_statements(
        parsed, store=caller.store, authority=caller.authority, version=asked.version, may_define=may_define(caller.scopes), blobs=blobs
    )


def _check_limits(caller: Caller, parsed: Sequence[Parsed]) -> None:
    """A trainee's token tells of that trainee, that run, that activity and nothing else (L16)."""
    limits = caller.limits
    if limits is None:
        return
    for one in parsed:
        is_within = one.actor == limits.agent and one.registration == limits.registration and limits.activity in one.related_activities
        if not is_within or one.voids:
            raise Declined(403, "This token tells of one person, one registration and one activity: the statement is of another.")


def _check_voidings(caller: Caller, parsed: Sequence[Parsed]) -> None:
    targets = {one.voids for one in parsed if one.voids}
    if not targets or reads_all(caller.scopes):
        return
    stored = authorities_of(caller.store, targets)
    if not may_void(targets, by=caller.authority, stored=stored, sent={one.id for one in parsed if one.id}):
        raise Declined(403, "These credentials may void only statements that they stored.")


# --- Reading --------------------------------------------------------------------------------------------------------
def get(asked: Asked) -> HttpResponse:
    """One statement by its id, or a list, latest stored first."""
    through = _consistent_through()  # asked before the statements: nothing stored before it can still appear
    given = asked.parameters.keys() & ONE
    if len(given) > 1 or (given and not asked.parameters.keys() <= given | SHOWN):
        raise Declined(400, "Beside statementId or voidedStatementId only format and attachments are allowed.")
    return _through(_one(asked) if given else _list(asked, through), through)


def _consistent_through() -> datetime:
    """A moment up to which nothing more will appear (L12): the clock of the store, told the hour when it has been idle."""
    last = last_stored()
    return tell_time() if timezone.now() - last > IDLE else last


def _one(asked: Asked) -> HttpResponse:
    identifier, voided = _uuid(asked, "statementId"), _uuid(asked, "voidedStatementId")
    kept = statement_by_id(_reader(asked.caller), identifier or voided, voided=voided is not None)  # type: ignore[arg-type]  # one is given
    if kept is None:
        raise Declined(404, "No such statement here.")
    named = _attached(asked, [kept]) if _boolean(asked, "attachments") else None
    response = _response(asked, _texts(asked, [kept], _format(asked))[0], named)
    response.headers["Last-Modified"] = http_date(kept.stored.timestamp())
    return response


def _list(asked: Asked, through: datetime) -> HttpResponse:
    if "cursor" in asked.parameters:
        if len(asked.parameters) > 1:
            raise Declined(400, "Follow `more` as it is.")
        place = _opened(asked)
    else:
        place = _Place(_filters(asked), _limit(asked), _format(asked), _boolean(asked, "attachments"), through, None)
    page, after = statements_page(_reader(asked.caller), place.filters, limit=place.limit, after=place.after, as_of=place.as_of)
    named = _attached(asked, page) if place.attachments else None
    if named and (number := _carried(asked, named)) < len(page):
        page, named, after = page[:number], named[:number], page[number - 1].stored
    more = f"{asked.path}?cursor={_closed(asked.caller, msgspec.structs.replace(place, after=after))}" if after else ""
    body = f'{{"statements":[{",".join(_texts(asked, page, place.format))}],"more":{msgspec.json.encode(more).decode()}}}'
    response = _response(asked, body, named)
    if page:
        response.headers["Last-Modified"] = http_date(max(kept.stored for kept in page).timestamp())
    return response


def _attached(asked: Asked, page: Sequence[Kept]) -> list[set[str]]:
    """The hashes of the attachments that this reader may have, of each statement."""
    came_along = not reads_all(asked.caller.scopes)
    return [attached(kept.text, came_along=came_along) for kept in page]


def _carried(asked: Asked, named: Sequence[set[str]]) -> int:
    """How many statements, one at least, come before their attachments pass `MOST_ATTACHED` together: the answer is made in memory."""
    sizes, told, total = attachment_sizes(asked.caller.store, set().union(*named)), set[str](), 0
    for number, hashes in enumerate(named):
        total += sum(sizes.get(sha2, 0) for sha2 in hashes - told)
        told |= hashes
        if number and total > MOST_ATTACHED:
            return number
    return len(named)


def _reader(caller: Caller) -> Reader:
    mine = None if reads_all(caller.scopes) else caller.authority
    if caller.limits:
        return Reader(caller.store, mine, caller.limits.agent, caller.limits.registration)
    return Reader(caller.store, mine)


class _Place(msgspec.Struct, frozen=True):
    """A list being read: what was asked, at which moment, and the last statement read."""

    filters: Filters
    limit: int
    format: str
    attachments: bool
    as_of: datetime
    after: datetime | None


def _closed(caller: Caller, place: _Place) -> str:
    """Signed for these credentials, so that `more` survives a restart and opens nothing to others (L13)."""
    return signing.dumps(msgspec.json.encode(place).decode(), salt=f"xapi.more.{caller.key}", compress=True)


def _opened(asked: Asked) -> _Place:
    try:
        text = signing.loads(asked.parameters["cursor"], salt=f"xapi.more.{asked.caller.key}", max_age=MORE_SECONDS)
    except signing.BadSignature:
        raise Declined(
            404, "This `more` does not open with these credentials, or is over 24 hours old. Start again from the list."
        ) from None
    return msgspec.json.decode(text, type=_Place)


# --- Parameters -----------------------------------------------------------------------------------------------------
def _filters(asked: Asked) -> Filters:
    return Filters(
        agent=_agent(asked),
        verb=_iri(asked, "verb"),
        activity=_iri(asked, "activity"),
        registration=_uuid(asked, "registration"),
        related_agents=_boolean(asked, "related_agents"),
        related_activities=_boolean(asked, "related_activities"),
        since=_moment(asked, "since"),
        until=_moment(asked, "until"),
        ascending=_boolean(asked, "ascending"),
    )


def _agent(asked: Asked) -> str:
    """Who is asked for: an Agent or an identified Group (§2.1.3)."""
    text = asked.parameters.get("agent")
    if text is None:
        return ""
    check_text(text.encode())
    try:
        found = identity(msgspec.json.decode(text, type=Actor))
    except msgspec.DecodeError:
        found = ""
    if not found:
        raise Declined(400, "agent must be an Agent or an identified Group, as JSON.")
    return found


def _iri(asked: Asked, name: str) -> str:
    value = asked.parameters.get(name, "")
    if name in asked.parameters and not is_iri(value):
        raise Declined(400, f"{name} must be an IRI.")
    return value


def _uuid(asked: Asked, name: str) -> UUID | None:
    value = asked.parameters.get(name)
    if value is None:
        return None
    if not is_uuid(value):
        raise Declined(400, f"{name} must be a UUID.")
    return UUID(value)


def _moment(asked: Asked, name: str) -> datetime | None:
    value = asked.parameters.get(name)
    if value is None:
        return None
    value = LOST_PLUS.sub(r"+\1", value)
    if not is_timestamp(value, asked.version):
        raise Declined(400, f"{name} must be a timestamp.")
    return instant(value)


def _boolean(asked: Asked, name: str) -> bool:
    """`true` or `false`; some clients write them with a capital."""
    value = asked.parameters.get(name, "false").lower()
    if value not in ("true", "false"):
        raise Declined(400, f"{name} must be true or false.")
    return value == "true"


def _limit(asked: Asked) -> int:
    """0 asks for as many as the store gives (§2.1.3)."""
    text = asked.parameters.get("limit", "0")
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise Declined(400, "limit must be a whole number, 0 or more.")
    return min(int(text) or MOST, MOST)


def _format(asked: Asked) -> str:
    value = asked.parameters.get("format", "exact")
    if value not in FORMATS:
        raise Declined(400, "format must be exact, ids or canonical.")
    return value


# --- What is given back ---------------------------------------------------------------------------------------------
def _texts(asked: Asked, page: Sequence[Kept], format_: str) -> list[str]:
    texts = [exact(kept) for kept in page]
    if format_ == "exact":
        return texts
    statements: list[dict[str, Any]] = [msgspec.json.decode(text) for text in texts]
    if format_ == "ids":
        return [msgspec.json.encode(ids(one)).decode() for one in statements]
    named = {activity["id"] for one in statements for activity in activities_in(one)} if knows_all(asked.caller.scopes) else set()
    known = {iri: msgspec.json.decode(text) for iri, text in definitions_of(asked.caller.store, named).items()}
    wanted = languages(asked.headers.get("Accept-Language", ""))
    return [msgspec.json.encode(canonical(one, known, wanted)).decode() for one in statements]


def _response(asked: Asked, body: str, named: Sequence[set[str]] | None) -> HttpResponse:
    """The statements, and beside them the attachments named where they were asked for."""
    if named is None:
        return HttpResponse(body, content_type="application/json")
    found = attachments_of(asked.caller.store, set().union(*named))
    content, content_type = write_mixed(body.encode(), [Part(row.sha2, row.content_type, bytes(row.content)) for row in found])
    return HttpResponse(content, content_type=content_type)


STATEMENTS = {
    "GET": Method(get, STATEMENT_READERS, GET_PARAMETERS),
    "PUT": Method(put, STATEMENT_WRITERS, frozenset({"statementId"})),
    "POST": Method(post, STATEMENT_WRITERS),
}


def told_through(view: View) -> View:
    """Every answer of the resource says up to when it is complete (§2.1.3), refusals included."""

    def telling(request: HttpRequest, family: str = "") -> HttpResponse:
        response = view(request, family)
        if THROUGH not in response.headers and response.status_code not in (401, 503):
            with suppress(*UNREACHABLE):  # what could be said without the database is said
                _through(response, _consistent_through())
        return response

    return csrf_exempt(telling)
