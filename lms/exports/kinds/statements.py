"""The xAPI statements of trainees, exactly as they were stored, one a line. Pseudonymous: no name is in them."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from lms.exports.kinds.kind import Kind
from lms.exports.models import Export
from lms.exports.selectors import Follower, statement_texts_of


def texts(followers: Sequence[Follower]) -> Iterator[str]:
    """Every statement of these trainees, in the order they were stored."""
    return statement_texts_of([follower.uuid for follower in followers])


KIND = Kind(
    code="statements",
    title=_("Traces xAPI"),
    explanation=_("Le texte exact de chaque trace, sans nom : une par ligne."),
    file_name="traces",
    formats=(Export.Format.JSONL,),
    texts=texts,
)
