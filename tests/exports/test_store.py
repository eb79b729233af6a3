"""The file of the whole store: asked by the coordination or the administration, made by the worker, never in the web server."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pyarrow.parquet as pq
import pytest
from django.test import Client

from lms.exports.forms import StatementsForm
from lms.exports.kinds import EVERY_KIND, KINDS
from lms.exports.models import Export
from lms.exports.services import request_statements, run_export
from lms.jobs.models import Job
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import update_person
from lms.records.models import Statement
from lms.refusal import Refused
from tests.cast import person, small
from tests.records.programs import DID, THING, program, said
from tests.server import ROOT

pytestmark = pytest.mark.django_db
PAGE = "/acces-traces/fichiers/"


def asked(client: Client, by: User, **more: str) -> Export:
    client.force_login(by)
    answer = client.post(PAGE, {"key": str(uuid4()), "content": "jsonl", **more})
    assert answer.status_code == 302, answer.content.decode()
    return Export.objects.visible_to(by).get(uuid=UUID(answer.headers["Location"].split("/")[2]))


def taken(client: Client, export: Export) -> bytes:
    run_export.call(str(export.uuid))
    answer = client.get(f"/exports/{export.uuid}/fichier/")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_the_file_is_asked_waited_for_and_taken(client: Client, role: Role) -> None:
    told = program().tell(said(), said(), said())
    export = asked(client, person(role))
    page = client.get(f"/exports/{export.uuid}/").content.decode()
    assert "en préparation" in page
    assert f'href="{PAGE}"' in page
    content = taken(client, export)
    assert [json.loads(line)["id"] for line in content.splitlines()] == told
    export.refresh_from_db()
    assert (export.rows, export.sha256) == (3, hashlib.sha256(content).hexdigest())
    assert export.name.startswith("traces-20")
    assert (export.job.progress, export.job.total) == (3, 3)
    listed = client.get(PAGE).content.decode()
    assert export.name in listed
    assert "prêt" in listed


def test_a_parquet_of_what_is_chosen(client: Client, tmp_path: object) -> None:
    told = program().tell(said(verb={"id": "http://adlnet.gov/expapi/verbs/completed"}), said(), said(object={"id": "x:a"}))
    day = Statement.objects.order_by("stored").first().stored.date().isoformat()
    export = asked(client, person(Role.COORDINATOR), content="parquet", activity=THING, first=day)
    file = os.path.join(str(tmp_path), "a.parquet")
    with open(file, "wb") as out:
        out.write(taken(client, export))
    assert pq.read_table(file).column("id").to_pylist() == told[:2]
    export = asked(client, person(Role.COORDINATOR), verb="http://adlnet.gov/expapi/verbs/completed")
    assert len(taken(client, export).splitlines()) == 1
    assert taken(client, asked(client, person(Role.COORDINATOR), last="2020-01-01")) == b""


def test_both_days_are_taken_in_as_they_are_here() -> None:
    form = StatementsForm({"key": str(uuid4()), "content": "jsonl", "first": "2026-01-02", "last": "2026-01-02", "verb": DID})
    assert not form.is_valid()
    form = StatementsForm({"key": str(uuid4()), "content": "jsonl", "first": "2026-01-02", "last": "2026-01-02"})
    assert form.is_valid()
    assert form.filters() == {"since": "2026-01-01T22:59:59.999999Z", "until": "2026-01-02T22:59:59.999999Z"}
    assert datetime.fromisoformat(form.filters()["until"]).tzinfo == UTC


def test_what_cannot_be_asked_is_said_on_the_page(client: Client) -> None:
    coordinator = person(Role.COORDINATOR)
    client.force_login(coordinator)
    answer = client.post(PAGE, {"key": str(uuid4()), "content": "xlsx", "activity": "pas une adresse"})
    assert answer.status_code == 400
    assert "adresse complète" in answer.content.decode()
    for _n in range(5):
        asked(client, coordinator)
    answer = client.post(PAGE, {"key": str(uuid4()), "content": "jsonl"})
    assert answer.status_code == 400
    assert "déjà en préparation" in answer.content.decode()


def test_the_same_form_sent_twice_is_one_file() -> None:
    coordinator, key = person(Role.COORDINATOR), uuid4()
    first, second = (request_statements(by=coordinator, format_="jsonl", key=key, filters={}) for _n in range(2))
    assert first == second
    with pytest.raises(Refused, match="format"):
        request_statements(by=coordinator, format_="csv", key=uuid4(), filters={})


def test_only_the_coordination_and_the_administration_and_asked_again_when_it_leaves(client: Client) -> None:
    world = small()
    for other in (world.trainer, world.trainee, person(Role.CERTIFIER), person(Role.COUNSELLOR)):
        with pytest.raises(Refused, match="coordination"):
            request_statements(by=other, format_="jsonl", key=uuid4(), filters={})
    export = asked(client, world.coordinator)
    late = asked(client, world.coordinator)
    run_export.call(str(export.uuid))
    update_person(by=person(Role.ADMINISTRATOR), person=world.coordinator, first_name="A", last_name="B", email="")
    world.coordinator.groups.clear()
    assert client.get(f"/exports/{export.uuid}/fichier/").status_code in (403, 404)
    run_export.call(str(late.uuid))
    assert Job.objects.get(subject=late.uuid).state == Job.State.FAILED


def test_the_store_is_no_kind_of_the_trainees_page() -> None:
    assert set(EVERY_KIND) - set(KINDS) == {"store", "dossier", "cohort_dossiers", "documents"}


def test_the_web_server_never_loads_pyarrow_nor_the_typesetter() -> None:
    code = (
        "import sys, lms.wsgi; from django.urls import get_resolver; get_resolver().url_patterns; import lms.exports.views.dossiers;"
        "print([name for name in sys.modules if name.startswith(('pyarrow', 'typst'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
