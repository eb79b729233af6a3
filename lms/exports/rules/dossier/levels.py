"""Levels, as a dossier tells them: down to the evidence and the statements. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from lms.exports.rules.dossier.about import Level


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
