"""Verbs of what can be proven: evidence and standings, rules, frameworks."""

from competencies.services.evidence import decide_level, note_opinion, rebuild_standings, record_evidence, record_whole, withdraw_evidence
from competencies.services.frameworks import import_framework
from competencies.services.policies import apply_rule, drafted_rule, validate_block
from competencies.services.requests import decide_request, request_review, take_request

__all__ = [
    "apply_rule",
    "decide_level",
    "decide_request",
    "drafted_rule",
    "import_framework",
    "note_opinion",
    "rebuild_standings",
    "record_evidence",
    "record_whole",
    "request_review",
    "take_request",
    "validate_block",
    "withdraw_evidence",
]  # fmt: skip
