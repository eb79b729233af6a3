"""Exports for programs: asked for once, followed, stopped and taken, as the pages do."""

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms import clock
from lms.exports.models import Export
from lms.exports.services import run_export
from lms.jobs.models import Job
from lms.people.models import ApiAnswer, User
from lms.people.rules import Role
from lms.people.services import create_token, forget_answers, leave_cohort
from tests.cast import Small, person, small
from tests.exports.profiles import saved

pytestmark = pytest.mark.django_db
URL = "/api/v1/exports/"


def ask(who: User, method: str, url: str = URL, data: Any = None, *, key: str = "", may_write: bool = True) -> Any:
    _token, secret = create_token(by=who, label="Essai", may_write=may_write)
    headers = {"Authorization": f"Bearer {secret}", **({"Idempotency-Key": key} if key else {})}
    body = {"data": json.dumps(data), "content_type": "application/json"} if data is not None else {}
    return getattr(Client(), method)(url, headers=headers, **body)


def table(world: Small, **change: Any) -> dict[str, Any]:
    return {"kind": "transcript", "format": "xlsx", "cohort": str(world.cohort.uuid), **change}


def test_a_program_asks_follows_and_takes_a_file() -> None:
    world = small()
    made = ask(world.trainer, "post", data=table(world), key="premiere-cle")
    assert made.status_code == 201
    row = made.json()
    assert (row["state"], row["file"], row["sha256"], row["profile"]) == ("waiting", None, "", None)
    one = f"{URL}{row['uuid']}/"
    assert ask(world.trainer, "get", f"{one}file/").status_code == 404
    run_export.call(row["uuid"])
    row = ask(world.trainer, "get", one).json()
    assert (row["state"], row["done"], row["total"], row["error"]) == ("done", 1, 1, "")
    answer = ask(world.trainer, "get", row["file"])
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == row["sha256"]
    assert row["name"] in answer.headers["Content-Disposition"]
    assert [found["uuid"] for found in ask(world.trainer, "get", f"{URL}?limit=1").json()["results"]] == [row["uuid"]]
    with clock.at(clock.now() + timedelta(days=8)):
        assert ask(world.trainer, "get", one).json()["state"] == "expired"
        assert ask(world.trainer, "get", f"{one}file/").status_code == 404


def test_the_same_key_gives_the_first_answer_and_another_request_is_refused() -> None:
    world = small()
    first = ask(world.trainer, "post", data=table(world), key="cle-du-programme")
    again = ask(world.trainer, "post", data=dict(reversed(table(world).items())), key="cle-du-programme")
    assert (again.status_code, again.json()) == (201, first.json())
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")
    other = ask(world.trainer, "post", data=table(world, format="csv"), key="cle-du-programme")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert "Tirez-en une nouvelle" in other.json()["message"]
    assert Export.objects.count() == 1
    assert (
        ask(world.coordinator, "post", data=table(world), key="cle-du-programme").json()["uuid"] != first.json()["uuid"]
    )  # a key is its owner's


@pytest.mark.parametrize("key", ["", "court", "a b c d e f g", "é" * 10, "x" * 201])
def test_a_key_must_be_given_and_be_one(key: str) -> None:
    world = small()
    answer = ask(world.trainer, "post", data=table(world), key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert not Export.objects.exists()


def test_what_is_refused_is_kept_for_nobody() -> None:
    world = small()
    assert ask(world.trainer, "post", data=table(world, kind="autre"), key="cle-reprise").status_code == 400
    assert not ApiAnswer.objects.exists()
    assert ask(world.trainer, "post", data=table(world), key="cle-reprise").status_code == 201


def test_answers_are_kept_a_week() -> None:
    world = small()
    ask(world.trainer, "post", data=table(world), key="cle-ancienne")
    forget_answers()
    assert ApiAnswer.objects.count() == 1
    with clock.at(clock.now() + timedelta(days=8)):
        forget_answers()
    assert not ApiAnswer.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"trainee": str(uuid4())}, {"cohort": "promotion"}, {"kind": "dossier"}, {"kind": "store"}, {"format": "parquet"}, {"cohort": str(uuid4())},
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_said(change: dict[str, str]) -> None:
    world = small()
    assert ask(world.trainer, "post", data=table(world, **change), key="cle-quelconque").status_code == 400
    assert ask(world.trainer, "post", data={"cohort": str(world.cohort.uuid)}, key="cle-quelconque").status_code == 400
    assert ask(world.trainer, "post", data={"kind": "transcript"}, key="cle-quelconque").status_code == 400
    assert not Export.objects.exists()


def test_a_dossier_is_asked_of_a_trainee() -> None:
    world = small()
    made = ask(world.coordinator, "post", data={"kind": "dossier", "trainee": str(world.trainee.uuid)}, key="cle-du-dossier")
    assert (made.status_code, made.json()["format"]) == (201, "zip")
    certifier = person(Role.CERTIFIER, cohort=world.cohort)
    refused = ask(certifier, "post", data={"kind": "dossier", "trainee": str(world.trainee.uuid)}, key="cle-du-dossier")
    assert (refused.status_code, refused.json()["code"]) == (400, "consent_missing")


def test_a_profile_is_run_by_the_coordination_who_all_see_its_files() -> None:
    world = small()
    profile = saved(world)
    made = ask(world.coordinator, "post", data={"profile": str(profile.uuid)}, key="cle-du-profil")
    assert (made.status_code, made.json()["profile"]) == (201, str(profile.uuid))
    one = f"{URL}{made.json()['uuid']}/"
    colleague = person(Role.COORDINATOR)
    assert ask(colleague, "get", one).status_code == 200
    refused = ask(colleague, "post", f"{one}cancel/", {})
    assert (refused.status_code, refused.json()["code"]) == (400, "not_yours")
    assert ask(world.trainer, "post", data={"profile": str(profile.uuid)}, key="cle-du-profil").status_code == 404
    assert ask(world.trainer, "get", one).status_code == 404


def test_a_file_under_way_is_stopped() -> None:
    world = small()
    made = ask(world.trainer, "post", data=table(world), key="cle-arretee").json()
    stopped = ask(world.trainer, "post", f"{URL}{made['uuid']}/cancel/", {})
    assert stopped.json()["state"] == "cancelled"
    run_export.call(made["uuid"])
    assert Job.objects.get().state == Job.State.CANCELLED
    assert ask(world.trainer, "post", f"{URL}{made['uuid']}/cancel/", {}).status_code == 400


def test_another_role_another_person_or_a_token_that_reads_makes_nothing() -> None:
    world = small()
    made = ask(world.trainer, "post", data=table(world), key="cle-du-formateur").json()
    for someone, code in ((world.trainee, 403), (person(Role.COUNSELLOR), 403), (person(Role.ADMINISTRATOR), 403)):
        assert ask(someone, "post", data=table(world), key="cle-d-un-autre").status_code == code
        assert ask(someone, "get").json()["results"] == []
        assert ask(someone, "get", f"{URL}{made['uuid']}/file/").status_code == 404
    assert ask(world.trainer, "post", data=table(world), key="cle-lecture", may_write=False).status_code == 403
    assert ask(world.trainer, "get", may_write=False).json()["count"] == 1
    assert Client().get(URL).status_code == 401
    run_export.call(made["uuid"])
    leave_cohort(by=world.coordinator, person=world.trainer, cohort=world.cohort)
    assert ask(world.trainer, "get", f"{URL}{made['uuid']}/file/").status_code == 404


def test_the_list_costs_the_same_for_two_files_and_for_twelve() -> None:
    world = small()
    client = Client()
    client.force_login(world.coordinator)
    counts = []
    for number in (2, 10):
        for _time in range(number):
            ask(world.coordinator, "post", data=table(world), key=uuid4().hex)
            Job.objects.update(state=Job.State.DONE)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
