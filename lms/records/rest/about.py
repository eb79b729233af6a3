"""About: which versions the store speaks (xAPI 1.0.3 Communication §2.8, IEEE 9274.1.1 §4.1.6.7). Anyone may ask."""

import msgspec
from django.http import HttpResponse

from lms.records.rest.http import VERSIONS, Asked, Method

TOLD = msgspec.json.encode({"version": list(VERSIONS.values())})


def get_about(_asked: Asked) -> HttpResponse:
    return HttpResponse(TOLD, content_type="application/json")


ABOUT = {"GET": Method(get_about, None)}
