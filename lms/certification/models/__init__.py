"""Tables of certification, an aggregate a file."""

from lms.certification.models.identity import CivilIdentity, IdentityAct

__all__ = ["CivilIdentity", "IdentityAct"]
