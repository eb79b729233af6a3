"""Numbered documents: numbered once without a hole, the same bytes each time, a new number when facts have changed."""

import csv
import hashlib
import io
import threading
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from curriculum.services import enrol, withdraw
from lms import clock
from lms.exports.models import Document, DocumentCounter, Export, TrainingAction, TrainingBody
from lms.exports.rules.documents import ATTESTATION, COMPLETION, HOURS, SIGN_IN
from lms.exports.selectors import followers_of, records_of
from lms.exports.services import documents as services
from lms.exports.services import request_documents, run_export
from lms.exports.services.documents import expire_documents, issue_for_trainee, issue_sign_in
from lms.exports.services.training import save_body
from lms.files.models import private_storage
from lms.jobs.models import Job
from lms.jobs.services import LeaseLostError
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.people.services import update_person
from lms.refusal import Refused
from tests.cast import Small, person, small
from tests.exports.papers import ACTION, BODY, content_of, described, entered_action, entered_body, made, text_of
from tests.story import classmates, hand_in, judge, read_lesson

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


def worked(**changes: Any) -> Small:
    """The small world, described; its trainee read the lesson (30 min of theory) and had a work judged (120 min of practice)."""
    world = small()
    described(world, **changes)
    read_lesson(world, world.trainee)
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    return world


def issued(world: Small, code: str = COMPLETION.code, by: User | None = None) -> Document:
    return issue_for_trainee(by=by or world.coordinator, code=code, trainee=world.trainee.uuid)


def code_of(call: Callable[..., object], **arguments: object) -> str:
    with pytest.raises(Refused) as refused:
        call(**arguments)
    return refused.value.code


# --- Numbers


def test_document_asked_twice_is_one_and_its_bytes_never_change() -> None:
    world = worked()
    asked = issued(world)
    assert issued(world).pk == asked.pk  # a double click, before any page is made
    assert DBTaskResult.objects.filter(task_path="lms.exports.services.documents.make_document").count() == 1
    first = made(asked)
    assert first.title_number == f"CR-{clock.today().year}-0001"
    assert str(first) == first.title_number
    content = content_of(first)
    assert (first.sha256, first.size) == (hashlib.sha256(content).hexdigest(), len(content))
    again = issued(world)
    services.make_document.call(str(again.uuid))
    assert again.pk == first.pk
    assert content_of(again) == content
    assert Document.objects.count() == 1


def test_pages_made_again_from_the_kept_facts_are_the_same_bytes() -> None:
    """What a try that stopped left undone: the number, the facts and the moment are in the row."""
    document = made(issued(worked()))
    before = content_of(document)
    Document.objects.filter(pk=document.pk).update(content="", sha256="", size=0)
    document.refresh_from_db()
    services.set_pages(document)
    assert content_of(document) == before


def test_changed_facts_make_another_number_that_says_which_it_replaces() -> None:
    world = worked()
    first = made(issued(world))
    update_person(by=world.coordinator, person=world.trainee, first_name="Inès", last_name="Martin", email="")
    second = made(issued(world))
    assert (second.number, second.replaces_id) == (2, first.pk)
    assert f"Remplace le n° {first.title_number}" in text_of(content_of(second))
    first.refresh_from_db()
    assert "Martin" not in text_of(content_of(first))
    assert issued(world).pk == second.pk


def test_a_document_keeps_the_version_of_the_body_it_was_made_with() -> None:
    world = worked()
    first = made(issued(world))
    entered_body(world.coordinator, signatory="Paul Roy")
    second = made(issued(world))
    assert ("Anne Morel" in text_of(content_of(first)), "Paul Roy" in text_of(content_of(second))) == (True, True)
    assert first.facts["body"]["version"] != second.facts["body"]["version"]


def test_each_kind_and_year_counts_for_itself() -> None:
    world = worked()
    numbers = [issued(world, code).title_number for code in (COMPLETION.code, ATTESTATION.code, HOURS.code)]
    with clock.at(clock.now() + timedelta(days=400)):
        update_person(by=world.coordinator, person=world.trainee, first_name="Inès", last_name="Martin", email="")
        numbers.append(issued(world).title_number)
    year = clock.today().year
    later = (clock.today() + timedelta(days=400)).year
    assert numbers == [f"CR-{year}-0001", f"AF-{year}-0001", f"RH-{year}-0001", f"CR-{later}-0001"]


def test_what_is_rolled_back_takes_no_number() -> None:
    world = worked()
    with transaction.atomic():
        issued(world)
        transaction.set_rollback(True)
    assert issued(world).number == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_hole_when_many_ask_at_once() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite writes one after the other by itself")
    world = small()
    described(world)
    trainees = classmates(world, 6)
    refused: list[BaseException] = []

    def ask(trainee: User) -> None:
        try:
            for _time in range(2):
                issue_for_trainee(by=world.coordinator, code=COMPLETION.code, trainee=trainee.uuid)
        except BaseException as error:  # noqa: BLE001  shown below
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(trainee,)) for trainee in trainees for _twice in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not refused
    assert sorted(Document.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_a_number_is_given_once_and_begins_at_one() -> None:
    document = issued(worked())
    for change in ({"number": document.number}, {"number": 0}, {"number": 9, "trainee_id": document.trainee_id, "cohort_id": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.create(**{
                "kind": document.kind, "year": document.year, "subject": "x", "facts": {}, "template_version": 1, "made_at": clock.now(),
                "made_by": document.made_by, **change,
            })  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentCounter.objects.create(kind=document.kind, year=document.year)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(content="documents/x")  # pages without their digest


# --- What they say


def test_certificate_says_what_the_law_asks() -> None:
    world = worked(remote="theory")
    words = text_of(content_of(made(issued(world))))
    for said in (
        "Certificat de réalisation", "Anne Morel, présidente", "SIRET 732 829 320 00074", "déclaration d'activité 11 75 01234 75",
        f"Inès {world.trainee.last_name}", "Salarié·e de Permis de vivre la ville", "Opérateur numérique", "action de formation (article L. 6313-1",
        "2 h 30, dont 30 min à distance".replace("30 min", "0 h 30"), "pendant trois ans", "Fait à Antony", "Page 1 / 1",
    ):  # fmt: skip
        assert said in words.replace("’", "'"), said


def test_certificate_of_who_left_says_until_when() -> None:
    world = worked()
    withdraw(by=world.coordinator, enrolment=world.trainee.enrolments.get())
    period = issued(world).facts["period"]
    assert (period["last"], period["is_over"]) == (clock.today().isoformat(), True)


def test_certificate_of_a_finished_action_says_its_dates() -> None:
    world = worked()
    with clock.at(timezone.make_aware(timezone.datetime(2027, 1, 4, 9))):
        document = issued(world)
    assert document.facts["period"]["is_over"]
    assert document.facts["period"]["last"] == max(world.cohort.ends_on, clock.today()).isoformat()


def test_attestation_says_levels_by_block() -> None:
    world = worked()
    words = text_of(content_of(made(issued(world, ATTESTATION.code))))
    for said in ("Attestation de fin de formation", "2 h 30 réalisées, pour 3 h prévues", "Numériser, détourer, sous-titrer.", "ON1 Premier bloc",
                 "Bloc pas encore validé", "ON1.1 Compétence 1 3 : Je sais faire acquis", "Cadre, version"):  # fmt: skip
        assert said in words, said


def test_statement_of_hours_equals_the_progress_export() -> None:
    """Law 9: the same minutes as the rows of the export, « non renseigné » where nothing records them."""
    world = worked()
    document = made(issued(world, HOURS.code, world.trainer))
    record = next(iter(records_of(followers_of(world.trainee.enrolments.all()))))
    for kind in ("theory", "practical", "culture"):
        total = record.total(kind)
        assert document.facts["total"][kind] == {"planned": total.planned, "done": total.done, "proven": total.proven}
    assert [module["code"] for module in document.facts["modules"]] == [row.code for row in record.hours]
    words = text_of(content_of(document))
    assert "Théorie 1 h 0 h 30 non renseigné" in words
    assert "Pratique 2 h 2 h 2 h" in words


def test_sign_in_sheet_is_to_sign_and_says_nothing_of_who_came() -> None:
    world = worked()
    classmates(world, 2)
    document = made(issue_sign_in(by=world.trainer, cohort=world.cohort.uuid, first=MONDAY, last=MONDAY + timedelta(days=6)))
    words = text_of(content_of(document))
    for said in (
        "Feuille d'émargement",
        "lundi 2 mars 2026",
        "vendredi 6 mars 2026",
        "Matin",
        "Après-midi",
        "Formateur",
        world.cohort.name,
    ):
        assert said in words.replace("’", "'"), said
    assert "samedi" not in words
    assert words.count("Élève") == 2
    assert document.facts["days"] == [(MONDAY + timedelta(days=number)).isoformat() for number in range(5)]


def test_documents_are_tagged_archived_and_in_french() -> None:
    world = worked()
    sheet = issue_sign_in(by=world.trainer, cohort=world.cohort.uuid, first=MONDAY, last=MONDAY)
    for document in (issued(world), issued(world, ATTESTATION.code), issued(world, HOURS.code), sheet):
        content = content_of(made(document))
        for mark in (b"pdfaid:part>2<", b"pdfaid:conformance>A<", b"pdfuaid:part>1<", b"/StructTreeRoot", b"/Lang(fr"):
            assert mark in content, (document.kind, mark)


def test_what_people_typed_is_printed_and_never_read() -> None:
    world = worked(title='#read("/etc/passwd") *gras* <b>')
    assert '#read("/etc/passwd") *gras* <b>' in text_of(content_of(made(issued(world))))


# --- Who may, and what is refused


def test_what_is_not_known_yet_is_refused_in_words() -> None:
    world = small()
    asked = {"by": world.coordinator, "code": COMPLETION.code, "trainee": world.trainee.uuid}
    assert code_of(issue_for_trainee, **asked) == "body_missing"
    entered_body(world.coordinator)
    assert code_of(issue_for_trainee, **asked) == "action_missing"
    described(world)
    assert code_of(issue_for_trainee, **asked) == "nothing_done"
    assert not Document.objects.exists()
    assert not DocumentCounter.objects.exists()


def test_who_makes_which() -> None:
    world = worked()
    assert code_of(issue_for_trainee, by=world.trainer, code=COMPLETION.code, trainee=world.trainee.uuid) == "document_unknown"
    assert code_of(issue_for_trainee, by=world.coordinator, code=SIGN_IN.code, trainee=world.trainee.uuid) == "nobody_to_export"
    for role in (Role.TRAINEE, Role.CERTIFIER, Role.COUNSELLOR, Role.ADMINISTRATOR):
        assert code_of(issued, world=world, code=HOURS.code, by=person(role, cohort=world.cohort)) == "document_unknown"
    stranger = person(Role.TRAINER)
    assert code_of(issued, world=world, code=HOURS.code, by=stranger) == "nobody_to_export"
    days = {"first": MONDAY, "last": MONDAY}
    assert code_of(issue_sign_in, by=stranger, cohort=world.cohort.uuid, **days) == "nobody_to_export"
    assert issued(world, HOURS.code, world.trainer)


@pytest.mark.parametrize(("first", "last"), [(5, 6), (3, 2), (0, 14)])
def test_sign_in_sheet_is_of_one_to_ten_weekdays(first: int, last: int) -> None:
    world = worked()
    days = {"first": MONDAY + timedelta(days=first), "last": MONDAY + timedelta(days=last)}
    assert code_of(issue_sign_in, by=world.trainer, cohort=world.cohort.uuid, **days) == "bad_days"


def test_who_reads_which() -> None:
    world = worked()
    certificate, hours = issued(world), issued(world, HOURS.code)
    sheet = issue_sign_in(by=world.trainer, cohort=world.cohort.uuid, first=MONDAY, last=MONDAY)
    readers = {
        world.coordinator: {certificate, hours, sheet}, world.trainer: {hours, sheet}, world.trainee: {certificate, hours},
        person(Role.TRAINER): set(), person(Role.TRAINEE): set(), person(Role.CERTIFIER, cohort=world.cohort): set(), person(Role.ADMINISTRATOR): set(),
    }  # fmt: skip
    for reader, seen in readers.items():
        assert set(Document.objects.visible_to(reader)) == seen, reader


# --- Jobs


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


# --- Who trains, and what


def test_body_entered_twice_is_one_version_and_a_change_is_another() -> None:
    by, key = person(Role.COORDINATOR), uuid4()
    first = save_body(by=by, key=key, starts_on=clock.today(), values=BODY)
    assert save_body(by=by, key=key, starts_on=clock.today(), values=BODY).pk == first.pk
    assert entered_body(by).pk == first.pk
    assert entered_body(by, name="Autre").pk != first.pk
    assert (first.siret, first.declaration) == ("73282932000074", "11750123475")
    past = entered_body(by, name="Avant", starts_on=clock.today() - timedelta(days=30))
    assert TrainingBody.objects.first() != past


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"siret": "732 829 320 00075"}, "siret_wrong"), ({"siret": "123"}, "siret_shape"), ({"declaration": "12"}, "declaration_shape"),
        ({"starts_on": date(2001, 1, 1)}, "day_out_of_reach"), ({"starts_on": date(2999, 1, 1)}, "day_out_of_reach"),
    ],
)  # fmt: skip
def test_body_that_cannot_be_is_refused(change: dict[str, Any], code: str) -> None:
    assert code_of(entered_body, by=person(Role.COORDINATOR), **change) == code
    assert not TrainingBody.objects.exists()


def test_only_the_coordination_describes() -> None:
    world = small()
    for role in (Role.TRAINER, Role.ADMINISTRATOR, Role.TRAINEE):
        assert code_of(entered_body, by=person(role)) == "role_not_allowed"
    assert code_of(described, world=world, speciality="32") == "speciality_shape"
    assert not TrainingAction.objects.exists()
    assert entered_action(world.coordinator, world.programme).pk == entered_action(world.coordinator, world.programme).pk
    assert [str(row) for row in (TrainingAction.objects.get(), entered_body(world.coordinator))] == [ACTION["title"], BODY["name"]]
