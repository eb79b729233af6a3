"""How a statement is made (xAPI 1.0.3 §2, IEEE 9274.1.1), and how a kept one is given back. The one builder: no app writes one by hand."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import msgspec
from django.conf import settings

from lms.records.models import HOME
from lms.records.rules.agents import Actor, identity
from lms.records.rules.digests import AGENT, digest
from lms.records.selectors.statements import Kept, authority_texts
from lms.records.vocabulary import VOIDED, Verb

Json: TypeAlias = dict[str, object]
_authorities: dict[uuid.UUID, str] = {}  # by digest; they never change


def iri(kind: str, identifier: object) -> str:
    """The stable IRI of one of our activities."""
    return f"{settings.XAPI_HOME}/xapi/activities/{kind}/{identifier}"


def agent(person: uuid.UUID) -> Json:
    """An Agent by account: home page of the site, random UUID of the person (§2.4.2.4)."""
    return {"objectType": "Agent", "account": {"homePage": settings.XAPI_HOME, "name": str(person)}}


def activity(kind: str, identifier: object, type_iri: str, name: str) -> Json:
    """An Activity with its definition (§2.4.4.1)."""
    return {"objectType": "Activity", "id": iri(kind, identifier), "definition": {"type": type_iri, "name": {"fr": name}}}


def build(
    *,
    actor: Json,
    verb: Verb,
    object_: Json,
    at: datetime,
    registration: uuid.UUID | None = None,
    parent: Sequence[Json] = (),
    grouping: Sequence[Json] = (),
    instructor: Json | None = None,
    team: Sequence[Json] = (),
    revision: str = "",
    result: Json | None = None,
    extensions: Mapping[str, object] | None = None,
) -> Json:
    """One statement, ready for `records.services.record`. `at` is when it happened (§2.4.7); `stored` is given on storing.

    `revision` and the platform are told only beside an Activity (§2.4.6: they have no meaning otherwise).
    """
    context: Json = {"language": "fr"}
    if registration:
        context["registration"] = str(registration)
    people = {"instructor": instructor, "team": {"objectType": "Group", "member": list(team)} if team else None}
    context |= {role: who for role, who in people.items() if who}
    if object_.get("objectType") == "Activity":
        context["platform"] = "Tremplin"
        if revision:
            context["revision"] = revision
    activities = {key: list(value) for key, value in (("parent", parent), ("grouping", grouping)) if value}
    if activities:
        context["contextActivities"] = activities
    if extensions:
        context["extensions"] = dict(extensions)
    statement: Json = {
        "id": str(uuid.uuid4()),
        "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "actor": actor,
        "verb": {"id": verb.iri, "display": {"fr": verb.fr, "en": verb.en}},
        "object": object_,
        "context": context,
    }
    if result:
        statement["result"] = result
    return statement


def voided(*, by: Json, statement_id: uuid.UUID, reason: str, reason_iri: str, at: datetime) -> Json:
    """A voiding statement (§2.3.2): says that an earlier one no longer stands, by whom and why."""
    return build(
        actor=by,
        verb=VOIDED,
        object_={"objectType": "StatementRef", "id": str(statement_id)},
        at=at,
        extensions={reason_iri: reason},
    )


def identity_of(person: uuid.UUID) -> str:
    """The text that the store knows one of our people by (`rules.agents.identity`)."""
    return identity(msgspec.convert(agent(person), Actor))


def site_authority() -> str:
    """The agent that vouches for this site's own statements, as JSON."""
    return msgspec.json.encode({"objectType": "Agent", "account": {"homePage": settings.XAPI_HOME, "name": "tremplin"}}).decode()


def authority_digest(text: str, *, store: int = HOME) -> uuid.UUID:
    """What stands for the agent of that JSON in the column `authority`."""
    return digest(store, AGENT, identity(msgspec.json.decode(text, type=Actor)))


def exact(kept: Kept) -> str:
    """A statement as it is given back: the kept text with what the store adds, before its last brace. No other byte changes."""
    return f'{kept.text[:-1]},"stored":"{instant(kept.stored)}","authority":{_authority(kept.authority)}}}'


def instant(moment: datetime) -> str:
    """A moment as statements tell it: UTC, to the microsecond, so that a reader can follow `stored`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _authority(wanted: uuid.UUID) -> str:
    if wanted not in _authorities:
        site = site_authority()
        _authorities.update({authority_digest(site): site, **authority_texts([wanted])})
    return _authorities[wanted]
