"""The profile that our statements follow. Anyone may read it: it names nobody."""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from lms.records.formats.profile import profile


@require_safe
def profile_page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(profile()), content_type="application/ld+json")
