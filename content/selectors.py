"""Questions about what is read."""

from django.db.models import Subquery, Value
from django.db.models.functions import Coalesce

from content.models import TEMPLATES_DIGEST, ContentEpoch, KeptBody


def current_epoch() -> int:
    """The number that a kept body must carry to be still right."""
    return ContentEpoch.objects.filter(pk=1).values_list("number", flat=True).first() or 1


def kept_html(page: int, *, language: str, revision: int) -> str | None:
    """The kept body of a page if it is still right (this revision, epoch and set of templates), in one query."""
    epoch = Coalesce(Subquery(ContentEpoch.objects.filter(pk=1).values("number")), Value(1))
    kept = KeptBody.objects.filter(page=page, language=language, revision=revision, templates=TEMPLATES_DIGEST, epoch=epoch)
    return kept.values_list("html", flat=True).first()
