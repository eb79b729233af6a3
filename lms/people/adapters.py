"""What the sign-in library may do here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from lms.people.models import User
from lms.people.services import choose_password
from lms.prepared import prepared

JUST_SIGNED_IN = "just_signed_in"  # in the session, until the first page has asked « C'est bien toi ? »
UNSAID = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")  # the page says it already


class ClosedAdapter(DefaultAccountAdapter):
    """Nobody signs up alone: accounts are made by the coordinator. Passwords go through our service, whoever asks."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("L'identifiant ou le mot de passe ne va pas. Vérifie, puis essaie encore."),
        "too_many_login_attempts": _("Beaucoup d'essais d'affilée. Attends un quart d'heure, ou demande à ton formateur."),
        "enter_current_password": _("Ce n'est pas le mot de passe de ce compte. Essaie encore."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  the library's signature
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Our own pages and no others; an address that cannot be read is none of them (promises.md S19)."""
        return url_has_allowed_host_and_scheme(url, {self.request.get_host()})

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # An account is slowed where the wrong passwords come from; its owner enters from elsewhere (promises.md S23).
        return f"{self.get_client_ip(request)}:{super()._get_login_attempts_cache_key(request, **credentials)}"

    def set_password(self, user: User, password: str) -> None:
        choose_password(by=user, password=password)

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        request.session[JUST_SIGNED_IN] = True
        response: HttpResponse = super().post_login(request, user, **details)
        return response

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **details: Any) -> None:
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **details)


class SiteBackend(AuthenticationBackend):
    """Who is signed in, with their role, in one query a request."""

    def get_user(self, user_id: int) -> User | None:
        user = next(iter(_account(user_id)), None)
        return user if user and self.user_can_authenticate(user) else None


@prepared
def _account(pk: int) -> QuerySet[User]:
    return User.objects.with_role_name().filter(pk=pk)  # type: ignore[no-any-return]  # the manager is built by the library
