"""What a call to a database that is away, full or starting again raises: the caller is asked to come back (promises.md F04 to F06)."""

from django.db import InterfaceError, OperationalError

UNREACHABLE = (OperationalError, InterfaceError)
RETRY_AFTER = 2  # seconds
