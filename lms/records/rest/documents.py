"""State, Agent Profile and Activity Profile (xAPI 1.0.3 Communication §2.2, 2.3, 2.6, 2.7; IEEE 9274.1.1 §4.1.6.2, 4.1.6.5, 4.1.6.6).

Each is a table for `door`. They differ in what a document belongs to; and under 1.0.3 a state may be replaced blindly, while a profile
is never put without a condition (§3.1).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec
from django.http import HttpResponse
from django.utils.http import http_date

from lms.records.rest.http import Asked, Method
from lms.records.rules.agents import Agent, identity
from lms.records.rules.digests import ACTIVITY, AGENT, digest
from lms.records.rules.documents import Address, Conditions, check_json, conditions, etag_of
from lms.records.rules.refusals import Declined
from lms.records.rules.scopes import PROFILE_READERS, PROFILE_WRITERS, STATE_READERS, STATE_WRITERS
from lms.records.rules.strict import check_text
from lms.records.rules.values import instant, is_iri, is_media_type, is_timestamp, is_uuid
from lms.records.selectors.documents import document_at, documents_of, keys_since
from lms.records.services.documents import EXISTS, JSON, delete_document, delete_states, merge_document, put_document


@dataclass(frozen=True, slots=True)
class Kind:
    """What the documents of one resource belong to, and the parameter that names one of them."""

    key: str
    owners: frozenset[str]
    readers: frozenset[str]
    writers: frozenset[str]

    @property
    def is_state(self) -> bool:
        return self.key == "stateId"

    def methods(self) -> dict[str, Method]:
        named = self.owners | {self.key}
        return {
            "GET": Method(partial(_get, self), self.readers, named | {"since"}),
            "PUT": Method(partial(_put, self), self.writers, named),
            "POST": Method(partial(_post, self), self.writers, named),
            "DELETE": Method(partial(_delete, self), self.writers, named),
        }


def answer(asked: Asked, content: bytes, content_type: str = JSON, *, updated: datetime | None = None) -> HttpResponse:
    """`content` with its ETag (§3.1), or 304 to whoever has it already."""
    etag, wanted = etag_of(content), _conditions(asked)
    if not Conditions(match=wanted.match).met_by(etag):
        raise Declined(412, "If-Match does not hold: the content has another ETag.")
    response = HttpResponse(content, content_type=content_type) if wanted.met_by(etag) else HttpResponse(status=304)
    response.headers["ETag"] = f'"{etag}"'
    if updated:
        response.headers["Last-Modified"] = http_date(updated.timestamp())
    return response


def read_agent(asked: Asked) -> Agent:
    """The parameter `agent`: an Agent, not a Group (§2.6)."""
    text = required(asked, "agent").encode()
    check_text(text)
    try:
        return msgspec.json.decode(text, type=Agent)
    except msgspec.DecodeError:
        raise Declined(400, "agent must be an Agent, as JSON, with exactly one identifier.") from None


def read_activity(asked: Asked) -> str:
    iri = required(asked, "activityId")
    if not is_iri(iri):
        raise Declined(400, "activityId must be an IRI.")
    return iri


def required(asked: Asked, name: str) -> str:
    value = asked.parameters.get(name, "")
    if not value:
        raise Declined(400, f"{name} is required.")
    return value


def _get(kind: Kind, asked: Asked) -> HttpResponse:
    context = _context(kind, asked)
    if kind.key not in asked.parameters:
        keys, updated = keys_since(documents_of(context), _since(asked))
        return answer(asked, msgspec.json.encode(keys), updated=updated)
    if "since" in asked.parameters:
        raise Declined(400, f"since goes with a list, not with {kind.key}.")
    document = document_at(_address(kind, asked, context))
    if document is None:
        raise Declined(404, "No such document.")
    return answer(asked, bytes(document.content), document.content_type, updated=document.updated)


def _put(kind: Kind, asked: Asked) -> HttpResponse:
    address = _address(kind, asked, _context(kind, asked))
    content_type = asked.headers.get("Content-Type", "") or "application/octet-stream"
    if len(content_type) > 255 or not is_media_type(content_type):
        raise Declined(400, "Content-Type must be a media type.")
    if asked.content_type == JSON:
        check_json(asked.body)
    wanted, is_first = _conditions(asked), asked.version.startswith("1.")
    if is_first and not kind.is_state and not wanted.given:
        raise Declined(409, EXISTS) if document_at(address) else Declined(400, "A profile is put with If-Match or If-None-Match.")
    put_document(at=address, content=asked.body, content_type=content_type, conditions=wanted, blindly=is_first and kind.is_state)
    return HttpResponse(status=204)


def _post(kind: Kind, asked: Asked) -> HttpResponse:
    address = _address(kind, asked, _context(kind, asked))
    if asked.content_type != JSON:
        raise Declined(400, "A document is merged by POST only as application/json.")
    merge_document(at=address, content=asked.body, conditions=_conditions(asked))
    return HttpResponse(status=204)


def _delete(kind: Kind, asked: Asked) -> HttpResponse:
    context = _context(kind, asked)
    if kind.is_state and kind.key not in asked.parameters:
        if _conditions(asked).given:
            raise Declined(400, "If-Match and If-None-Match go with one document, not with all of them.")
        delete_states(of=context)
    else:
        delete_document(at=_address(kind, asked, context), conditions=_conditions(asked))
    return HttpResponse(status=204)


def _context(kind: Kind, asked: Asked) -> Address:
    """What the documents asked for belong to, less the id of one of them. A trainee's token reaches its own states and nothing else."""
    agent = identity(read_agent(asked)) if "agent" in kind.owners else None
    activity = read_activity(asked) if "activityId" in kind.owners else None
    registration = _registration(asked)
    limits, store = asked.caller.limits, asked.caller.store
    if limits and not (kind.is_state and (agent, activity, registration) == (limits.agent, limits.activity, limits.registration)):
        raise Declined(403, "These credentials reach the states of one agent, activity and registration only.")
    return Address(
        store,
        None if agent is None else digest(store, AGENT, agent),
        None if activity is None else digest(store, ACTIVITY, activity),
        registration,
    )


def _address(kind: Kind, asked: Asked, context: Address) -> Address:
    return replace(context, key=required(asked, kind.key))


def _registration(asked: Asked) -> UUID | None:
    text = asked.parameters.get("registration")
    if text is None:
        return None
    if not is_uuid(text):
        raise Declined(400, "registration must be a UUID.")
    return UUID(text)


def _since(asked: Asked) -> datetime | None:
    text = asked.parameters.get("since")
    if text is None:
        return None
    if not is_timestamp(text, asked.version):
        raise Declined(400, "since must be a timestamp.")
    return instant(text)


def _conditions(asked: Asked) -> Conditions:
    return conditions(asked.headers.get("If-Match"), asked.headers.get("If-None-Match"))


STATE = Kind("stateId", frozenset({"agent", "activityId", "registration"}), STATE_READERS, STATE_WRITERS).methods()
AGENT_PROFILE = Kind("profileId", frozenset({"agent"}), PROFILE_READERS, PROFILE_WRITERS).methods()
ACTIVITY_PROFILE = Kind("profileId", frozenset({"activityId"}), PROFILE_READERS, PROFILE_WRITERS).methods()
