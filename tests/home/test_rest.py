"""/api/v1/evidence/ and /groups/: read what one may, write what one may on the pages, once a key, with a token that may."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.services import taking
from competencies.models import Evidence, Standing
from lms import clock
from lms.people.models import User, WorkingGroup
from lms.people.rules import Role
from lms.people.services import create_token
from lms.records.models import Statement
from tests.assessments import quizzes
from tests.cast import Small, person, small
from tests.story import classmates, hand_in, judge

pytestmark = pytest.mark.django_db
EVIDENCE, GROUPS = "/api/v1/evidence/", "/api/v1/groups/"


def ask(who: User, method: str, url: str, data: Any = None, *, may_write: bool = True) -> Any:
    _token, secret = create_token(by=who, label="essai", may_write=may_write)
    body = {"data": json.dumps(data, default=str), "content_type": "application/json"} if data is not None else {}
    return getattr(Client(), method)(url, headers={"Authorization": f"Bearer {secret}"}, **body)


@pytest.fixture
def story() -> Small:
    world = small()
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    return world


def opinion(story: Small, **more: object) -> dict[str, object]:
    asked = {"key": uuid4(), "trainee": story.trainee.uuid, "competencies": [one.uuid for one in story.competencies]}
    return asked | {"kind": "client", "said": "Le musée : repris tel quel."} | more


def decision(story: Small, **more: object) -> dict[str, object]:
    asked = {"key": uuid4(), "trainee": story.trainee.uuid, "competency": story.competencies[0].uuid}
    return asked | {"level": 1, "reason": "Fait à deux."} | more


def level(story: Small) -> int | None:
    return Standing.objects.filter(trainee=story.trainee, competency=story.competencies[0]).values_list("level", flat=True).first()


def test_evidence_says_what_is_kept(story: Small) -> None:
    answer = ask(story.trainer, "get", f"{EVIDENCE}?limit=2").json()
    kept = Evidence.objects.order_by("pk")
    assert (answer["count"], len(answer["results"])) == (kept.count(), 2)
    row, first = answer["results"][0], kept[0]
    assert first.criterion
    assert (row["uuid"], row["criterion"], row["code"], row["kind"], row["level"]) == (
        str(first.uuid), first.criterion.code, first.competency.code, "judgement", 3,
    )  # fmt: skip
    assert (row["trainee"], row["occasion"], row["statement"], row["assessor"]) == tuple(
        map(str, (story.trainee.uuid, first.occasion, first.statement_id, story.trainer.uuid))
    )
    assert row["withdrawn_at"] is None


def test_evidence_is_filtered(story: Small) -> None:
    ask(story.trainer, "post", f"{EVIDENCE}opinion/", opinion(story))
    later = (timezone.now() + timedelta(days=1)).isoformat().replace("+", "%2B")
    for query, number in (
        ("", 8), (f"trainee={story.trainee.uuid}", 8), (f"trainee={uuid4()}", 0), (f"competency={story.competencies[1].uuid}", 4),
        ("kind=client", 2), ("kind=judgement", 6), ("since=2001-01-01T00:00Z", 8), (f"since={later}", 0),
    ):  # fmt: skip
        assert ask(story.trainer, "get", f"{EVIDENCE}?{query}").json()["count"] == number, query
    for wrong in ("trainee=moi", "kind=note", "since=hier"):
        assert ask(story.trainer, "get", f"{EVIDENCE}?{wrong}").status_code == 400, wrong


def test_evidence_of_others_is_absent(story: Small) -> None:
    for reader, number in (
        (story.trainee, 6), (story.coordinator, 6), (person(Role.CERTIFIER, cohort=story.cohort), 6), (person(Role.TRAINEE), 0),
        (person(Role.TRAINER), 0), (person(Role.ADMINISTRATOR), 0),
    ):  # fmt: skip
        assert ask(reader, "get", EVIDENCE).json()["count"] == number, reader.role
    stranger = person(Role.TRAINER)
    assert ask(stranger, "get", f"{EVIDENCE}?trainee={story.trainee.uuid}").json()["count"] == 0


def test_what_came_of_an_exam_is_not_told_to_its_trainee_before_it_closes(story: Small) -> None:
    now, code = timezone.now(), story.competencies[0].code
    asked = [quizzes.question(quizzes.TRUE, competencies=(code,)) for _place in range(3)]
    exam = quizzes.quiz(story, *asked, is_exam=True, opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=1))
    attempt = quizzes.begun(story, exam)
    quizzes.answer_all(story, attempt, quizzes.RIGHT)
    taking.submit_attempt(by=story.trainee, attempt=attempt.uuid)
    count = f"{EVIDENCE}?kind=quiz"
    assert [ask(who, "get", count).json()["count"] for who in (story.trainer, story.trainee)] == [1, 0]
    with clock.at(now + timedelta(hours=2)):
        assert ask(story.trainee, "get", count).json()["count"] == 1


def test_an_opinion_is_kept_once_a_key(story: Small) -> None:
    asked = opinion(story)
    for _time in range(2):
        answer = ask(story.trainer, "post", f"{EVIDENCE}opinion/", asked)
        assert answer.status_code == 201
        assert {(row["kind"], row["level"], row["occasion"]) for row in answer.json()} == {("client", None, str(asked["key"]))}
    assert Evidence.objects.filter(kind="client").count() == 2
    assert level(story) == 3


def test_a_decision_is_taken_once_a_key_and_a_proof_withdrawn_by_its_occasion(story: Small) -> None:
    asked = decision(story)
    for _time in range(2):
        answer = ask(story.trainer, "post", f"{EVIDENCE}decision/", asked)
        assert (answer.status_code, answer.json()[0]["note"]) == (201, "Fait à deux.")
    assert level(story) == 1
    assert Evidence.objects.filter(kind="decision").count() == 1
    away = {"trainee": story.trainee.uuid, "occasion": asked["key"], "reason": "Décidé trop vite."}
    answer = ask(story.trainer, "post", f"{EVIDENCE}withdrawal/", away)
    assert (answer.status_code, answer.json()[0]["withdrawn_reason"]) == (200, "Décidé trop vite.")
    assert level(story) == 3
    again = ask(story.trainer, "post", f"{EVIDENCE}withdrawal/", away)
    assert (again.status_code, again.json()["code"]) == (400, "nothing_to_withdraw")


def test_a_key_that_served_for_somebody_else_gives_nothing_of_theirs(story: Small) -> None:
    asked, other = decision(story), small()
    ask(story.trainer, "post", f"{EVIDENCE}decision/", asked)
    theirs = decision(other, key=asked["key"])
    answer = ask(other.trainer, "post", f"{EVIDENCE}decision/", theirs)
    assert (answer.status_code, list(answer.json())) == (400, ["key"])
    assert not Evidence.objects.filter(trainee=other.trainee).exists()


@pytest.mark.parametrize(
    ("door", "wrong", "status"),
    [
        ("decision", {"reason": "  "}, 400), ("decision", {"level": 5}, 400), ("decision", {"key": "x"}, 400),
        ("decision", {"trainee": UUID(int=1)}, 404), ("decision", {"competency": UUID(int=1)}, 404),
        ("opinion", {"kind": "quiz"}, 400), ("opinion", {"said": ""}, 400), ("opinion", {"competencies": []}, 400),
        ("opinion", {"competencies": [UUID(int=1)]}, 400), ("opinion", {"trainee": UUID(int=1)}, 404),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_said_and_not_written(story: Small, door: str, wrong: dict[str, object], status: int) -> None:
    asked = (decision if door == "decision" else opinion)(story, **wrong)
    before = Evidence.objects.count(), Statement.objects.count()
    assert ask(story.trainer, "post", f"{EVIDENCE}{door}/", asked).status_code == status
    assert (Evidence.objects.count(), Statement.objects.count()) == before


def test_only_trainers_of_the_trainee_write(story: Small) -> None:
    for who, status in ((story.trainee, 403), (story.coordinator, 403), (person(Role.ADMINISTRATOR), 403), (small().trainer, 404)):
        assert ask(who, "post", f"{EVIDENCE}decision/", decision(story)).status_code == status, who.role
    assert level(story) == 3


def test_a_token_reads_unless_its_owner_let_it_write(story: Small) -> None:
    answer = ask(story.trainer, "post", f"{EVIDENCE}decision/", decision(story), may_write=False)
    assert answer.status_code == 403
    assert "n'écrit pas" in answer.json()["detail"]
    assert ask(story.trainer, "get", EVIDENCE, may_write=False).status_code == 200
    assert level(story) == 3
    client = Client()
    client.force_login(story.trainer)
    page = client.post(reverse("people:token-create"), {"label": "Réseau", "may_write": "on"})
    assert "lire et écrire" in page.text
    secret = re.search(r'class="secret">([^<]+)<', page.text)
    assert secret
    headers = {"Authorization": f"Bearer {secret[1]}"}
    answer = Client().post(f"{EVIDENCE}decision/", json.dumps(decision(story), default=str), "application/json", headers=headers)
    assert answer.status_code == 201


def group(story: Small, *people: User, **more: object) -> dict[str, object]:
    members = [{"trainee": one.uuid, "team": number} for number, one in enumerate(people or [story.trainee], 1)]
    return {"key": uuid4(), "cohort": story.cohort.uuid, "name": "Atelier", "purpose": "Contours", "members": members} | more


def test_a_group_is_made_once_a_key_and_taken_away(story: Small) -> None:
    mate = classmates(story, 1)[0]
    asked = group(story, story.trainee, mate)
    for _time in range(2):
        made = ask(story.trainer, "post", GROUPS, asked)
        assert made.status_code == 201
    assert {(row["trainee"], row["team"]) for row in made.json()["members"]} == {(str(story.trainee.uuid), 1), (str(mate.uuid), 2)}
    assert WorkingGroup.objects.count() == 1
    where = f"{GROUPS}{made.json()['uuid']}/"
    assert ask(small().trainer, "delete", where).status_code == 404
    assert ask(story.trainee, "delete", where).status_code == 403
    assert ask(story.trainer, "delete", where, may_write=False).status_code == 403
    assert ask(story.coordinator, "delete", where).status_code == 204
    assert not WorkingGroup.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"name": " "}, 400), ({"members": []}, 400), ({"members": [{"trainee": UUID(int=1), "team": 1}]}, 400),
        ({"members": [{"team": 0}]}, 400), ({"cohort": UUID(int=1)}, 404), ({"key": "x"}, 400),
    ],
)  # fmt: skip
def test_a_group_that_cannot_be_made_is_said(story: Small, wrong: dict[str, object], status: int) -> None:
    assert ask(story.trainer, "post", GROUPS, group(story, **wrong)).status_code == status
    assert not WorkingGroup.objects.exists()


def test_evidence_costs_the_same_for_2_and_12(story: Small) -> None:
    client, costs = Client(), []
    client.force_login(story.trainer)
    for number in (2, 10):
        classmates(story, number)
        client.get(EVIDENCE)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(EVIDENCE).json()["count"] > 6 * number
        costs.append(len(caught))
    assert costs[0] == costs[1]
