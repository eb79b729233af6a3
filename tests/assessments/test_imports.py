"""The pages of Wagtail's admin where questions come in and go out: looked at first, imported by a worker, each person their own."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.formats.csvtemplate import template
from assessments.models import Question, QuestionBank, QuestionImport
from assessments.services import imports
from assessments.services.imports import expire_imports, look_at_file, run_question_import, start_import
from lms import clock
from lms.jobs.models import Job
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.refusal import Refused
from tests.cast import person

pytestmark = pytest.mark.django_db
GIFT = "// [id:A]\n::Un::[html]<p>Quel format ?</p>{=PNG ~JPEG}\n\n::Deux:: Sans réponses\n"


@pytest.fixture
def trainer() -> User:
    return person(Role.TRAINER)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def looked_at(by: User, text: str = GIFT) -> QuestionImport:
    return look_at_file(by=by, name="questions.gift", data=text.encode(), bank_title="Formats", format_="", key=uuid4())


def imported(row: QuestionImport) -> QuestionImport:
    start_import(by=row.owner, brought=row)
    run_question_import.call(str(row.uuid))
    row.refresh_from_db()
    return row


def sent(name: str = "questions.gift", content: bytes = GIFT.encode(), **fields: str) -> dict[str, object]:
    return {"new_bank": "Formats", "format": "", "key": str(uuid4()), "file": SimpleUploadedFile(name, content), **fields}


def test_a_file_is_looked_at_then_imported(trainer: User) -> None:
    client = client_of(trainer)
    page = client.get(reverse("question-import")).content.decode()
    assert "Voir ce qui peut entrer" in page
    answer = client.post(reverse("question-import"), sent())
    row = QuestionImport.objects.get()
    assert answer.headers["Location"] == reverse("question-import-detail", args=[row.uuid])
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Questions lues : 2. Nouvelles : 1." in page
    assert "ligne 4 · Deux" in page
    assert "texte et non une question" in page
    assert "elle sera créée" in page
    assert not QuestionBank.objects.exists()
    assert client.post(answer.headers["Location"]).status_code == 302
    page = client.get(answer.headers["Location"]).content.decode()
    assert 'data-wait="2"' in page
    run_question_import.call(str(row.uuid))
    page = client.get(answer.headers["Location"]).content.decode()
    assert "C'est fait. Nouvelles : 1." in page
    assert "data-wait" not in page
    assert Question.objects.get().bank.title == "Formats"
    assert Notice.objects.filter(recipient=trainer, path=answer.headers["Location"]).exists()
    assert "importé" in client.get(reverse("question-import")).content.decode()


def test_a_bank_that_is_there_is_chosen(trainer: User) -> None:
    bank = QuestionBank.objects.create(title="Déjà là")
    client_of(trainer).post(reverse("question-import"), sent(bank=str(bank.uuid), new_bank=""))
    assert QuestionImport.objects.get().bank_title == "Déjà là"


@pytest.mark.parametrize(("fields", "words"), [
    ({"new_bank": ""}, "Choisissez une banque"),
    ({"new_bank": "x" * 161}, "160"),
    ({"file": SimpleUploadedFile("a.bin", b"\x7fELF")}, "format connu"),
    ({"key": "pas-un-uuid"}, ""),
    ({"format": "pizza"}, "pizza"),
])  # fmt: skip
def test_a_form_that_is_not_right_is_shown_again(trainer: User, fields: dict[str, object], words: str) -> None:
    answer = client_of(trainer).post(reverse("question-import"), {**sent(), **fields})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not QuestionImport.objects.exists()


def test_a_file_that_cannot_be_read_says_its_line_and_has_nothing_to_import(trainer: User) -> None:
    client = client_of(trainer)
    answer = client.post(reverse("question-import"), sent("a.xml", b"<quiz>\n<question>", format="moodlexml"), follow=True)
    page = answer.content.decode()
    assert "ligne 2" in page
    assert ">Importer</button>" not in page


def test_the_same_form_sent_twice_is_one_import(trainer: User) -> None:
    client, form = client_of(trainer), sent()
    for _again in range(2):
        client.post(reverse("question-import"), {**form, "file": SimpleUploadedFile("questions.gift", GIFT.encode())})
    row = QuestionImport.objects.get()
    imported(row)
    start_import(by=trainer, brought=row)
    run_question_import.call(str(row.uuid))
    assert (Job.objects.count(), Question.objects.count()) == (1, 1)


def test_an_import_is_its_owners(trainer: User) -> None:
    row = looked_at(trainer)
    address = reverse("question-import-detail", args=[row.uuid])
    other = client_of(person(Role.TRAINER))
    assert (other.get(address).status_code, other.post(address).status_code) == (404, 404)
    assert row.name not in other.get(reverse("question-import")).content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TRAINER])
def test_only_trainers_come_here(role: Role) -> None:
    client = client_of(person(role))
    bank = QuestionBank.objects.create(title="Formats")
    for address in (
        reverse("question-import"), reverse("question-template"), reverse("question-export"),
        reverse("question-export-file", args=[bank.uuid, "csv"]),
    ):  # fmt: skip
        assert client.get(address).status_code in (302, 403)


def test_rights_are_asked_again_when_it_is_made(trainer: User) -> None:
    row = looked_at(trainer)
    start_import(by=trainer, brought=row)
    User.objects.filter(pk=trainer.pk).update(is_active=False)
    run_question_import.call(str(row.uuid))
    row.refresh_from_db()
    assert row.job is not None
    assert (row.job.state, row.done, Question.objects.count()) == (Job.State.FAILED, None, 0)


def test_something_unforeseen_is_tried_three_times_and_writes_nothing(trainer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    row = looked_at(trainer)
    start_import(by=trainer, brought=row)

    def breaks(**_given: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(imports, "import_questions", breaks)
    for _try in range(3):
        Job.objects.update(lease_until=clock.now())
        with pytest.raises(OSError, match="disk"):
            run_question_import.func(str(row.uuid))
    job = Job.objects.get()
    assert (job.state, Question.objects.count()) == (Job.State.FAILED, 0)
    assert "trois fois" in client_of(trainer).get(reverse("question-import-detail", args=[row.uuid])).content.decode()


def test_a_file_is_kept_a_week(trainer: User) -> None:
    row = looked_at(trainer)
    storage = row.content.storage
    expire_imports()
    assert storage.exists(str(row.content.name))
    with clock.at(clock.now() + timedelta(days=8)):
        assert expire_imports() >= 1
    assert not storage.exists(str(row.content.name))
    row.refresh_from_db()
    with pytest.raises(Refused, match="plus gardé"):
        start_import(by=trainer, brought=row)
    answer = client_of(trainer).post(reverse("question-import-detail", args=[row.uuid]))
    assert (answer.status_code, "plus gardé" in answer.content.decode()) == (400, True)


def test_a_bank_goes_out_with_what_its_format_cannot_carry(trainer: User) -> None:
    imported(looked_at(trainer, GIFT.replace("::Deux:: Sans réponses", "::Deux:: Nombre {#1}")))
    imported(look_at_file(by=trainer, name="m.csv", data=template(), bank_title="Formats", format_="csv", key=uuid4()))
    bank = QuestionBank.objects.get()
    client = client_of(trainer)
    page = client.get(reverse("question-export"), {"bank": str(bank.uuid), "format": "gift"}).content.decode()
    assert "GIFT n'a pas de question « texte à trous »." in unescape(page)
    answer = client.get(reverse("question-export-file", args=[bank.uuid, "gift"]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="formats.gift.txt"'
    assert "[id:A]" in answer.content.decode()
    assert client.get(reverse("question-export-file", args=[bank.uuid, "pizza"])).status_code == 404
    assert client.get(reverse("question-export-file", args=[uuid4(), "gift"])).status_code == 404
    assert client.get(reverse("question-export"), {"bank": "rien", "format": "gift"}).status_code == 200
    assert client.get(reverse("question-template")).content == template()


def test_the_list_of_imports_costs_the_same_for_many(trainer: User) -> None:
    client, counts = client_of(trainer), []
    for many in (2, 10):
        while QuestionImport.objects.count() < many:
            looked_at(trainer)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("question-import"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_menu_leads_here_and_to_the_questions_of_a_bank(trainer: User) -> None:
    imported(looked_at(trainer))
    client, bank = client_of(trainer), QuestionBank.objects.get()
    page = client.get(reverse("wagtailsnippets_assessments_question:list"), {"bank": bank.pk})
    assert page.status_code == 200
    assert "Un" in page.content.decode()
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    for name in ("question-import", "question-export"):
        assert reverse(name) in home
