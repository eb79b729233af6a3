"""How a statement is made (xAPI 1.0.3 §2, IEEE 9274.1.1). The one builder: no app writes a statement by hand."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from django.conf import settings

from lms.records.vocabulary import VOIDED, Verb

Json: TypeAlias = dict[str, object]


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
    revision: str = "",
    result: Json | None = None,
    extensions: Mapping[str, object] | None = None,
) -> Json:
    """One statement, ready for `records.services.record`. `at` is when it happened (§2.4.7); `stored` is given on storing.

    `revision` is kept only beside an Activity (§2.4.6: it has no meaning otherwise).
    """
    context: Json = {"platform": "Tremplin", "language": "fr"}
    if registration:
        context["registration"] = str(registration)
    if instructor:
        context["instructor"] = instructor
    if revision and object_.get("objectType") == "Activity":
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
