"""Tables of exports, an aggregate a file."""

from lms.exports.models.choices import WorkChoice, WorkProposal
from lms.exports.models.deliveries import Delivery, Destination, FileLink
from lms.exports.models.documents import Document, DocumentCounter, TrainingAction, TrainingBody
from lms.exports.models.files import Export, export_name
from lms.exports.models.profiles import ExportProfile, ProfileRun
from lms.exports.models.sharing import DossierComment, SharingConsent

__all__ = [
    "Delivery",
    "Destination",
    "Document",
    "DocumentCounter",
    "DossierComment",
    "Export",
    "ExportProfile",
    "FileLink",
    "ProfileRun",
    "SharingConsent",
    "TrainingAction",
    "TrainingBody",
    "WorkChoice",
    "WorkProposal",
    "export_name",
]
