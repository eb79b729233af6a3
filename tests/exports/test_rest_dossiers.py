"""Dossiers for programs: whom one may read, what each says, the signed file."""

from typing import Any
from uuid import uuid4

import pytest

from lms.exports.models import Export
from lms.exports.rules.sharing import CURRENT_CONSENT
from lms.exports.services import run_export
from lms.exports.services.dossiers import give_consent
from lms.people.rules import Role
from tests.cast import person, small
from tests.exports.test_rest import ask
from tests.story import classmates

pytestmark = pytest.mark.django_db
URL = "/api/v1/dossiers/"


def test_each_reads_the_dossiers_of_those_they_follow() -> None:
    world, other = small(), small()
    certifier = person(Role.CERTIFIER, cohort=world.cohort)
    for who, number in (
        (world.trainee, 1),
        (world.trainer, 1),
        (world.coordinator, 2),
        (certifier, 1),
        (other.trainer, 1),
    ):
        rows = ask(who, "get", URL).json()["results"]
        assert len(rows) == number, who.role
    assert ask(person(Role.COUNSELLOR), "get", URL).status_code == 403
    give_consent(by=world.trainee, text_version=CURRENT_CONSENT)
    row = ask(world.trainer, "get", URL).json()["results"][0]
    assert (row["trainee"], row["consent"] is not None) == (str(world.trainee.uuid), True)


def test_a_certifier_reads_what_it_says_after_the_yes_alone() -> None:
    world = small()
    certifier = person(Role.CERTIFIER, cohort=world.cohort)
    one = f"{URL}{world.trainee.uuid}/"
    assert (ask(certifier, "get", one).status_code, ask(certifier, "get", one).json()["code"]) == (400, "consent_missing")
    give_consent(by=world.trainee, text_version=CURRENT_CONSENT)
    said = ask(certifier, "get", one).json()
    assert (said["format"], said["trainee"]["uuid"]) == ("tremplin-dossier", str(world.trainee.uuid))
    assert ask(person(Role.TRAINER), "get", one).status_code == 404


def test_the_signed_file_is_asked_for_once_a_key() -> None:
    world, key = small(), "cle-du-dossier"
    made = [ask(world.trainer, "post", URL, {"trainee": str(world.trainee.uuid)}, key=key) for _time in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()
    run_export.call(made[0].json()["uuid"])
    assert ask(world.trainer, "get", f"/api/v1/exports/{made[0].json()['uuid']}/").json()["state"] == "done"
    assert ask(world.trainer, "post", URL, {"trainee": str(uuid4())}, key="autre-cle").status_code in (400, 404)
    assert ask(person(Role.COUNSELLOR), "post", URL, {"trainee": str(world.trainee.uuid)}, key="encore-une").status_code == 403
    assert Export.objects.count() == 1


def test_listing_costs_the_same_for_two_and_for_twelve(django_assert_max_num_queries: Any) -> None:
    world = small()
    classmates(world, 11)
    with django_assert_max_num_queries(16):
        assert len(ask(world.trainer, "get", URL).json()["results"]) == 12
