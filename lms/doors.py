"""The framework side of the house, once for all: a refusal becomes an answer, each page its frame, each response its policy."""

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import exception_handler

from lms.outage import RETRY_AFTER, UNREACHABLE
from lms.people.adapters import JUST_SIGNED_IN
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.prepared import prepared
from lms.refusal import Refused, Stale

CMS_PREFIX = "/cms/"
# Where a person with a card's password may go before choosing their own.
OPEN_BEFORE_CHOICE = ("/mot-de-passe/", "/compte/", "/static/", "/xapi/", "/livez", "/readyz")
# Vendor doors that stay shut for everyone: accounts are made on our screens, through `people.services`, by who may (S07);
# there is one gate for signing in and one way to change an e-mail.
SHUT_NAMESPACES = frozenset({"wagtailusers_users", "wagtailusers_groups"})
SHUT_DOORS = frozenset({
    "wagtailadmin_password_reset", "wagtailadmin_password_reset_done", "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete", "account_email", "account_set_password",
    "wagtailadmin_error_test",  # breaks on purpose
})  # fmt: skip
SHUT_BULK = frozenset({"people", "auth"})  # apps that Wagtail's bulk actions may not touch
# Wagtail's own doors to what has one on our pages: sign-in, and one's account (it would let a person rename themselves).
MOVED_DOORS = {"wagtailadmin_login": "account_login", "wagtailadmin_account": "people:profile"}
WAYS_OUT = frozenset({"account_logout", "wagtailadmin_logout"})
NO_DEVICES = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"  # a photo comes by a file field, which needs none


class HouseMiddleware:
    """First password chosen before anything else; refusals said once for the whole house; Wagtail's own content policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = request.user
        # The path first: it spares /livez the session's query.
        if not request.path.startswith(OPEN_BEFORE_CHOICE) and person.is_authenticated and person.must_choose_password:
            return redirect("people:password-choose")
        response = self.get_response(request)
        if request.method == "POST" and request.resolver_match and request.resolver_match.view_name in WAYS_OUT:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'  # shared computers (S24)
        if "Cache-Control" not in response.headers and person.is_authenticated:  # refusals too carry a name in their frame
            response.headers["Cache-Control"] = "no-store, private"
        response.headers.setdefault("Permissions-Policy", NO_DEVICES)
        if request.path.startswith(CMS_PREFIX):
            response._csp_replace = settings.CMS_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]  # django-csp's own hook
        return response

    def process_view(self, request: HttpRequest, *_called: Any) -> HttpResponse | None:
        """Shut doors answer as if they were not there, whoever knocks."""
        match = request.resolver_match
        if match is None:
            return None
        is_shut = match.view_name in SHUT_DOORS or not SHUT_NAMESPACES.isdisjoint(match.namespaces)
        is_mail = match.view_name == "account_reset_password" and request.method == "POST" and not settings.HAS_EMAIL
        if is_shut or is_mail or (match.view_name == "wagtail_bulk_action" and match.kwargs.get("app_label") in SHUT_BULK):
            raise Http404
        if match.view_name in MOVED_DOORS:
            return redirect(MOVED_DOORS[match.view_name])
        if request.path.startswith(CMS_PREFIX) and request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied  # Wagtail sends to sign-in, which sends back here whoever is signed in already
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that no form showed: 409 for a stale save, 400 otherwise, in the form the caller reads."""
        if not isinstance(exception, Refused):
            return None
        status = 409 if isinstance(exception, Stale) else 400
        if _wants_json(request):
            return JsonResponse(_refusal_body(exception), status=status)
        if request.path.startswith(CMS_PREFIX):
            messages.error(request, exception.message)
            return redirect(_way_back(request, "wagtailadmin_home"))
        back = _way_back(request, "home:home")
        if request.method == "POST" and status == 400:
            messages.error(request, exception.message)
            return render(request, "refused.html", {"refusal": exception, "back": back}, status=status)
        return render(request, "refused.html", {"refusal": exception, "back": back}, status=status)


def _way_back(request: HttpRequest, otherwise: str) -> str:
    """Where a person was: the page's own « next », else the page that sent the form. Never another site."""
    for address in (request.GET.get("next"), request.POST.get("next"), request.headers.get("Referer")):
        if address and url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
            return address
    return reverse(otherwise)


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _refusal_body(refusal: Refused) -> dict[str, object]:
    body: dict[str, object] = {"code": refusal.code, "message": refusal.message}
    if isinstance(refusal, Stale):
        body |= refusal.current
    return body


def broken(request: HttpRequest) -> HttpResponse:
    """Something went wrong on our side: 503 where the database is away or full and will come back, 500 otherwise. Asks it nothing."""
    is_away = isinstance(sys.exc_info()[1], UNREACHABLE)
    status = 503 if is_away else 500
    if _wants_json(request) or request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse(
            {"code": "broken", "message": _("Ça bloque chez nous. Réessayez dans une minute.")}, status=status
        )
    else:
        response = HttpResponse(loader.render_to_string("500.html"), status=status)
    if is_away:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def answer_refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's side of the same."""
    if isinstance(error, Refused):
        return Response(_refusal_body(error), status=409 if isinstance(error, Stale) else 400)
    return exception_handler(error, context)


def frame(request: HttpRequest) -> dict[str, Any]:
    """What every page's frame shows: navigation by role, unread notices, « C'est bien toi ? » once after sign-in."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated or request.path.startswith(CMS_PREFIX):
        return {"nav": [], "notices_count": 0, "has_email": settings.HAS_EMAIL}
    return {
        "has_email": settings.HAS_EMAIL,
        "just_signed_in": JUST_SIGNED_IN in request.session and request.session.pop(JUST_SIGNED_IN),
        "notices_url": reverse("people:notice-list"),
        "nav": [
            {"url": reverse(name), "icon": icon, "label": label, "current": _is_under(request.path, reverse(name))}
            for name, icon, label in _doors_of(person.role)
        ],
        "notices_count": sum(_unread(person.pk, person.role)) if person.role else 0,
    }


@prepared
def _unread(person: int, role: Role) -> QuerySet[Notice, int]:
    """How many notices wait to be read; no row for none."""
    unread = Notice.objects.visible_to(User.known(person, role)).unread().order_by().values("recipient")
    return unread.annotate(number=Count("pk")).values_list("number", flat=True)


def _is_under(path: str, door: str) -> bool:
    return path == door or (door != "/" and path.startswith(door))


def _doors_of(role: Role | None) -> list[tuple[str, str, str]]:
    """The doors of each role. For staff the first one is their home: « Accueil » leads there."""
    trainees = ("home:trainees", "users", _("Stagiaires"))
    people = ("people:person-list", "id-card", _("Personnes"))
    exports = ("exports:export-list", "file-down", _("Exports"))
    sessions = ("certification:session-list", "gavel", _("Sessions"))
    badges = ("badges:staff-list", "award", _("Badges"))
    statements = ("home:credential-list", "key-round", _("Accès aux traces"))
    doors: dict[Role | None, list[tuple[str, str, str]]] = {
        Role.TRAINEE: [
            ("home:home", "house", _("Accueil")),
            ("curriculum:module-list", "layers", _("Mes modules")),
            ("assessments:work-list", "folder-open", _("Mes travaux")),
            ("home:profile", "badge-check", _("Ce que je sais faire")),
        ],
        Role.TRAINER: [
            ("assessments:queue", "clipboard-check", _("À évaluer")),
            ("assessments:observe-list", "eye", _("Observer")),
            trainees,
            ("curriculum:help-list", "life-buoy", _("Demandes d'aide")),
            badges,
            sessions,
            exports,
            ("wagtailadmin_home", "square-pen", _("Créer des modules")),
        ],
        Role.COUNSELLOR: [trainees],
        Role.COORDINATOR: [("home:cohort-list", "school", _("Promotions")), trainees, badges, sessions, people, exports, statements],
        Role.CERTIFIER: [sessions, trainees, exports],
        Role.ADMINISTRATOR: [people, statements],
    }
    return doors.get(role, [])
