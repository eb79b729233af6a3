"""Tables of certification, an aggregate a file."""

from lms.certification.models.decisions import Decision, DecisionSignature
from lms.certification.models.deposits import DepositAccount, DepositFile
from lms.certification.models.identity import CivilIdentity, IdentityAct
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
    "CivilIdentity",
    "Decision",
    "DecisionSignature",
    "DepositAccount",
    "DepositFile",
    "IdentityAct",
    "JuryMember",
    "Mode",
    "ObtainedBy",
    "Outcome",
    "PresentedBlock",
]
