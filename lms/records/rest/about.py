"""About: which versions the store speaks (xAPI 1.0.3 Communication §2.8, IEEE 9274.1.1 §4.1.6.7). Anyone may ask."""

import msgspec
from django.http import HttpResponse

from lms.records.rest.http import VERSIONS, Asked, Method


def get_about(asked: Asked) -> HttpResponse:
    """The versions spoken at this address: one where it pins one. Clients of 1.0.x stumble on a version they do not know."""
    pinned = VERSIONS.get(asked.path.split("/")[2])
    return HttpResponse(msgspec.json.encode({"version": [pinned] if pinned else list(VERSIONS.values())}), content_type="application/json")


ABOUT = {"GET": Method(get_about, None)}
