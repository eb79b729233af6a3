"""What a program may be told of besides statements, by name. What each is about is a uuid, and nothing more is said of anybody."""

DOSSIER_READY = "dossier.ready"  # about the file, as /api/v1/exports/ names it
DECISION_RECORDED = "decision.recorded"  # about the decision of a jury

EVENTS = frozenset({DOSSIER_READY, DECISION_RECORDED})
