"""Questions about documents: one, or which a context holds."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from lms.records.models import Document
from lms.records.rules.documents import Address


def document_at(address: Address) -> Document | None:
    return Document.objects.filter(pk=address.id).first()


def documents_of(context: Address) -> QuerySet[Document]:
    """The documents of an agent, of an activity or of both. Without a registration, those of all registrations (1.0.3 §2.3)."""
    found = Document.objects.filter(store=context.store, agent=context.agent, activity=context.activity)
    return found if context.registration is None else found.filter(registration=context.registration)


def keys_since(documents: QuerySet[Document], since: datetime | None) -> tuple[Sequence[str], datetime | None]:
    """Their ids, each once, and when the latest was written; only those written after `since` (exclusive)."""
    if since:
        documents = documents.filter(updated__gt=since)
    found = list(documents.order_by("updated", "id").values_list("key", "updated"))
    return list(dict.fromkeys(key for key, _updated in found)), found[-1][1] if found else None
