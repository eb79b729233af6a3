"""What can be done: frameworks, scales, evidence and standings. It does not know how a thing is learnt or assessed."""

from competencies.models.evidence import EVIDENCE_WORDS, Evidence, LevelMove, OfTraineeQuerySet, Standing
from competencies.models.framework import Authored, Block, Competency, Criterion, Framework, Level, Scale
from competencies.models.imports import FrameworkImport
from competencies.models.links import Association, ReferenceTerm
from competencies.models.opinion import ASKED_WORDS, SEEN_WORDS, OpinionLine, OpinionRequest
from competencies.models.report import ReportCursor
from competencies.models.request import REQUEST_WORDS, ReviewRequest
from competencies.models.rule import BLOCK_KINDS, LEVEL_KINDS, BlockValidation, LevelRule
from competencies.models.version import FrameworkVersion, Succession

__all__ = [
    "ASKED_WORDS",
    "BLOCK_KINDS",
    "EVIDENCE_WORDS",
    "LEVEL_KINDS",
    "REQUEST_WORDS",
    "SEEN_WORDS",
    "Association",
    "Authored",
    "Block",
    "BlockValidation",
    "Competency",
    "Criterion",
    "Evidence",
    "Framework",
    "FrameworkImport",
    "FrameworkVersion",
    "Level",
    "LevelMove",
    "LevelRule",
    "OfTraineeQuerySet",
    "OpinionLine",
    "OpinionRequest",
    "ReferenceTerm",
    "ReportCursor",
    "ReviewRequest",
    "Scale",
    "Standing",
    "Succession",
]
