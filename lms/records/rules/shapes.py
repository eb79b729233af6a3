# ruff: noqa: N815  the properties keep the specification's spelling
"""A statement's objects as typed structs (xAPI 1.0.3 §2.4, IEEE 9274.1.1 §4.2): what decodes into them has the right shape.

A property that is absent is UNSET, so `null` never passes. What needs two properties to be judged is checked here too, except what
depends on the version or on the statement's object. The values met in every statement (IRIs, language tags, UUIDs, times) are plain
strings here: asking each decoded field for its pattern costs twice the decoding, so they are checked together afterwards.
"""

from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from lms.records.rules.agents import Actor, Agent, Group
from lms.records.rules.values import Iri, MediaType, Sha2, UuidText

LanguageMap = dict[str, str]
Extensions = dict[str, Any]
Version = Annotated[str, Meta(pattern=r"\A(?:1\.0|2\.0)(?:\.[0-9]+(?:[-+][0-9A-Za-z.+-]+)?)?\Z")]
InteractionType = Literal[
    "true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric", "other"
]
COMPONENTS: Final = ("choices", "scale", "source", "target", "steps")
SUPPORTED: Final = {
    "choice": {"choices"},
    "sequencing": {"choices"},
    "likert": {"scale"},
    "matching": {"source", "target"},
    "performance": {"steps"},
}


class Verb(Struct, forbid_unknown_fields=True, gc=False):
    id: str
    display: LanguageMap | UnsetType = UNSET


class Component(Struct, forbid_unknown_fields=True, gc=False):
    id: str
    description: LanguageMap | UnsetType = UNSET


class Definition(Struct, forbid_unknown_fields=True):
    name: LanguageMap | UnsetType = UNSET
    description: LanguageMap | UnsetType = UNSET
    type: str | UnsetType = UNSET
    moreInfo: Iri | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET
    interactionType: InteractionType | UnsetType = UNSET
    correctResponsesPattern: list[str] | UnsetType = UNSET
    choices: list[Component] | UnsetType = UNSET
    scale: list[Component] | UnsetType = UNSET
    source: list[Component] | UnsetType = UNSET
    target: list[Component] | UnsetType = UNSET
    steps: list[Component] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.interactionType is UNSET:
            if self.correctResponsesPattern is not UNSET or any(getattr(self, name) is not UNSET for name in COMPONENTS):
                raise ValueError("interactionType is missing beside the other interaction properties")
            return
        for name in COMPONENTS:
            components = getattr(self, name)
            if components is UNSET:
                continue
            if name not in SUPPORTED.get(self.interactionType, ()):
                raise ValueError(f"this interactionType has no {name}")
            if len({component.id for component in components}) != len(components):
                raise ValueError(f"two components of {name} have the same id")

    def components(self) -> list[Component]:
        return [component for name in COMPONENTS for component in getattr(self, name) or ()]


class Activity(Struct, forbid_unknown_fields=True):
    """Its definition stays the text that was received: that is what the canonical definition is made from."""

    id: str
    objectType: Literal["Activity"] | UnsetType = UNSET
    definition: Raw | UnsetType = UNSET


class StatementRef(Struct, forbid_unknown_fields=True, gc=False):
    objectType: Literal["StatementRef"]
    id: UuidText


class Score(Struct, forbid_unknown_fields=True, gc=False):
    scaled: Annotated[float, Meta(ge=-1, le=1)] | UnsetType = UNSET
    raw: float | UnsetType = UNSET
    min: float | UnsetType = UNSET
    max: float | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.min is not UNSET:
            if self.max is not UNSET and not self.min < self.max:
                raise ValueError("min must be less than max")
            if self.raw is not UNSET and self.raw < self.min:
                raise ValueError("raw must be at least min")
        if self.max is not UNSET and self.raw is not UNSET and self.raw > self.max:
            raise ValueError("raw must be at most max")


class Result(Struct, forbid_unknown_fields=True):
    score: Score | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    response: str | UnsetType = UNSET
    duration: str | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET


class ContextActivities(Struct, forbid_unknown_fields=True):
    parent: Activity | list[Activity] | UnsetType = UNSET
    grouping: Activity | list[Activity] | UnsetType = UNSET
    category: Activity | list[Activity] | UnsetType = UNSET
    other: Activity | list[Activity] | UnsetType = UNSET


class ContextAgent(Struct, forbid_unknown_fields=True):
    objectType: Literal["contextAgent"]
    agent: Agent
    relevantTypes: Annotated[list[Iri], Meta(min_length=1)] | UnsetType = UNSET


class ContextGroup(Struct, forbid_unknown_fields=True):
    objectType: Literal["contextGroup"]
    group: Group
    relevantTypes: Annotated[list[Iri], Meta(min_length=1)] | UnsetType = UNSET


class Context(Struct, forbid_unknown_fields=True):
    registration: str | UnsetType = UNSET
    instructor: Actor | UnsetType = UNSET
    team: Group | UnsetType = UNSET
    contextActivities: ContextActivities | UnsetType = UNSET
    contextAgents: list[ContextAgent] | UnsetType = UNSET
    contextGroups: list[ContextGroup] | UnsetType = UNSET
    revision: str | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    statement: StatementRef | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET


class Attachment(Struct, forbid_unknown_fields=True):
    usageType: Iri
    display: LanguageMap
    contentType: MediaType
    length: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    sha2: Sha2
    description: LanguageMap | UnsetType = UNSET
    fileUrl: Iri | UnsetType = UNSET


class Told(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a statement and a SubStatement share. The object is decoded apart, once its objectType is known."""

    actor: Actor
    verb: Verb
    object: Raw
    result: Result | UnsetType = UNSET
    context: Context | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    attachments: list[Attachment] | UnsetType = UNSET


class Statement(Told, forbid_unknown_fields=True, kw_only=True):
    id: str | UnsetType = UNSET
    stored: str | UnsetType = UNSET
    authority: Actor | UnsetType = UNSET
    version: Version | UnsetType = UNSET


class SubStatement(Told, forbid_unknown_fields=True, kw_only=True):
    objectType: Literal["SubStatement"]


class Kind(Struct):
    """Which object this is; one that does not say is an Activity (§2.4.4)."""

    objectType: Literal["Activity", "Agent", "Group", "StatementRef", "SubStatement"] = "Activity"
