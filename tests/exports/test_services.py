"""An export is complete or absent, asked of rights when it is made, and tried three times at most (F10, S06)."""

import hashlib
import io
import json
import os
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from lms import clock
from lms.exports import services
from lms.exports.models import Export
from lms.exports.services import MAX_UNFINISHED, SCRATCH, expire_exports, request_export, run_export
from lms.files.models import private_storage
from lms.jobs.models import Job
from lms.jobs.services import LEASE, LeaseLostError, claim_job
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.people.services import leave_cohort
from lms.records.models import Statement
from lms.records.rules.agents import identity
from lms.records.selectors.statements import Kept
from lms.records.statements import exact, identity_of
from lms.records.vocabulary import VOIDED
from lms.refusal import Refused
from tests.cast import Small, person, small
from tests.story import hand_in, judge, read_lesson

pytestmark = pytest.mark.django_db


def ask(world: Small, by: User | None = None, *, kind: str = "transcript", format_: str = "xlsx", key: UUID | None = None) -> Export:
    return request_export(by=by or world.trainer, kind=kind, format_=format_, key=key or uuid4(), cohort=world.cohort.uuid)


def made(export: Export) -> Export:
    run_export.call(str(export.uuid))
    export.refresh_from_db()
    return export


def queued() -> list[DBTaskResult]:
    """Our tasks in the queue; Wagtail puts its own there."""
    return list(DBTaskResult.objects.filter(task_path="lms.exports.services.run_export"))


def bytes_of(export: Export) -> bytes:
    with export.content.open("rb") as content:
        return content.read()


def scratch() -> list[Path]:
    return list((Path(settings.PRIVATE_ROOT) / SCRATCH).glob("*"))


def test_request_export_waits_for_a_worker_and_says_what_it_is_called() -> None:
    world = small()
    export = ask(world)
    assert export.job is not None
    assert (export.job.state, export.content.name, export.rows) == (Job.State.WAITING, "", 0)
    assert export.name.startswith("progression-promotion-")
    assert export.name.endswith(".xlsx")
    assert [row.args_kwargs["args"] for row in queued()] == [[str(export.uuid)]]


def test_an_export_comes_before_what_wagtail_asked_earlier() -> None:
    """Loading a programme leaves thousands of small tasks: whoever asks for a file does not wait for them."""
    export = ask(small())
    waiting = list(DBTaskResult.objects.ready())
    assert len(waiting) > 10
    assert waiting[0].args_kwargs["args"] == [str(export.uuid)]
    assert waiting[0].priority > waiting[1].priority


def test_request_export_sent_twice_is_one_export() -> None:
    world, key = small(), uuid4()
    assert ask(world, key=key).pk == ask(world, key=key).pk
    assert (Export.objects.count(), Job.objects.count(), len(queued())) == (1, 1, 1)


def test_request_export_rolled_back_leaves_no_task() -> None:
    """The task is a row of the same transaction: no worker sees it before what it works on."""
    world = small()
    with transaction.atomic():
        ask(world)
        assert queued()
        transaction.set_rollback(True)
    assert not queued()
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "unknown"}, "export_unknown"),
        ({"kind": "statements", "format_": "xlsx"}, "export_unknown"),
        ({"cohort": uuid4()}, "nobody_to_export"),
        ({"cohort": None, "trainee": uuid4()}, "nobody_to_export"),
    ],
)
def test_request_export_refuses(change: dict[str, object], code: str) -> None:
    world = small()
    arguments = {"by": world.trainer, "kind": "transcript", "format_": "xlsx", "key": uuid4(), "cohort": world.cohort.uuid, **change}
    with pytest.raises(Refused) as refused:
        request_export(**arguments)
    assert refused.value.code == code


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.COUNSELLOR, Role.ADMINISTRATOR])
def test_request_export_refuses_other_roles(role: Role) -> None:
    world = small()
    with pytest.raises(Refused):
        ask(world, person(role, cohort=world.cohort))


def test_request_export_of_another_cohort_is_refused() -> None:
    world, stranger = small(), person(Role.TRAINER)
    with pytest.raises(Refused):
        ask(world, stranger)
    with pytest.raises(Refused):
        request_export(by=stranger, kind="transcript", format_="xlsx", key=uuid4(), trainee=world.trainee.uuid)


def test_request_export_refuses_a_sixth_unfinished_one() -> None:
    world = small()
    for _number in range(MAX_UNFINISHED):
        ask(world)
    with pytest.raises(Refused) as refused:
        ask(world)
    assert refused.value.code == "too_many_exports"


def test_run_export_by_the_worker_makes_the_file_and_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.close_old_connections", lambda: None)  # the test's own
    world = small()
    export = ask(world)
    call_command("worker", "--once")
    export.refresh_from_db()
    assert export.job is not None
    assert (export.job.state, export.job.progress, export.job.total) == (Job.State.DONE, 1, 1)
    content = bytes_of(export)
    assert export.sha256 == hashlib.sha256(content).hexdigest()
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["Stagiaires", "Heures", "Passages", "Niveaux"]
    notice = Notice.objects.visible_to(world.trainer).get(path=f"/exports/{export.uuid}/")
    assert notice.text == f"Votre export est prêt : {export.name}"
    assert [row.status for row in queued()] == ["SUCCESSFUL"]
    assert scratch() == []


def test_run_export_twice_makes_it_once() -> None:
    world = small()
    export = made(ask(world))
    first = export.content.name
    assert made(export).content.name == first
    assert Notice.objects.visible_to(world.trainer).filter(path=f"/exports/{export.uuid}/").count() == 1


def test_run_export_same_export_makes_the_same_bytes() -> None:
    world = small()
    read_lesson(world, world.trainee)
    export = made(ask(world))
    first = bytes_of(export)
    Job.objects.update(state=Job.State.WAITING)
    assert bytes_of(made(export)) == first


def test_run_export_asks_rights_again_when_it_runs() -> None:
    world = small()
    export = ask(world)
    leave_cohort(by=world.coordinator, person=world.trainer, cohort=world.cohort)
    made(export)
    assert export.job is not None
    assert (export.job.state, export.content.name) == (Job.State.FAILED, "")
    assert "aucun stagiaire dont vous suivez" in export.job.error


def test_run_export_of_a_paused_owner_makes_nothing() -> None:
    world = small()
    export = ask(world)
    User.objects.filter(pk=world.trainer.pk).update(is_active=False)
    made(export)
    assert export.job is not None
    assert export.job.state == Job.State.FAILED


def test_run_export_broken_waits_and_fails_after_the_third_try(monkeypatch: pytest.MonkeyPatch) -> None:
    world = small()
    export = ask(world)

    def full(*_arguments: object) -> int:
        raise OSError("no space left")

    monkeypatch.setattr(services, "_write", full)
    for number in range(1, 4):
        with clock.at(export.created_at + timedelta(minutes=number)), pytest.raises(OSError, match="no space"):
            run_export.call(str(export.uuid))
        assert Job.objects.get().tries == number
        assert scratch() == []
    job = Job.objects.get()
    assert (job.state, job.error[:40]) == (Job.State.FAILED, "Le fichier n'a pas pu être fait après tr")
    run_export.call(str(export.uuid))
    assert Job.objects.get().tries == 3


def test_run_export_that_lost_its_lease_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that slept past its lease: the other one's file stands, its own is never seen."""
    world = small()
    export = ask(world)
    keep = services._keep

    def sleep_then_keep(export: Export, job: Job, path: Path, rows: int, chosen: None) -> None:
        with clock.at(clock.now() + LEASE * 2):
            other = claim_job(kind="export", subject=export.uuid)
            assert other is not None
            monkeypatch.setattr(services, "_keep", keep)
            with pytest.raises(LeaseLostError):
                keep(export, job, path, rows, chosen)
        raise LeaseLostError

    monkeypatch.setattr(services, "_keep", sleep_then_keep)
    made(export)
    assert export.content.name == ""
    assert Job.objects.get().state == Job.State.RUNNING
    assert private_storage().listdir("exports")[1].count(f"{export.uuid.hex}-1") == 0
    with clock.at(clock.now() + LEASE * 4):
        made(export)
    assert export.content.name.endswith("-3")


def test_run_export_replaces_what_a_killed_try_left() -> None:
    world = small()
    export = ask(world)
    left = Path(settings.PRIVATE_ROOT) / SCRATCH / f"{export.uuid}-1"
    left.mkdir(parents=True)
    (left / "file").write_bytes(b"PK half")
    Job.objects.update(tries=1, state=Job.State.RUNNING, lease_until=clock.now() - LEASE)
    assert made(export).sha256
    assert scratch() == []


def test_run_export_as_csv_gives_a_zip_of_tables() -> None:
    world = small()
    export = made(ask(world, format_="csv"))
    assert export.name.endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(bytes_of(export))) as archive:
        assert archive.namelist() == ["stagiaires.csv", "heures.csv", "passages.csv", "niveaux.csv"]
        assert archive.testzip() is None
        assert archive.read("stagiaires.csv").startswith(b"\xef\xbb\xbfNom;Pr")


def test_run_export_of_statements_gives_their_exact_texts() -> None:
    world = small()
    judgement = judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    judge(judgement.submission, world.trainer, 2, corrects=judgement, reason="Trop vite.")
    lines = bytes_of(made(ask(world, kind="statements", format_="jsonl"))).decode().splitlines()
    kept = [Kept(*row) for row in Statement.objects.order_by("stored").values_list("id", "stored", "authority", "text")]
    actor = identity_of(world.trainee.uuid)
    about = [exact(one) for one in kept if identity(json.loads(one.text)["actor"]) == actor or VOIDED.iri in one.text]
    assert lines == about
    assert all(json.loads(line).keys() >= {"stored", "authority"} for line in lines)
    assert any(json.loads(line)["verb"]["id"].endswith("voided") for line in lines)
    assert not any(name in "".join(lines) for name in (world.trainee.first_name, world.trainee.last_name))


def test_run_export_of_one_trainee_is_about_that_one() -> None:
    world = small()
    other = person(Role.TRAINEE)
    export = made(request_export(by=world.trainer, kind="transcript", format_="xlsx", key=uuid4(), trainee=world.trainee.uuid))
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(export)))
    assert {row[2].value for row in book["Niveaux"].iter_rows(min_row=2)} == {str(world.trainee.uuid)}
    assert other.last_name not in str([cell.value for row in book["Stagiaires"].iter_rows() for cell in row])


def test_expire_exports_takes_the_file_after_seven_days_and_what_nobody_names() -> None:
    world = small()
    export, later = made(ask(world)), made(ask(world))
    Export.objects.filter(pk=later.pk).update(expires_at=export.expires_at + timedelta(days=1))
    stray = private_storage().save("exports/stray", io.BytesIO(b"x"))
    old = Path(settings.PRIVATE_ROOT) / SCRATCH / "gone-1"
    old.mkdir(parents=True)
    for path in (old, Path(private_storage().path(stray))):
        os.utime(path, (0, 0))
    with clock.at(export.expires_at + timedelta(minutes=1)):
        assert expire_exports() >= 3
    export.refresh_from_db()
    later.refresh_from_db()
    assert export.content.name == ""
    assert private_storage().exists(later.content.name)
    assert not private_storage().exists(stray)
    assert not old.exists()
