"""Questions for files of statements: all that were stored, voided or not, a page at a time along the order of `stored`."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from lms.records.models import Attachment, Import, Mention, Statement, Voiding
from lms.records.rules.digests import ACTIVITY, AGENT, VERB, digest
from lms.records.selectors.statements import Filters, Kept


def statements_stored(store: int, filters: Filters) -> QuerySet[Statement]:
    """Those of a store that match by themselves, the first stored first: `since` itself left out, `until` itself taken in."""
    found = Statement.objects.filter(store=store).order_by("stored")
    if filters.since:
        found = found.filter(stored__gt=filters.since)
    if filters.until:
        found = found.filter(stored__lte=filters.until)
    if filters.verb:
        found = found.filter(verb=digest(store, VERB, filters.verb))
    if filters.activity:
        found = found.filter(activity=digest(store, ACTIVITY, filters.activity))
    if filters.agent:
        own = digest(store, AGENT, filters.agent)
        found = found.filter(Q(actor=own) | Q(id__in=Mention.objects.filter(ref=own).values("statement")))
    return found


def page_after(store: int, filters: Filters, after: datetime | None, *, limit: int) -> list[Kept]:
    """At most `limit` of them, from the first stored after `after`."""
    found = statements_stored(store, filters)
    if after:
        found = found.filter(stored__gt=after)
    return [Kept(*row) for row in found.values_list("id", "stored", "authority", "text")[:limit]]


def voiders_of(store: int, statements: Collection[UUID], *, until: datetime) -> dict[UUID, UUID]:
    """Which of these were voided by that moment, and by which statement."""
    found = Voiding.objects.filter(store=store, target__in=statements, stored__lte=until)
    return dict(found.values_list("target", "by"))


def attachment_content(store: int, sha2: str) -> bytes | None:
    """The bytes kept under that hash."""
    content = Attachment.objects.filter(store=store, sha2=sha2).values_list("content", flat=True).first()
    return None if content is None else bytes(content)


def import_of(store: int, source: str) -> Import | None:
    """How far a source has been imported into a store."""
    return Import.objects.filter(store=store, source=source).first()
