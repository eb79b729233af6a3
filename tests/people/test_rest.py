"""How a program signs in with a token."""

from datetime import timedelta

import pytest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from lms import clock
from lms.people import services
from lms.people.models import ApiToken
from lms.people.rest import TokenAuthentication
from lms.people.rules import Role
from tests.cast import person

pytestmark = pytest.mark.django_db


def request(authorization: str = "") -> Request:
    headers = {"HTTP_AUTHORIZATION": authorization} if authorization else {}
    return Request(APIRequestFactory().get("/api/v1/", **headers))


def test_token_acts_as_its_owner_and_remembers_the_day() -> None:
    owner = person(Role.TRAINER)
    _token, secret = services.create_token(by=owner, label="x")
    found = TokenAuthentication().authenticate(request(f"Bearer {secret}"))
    assert found is not None
    assert found[0] == owner
    assert ApiToken.objects.get().last_used_on == clock.today()
    with clock.at(clock.now() + timedelta(days=1)):
        TokenAuthentication().authenticate(request(f"bearer {secret} "))
        assert ApiToken.objects.get().last_used_on == clock.today()


@pytest.mark.parametrize("authorization", ["", "Basic eDp5", "Bearer", "Bearer "])
def test_token_absent_leaves_the_question_to_others(authorization: str) -> None:
    assert TokenAuthentication().authenticate(request(authorization)) is None
    assert TokenAuthentication().authenticate_header(request()) == "Bearer"


@pytest.mark.parametrize("end", ["revoked", "paused", "wrong"])
def test_token_that_opens_no_more_is_refused(end: str) -> None:
    owner = person(Role.TRAINER)
    token, secret = services.create_token(by=owner, label="x")
    if end == "revoked":
        services.revoke_token(by=owner, token=token)
    elif end == "paused":
        services.pause_person(by=person(Role.COORDINATOR), person=owner)
    with pytest.raises(AuthenticationFailed) as error:
        TokenAuthentication().authenticate(request(f"Bearer {secret if end != 'wrong' else token.digest}"))
    assert secret not in str(error.value.detail)
