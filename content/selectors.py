"""Questions about what is read."""

from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from content.models import TEMPLATES_DIGEST, ContentEpoch, KeptBody
from lms.prepared import prepared


def current_epoch() -> int:
    """The number that a kept body must carry to be still right."""
    return ContentEpoch.objects.filter(pk=1).values_list("number", flat=True).first() or 1


def kept_html(page: int, *, field: str, language: str, revision: int) -> str | None:
    """The kept HTML of a page's StreamField if it is still right (this revision, epoch and set of templates), in one query."""
    return next(iter(_kept(page, field, language, revision, TEMPLATES_DIGEST)), None)


@prepared
def _kept(page: int, field: str, language: str, revision: int, templates: str) -> QuerySet[KeptBody, str]:
    epoch = Coalesce(Subquery(ContentEpoch.objects.filter(pk=1).values("number")), Value(1))
    kept = KeptBody.objects.filter(page=page, field=field, language=language, revision=revision, templates=templates, epoch=epoch)
    return kept.values_list("html", flat=True)
