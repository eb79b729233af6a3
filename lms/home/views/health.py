"""Whether the site lives and is ready, for a proxy or a watchman. Public, so that they say yes or no and nothing else to a stranger."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.home.services.health import check_ready
from lms.people.rules import Role


@require_safe
@never_cache
def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers. No database, no session."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """The site can do its work: 200 or 503. What fails is told to the administrator only."""
    failing = check_ready()
    body: dict[str, object] = {"ready": not failing}
    if "database" not in failing and request.user.is_authenticated and request.user.role is Role.ADMINISTRATOR:
        body["failing"] = failing
    return JsonResponse(body, status=503 if failing else 200)
