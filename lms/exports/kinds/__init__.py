"""What can be exported. A kind is listed here by import; nothing is found by its name."""

from lms.exports.kinds import cohort_matrix, statements, transcript
from lms.exports.kinds.kind import Kind

KINDS: dict[str, Kind] = {kind.code: kind for kind in (transcript.KIND, cohort_matrix.KIND, statements.KIND)}

__all__ = ["KINDS", "Kind"]
