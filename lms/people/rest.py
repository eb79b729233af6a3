"""How a program signs in to the API: `Authorization: Bearer <token>`; how much it is given at once; how it asks once for what it asks twice."""

import json
import re
from collections.abc import Callable, Iterable
from functools import wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec, TypeVar

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter
from rest_framework import authentication, exceptions, pagination
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from lms import clock
from lms.people.models import ApiToken, User
from lms.people.services import answer_once, token_digest
from lms.refusal import Refused

KEY = re.compile(r"[\x21-\x7e]{8,200}")
P = ParamSpec("P")
View = TypeVar("View")
Act = Callable[Concatenate[View, Request, P], Response]


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


IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True,
    description="Drawn by the program, 8 to 200 visible signs: sent again with the same request, the first answer comes back; with another, 422.",
)  # fmt: skip


def once(view: Act[View, P]) -> Act[View, P]:
    """A view that makes something, once for each `Idempotency-Key`: the first answer is kept with what was made, and given again, said by
    `Idempotency-Replayed: true`. What is refused is not kept. Without a key: 400; the same key with another request: 422."""

    @wraps(view)
    def keyed(self: View, request: Request, *args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not KEY.fullmatch(key):
            raise Refused("idempotency_key_missing", _("Donnez l'en-tête Idempotency-Key : 8 à 200 signes tirés par votre programme."))

        def make() -> tuple[int, str]:
            response = view(self, request, *args, **kwargs)
            return response.status_code, JSONRenderer().render(response.data).decode()

        asked = json.dumps([request.method, request.path, request.data], sort_keys=True, default=str)
        try:
            status, text, is_known = answer_once(by=_person(request), key=key, digest=sha256(asked.encode()).hexdigest(), make=make)
        except Refused as refusal:
            if refusal.code != "idempotency_key_reused":
                raise
            return Response({"code": refusal.code, "message": refusal.message}, status=422)
        response = Response(json.loads(text), status=status)
        if is_known:
            response["Idempotency-Replayed"] = "true"
        return response

    return keyed  # type: ignore[return-value]  # wraps() hides that `self` and `request` stay positional


def _person(request: Request) -> User:
    if not isinstance(request.user, User):
        raise TypeError("guarded by IsAuthenticated")
    return request.user
