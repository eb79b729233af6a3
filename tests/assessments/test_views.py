"""The trainee's doors: open, prepare, hand in, read one's thread; and files that only the right people get."""

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from pillow_heif import register_heif_opener

from assessments.models import Draft, DraftFile, PracticalPage, Submission
from assessments.services import add_draft_files, save_draft, submit_work
from curriculum.models import Run, StepVisit
from curriculum.services import enrol, retake
from lms.files.models import PrivateFile
from lms.people.rules import Role
from lms.records.models import Statement
from tests.assessments.things import picture
from tests.cast import Small, cohort, person, signed_in, small
from tests.story import hand_in, judge

pytestmark = pytest.mark.django_db
LEARNER_QUERIES = 12


@pytest.fixture
def story() -> Small:
    return small()


def door(name: str, story: Small, *more: object) -> str:
    return reverse(f"assessments:{name}", args=[story.practical.uuid, *more])


# --- The page ------------------------------------------------------------------------------------------------------


def test_work_list_empty_leads_to_the_modules(story: Small) -> None:
    page = signed_in(story.trainee).get(reverse("assessments:work-list"))
    assert "Pas encore de travail" in page.text
    assert reverse("curriculum:module-list") in page.text


def test_work_list_shows_states_in_words(story: Small) -> None:
    judge(hand_in(story.practical, story.trainee), story.trainer, 2, asks_revision=True)
    page = signed_in(story.trainee).get(reverse("assessments:work-list"))
    assert "à revoir ensemble" in page.text
    assert story.practical.door_path() in page.text


def test_practical_shows_brief_deliverables_criteria_and_form(story: Small) -> None:
    page = signed_in(story.trainee).get(story.practical.door_path())
    for words in (
        "Détoure la tasse.",
        "Un fichier PNG",
        "Ce qui sera regardé",
        "Je fais 1",
        "Critère 1.1",
        "Je sais faire",
        "Envoyer mon travail",
    ):
        assert words in page.text
    assert "Je sais faire sur une vraie commande" not in page.text, "level 4 is not shown where it cannot be given"


def test_practical_opened_is_a_fact_once_a_run(story: Small) -> None:
    client = signed_in(story.trainee)
    for _time in range(2):
        client.get(story.practical.door_path())
    assert StepVisit.objects.count() == 1
    retake(by=story.trainee, module=story.module)
    client.get(story.practical.door_path())
    assert StepVisit.objects.count() == 2


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}])
def test_practical_prefetched_is_not_a_fact(story: Small, headers: dict[str, str]) -> None:
    client = signed_in(story.trainee)
    assert client.get(story.practical.door_path(), headers=headers).status_code == 200
    assert client.head(story.practical.door_path()).status_code == 200
    assert not Run.objects.exists()


@pytest.mark.parametrize("who", ["trainer", "coordinator"])
def test_practical_seen_by_staff_as_a_trainee_counts_nothing(story: Small, who: str) -> None:
    hand_in(story.practical, story.trainee, "Secret d'Inès")
    runs, told = Run.objects.count(), Statement.objects.count()
    page = signed_in(getattr(story, who)).get(story.practical.door_path())
    assert "Vous voyez la page comme un stagiaire." in page.text
    assert "Détoure la tasse." in page.text
    assert "Secret d" not in page.text
    assert 'name="key"' not in page.text
    assert (Run.objects.count(), Statement.objects.count()) == (runs, told)


def test_practical_of_another_programme_is_not_found(story: Small) -> None:
    client = signed_in(person(Role.TRAINEE, "Ailleurs"))
    assert client.get(story.practical.door_path()).status_code == 404
    for name in ("draft-save", "draft-files", "work-submit"):
        assert client.post(door(name, story), {"text": "x", "key": str(uuid4())}).status_code == 404


def test_practical_archived_shows_its_thread_and_takes_nothing(story: Small) -> None:
    hand_in(story.practical, story.trainee, "Ma version gardée")
    PracticalPage.objects.filter(pk=story.practical.pk).update(live=False)
    client = signed_in(story.trainee)
    page = client.get(story.practical.door_path())
    assert "Ma version gardée" in page.text
    assert "plus proposé" in page.text
    assert 'name="key"' not in page.text
    assert client.post(door("work-submit", story), {"text": "x"}).status_code == 404


def test_practical_of_one_s_own_never_shows_another_s(story: Small) -> None:
    yanis = person(Role.TRAINEE, "Yanis")
    enrol(by=story.coordinator, trainee=yanis, programme=story.programme, cohort=story.cohort)
    hand_in(story.practical, yanis, "Le travail de Yanis")
    assert "Le travail de Yanis" not in signed_in(story.trainee).get(story.practical.door_path()).text


def test_practical_thread_shows_versions_feedback_and_words_of_each_criterion(story: Small) -> None:
    first = submit_work(by=story.trainee, practical=story.practical, text="Premier jet", uploads=[picture()], key=uuid4())
    judge(first, story.trainer, 2, asks_revision=True)
    retake(by=story.trainee, module=story.module)
    hand_in(story.practical, story.trainee, "Deuxième jet")
    page = signed_in(story.trainee).get(story.practical.door_path())
    for words in (
        "Ma version 2",
        "Ma version 1",
        "Premier jet",
        "tasse.png",
        "Bien vu.",
        "Je fais avec un rappel",
        "passage 2",
        "Version 2 envoyée",
    ):
        assert words in page.text


def test_practical_costs_at_most_12_queries_whatever_the_thread(story: Small) -> None:
    client = signed_in(story.trainee)
    client.get(story.practical.door_path())

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(story.practical.door_path()).status_code == 200
        return len(queries)

    few = cost()
    for _time in range(4):
        submission = submit_work(
            by=story.trainee, practical=story.practical, text="V", uploads=[picture("a.png", 1), picture()], key=uuid4()
        )
        judge(submission, story.trainer, asks_revision=True)
    save_draft(by=story.trainee, practical=story.practical, text="Suite", rev=0)
    add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture()])
    assert cost() == few <= LEARNER_QUERIES


# --- Draft ---------------------------------------------------------------------------------------------------------


def test_draft_save_answers_revision_and_hour(story: Small) -> None:
    client = signed_in(story.trainee)
    answer = client.post(door("draft-save", story), {"text": "Un", "rev": "0"}, headers={"Accept": "application/json"})
    assert answer.json()["rev"] == 1
    assert len(answer.json()["saved_at"]) == 5
    assert "Un" in client.get(story.practical.door_path()).text


def test_draft_save_from_an_older_tab_is_409_with_the_other_text(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Onglet A", rev=0)
    client = signed_in(story.trainee)
    answer = client.post(door("draft-save", story), {"text": "Onglet B", "rev": "0"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["text"], answer.json()["rev"]) == (409, "Onglet A", 1)
    page = client.post(door("draft-save", story), {"text": "Onglet B", "rev": "0"})
    assert page.status_code == 409
    assert "Onglet A" in page.text
    assert "Onglet B" in page.text
    assert 'name="rev" value="1"' in page.text
    assert client.post(door("draft-save", story), {"text": "Onglet B", "rev": "1"}).status_code == 302
    assert Draft.objects.get().text == "Onglet B"


def test_draft_files_keeps_the_good_and_says_the_bad_beside_the_field(story: Small) -> None:
    client = signed_in(story.trainee)
    page = client.post(
        door("draft-files", story), {"text": "Mon texte", "rev": "0", "uploads": [picture(), SimpleUploadedFile("v.exe", b"MZ")]}
    )
    assert page.status_code == 400
    for words in ("« v.exe » : ce type de fichier", "tasse.png", "Mon texte"):
        assert words in page.text
    assert Draft.objects.get().text == "Mon texte"


def test_draft_files_without_text_leaves_the_text_alone(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Gardé", rev=0)
    answer = signed_in(story.trainee).post(door("draft-files", story), {"uploads": [picture()]})
    assert answer.status_code == 302
    draft = Draft.objects.get()
    assert (draft.text, draft.rev, draft.files.count()) == ("Gardé", 1, 1)


def test_draft_files_turns_a_phone_s_photo_into_a_jpeg(story: Small) -> None:
    register_heif_opener()
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (10, 90, 80)).save(out, "HEIF")
    signed_in(story.trainee).post(door("draft-files", story), {"uploads": [SimpleUploadedFile("IMG_1.HEIC", out.getvalue())]})
    file = DraftFile.objects.get().file
    assert (file.name, file.content_type) == ("IMG_1.jpg", "image/jpeg")


def test_draft_file_remove_keeps_the_text_sent_along(story: Small) -> None:
    add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture()])
    file = PrivateFile.objects.get()
    answer = signed_in(story.trainee).post(door("draft-file-remove", story, file.uuid), {"text": "Pas perdu", "rev": "0"})
    assert answer.status_code == 302
    assert not DraftFile.objects.exists()
    assert Draft.objects.get().text == "Pas perdu"


def test_draft_reuse_starts_from_a_version_of_one_s_own(story: Small) -> None:
    version = submit_work(by=story.trainee, practical=story.practical, text="V1", uploads=[picture()], key=uuid4())
    yanis = person(Role.TRAINEE, "Yanis")
    enrol(by=story.coordinator, trainee=yanis, programme=story.programme, cohort=story.cohort)
    assert signed_in(yanis).post(door("draft-reuse", story, version.uuid)).status_code == 404
    client = signed_in(story.trainee)
    assert "Repartir de cette version" in client.get(story.practical.door_path()).text
    assert client.post(door("draft-reuse", story, version.uuid)).status_code == 302
    page = client.get(story.practical.door_path())
    assert "Repartir de cette version" not in page.text
    assert Draft.objects.get(trainee=story.trainee).text == "V1"


# --- Handing in ----------------------------------------------------------------------------------------------------


def test_work_submit_without_javascript_hands_in_and_says_so(story: Small) -> None:
    client = signed_in(story.trainee)
    sent = {"text": "Voici", "rev": "0", "key": str(uuid4()), "uploads": [picture()]}
    page = client.post(door("work-submit", story), sent, follow=True)
    assert "C&#x27;est envoyé : version 1." in page.text
    assert Submission.objects.get().files.get().file.name == "tasse.png"


def test_work_submit_of_the_same_form_twice_is_one_version(story: Small) -> None:
    client, key = signed_in(story.trainee), str(uuid4())
    answers = [
        client.post(door("work-submit", story), {"text": "Voici", "rev": "0", "key": key, "uploads": [picture()]}) for _time in range(2)
    ]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Submission.objects.count() == 1
    assert Draft.objects.filter(text="").count() == Draft.objects.count()
    assert not DraftFile.objects.exists()


def test_work_submit_refused_loses_nothing(story: Small) -> None:
    client = signed_in(story.trainee)
    sent = {"text": "Deux heures d'écriture", "rev": "0", "key": str(uuid4()), "uploads": [picture(), SimpleUploadedFile("v.exe", b"MZ")]}
    page = client.post(door("work-submit", story), sent)
    assert page.status_code == 400
    assert page.text.count("« v.exe » : ce type de fichier") == 2, "in the summary and beside the field, each once"
    assert not Submission.objects.exists()
    draft = Draft.objects.get()
    assert draft.text == "Deux heures d'écriture"
    assert [row.file.name for row in draft.files.all()] == ["tasse.png"]


def test_work_submit_of_nothing_says_what_to_do(story: Small) -> None:
    page = signed_in(story.trainee).post(door("work-submit", story), {"text": " ", "rev": "0", "key": str(uuid4())})
    assert page.status_code == 400
    assert "Écris un texte ou ajoute un fichier" in page.text


def test_work_submit_with_an_odd_form_still_makes_one(story: Small) -> None:
    page = signed_in(story.trainee).post(door("work-submit", story), {"text": "Voici", "rev": "abc", "key": "pas-une-clé"})
    assert page.status_code == 302
    assert Submission.objects.count() == 1


def test_work_submit_is_not_for_staff(story: Small) -> None:
    assert signed_in(story.trainer).post(door("work-submit", story), {"text": "x"}).status_code == 403


# --- Files ---------------------------------------------------------------------------------------------------------


def handed_in(story: Small, upload: SimpleUploadedFile) -> PrivateFile:
    submit_work(by=story.trainee, practical=story.practical, text="", uploads=[upload], key=uuid4())
    return PrivateFile.objects.get()


def body_of(response: object) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("upload", "kind"),
    [
        (SimpleUploadedFile("page.html", b"<script>alert(1)</script>"), "text/plain"),
        (SimpleUploadedFile("dessin.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), "image/svg+xml"),
        (SimpleUploadedFile("doc.pdf", b"%PDF-1.4 /JavaScript"), "application/pdf"),
        (SimpleUploadedFile("code.js", b"alert(1)"), "text/plain"),
    ],
)  # fmt: skip
def test_private_downloads_what_could_run(story: Small, upload: SimpleUploadedFile, kind: str) -> None:
    response = signed_in(story.trainer).get(reverse("assessments:file", args=[handed_in(story, upload).uuid]))
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert response["Content-Type"] == kind
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-store"}
    assert body_of(response)


def test_private_shows_a_picture_in_the_page_under_its_own_name(story: Small) -> None:
    response = signed_in(story.trainee).get(reverse("assessments:file", args=[handed_in(story, picture("tasse « été ».png")).uuid]))
    assert response["Content-Disposition"].startswith("inline; filename*=utf-8''tasse%20%C2%AB")
    assert response["Content-Type"] == "image/png"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert body_of(response).startswith(b"\x89PNG")


def test_private_of_another_is_not_found(story: Small) -> None:
    url = reverse("assessments:file", args=[handed_in(story, picture()).uuid])
    for stranger in (
        person(Role.TRAINEE, "Yanis"), person(Role.TRAINER, "Ailleurs", cohort=cohort()), person(Role.CERTIFIER), person(Role.ADMINISTRATOR),
    ):  # fmt: skip
        assert signed_in(stranger).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    assert signed_in(story.trainee).get(reverse("assessments:file", args=[uuid4()])).status_code == 404


def test_private_whose_bytes_are_gone_is_not_found(story: Small) -> None:
    file = handed_in(story, picture())
    file.content.storage.delete(file.content.name)
    assert signed_in(story.trainee).get(reverse("assessments:file", args=[file.uuid])).status_code == 404
