"""What a dossier says of one trainee, as it is written in `dossier.json`: the documented shape (docs/dossier.md), from which its
JSON Schema is made. Pure.

Minutes everywhere; None where nothing records them. Moments are UTC. No moment of writing is in it: the same state says the same.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta

from lms.exports.rules.jury import JuryDecision

Level: TypeAlias = Annotated[int, Meta(ge=0, le=4)]
Digest: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
# What stands behind hours that were done: a work that an assessor judged, or a step completed, for the time its author planned.
HoursProof: TypeAlias = Literal["assessed_practical", "completed_step"]


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
class Minutes:
    """Minutes of one kind."""

    planned: int
    done: int | None
    proven: int | None


@dataclass(frozen=True, slots=True)
class ByKind:
    """Minutes of each kind: the theory and the practical work of the training, and culture, which stands apart."""

    theory: Minutes
    practical: Minutes
    culture: Minutes

    def of(self, kind: str) -> Minutes:
        minutes: Minutes = getattr(self, kind)
        return minutes


@dataclass(frozen=True, slots=True)
class HoursEvidence:
    """One step completed that counts as hours (once, whatever the number of runs), and what stands behind it."""

    step: UUID
    title: str
    kind: str
    minutes: int
    completed_at: datetime
    run: UUID
    proof: HoursProof


@dataclass(frozen=True, slots=True)
class ModuleHours:
    """The hours of one module, or of the cultural outings (`code` empty)."""

    code: str
    title: str
    block_code: str
    kinds: ByKind
    evidence: list[HoursEvidence]


@dataclass(frozen=True, slots=True)
class BlockHours:
    code: str
    label: str
    kinds: ByKind


@dataclass(frozen=True, slots=True)
class Hours:
    total: ByKind
    blocks: list[BlockHours]
    modules: list[ModuleHours]


@dataclass(frozen=True, slots=True)
class Run:
    """One take of one module; its uuid is the registration of its statements."""

    uuid: UUID
    module_code: str
    module_title: str
    number: int
    opened_at: datetime
    completed_at: datetime | None
    closed_at: datetime | None
    steps_done: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One criterion (none: the whole competency) seen at one level on one occasion: a judgement, an observation, a decision, an opinion.

    `is_withdrawn`: it counts no more; by whom, when and why are then said.
    """

    uuid: UUID
    occasion: UUID
    kind: str
    kind_word: str
    criterion_code: str
    criterion_label: str
    level: Level | None
    word: str
    note: str
    at: datetime
    assessor: str
    statement: UUID
    is_withdrawn: bool
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """A moment at which the level moved, and the statement that told it."""

    before: Level
    after: Level
    at: datetime
    by: str
    reason: str
    rule: str
    statement: UUID


@dataclass(frozen=True, slots=True)
class Competency:
    """One competency and its level: in words, since when, by whom, by which rule, on which occasion, and all that was seen of it."""

    uuid: UUID
    code: str
    label: str
    plain_label: str
    level: Level
    word: str
    plain_word: str
    state: Literal["not_seen", "in_progress", "acquired"]
    since: datetime | None
    assessor: str
    work: str
    version: int | None
    rule: str
    occasion: UUID | None
    statement: UUID | None
    evidence: list[Evidence]
    moves: list[Move]


@dataclass(frozen=True, slots=True)
class Validation:
    """A block validated by a named assessor, for good; `levels` as they were, by competency code."""

    uuid: UUID
    at: datetime
    by: str
    assessment: str
    rule: str
    levels: dict[str, Level]
    statement: UUID


@dataclass(frozen=True, slots=True)
class Block:
    uuid: UUID
    code: str
    label: str
    aim: str
    validation: Validation | None
    competencies: list[Competency]


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
    """The version of a work that is in the dossier, with its files and what was said of it. `team`: how many handed it in together."""

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


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything a dossier says."""

    format: Literal["tremplin-dossier"]
    format_version: Literal[1]
    issuer: str
    site: str
    trainee: Trainee
    programme: Programme
    framework: Framework
    rules: list[LevelRule]
    rubrics: list[Rubric]
    hours: Hours
    runs: list[Run]
    blocks: list[Block]
    works: list[Work]
    seen: list[Seen]
    opinions: list[Opinion]
    jury: list[JuryDecision]
    comment: Comment | None
    consent: Consent | None
    statements: list[UUID] = field(default_factory=list)
