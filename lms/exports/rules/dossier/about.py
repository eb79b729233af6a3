"""Whom a dossier is about, on what, by which rules, and what they say of it themselves. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from msgspec import Meta

Level: TypeAlias = Annotated[int, Meta(ge=0, le=4)]


@dataclass(frozen=True, slots=True)
class Place:
    """A cohort the trainee is or was in."""

    cohort: str
    site: str
    joined_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Trainee:
    uuid: UUID
    last_name: str
    first_name: str
    places: list[Place]


@dataclass(frozen=True, slots=True)
class Programme:
    uuid: UUID
    code: str
    title: str
    enrolled_at: datetime
    withdrawn_at: datetime | None
    budget: dict[str, int]


@dataclass(frozen=True, slots=True)
class ScaleLevel:
    value: Level
    label: str
    plain_label: str


@dataclass(frozen=True, slots=True)
class Framework:
    """What is proven. Certifier and certification are empty while there are none."""

    uuid: UUID
    code: str
    version: str
    title: str
    language: str
    certifier: str
    certification_type: str
    certification_code: str
    acquired_at: Level
    scale: list[ScaleLevel]


@dataclass(frozen=True, slots=True)
class LevelRule:
    """A version of a rule that makes levels. `settings`: what its kind reads."""

    code: str
    name: str
    kind: str
    scope: str
    reason: str
    settings: dict[str, Any]
    applied_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rubric:
    """A rubric version that works or observations were judged on."""

    uuid: UUID
    version: int
    title: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """What the trainee says of their own dossier."""

    words: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """The trainee's yes to this dossier being given to the certifying body, to the word."""

    uuid: UUID
    text_version: str
    text: str
    given_at: datetime
