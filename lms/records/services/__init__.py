"""Verbs of the record store."""

from lms.records.services.credentials import authenticate, create_credential, revoke_credential, session_token
from lms.records.services.storing import record

__all__ = ["authenticate", "create_credential", "record", "revoke_credential", "session_token"]
