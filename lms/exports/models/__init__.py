"""Tables of exports, an aggregate a file."""

from lms.exports.models.choices import WorkChoice, WorkProposal
from lms.exports.models.files import Export, export_name
from lms.exports.models.sharing import DossierComment, SharingConsent

__all__ = ["DossierComment", "Export", "SharingConsent", "WorkChoice", "WorkProposal", "export_name"]
