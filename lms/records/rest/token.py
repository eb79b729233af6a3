"""Where a program changes its credential for a token (OAuth 2, RFC 6749 §4.4)."""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from lms.outage import RETRY_AFTER, UNREACHABLE
from lms.records.rest.http import BASIC, INERT, body_of
from lms.records.rules.refusals import Declined
from lms.records.services.tokens import issue_token

log = logging.getLogger(__name__)


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """POST a form (`grant_type=client_credentials`, `scope`); no cookie is read, and no web page may ask: a page can keep no secret."""
    try:
        response = _answer(request)
    except (Declined, UnicodeDecodeError, ValueError):
        response = JsonResponse({"error": "invalid_request"}, status=400)  # what was sent is not repeated
    except UNREACHABLE:
        log.exception("The store's database did not answer")
        response = JsonResponse({"error": "temporarily_unavailable"}, status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER)
    for name, value in INERT.items():
        response.headers.setdefault(name, value)
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        response: HttpResponse = JsonResponse({"error": "invalid_request"}, status=405)
        response.headers["Allow"] = "POST"
        return response
    headers, content, status = issue_token(
        address=request.get_full_path(), method="POST", body=body_of(request).decode(),
        authorization=request.headers.get("Authorization", ""),
    )  # fmt: skip
    response = HttpResponse(content, status=status, headers=headers)
    if status == 401:
        response.headers["WWW-Authenticate"] = BASIC
    return response
