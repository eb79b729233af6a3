"""Authored pictures: to people who are signed in, never run, never out of their folder."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from lms.people.rules import Role
from tests.cast import person

pytestmark = pytest.mark.django_db
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture
def media() -> Path:
    root = Path(settings.MEDIA_ROOT)
    for name, content in [
        ("images/dessin.svg", DRAWING), ("original_images/photo.jpg", b"\xff\xd8\xff"), ("images/page.html", b"<script>alert(1)</script>"),
        ("documents/prive.pdf", b"%PDF-"), ("secret.txt", b"secret"),
    ]:  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    (root.parent / "db.txt").write_bytes(b"secret")
    return root


@pytest.fixture
def trainee() -> Client:
    client = Client()
    client.force_login(person(Role.TRAINEE))
    return client


def body_of(response: object) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.usefixtures("media")
def test_media_shows_a_drawing_that_cannot_run(trainee: Client) -> None:
    response = trainee.get("/media/images/dessin.svg")
    assert body_of(response) == DRAWING
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("inline")
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"


@pytest.mark.usefixtures("media")
def test_media_downloads_what_is_not_a_picture(trainee: Client) -> None:
    response = trainee.get("/media/images/page.html")
    assert response["Content-Disposition"].startswith("attachment")
    assert body_of(response)
    shown = trainee.get("/media/original_images/photo.jpg")
    assert shown["Content-Disposition"].startswith("inline")
    assert body_of(shown)


@pytest.mark.usefixtures("media")
@pytest.mark.parametrize(
    "path",
    [
        "images/absent.png", "images/", "images", "documents/prive.pdf", "secret.txt", "../db.txt", "images/../secret.txt",
        "images/../../db.txt", "images/%2e%2e/secret.txt", "images//etc/passwd", "db.sqlite3", ".env", ".git/config",
    ],
)  # fmt: skip
def test_media_outside_its_folders_is_not_found(trainee: Client, path: str) -> None:
    assert trainee.get(f"/media/{path}").status_code == 404


@pytest.mark.usefixtures("media")
def test_media_is_not_found_by_who_is_not_signed_in() -> None:
    assert Client().get("/media/images/dessin.svg").status_code == 404


@pytest.mark.usefixtures("media")
def test_media_takes_no_post(trainee: Client) -> None:
    assert trainee.post("/media/images/dessin.svg").status_code == 405
