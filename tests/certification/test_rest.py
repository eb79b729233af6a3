"""Sessions for programs: what one may read, decisions by the jury, once a key."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from lms.certification.models import Decision
from lms.certification.services import present
from lms.certification.services.decisions import close_session
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import create_token
from tests.cast import person
from tests.certification.story import Sitting, sitting
from tests.story import classmates

pytestmark = pytest.mark.django_db
URL = "/api/v1/sessions/"


def ask(who: User, method: str, url: str = URL, data: Any = None, **headers: str) -> Any:
    _token, secret = create_token(by=who, label="Essai", may_write=True)
    body = {"data": json.dumps(data), "content_type": "application/json"} if data is not None else {}
    return getattr(Client(), method)(url, headers={"Authorization": f"Bearer {secret}", **headers}, **body)


def asked(story: Sitting, **others: Any) -> dict[str, Any]:
    return {"candidate": str(story.candidate().uuid), "block": str(story.block.uuid), "outcome": "total", **others}


def decided(story: Sitting, who: User | None = None, **others: Any) -> Any:
    url = f"{URL}{story.session.uuid}/decisions/"
    return ask(who or story.president, "post", url, asked(story, **others), **{"Idempotency-Key": str(uuid4())})


def test_a_session_tells_its_candidates_to_who_may_read_them_and_no_name() -> None:
    story = sitting()
    for who, number in ((story.small.coordinator, 1), (story.president, 1), (story.small.trainer, 1), (story.small.trainee, 1),
                        (person(Role.CERTIFIER), 0), (person(Role.TRAINER), 0), (person(Role.COUNSELLOR), 0)):  # fmt: skip
        answer = ask(who, "get")
        assert answer.json()["count"] == number, who
        assert story.small.trainee.last_name not in answer.text
    row = ask(story.president, "get", f"{URL}{story.session.uuid}/").json()
    assert row["candidates"][0]["presented"][0]["code"] == "ON1"
    assert row["certification"]["certifier"] == "IFOCOP"


def test_a_jury_decides_once_a_key_and_corrects() -> None:
    story, key = sitting(), str(uuid4())
    url = f"{URL}{story.session.uuid}/decisions/"
    made = [ask(story.president, "post", url, asked(story), **{"Idempotency-Key": key}) for _time in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()
    assert Decision.objects.count() == 1
    other = ask(story.president, "post", url, asked(story, outcome="absent"), **{"Idempotency-Key": key})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert ask(story.president, "post", url, asked(story)).json()["code"] == "idempotency_key_missing"
    again = decided(story, outcome="absent")
    assert again.json()["code"] == "decided_meanwhile"
    corrected = asked(story, outcome="absent", corrects=made[0].json()["uuid"], reason="Pas là.")
    assert ask(story.president, "post", url, corrected, **{"Idempotency-Key": str(uuid4())}).status_code == 201
    rows = ask(story.small.coordinator, "get", url).json()["results"]
    assert [(row["outcome"], row["is_current"], len(row["signatures"])) for row in rows] == [("total", False, 1), ("absent", True, 1)]


def test_others_do_not_decide_and_a_trainee_waits_for_the_closing() -> None:
    story = sitting()
    url = f"{URL}{story.session.uuid}/decisions/"
    for who, status in ((story.small.coordinator, 403), (story.small.trainee, 403), (person(Role.CERTIFIER), 404)):
        assert decided(story, who).status_code == status
    assert ask(story.president, "post", url, {"outcome": "total"}, **{"Idempotency-Key": str(uuid4())}).status_code == 400
    assert decided(story, candidate=str(uuid4())).status_code == 404
    read = {"decisions": [str(story.decide().uuid)]}
    assert ask(story.president, "post", f"{URL}{story.session.uuid}/sign/", {}).status_code == 400
    assert ask(story.president, "post", f"{URL}{story.session.uuid}/sign/", read).json() == {"signed": 0}
    assert ask(story.small.trainee, "get", url).json()["results"] == []
    close_session(by=story.president, session=story.session)
    assert len(ask(story.small.trainee, "get", url).json()["results"]) == 1


def test_listing_costs_the_same_for_two_candidates_and_twelve(django_assert_max_num_queries: Any) -> None:
    story = sitting()
    people = classmates(story.small, 11)
    present(by=story.small.coordinator, session=story.session, trainees=people, blocks=[story.block], despite="Le jury veut voir.")
    _token, secret = create_token(by=story.president, label="Essai")
    with django_assert_max_num_queries(9):
        assert len(Client().get(URL, headers={"Authorization": f"Bearer {secret}"}).json()["results"][0]["candidates"]) == 12
