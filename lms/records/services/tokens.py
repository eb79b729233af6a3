"""OAuth 2 client credentials (RFC 6749 §4.4), spoken by oauthlib: the client is a credential, its token opens no more than it does (ADR 22)."""

from types import SimpleNamespace
from typing import Any

from oauthlib.oauth2 import BackendApplicationServer, InvalidClientError, OAuth2Error, RequestValidator

from lms.records.rules.scopes import READ_MINE, WRITE, may_grant
from lms.records.services.credentials import BEARER_SECONDS, authenticate, basic_pair, bearer_token

UNASKED = (READ_MINE, WRITE)


class _Credentials(RequestValidator):
    """Nothing is kept of a token: it is signed, and the credential it names is looked up each time it is used."""

    def authenticate_client(self, request: Any, *_args: Any, **_options: Any) -> bool:
        """By Basic, or in the form, not by both (§2.3)."""
        pair = basic_pair(request.headers.get("Authorization", ""))
        in_form = (request.client_id, request.client_secret)
        if pair is None and all(in_form):
            pair = in_form
        elif any(in_form) and in_form != (pair and pair[0], None):
            return False
        caller = authenticate(key=pair[0], secret=pair[1]) if pair else None
        request.client = SimpleNamespace(client_id=caller.key, caller=caller) if caller else None
        return caller is not None

    def validate_grant_type(self, *_args: Any, **_options: Any) -> bool:
        return True  # there is one

    def get_default_scopes(self, _client_id: str, request: Any, *_args: Any, **_options: Any) -> list[str]:
        """Writing and reading one's own (xAPI 1.0.3 Communication §4.2), where the credential may; otherwise what it holds."""
        held = request.client.caller.scopes
        return [scope for scope in UNASKED if may_grant(held, [scope])] or sorted(held)

    def validate_scopes(self, _client_id: str, scopes: list[str], client: Any, *_args: Any, **_options: Any) -> bool:
        return may_grant(client.caller.scopes, scopes)

    def save_token(self, *_args: Any, **_options: Any) -> None:
        pass


def _is_known(request: Any) -> None:
    """Who asks comes first: a stranger is told nothing of what is wrong with the request."""
    if not _credentials.authenticate_client(request):
        raise InvalidClientError(request=request)


_credentials = _Credentials()
_server = BackendApplicationServer(
    _credentials, token_expires_in=BEARER_SECONDS,
    token_generator=lambda request: bearer_token(key=request.client.client_id, scopes=request.scopes),
)  # fmt: skip
_server.credentials_grant.custom_validators.pre_token.append(_is_known)


def issue_token(*, address: str, method: str, body: str, authorization: str) -> tuple[dict[str, str], str, int]:
    """Headers, JSON and status of the answer to a token request (§5.1, §5.2)."""
    headers = {"Authorization": authorization, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        told: tuple[dict[str, str], str, int] = _server.create_token_response(address, http_method=method, body=body, headers=headers)
    except OAuth2Error as error:  # those that come before the grant is looked at
        return {"Content-Type": "application/json"}, error.json, error.status_code
    return told
