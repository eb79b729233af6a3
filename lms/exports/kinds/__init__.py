"""What can be exported. A kind is listed here by import; nothing is found by its name."""

from lms.exports.kinds import cohort_matrix, dossier, statements, store, transcript
from lms.exports.kinds.kind import Kind

# Of trainees, then every kind: `store` is of the whole site, `dossier` of one trainee, and each has a page of its own.
KINDS: dict[str, Kind] = {kind.code: kind for kind in (transcript.KIND, cohort_matrix.KIND, statements.KIND)}
EVERY_KIND = {**KINDS, **{kind.code: kind for kind in (store.KIND, dossier.KIND)}}

__all__ = ["EVERY_KIND", "KINDS", "Kind"]
