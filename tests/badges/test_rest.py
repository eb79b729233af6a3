"""Badges for programs: read those one may, issue and revoke where a person may."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from lms.badges.models import Badge
from lms.people.models import User
from lms.people.services import create_token
from tests.badges.story import given
from tests.cast import small

pytestmark = pytest.mark.django_db
URL = "/api/v1/badges/"


def ask(person: User, method: str, url: str = URL, data: Any = None) -> Any:
    _token, secret = create_token(by=person, label="Essai", may_write=True)
    body = {"data": json.dumps(data), "content_type": "application/json"} if data is not None else {}
    return getattr(Client(), method)(url, headers={"Authorization": f"Bearer {secret}"}, **body)


def test_a_program_issues_once_reads_and_revokes() -> None:
    story = given()
    world = story.small
    asked = {"trainee": str(world.trainee.uuid), "achievement": str(world.competencies[1].uuid), "until": "2099-12-31"}
    made = ask(world.trainer, "post", data=asked)
    assert made.status_code == 201
    assert ask(world.trainer, "post", data=asked).json()["uuid"] == made.json()["uuid"]
    rows = ask(world.trainer, "get", f"{URL}?trainee={world.trainee.uuid}&competency={world.competencies[1].uuid}").json()
    assert [(row["achievement"], row["state"]) for row in rows["results"]] == [(asked["achievement"], "sound")]
    assert rows["results"][0]["token"].count(".") == 2
    revoke = f"{URL}{made.json()['uuid']}/revoke/"
    assert ask(world.trainer, "post", revoke, {}).status_code == 400
    assert ask(world.trainer, "post", revoke, {"reason": "Essai."}).json()["state"] == "revoked"
    assert ask(world.coordinator, "get", f"{URL}{made.json()['uuid']}/").status_code == 200


def test_what_cannot_be_issued_is_said() -> None:
    story = given()
    world = story.small
    trainee, what = str(world.trainee.uuid), str(story.what.uuid)
    for data, code in (
        ({"trainee": trainee, "achievement": str(uuid4())}, 400), ({"trainee": str(uuid4()), "achievement": what}, 404),
        ({"trainee": "x", "achievement": what}, 400), ({}, 400), ({"trainee": trainee, "achievement": what, "until": "hier"}, 400),
        ({"trainee": trainee, "achievement": str(world.competencies[1].uuid), "until": "2001-01-01"}, 400),
    ):  # fmt: skip
        assert ask(world.trainer, "post", data=data).status_code == code, data
    assert Badge.objects.count() == 1


def test_a_trainee_reads_their_own_and_writes_nothing() -> None:
    story = given()
    other = small().trainee
    trainee = story.small.trainee
    assert [row["uuid"] for row in ask(trainee, "get").json()["results"]] == [str(story.badge.uuid)]
    assert ask(other, "get").json()["results"] == []
    assert ask(other, "get", f"{URL}{story.badge.uuid}/").status_code == 404
    assert ask(trainee, "post", data={"trainee": str(trainee.uuid), "achievement": str(story.what.uuid)}).status_code == 403
    assert ask(trainee, "post", f"{URL}{story.badge.uuid}/revoke/", {"reason": "Moi."}).status_code == 403
    assert Client().get(URL).status_code == 401


def test_the_list_is_paged_and_filtered_with_a_sentence_for_what_is_no_uuid() -> None:
    story = given()
    assert ask(story.small.trainer, "get", f"{URL}?limit=1").json()["count"] == 1
    assert ask(story.small.trainer, "get", f"{URL}?block={story.small.competencies[0].block.uuid}").json()["count"] == 0
    assert ask(story.small.trainer, "get", f"{URL}?trainee=moi").status_code == 400
