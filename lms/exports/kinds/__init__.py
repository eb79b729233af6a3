"""What can be exported. A kind is listed here by import; nothing is found by its name."""

from lms.exports.kinds import cohort_matrix, documents, dossier, statements, store, transcript
from lms.exports.kinds.kind import Kind

# Of trainees, then every kind: those of the whole site, of one trainee, and the collections of documents have pages of their own.
KINDS: dict[str, Kind] = {kind.code: kind for kind in (transcript.KIND, cohort_matrix.KIND, statements.KIND)}
EVERY_KIND = {**KINDS, **{kind.code: kind for kind in (store.KIND, dossier.KIND, dossier.OF_COHORT, documents.KIND)}}

__all__ = ["EVERY_KIND", "KINDS", "Kind"]
