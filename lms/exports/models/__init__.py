"""Tables of exports, an aggregate a file."""

from lms.exports.models.documents import Document, DocumentCounter, TrainingAction, TrainingBody
from lms.exports.models.files import Export, export_name
from lms.exports.models.sharing import DossierComment, SharingConsent

__all__ = [
    "Document", "DocumentCounter", "DossierComment", "Export", "SharingConsent", "TrainingAction", "TrainingBody", "export_name",
]  # fmt: skip
