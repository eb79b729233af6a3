"""Tables of certification, an aggregate a file."""

from lms.certification.models.decisions import Decision, DecisionSignature
from lms.certification.models.sessions import (
    Candidate,
    Certification,
    CertificationSession,
    JuryMember,
    Mode,
    ObtainedBy,
    Outcome,
    PresentedBlock,
)

__all__ = [
    "Candidate",
    "Certification",
    "CertificationSession",
    "Decision",
    "DecisionSignature",
    "JuryMember",
    "Mode",
    "ObtainedBy",
    "Outcome",
    "PresentedBlock",
]
