"""A statement as it is received (xAPI 1.0.3 Data §2, IEEE 9274.1.1 §4.2): refused with the place and the reason, or taken apart for keeping.

The text itself is never changed: what the store needs to find it by is read from it, and `raw` stays what was sent.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

from msgspec import UNSET, DecodeError, Raw, Struct, UnsetType, ValidationError, convert
from msgspec.json import Decoder

from lms.records.rules.agents import Actor, identities, identity
from lms.records.rules.refusals import Declined
from lms.records.rules.shapes import (
    Activity,
    Attachment,
    Context,
    ContextActivities,
    Definition,
    Kind,
    Result,
    Statement,
    StatementRef,
    SubStatement,
    Told,
)
from lms.records.rules.strict import check_text
from lms.records.rules.values import are_iris, are_languages, is_duration, is_iri, is_language, is_timestamp

VOIDED: Final = "http://adlnet.gov/expapi/verbs/voided"
SIGNATURE: Final = "http://adlnet.gov/expapi/attachments/signature"

ObjectKind = Literal["Activity", "Agent", "Group", "StatementRef", "SubStatement"]
_Thing = Activity | Actor | StatementRef | SubStatement
_Shape = TypeVar("_Shape")

_BATCH: Final = Decoder(list[Raw])
_STATEMENT: Final = Decoder(Statement)
_DEFINITION: Final = Decoder(Definition)
_KIND: Final = Decoder(Kind)
_ACTOR: Final = Decoder(Actor)
_OBJECTS: Final[dict[str, Decoder[Any]]] = {
    "Activity": Decoder(Activity),
    "Agent": _ACTOR,
    "Group": _ACTOR,
    "StatementRef": Decoder(StatementRef),
    "SubStatement": Decoder(SubStatement),
}
_PLACE: Final = re.compile(r" - at (?:`key` in )?`\$([\w.\[\]]*)`")
_NAMED: Final = re.compile(r"Object (missing required|contains unknown) field `([A-Za-z0-9_]{1,40})`")


class AttachmentHead(Struct, frozen=True, gc=False):
    """What a statement says of one attachment; `file_url` is empty when the content must come along."""

    usage_type: str
    sha2: str
    length: int
    content_type: str
    file_url: str


class Parsed(Struct, kw_only=True):
    """A statement that may be kept, and all that the store finds it by.

    `agents` are those of a filter by agent (actor and object, with their members), `related_agents` those of `related_agents=true`;
    neither counts the authority that was sent, which is in `authority` and gives way to the store's own.
    """

    raw: bytes
    id: UUID | None
    actor: str
    verb: str
    object_kind: ObjectKind
    activity: str
    refers: UUID | None
    voids: UUID | None
    registration: UUID | None
    agents: tuple[str, ...]
    related_agents: tuple[str, ...]
    related_activities: tuple[str, ...]
    definitions: tuple[tuple[str, bytes], ...]
    attachments: tuple[AttachmentHead, ...]
    authority: tuple[str, ...]
    timestamp: str | None
    version: str | None
    has_stored: bool
    has_authority: bool
    has_version: bool
    is_signed: bool


def parse(body: bytes, version: str) -> list[Parsed]:
    """The statements of a body: one object, or a list of them, which may be empty. `version` is that of the request, 1.0.3 or 2.0.0.

    Declined(400) names the first property that the specification refuses; two statements of one id are refused too (§2.2, §2.4.1).
    """
    body = body.strip(b" \t\r\n")
    if not body.startswith(b"["):
        return [_parsed(body, version, "")]
    try:
        texts = _BATCH.decode(body)
    except (DecodeError, RecursionError):
        raise Declined(400, "The content is not one valid JSON text in UTF-8.") from None
    statements = [_parsed(bytes(text), version, f"[{number}]") for number, text in enumerate(texts)]
    ids = [statement.id for statement in statements if statement.id is not None]
    if len(set(ids)) != len(ids):
        raise Declined(400, "Two statements of the list have the same id.")
    return statements


def _parsed(raw: bytes, version: str, place: str) -> Parsed:
    value = check_text(raw)
    statement = _decoded(_STATEMENT, raw, place)
    found = _Found(version)
    kind, thing = _object(statement, place)
    registration = found.told(statement, thing, place)
    agents = tuple(dict.fromkeys(found.agents))
    if isinstance(thing, SubStatement):
        sub_kind, sub_thing = _object(thing, f"{place}.object")
        if sub_kind == "SubStatement":
            raise _declined(f"{place}.object.object", "a SubStatement holds no other")
        found.told(thing, sub_thing, f"{place}.object")
    found.check_formats(value, place)
    refers = convert(thing.id, UUID) if isinstance(thing, StatementRef) else None
    if statement.verb.id == VOIDED and refers is None:
        raise _declined(f"{place}.object", "what is voided is named by a StatementRef")
    return Parsed(
        raw=raw,
        id=_uuid(statement.id, place, "id"),
        actor=identity(statement.actor),
        verb=statement.verb.id,
        object_kind=kind,
        activity=thing.id if isinstance(thing, Activity) else "",
        refers=refers,
        voids=refers if statement.verb.id == VOIDED else None,
        registration=registration,
        agents=agents,
        related_agents=tuple(dict.fromkeys(found.agents + found.near)),
        related_activities=tuple(dict.fromkeys(found.activities)),
        definitions=tuple(found.definitions),
        attachments=tuple(found.attachments),
        authority=_authority(statement, version, place),
        timestamp=None if statement.timestamp is UNSET else statement.timestamp,
        version=None if statement.version is UNSET else statement.version,
        has_stored=statement.stored is not UNSET,
        has_authority=statement.authority is not UNSET,
        has_version=statement.version is not UNSET,
        is_signed=statement.attachments is not UNSET and any(one.usageType == SIGNATURE for one in statement.attachments),
    )


class _Found:
    """What is met on the way through a statement and its SubStatement, checked for what its own shape could not tell."""

    __slots__ = ("activities", "agents", "attachments", "definitions", "iris", "languages", "near", "version")

    def __init__(self, version: str) -> None:
        self.version = version
        self.agents: list[str] = []
        self.near: list[str] = []
        self.activities: list[str] = []
        self.definitions: list[tuple[str, bytes]] = []
        self.attachments: list[AttachmentHead] = []
        self.iris: list[str] = []
        self.languages: list[str] = []

    def told(self, told: Told, thing: _Thing, place: str) -> UUID | None:
        """Take in what a statement and a SubStatement share; back comes its registration."""
        _check_timestamp(told.timestamp, self.version, place, "timestamp")
        self.agents += identities(told.actor)
        self.iris.append(told.verb.id)
        if told.verb.display is not UNSET:
            self.languages += told.verb.display
        if isinstance(thing, Activity):
            self.activity(thing, f"{place}.object")
        elif isinstance(thing, Actor):
            self.agents += identities(thing)
        if told.result is not UNSET:
            self.result(told.result, place)
        for attachment in told.attachments or ():
            self.attachment(attachment)
        if told.context is UNSET:
            return None
        self.context(told.context, place, about_activity=isinstance(thing, Activity))
        return _uuid(told.context.registration, place, "context.registration")

    def activity(self, activity: Activity, place: str) -> None:
        self.activities.append(activity.id)
        if activity.definition is not UNSET:
            raw = bytes(activity.definition)
            self.definitions.append((activity.id, raw))
            self.definition(_decoded(_DEFINITION, raw, f"{place}.definition"))

    def definition(self, definition: Definition) -> None:
        for words in (definition.name, definition.description):
            if words is not UNSET:
                self.languages += words
        if definition.type is not UNSET:
            self.iris.append(definition.type)
        if definition.extensions is not UNSET:
            self.iris += definition.extensions
        if definition.interactionType is not UNSET:
            for component in definition.components():
                self.languages += component.description or ()

    def result(self, result: Result, place: str) -> None:
        if result.duration is not UNSET and not is_duration(result.duration):
            raise _declined(f"{place}.result.duration", "this is no duration of ISO 8601")
        if result.extensions is not UNSET:
            self.iris += result.extensions

    def context(self, context: Context, place: str, *, about_activity: bool) -> None:
        if not about_activity and (context.revision is not UNSET or context.platform is not UNSET):
            raise _declined(f"{place}.context", "revision and platform are for an object that is an Activity")
        if context.language is not UNSET:
            self.languages.append(context.language)
        if context.extensions is not UNSET:
            self.iris += context.extensions
        if context.instructor is not UNSET:
            self.near += identities(context.instructor)
        if context.team is not UNSET:
            self.near += identities(context.team)
        if context.contextAgents is not UNSET or context.contextGroups is not UNSET:
            self.others(context, place)
        if context.contextActivities is not UNSET:
            self.around(context.contextActivities, f"{place}.context.contextActivities")

    def around(self, near: ContextActivities, place: str) -> None:
        for activities in (near.parent, near.grouping, near.category, near.other):
            if isinstance(activities, Activity):  # one alone stands for a list of one (§2.4.6.2)
                self.activity(activities, place)
            elif activities is not UNSET:
                for activity in activities:
                    self.activity(activity, place)

    def others(self, context: Context, place: str) -> None:
        if self.version.startswith("1."):
            raise _declined(f"{place}.context", "contextAgents and contextGroups are of version 2.0")
        for one in context.contextAgents or ():
            self.near += identities(one.agent)
        for other in context.contextGroups or ():
            self.near += identities(other.group)

    def attachment(self, attachment: Attachment) -> None:
        self.languages += attachment.display
        self.languages += attachment.description or ()
        url = attachment.fileUrl or ""
        self.attachments.append(AttachmentHead(attachment.usageType, attachment.sha2, attachment.length, attachment.contentType, url))

    def check_formats(self, value: Any, place: str) -> None:
        """Check the formats of all that was met at once; what fails is then looked for in `value`."""
        if not (are_iris(self.iris) and are_iris(self.activities)):
            bad = next(iri for iri in self.iris + self.activities if not is_iri(iri))
            raise _declined(next(_places(value, bad, place), place), "this is no IRI with a scheme")
        if not are_languages(self.languages):
            bad = next(tag for tag in self.languages if not is_language(tag))
            raise _declined(next(_places(value, bad, place), place), "this is no language tag of RFC 5646")


def _places(value: Any, text: str, place: str) -> Iterator[str]:
    """Where `text` stands as a string or as a key. Of extensions only the keys are looked at, so that no step of a path is theirs."""
    if isinstance(value, dict):
        steps = [(f"{place}.{key}", list(inner) if key == "extensions" else inner) for key, inner in value.items()]
    elif isinstance(value, list):
        steps = [(f"{place}[{number}]", inner) for number, inner in enumerate(value)]
    else:
        steps = []
    if value == text or (isinstance(value, dict) and text in value):
        yield place
    for step, inner in steps:
        yield from _places(inner, text, step)


def _object(told: Told, place: str) -> tuple[ObjectKind, _Thing]:
    raw = bytes(told.object)
    kind: ObjectKind = _decoded(_KIND, raw, f"{place}.object").objectType
    thing: _Thing = _decoded(_OBJECTS[kind], raw, f"{place}.object")
    return kind, thing


def _authority(statement: Statement, version: str, place: str) -> tuple[str, ...]:
    """Whom the statement names as its authority, after the checks of what only a whole statement has."""
    _check_timestamp(statement.stored, version, place, "stored")
    if statement.version is not UNSET and statement.version.startswith("2.") and version.startswith("1."):
        raise _declined(f"{place}.version", "a statement of 1.0 says 1.0.0")
    authority = statement.authority
    if authority is UNSET:
        return ()
    if authority.objectType == "Group" and (authority.identifiers() or len(authority.member or ()) != 2):
        raise _declined(f"{place}.authority", "an authority is an Agent, or a Group of two Agents without identifier")
    return tuple(identities(authority))


def _check_timestamp(text: str | UnsetType, version: str, place: str, name: str) -> None:
    if text is not UNSET and not is_timestamp(text, version):
        raise _declined(f"{place}.{name}", "this is no timestamp of RFC 3339")


def _uuid(text: str | UnsetType, place: str, name: str) -> UUID | None:
    if text is UNSET:
        return None
    if len(text) == 36:  # with its hyphens: the decoder would take 32 digits alone
        with suppress(ValidationError):
            return convert(text, UUID)
    raise _declined(f"{place}.{name}", "this is no UUID")


def _decoded(decoder: Decoder[_Shape], raw: bytes, place: str) -> _Shape:
    try:
        return decoder.decode(raw)
    except ValidationError as error:
        raise _explained(str(error), place) from None


def _explained(message: str, place: str) -> Declined:
    """The decoder's words as a sentence: it names the place, and never the value."""
    inner = "".join(reversed(_PLACE.findall(message)))
    reason = _PLACE.split(message, maxsplit=1)[0]
    if known := _NAMED.match(reason):
        reason = f"{known[2]} is missing" if known[1] == "missing required" else f"{known[2]} is not allowed here"
    elif reason.startswith("Object contains unknown field"):
        reason = "one of its properties is not allowed here"
    elif reason.startswith("Invalid enum value"):
        reason = "this is not one of the values allowed"
    elif "matching regex" in reason:
        reason = "this is not in the format required"
    return _declined(f"{place}{inner}", reason.replace("`", ""))


def _declined(place: str, reason: str) -> Declined:
    return Declined(400, f"{place.lstrip('.') or 'statement'}: {reason}.")
