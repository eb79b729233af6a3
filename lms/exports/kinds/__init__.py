"""What can be exported. A kind is listed here by import; nothing is found by its name."""

from lms.exports.kinds import cohort_matrix, statements, store, transcript
from lms.exports.kinds.kind import Kind

# Of trainees, then every kind: `store` is of the whole site, and has a page of its own.
KINDS: dict[str, Kind] = {kind.code: kind for kind in (transcript.KIND, cohort_matrix.KIND, statements.KIND)}
EVERY_KIND = {**KINDS, store.KIND.code: store.KIND}

__all__ = ["EVERY_KIND", "KINDS", "Kind"]
