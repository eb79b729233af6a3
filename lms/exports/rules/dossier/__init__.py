"""What a dossier says of one trainee, as it is written in `dossier.json`: the documented shape (docs/dossier.md), from which its
JSON Schema is made. Pure.

Minutes everywhere; None where nothing records them. Moments are UTC. No moment of writing is in it: the same state says the same.
"""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from lms.exports.rules.dossier.about import Comment, Consent, Framework, Level, LevelRule, Place, Programme, Rubric, ScaleLevel, Trainee
from lms.exports.rules.dossier.hours import BlockHours, ByKind, Hours, HoursEvidence, HoursProof, Minutes, ModuleHours, Run
from lms.exports.rules.dossier.levels import Block, Competency, Evidence, Move, Validation
from lms.exports.rules.dossier.works import Choice, Digest, Judgement, Mark, Opinion, Seen, SelfAssessment, Work, WorkFile
from lms.exports.rules.jury import JuryDecision

__all__ = [
    "Block",
    "BlockHours",
    "ByKind",
    "Choice",
    "Comment",
    "Competency",
    "Consent",
    "Digest",
    "Dossier",
    "Evidence",
    "Framework",
    "Hours",
    "HoursEvidence",
    "HoursProof",
    "Judgement",
    "JuryDecision",
    "Level",
    "LevelRule",
    "Mark",
    "Minutes",
    "ModuleHours",
    "Move",
    "Opinion",
    "Place",
    "Programme",
    "Rubric",
    "Run",
    "ScaleLevel",
    "Seen",
    "SelfAssessment",
    "Trainee",
    "Validation",
    "Work",
    "WorkFile",
]


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything a dossier says. Without a choice, every work is joined."""

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
    choice: Choice | None
    seen: list[Seen]
    opinions: list[Opinion]
    jury: list[JuryDecision]
    comment: Comment | None
    consent: Consent | None
    statements: list[UUID] = field(default_factory=list)
