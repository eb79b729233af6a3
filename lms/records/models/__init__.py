"""The record store's tables. It knows no one: it keeps statements and documents, not people."""

from lms.records.models.credentials import HOME, Credential
from lms.records.models.documents import Document
from lms.records.models.statements import Statement, Voiding

__all__ = ["HOME", "Credential", "Document", "Statement", "Voiding"]
