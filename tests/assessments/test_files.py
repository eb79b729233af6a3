"""Recordings given through the door that knows who may have them: played in the page, one part at a time where a browser asks for one."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.models import DraftFile
from assessments.services import add_draft_files, submit_work
from lms.files.models import PrivateFile, Upload
from lms.files.services import begin_upload
from lms.people.rules import Role
from lms.records.models import Statement
from tests.assessments.test_views import body_of, door, signed_in
from tests.cast import Small, person, small
from tests.files.test_uploads import FILM, announce, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    return small()


@pytest.fixture
def url(story: Small) -> str:
    submit_work(by=story.trainee, practical=story.practical, text="", uploads=[SimpleUploadedFile("film-secret.mp4", FILM)], key=uuid4())
    return reverse("assessments:file", args=[PrivateFile.objects.get().uuid])


@pytest.mark.parametrize(
    ("asked", "told", "body"),
    [
        ("bytes=0-1", f"bytes 0-1/{len(FILM)}", FILM[:2]), ("bytes=100-", f"bytes 100-{len(FILM) - 1}/{len(FILM)}", FILM[100:]),
        ("bytes=-5", f"bytes {len(FILM) - 5}-{len(FILM) - 1}/{len(FILM)}", FILM[-5:]),
        ("bytes=10-99999", f"bytes 10-{len(FILM) - 1}/{len(FILM)}", FILM[10:]),
    ],
)  # fmt: skip
def test_part_of_a_film_is_206(story: Small, url: str, asked: str, told: str, body: bytes) -> None:
    """An iPhone asks for two bytes first, and plays nothing of a server that answers 200."""
    answer = signed_in(story.trainer).get(url, headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"], answer["Content-Length"]) == (206, told, str(len(body)))
    assert (answer["Content-Type"], answer["X-Content-Type-Options"], answer["Accept-Ranges"]) == ("video/mp4", "nosniff", "bytes")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert body_of(answer) == body


@pytest.mark.parametrize("asked", [f"bytes={len(FILM)}-", "bytes=9-2", "bytes=-0", "bytes=x"])
def test_part_that_is_not_there_is_416(story: Small, url: str, asked: str) -> None:
    answer = signed_in(story.trainer).get(url, headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"], answer.content) == (416, f"bytes */{len(FILM)}", b"")


def test_part_of_another_file_than_before_is_the_whole(story: Small, url: str) -> None:
    client = signed_in(story.trainee)
    whole = client.get(url)
    assert (whole.status_code, body_of(whole)) == (200, FILM)
    for tag, status, body in ((whole["ETag"], 206, FILM[:2]), ('"autre"', 200, FILM)):
        answer = client.get(url, headers={"Range": "bytes=0-1", "If-Range": tag})
        assert (answer.status_code, body_of(answer)) == (status, body)


def test_part_is_asked_by_who_may_have_the_whole(story: Small, url: str) -> None:
    assert signed_in(person(Role.TRAINER)).get(url, headers={"Range": "bytes=0-1"}).status_code == 404
    assert Client().get(url, headers={"Range": "bytes=0-1"}).status_code == 302


def test_recordings_are_played_in_the_thread_and_on_the_sheet(story: Small, url: str) -> None:
    add_draft_files(by=story.trainee, practical=story.practical, uploads=[SimpleUploadedFile("note.m4a", FILM)])
    page = signed_in(story.trainee).get(story.practical.door_path()).text
    assert f'<video controls playsinline preload="none" src="{url}"' in page
    assert "<audio controls" in page
    sheet = signed_in(story.trainer).get(reverse("assessments:sheet", args=[story.trainee.submissions.get().uuid])).text
    assert f'<video controls playsinline preload="none" src="{url}"' in sheet


def test_names_of_files_are_in_no_statement(story: Small, url: str) -> None:
    assert not [text for text in Statement.objects.values_list("text", flat=True) if "film-secret" in text]


# --- Large files -----------------------------------------------------------------------------------------------------


def test_file_come_in_pieces_joins_the_draft(story: Small) -> None:
    client = signed_in(story.trainee)
    place = announce(client)["Location"]
    send(client, place, 0, FILM[:1000])
    early = client.post(door("draft-files", story), {"finished": place.split("/")[-2]})
    assert early.status_code == 400
    assert "pas encore arrivé en entier" in early.text
    send(client, place, 1000, FILM[1000:])
    for _time in range(2):
        assert client.post(door("draft-files", story), {"finished": place.split("/")[-2]}).status_code == 302
    assert [(row.file.name, row.file.size) for row in DraftFile.objects.all()] == [("film.mp4", len(FILM))]
    assert not Upload.objects.exists()


def test_file_come_in_pieces_of_another_is_not_taken(story: Small) -> None:
    other = begin_upload(owner=uuid4(), name="film.mp4", size=5)
    signed_in(story.trainee).post(door("draft-files", story), {"finished": str(other.uuid)})
    assert not DraftFile.objects.exists()
    assert Upload.objects.filter(pk=other.pk).exists()


def test_quota_reached_is_said_beside_the_field_and_the_text_is_kept(story: Small, settings: object) -> None:
    settings.QUOTA_BYTES = 10
    page = signed_in(story.trainee).post(
        door("draft-files", story), {"text": "Mon texte", "rev": "0", "uploads": [SimpleUploadedFile("a.txt", b"onze octets")]}
    )
    assert page.status_code == 400
    assert "Plus de place" in page.text
    assert "Mon texte" in page.text
