"""Questions about what is read."""

from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from content.models import TEMPLATES_DIGEST, ContentEpoch, KeptBody
from lms.prepared import prepared


def current_epoch() -> int:
    """The number that a kept body must carry to be still right."""
    return ContentEpoch.objects.filter(pk=1).values_list("number", flat=True).first() or 1


def kept_bodies(page: int, *, language: str, revision: int) -> dict[str, str]:
    """The kept HTML of a page's StreamFields, by name, where it is still right (this revision, epoch and set of templates), in one query."""
    return dict(_kept(page, language, revision, TEMPLATES_DIGEST))


@prepared
def _kept(page: int, language: str, revision: int, templates: str) -> QuerySet[KeptBody, tuple[str, str]]:
    epoch = Coalesce(Subquery(ContentEpoch.objects.filter(pk=1).values("number")), Value(1))
    kept = KeptBody.objects.filter(page=page, language=language, revision=revision, templates=templates, epoch=epoch)
    return kept.values_list("field", "html")
