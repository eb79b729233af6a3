"""How documents are made, a cohort's at once, and how they go after their time."""

import csv
import hashlib
import io
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from curriculum.services import enrol
from lms import clock
from lms.exports.models import Document, Export
from lms.exports.rules.documents import ATTESTATION, COMPLETION, SIGN_IN
from lms.exports.services import documents as services
from lms.exports.services import request_documents, run_export
from lms.exports.services.documents import expire_documents
from lms.files.models import private_storage
from lms.jobs.models import Job
from lms.jobs.services import LeaseLostError
from lms.people.models import Notice
from lms.people.rules import Role
from lms.refusal import Refused
from tests.cast import person, small
from tests.exports.papers import (
    code_of,
    content_of,
    described,
    issued,
    made,
    worked,
)
from tests.story import classmates

pytestmark = pytest.mark.django_db


def test_pages_that_could_not_be_made_keep_their_number_and_are_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = worked()

    def stops(*_arguments: object, **_more: object) -> None:
        raise Refused("pages_too_long", "Trop long.")

    with monkeypatch.context() as patched:
        patched.setattr(services, "write_document", stops)
        document = made(issued(world))
    assert document.job
    assert (document.job.state, document.content.name) == (Job.State.FAILED, "")
    again = made(issued(world))
    assert (again.pk, again.job.state, bool(again.content)) == (document.pk, Job.State.DONE, True)
    assert not list((settings.PRIVATE_ROOT / services.SCRATCH).glob("*"))


def test_of_two_workers_the_first_is_kept() -> None:
    document = issued(worked())
    services.set_pages(Document.objects.get(pk=document.pk), lambda: services.set_pages(Document.objects.get(pk=document.pk)))
    document.refresh_from_db()
    assert hashlib.sha256(content_of(document)).hexdigest() == document.sha256
    again = Document.objects.get(pk=document.pk)
    again.content = ""  # as another worker that began before sees it
    services.set_pages(again)
    stored = [name for name in private_storage().listdir(services.FOLDER)[1] if name.startswith(document.uuid.hex)]
    assert stored == [str(document.content.name).rpartition("/")[2]]


def test_pages_of_a_worker_that_lost_its_job_are_thrown_away() -> None:
    document = issued(worked())

    def lost() -> None:
        raise LeaseLostError

    with pytest.raises(LeaseLostError):
        services.set_pages(document, lost)
    document.refresh_from_db()
    assert not document.content
    assert not [name for name in private_storage().listdir(services.FOLDER)[1] if name.startswith(document.uuid.hex)]


def test_what_a_stopped_worker_left_is_cleared() -> None:
    left = settings.PRIVATE_ROOT / services.SCRATCH / "left"
    left.mkdir(parents=True)
    expire_documents()
    assert left.exists()
    with clock.at(clock.now() + timedelta(hours=2)):
        expire_documents()
    assert not left.exists()


def test_maker_and_trainee_are_told() -> None:
    world = worked()
    document = made(issued(world))
    assert Notice.objects.visible_to(world.coordinator).get().path == f"/documents-numerotes/{document.uuid}/"
    assert Notice.objects.visible_to(world.trainee).filter(path="/mon-dossier/", text__contains="Certificat de réalisation").count() == 1


def test_a_cohort_at_once_is_one_job_and_says_who_has_none() -> None:
    world = worked()
    classmates(world, 2)
    idle = person(Role.TRAINEE, "Zoé")
    enrol(by=world.coordinator, trainee=idle, programme=world.programme, cohort=world.cohort)
    alone = made(issued(world))
    export = request_documents(by=world.coordinator, code=COMPLETION.code, cohort=world.cohort.uuid, key=uuid4())
    run_export.call(str(export.uuid))
    export.refresh_from_db()
    assert (export.rows, export.job.progress, export.job.total) == (3, 4, 4)
    with export.content.open("rb") as content, zipfile.ZipFile(io.BytesIO(content.read())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert sorted(name[:12] for name in files) == [*(f"CR-{alone.year}-000{n}" for n in (1, 2, 3)), "a-lire.txt", "liste.csv"]
    assert "Zoé" in files["a-lire.txt"].decode()
    rows = list(csv.reader(io.StringIO(files["liste.csv"].decode("utf-8-sig")), delimiter=";"))
    assert [row[4] for row in rows[1:]] == [
        hashlib.sha256(files[name]).hexdigest() for row in rows[1:] for name in files if name.startswith(row[0])
    ]
    assert files[next(name for name in files if alone.title_number in name)] == content_of(alone)
    again = request_documents(by=world.coordinator, code=COMPLETION.code, cohort=world.cohort.uuid, key=uuid4())
    run_export.call(str(again.uuid))
    again.refresh_from_db()
    assert again.sha256 == export.sha256
    assert Document.objects.count() == 3


def test_batch_is_refused_to_who_may_not_make_it() -> None:
    world = worked()
    asked = {"cohort": world.cohort.uuid, "key": uuid4()}
    assert code_of(request_documents, by=world.trainer, code=COMPLETION.code, **asked) == "document_unknown"
    assert code_of(request_documents, by=world.coordinator, code=SIGN_IN.code, **asked) == "document_unknown"
    assert code_of(request_documents, by=world.coordinator, code="??", **asked) == "document_unknown"
    empty = small()
    described(empty)
    export = request_documents(by=empty.coordinator, code=COMPLETION.code, cohort=empty.cohort.uuid, key=uuid4())
    run_export.call(str(export.uuid))
    export.refresh_from_db()
    assert (export.job.state, Export.objects.get().content.name) == (Job.State.FAILED, "")


# --- After their time


def test_file_goes_after_three_years_and_the_number_stays() -> None:
    world = worked()
    document, attestation = made(issued(world)), made(issued(world, ATTESTATION.code))
    name = str(document.content.name)
    assert expire_documents() == 0
    with clock.at(clock.now() + timedelta(days=3 * 366 + 1)):
        assert expire_documents() >= 1  # those of rolled back tests go too
        document.refresh_from_db()
        attestation.refresh_from_db()
        assert (document.content.name, document.facts, bool(document.sha256), bool(document.removed_at)) == ("", {}, True, True)
        assert bool(attestation.content)
        assert not private_storage().exists(name)
        assert issued(world).number == 1  # of its own year
    assert Document.objects.filter(kind=COMPLETION.code).count() == 2
