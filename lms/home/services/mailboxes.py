"""Whose mailbox it is, for the store that knows no one (promises.md P02)."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from lms.people.models import User
from lms.records.rules.mailboxes import AccountOf, sha1_of

SALT = "xapi.mailbox"


def accounts_of_mailboxes() -> AccountOf:
    """The account of each mailbox: that of the person it belongs to here; of anyone else, one whose name tells nothing without our key.

    People are read once. A mailbox that two people share is nobody's: it tells neither from the other.
    """
    people = _people_by_mailbox()

    def account_of(sha1: str) -> Mapping[str, str]:
        name = str(people.get(sha1) or UUID(bytes=salted_hmac(SALT, sha1, algorithm="sha256").digest()[:16], version=5))
        return {"homePage": settings.XAPI_HOME, "name": name}

    return account_of


def _people_by_mailbox() -> dict[str, UUID | None]:
    found: dict[str, UUID | None] = {}
    everyone = User.objects.exclude(email="").values_list("email", "uuid")
    for email, uuid in everyone.iterator():
        for sha1 in {sha1_of(email), sha1_of(email.lower())}:
            found[sha1] = uuid if found.get(sha1, uuid) == uuid else None
    return found
