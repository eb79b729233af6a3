"""Which facts each numbered document about one trainee is made of. A kind is listed here by import; nothing is found by its name."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from lms.exports.kinds.kind import Kind
from lms.exports.models import Export
from lms.exports.rules.documents import ATTESTATION, COMPLETION, HOURS
from lms.exports.selectors import Follower
from lms.exports.selectors.documents import attestation_of, completion_of, hours_statement_of
from lms.people.rules import Role

FACTS: Mapping[str, Callable[[Follower], Any]] = {
    COMPLETION.code: completion_of, ATTESTATION.code: attestation_of, HOURS.code: hours_statement_of,
}  # fmt: skip

# One document for each trainee of a cohort: made by `services.documents.write_batch`, which numbers them.
KIND = Kind(
    code="documents",
    title=_("Documents d'une promotion"),
    explanation=_("Un PDF numéroté par stagiaire, et leur liste."),
    file_name="documents",
    formats=(Export.Format.ZIP,),
    roles=frozenset({Role.TRAINER, Role.COORDINATOR}),
)
