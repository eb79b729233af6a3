"""Verbs of documents: write, merge, delete. Each conditional write is one conditional UPDATE, INSERT or DELETE: of many at once, one wins."""

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from lms import clock
from lms.records.models import Document
from lms.records.rules.documents import ANY, Address, Conditions, etag_of, merged
from lms.records.rules.refusals import Declined
from lms.records.selectors.documents import documents_of

UNMET = "If-Match or If-None-Match does not hold for the document that is kept: read it again."
EXISTS = "A document is kept there. Read its current state, then send its ETag in If-Match."
JSON = "application/json"
WRITTEN = ("content", "content_type", "etag", "updated")


def put_document(*, at: Address, content: bytes, content_type: str, conditions: Conditions, blindly: bool = False) -> None:
    """Keep `content` there. Refuses 412 where a condition does not hold, and 409 a replacement that sets none.

    `blindly`: a replacement needs no condition (State under 1.0.3 §3.1).
    """
    document = _document(at, content, content_type)
    if conditions.given:
        replaced = _meeting(at, conditions).update(**{name: getattr(document, name) for name in WRITTEN})
        if not replaced and (conditions.match is not None or not _inserted(document)):
            raise Declined(412, UNMET)
    elif blindly:
        Document.objects.bulk_create([document], update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN)
    elif not _inserted(document):
        raise Declined(409, EXISTS)


def merge_document(*, at: Address, content: bytes, conditions: Conditions) -> None:
    """Set the properties of a JSON object on the one kept there, or keep it as it is (§2.2). Refuses 400 what is no JSON object.

    The row is locked from reading to writing, so that no posted property is lost. Where two create it, the second merges.
    """
    while not _merged_once(at, content, conditions):
        pass  # someone created it in between: it is there to be locked now


@transaction.atomic
def _merged_once(at: Address, content: bytes, conditions: Conditions) -> bool:
    kept = Document.objects.select_for_update().filter(pk=at.id).first()
    if not conditions.met_by(kept.etag if kept else None):
        raise Declined(412, UNMET)
    if kept is None:
        return _inserted(_document(at, merged(None, content), JSON))
    if kept.content_type.partition(";")[0].strip().lower() != JSON:
        raise Declined(400, "The document kept there is not application/json: replace it by PUT.")
    document = _document(at, merged(bytes(kept.content), content), kept.content_type)
    document.save(update_fields=WRITTEN)
    return True


def delete_document(*, at: Address, conditions: Conditions) -> None:
    """Delete it; there being none is as good, unless `If-Match` wants one. Refuses 412 where a condition does not hold."""
    deleted, _details = _meeting(at, conditions).delete()
    if not deleted and conditions.given and (conditions.match is not None or Document.objects.filter(pk=at.id).exists()):
        raise Declined(412, UNMET)


def delete_states(*, of: Address) -> None:
    """Delete every state of an agent in an activity, in one registration or in all (§2.3)."""
    documents_of(of).delete()


def _document(at: Address, content: bytes, content_type: str) -> Document:
    return Document(
        id=at.id, store=at.store, agent=at.agent, activity=at.activity, registration=at.registration, key=at.key,
        content=content, content_type=content_type, etag=etag_of(content), updated=clock.now(),
    )  # fmt: skip


def _meeting(at: Address, conditions: Conditions) -> QuerySet[Document]:
    """The document if it is there and the conditions hold for it, to be written in the same SQL statement."""
    found = Document.objects.filter(pk=at.id)
    if conditions.none_match == ANY:
        return found.none()
    if conditions.none_match is not None:
        found = found.exclude(etag__in=conditions.none_match)
    return found if conditions.match in (None, ANY) else found.filter(Q(etag__in=conditions.match))


def _inserted(document: Document) -> bool:
    """Whether it could be created: not where one is kept already."""
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:
        return False
    return True
