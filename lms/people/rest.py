"""How a program signs in to the API: `Authorization: Bearer <token>`; how much it is given at once."""

from collections.abc import Iterable

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions, pagination
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from lms import clock
from lms.people.models import ApiToken, User
from lms.people.services import token_digest


class TokenAuthentication(authentication.BaseAuthentication):
    """A token made by its owner on their profile page; kept hashed; acts as its owner, no more, and reads only unless they said otherwise."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret:
            return None
        token = ApiToken.objects.select_related("user").filter(digest=token_digest(secret.strip()), revoked_at=None).first()
        if token is None or not token.user.is_active:
            raise exceptions.AuthenticationFailed("Jeton inconnu ou révoqué.")
        if request.method not in SAFE_METHODS and not token.may_write:
            raise exceptions.PermissionDenied("Ce jeton lit et n'écrit pas. Créez-en un qui peut écrire, sur votre page « Mon compte ».")
        if token.last_used_on != clock.today():
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=clock.today())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002  the library's signature
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library registers subclasses, untyped
    """How the schema names that sign-in."""

    target_class = "lms.people.rest.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002  the library's signature
        return {"type": "http", "scheme": "bearer"}


def own_endpoints(endpoints: Iterable[tuple[str, str, str, object]]) -> list[tuple[str, str, str, object]]:
    """The schema is about our API; Wagtail's own is its admin's affair."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


class Pages(pagination.LimitOffsetPagination):
    """A hundred rows a page unless asked otherwise, five hundred at most: nobody pulls a whole table in one request."""

    default_limit = 100
    max_limit = 500
