"""Who may come through a door. Every view of ours carries one of these; the access table in the tests reads them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from lms.people.models import User
from lms.people.rules import Role


class SignedRequest(HttpRequest):
    """A request whose user is a person: what a guarded view receives."""

    user: User


P = ParamSpec("P")
Guarded: TypeAlias = Callable[Concatenate[SignedRequest, P], HttpResponseBase]
Open: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_roles(*roles: Role) -> Callable[[Guarded[P]], Open[P]]:
    """Only people of these roles; none given: everyone signed in. Signed out goes to sign-in, another role gets 403 with a way back.

    Whose record it is, the view asks of `visible_to`: someone else's answers 404.
    """
    allowed = frozenset(roles) or frozenset(Role)

    def guard(view: Guarded[P]) -> Open[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect(f"{reverse('account_login')}?next={quote(request.get_full_path())}")
            if request.user.role not in allowed:
                raise PermissionDenied
            response = view(request, *args, **kwargs)  # type: ignore[arg-type]  # narrowed just above
            response.headers.setdefault("Cache-Control", "no-store, private")  # shared computers: nothing personal stays
            return response

        guarded.roles = allowed  # type: ignore[attr-defined]  # read by the access-table test
        return guarded  # type: ignore[return-value]  # wraps() hides that `request` stays positional

    return guard


def is_reading(request: HttpRequest) -> bool:
    """Whether a person reads this page now: a browser that fetches ahead, or asks for the head only, does not."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
