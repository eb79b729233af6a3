"""Works, as a dossier tells them: what was handed in, what was said of it, and which of them the trainee chose to join. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta

from lms.exports.rules.dossier.about import Level

Digest: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class WorkFile:
    """A file handed in: `path` in the dossier, `name` as its author named it."""

    path: str
    name: str
    size: int
    sha256: Digest
    content_type: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of a rubric: the level (none: not observed, or not said), the rubric's own words for it, a comment."""

    criterion_code: str
    label: str
    level: Level | None
    word: str
    comment: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """A signed act on one version. `is_current`: no later one corrects or replaces it."""

    uuid: UUID
    assessor: str
    at: datetime
    comment: str
    asks_revision: bool
    reason: str
    is_current: bool
    marks: list[Mark]
    statement: UUID


@dataclass(frozen=True, slots=True)
class SelfAssessment:
    """What the trainee says of that version. It stands beside and proves nothing."""

    said_at: datetime
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class Work:
    """The version of a work that was judged, with what was said of it. `team`: how many handed it in together.

    Its text and its files are there where the trainee joins it (`is_joined`), with why in their words; `proposed_by`: who advised it.
    """

    uuid: UUID
    practical: UUID
    title: str
    module_code: str
    is_commission: bool
    client: str
    purpose: str
    run: int
    version: int
    versions: int
    team: int
    text: str
    submitted_at: datetime
    rubric: str
    statement: UUID
    files: list[WorkFile]
    judgements: list[Judgement]
    self_assessment: SelfAssessment | None
    is_joined: bool
    why: str
    proposed_by: list[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What an assessor saw on the spot, without any work handed in."""

    uuid: UUID
    assessor: str
    at: datetime
    title: str
    rubric: str
    comment: str
    is_current: bool
    marks: list[Mark]
    statement: UUID


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a client, a company tutor or another system said of a competency: beside the level, never in it."""

    competency_code: str
    kind: str
    kind_word: str
    level: Level | None
    words: str
    noted_by: str
    at: datetime
    statement: UUID


@dataclass(frozen=True, slots=True)
class Choice:
    """Which works the trainee joins, chosen by themselves: when, and how many of those judged."""

    uuid: UUID
    by: str
    at: datetime
    joined: int
    judged: int
