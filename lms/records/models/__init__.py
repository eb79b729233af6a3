"""The record store's tables. It knows no one: it keeps statements and documents, not people."""

from lms.records.models.credentials import HOME, Credential
from lms.records.models.documents import Document
from lms.records.models.imports import Import, Origin
from lms.records.models.statements import Activity, Attachment, Clock, Mention, Reference, Statement, Voiding
from lms.records.models.subscribers import Event, HeldStatement, Subscriber

__all__ = [
    "HOME", "Activity", "Attachment", "Clock", "Credential", "Document", "Event", "HeldStatement", "Import", "Mention", "Origin", "Reference",
    "Statement", "Subscriber", "Voiding",
]  # fmt: skip
