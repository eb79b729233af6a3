"""Promises of security that a table of doors cannot say: order (S05), at once (S06), uploads (S09), direct files (S15), `next` (S19)."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.models import Judgement, RubricCriterion, Submission
from curriculum.models import Enrolment
from curriculum.services import withdraw
from lms.exports.services import request_export, run_export
from lms.files.models import PrivateFile, private_storage
from lms.people.services import create_token, leave_cohort, pause_person
from lms.records.services import create_credential, revoke_credential
from tests.cast import PASSWORD, Small, small
from tests.house.conftest import read, signed
from tests.story import hand_in, judge

pytestmark = pytest.mark.django_db


def judged() -> tuple[Small, Submission]:
    world = small()
    submission = hand_in(world.practical, world.trainee)
    judge(submission, world.trainer)
    return world, submission


# --- S05: order
def test_work_is_refused_off_the_programme() -> None:
    world = small()
    door = reverse("assessments:work-submit", args=[world.practical.uuid])
    withdraw(by=world.coordinator, enrolment=Enrolment.objects.get(trainee=world.trainee))
    assert signed(world.trainee).post(door, {"text": "Tard"}).status_code == 404
    assert signed(world.trainee).post(reverse("curriculum:lesson-complete", args=[world.lesson.uuid])).status_code == 404
    assert not Submission.objects.exists()


def test_level_four_without_a_commission_is_refused() -> None:
    world = small()
    submission = hand_in(world.practical, world.trainee)
    marks = {f"level_{line.pk}": "4" for line in RubricCriterion.objects.filter(version=submission.rubric_id)}
    answer = signed(world.trainer).post(
        reverse("assessments:judgement-release", args=[submission.uuid]), {"rev": 0, "others_known": 0, **marks}
    )
    assert answer.status_code == 400
    assert not Judgement.objects.filter(released_at__isnull=False).exists()


# --- S06: at once
def test_trainer_who_left_the_cohort_reads_nothing_more() -> None:
    world, submission = judged()
    export = request_export(by=world.trainer, kind="transcript", format_="xlsx", key=uuid4(), cohort=world.cohort.uuid)
    run_export.call(str(export.uuid))
    doors = [
        reverse("home:trainee", args=[world.trainee.uuid]), reverse("assessments:sheet", args=[submission.uuid]),
        reverse("home:cohort", args=[world.cohort.uuid]), reverse("exports:export-download", args=[export.uuid]),
        reverse("home:why", args=[world.trainee.uuid, world.competencies[0].uuid]),
    ]  # fmt: skip
    client = signed(world.trainer)
    assert all(read(client.get(door)) for door in doors)
    leave_cohort(by=world.coordinator, person=world.trainer, cohort=world.cohort)
    assert [client.get(door).status_code for door in doors] == [404] * len(doors)  # a file, had it come, would not be 404
    assert "Inès" not in client.get(reverse("assessments:queue")).content.decode()


def test_export_asked_before_leaving_is_not_made_after() -> None:
    world, _submission = judged()
    export = request_export(by=world.trainer, kind="transcript", format_="xlsx", key=uuid4(), cohort=world.cohort.uuid)
    leave_cohort(by=world.coordinator, person=world.trainer, cohort=world.cohort)
    run_export.call(str(export.uuid))
    export.refresh_from_db()
    assert (export.job.state if export.job else "", export.content.name) == ("failed", "")


def test_paused_account_is_out_at_its_next_request() -> None:
    world, _submission = judged()
    client, (_token, secret) = signed(world.trainer), create_token(by=world.trainer, label="Tableau")
    bearer = {"Authorization": f"Bearer {secret}"}
    assert client.get(reverse("assessments:queue")).status_code == 200
    assert Client().get("/api/v1/standings/", headers=bearer).json()["results"][0]["trainee"] == str(world.trainee.uuid)
    pause_person(by=world.coordinator, person=world.trainer)
    assert client.get(reverse("assessments:queue")).headers["Location"].startswith("/compte/login/")
    assert client.get("/cms/").headers["Location"].startswith("/compte/login/")
    assert Client().get("/api/v1/standings/", headers=bearer).status_code == 401
    assert not Client().login(username=world.trainer.username, password=PASSWORD)


def test_person_without_a_role_opens_nothing() -> None:
    world, _submission = judged()
    client = signed(world.trainer)
    world.trainer.groups.clear()
    assert client.get(reverse("assessments:queue")).status_code == 403
    assert client.get("/cms/").status_code == 403


def test_revoked_credential_reads_no_statement(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    credential, secret = create_credential(by=None, label="Entrepôt")
    headers = {"Authorization": basic(credential.key, secret), "X-Experience-API-Version": "1.0.3"}
    assert Client().get("/xapi/statements", headers=headers).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        revoke_credential(key=credential.key)
    assert Client().get("/xapi/statements", headers=headers).status_code == 401


def basic(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


# --- S09: uploads never run
HOSTILE = {
    "page.html": b"<script>alert(1)</script>", "dessin.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "code.js": b"alert(1)", "doc.pdf": b"%PDF-1.4 /JavaScript (app.alert(1))", "notes.txt": b"<script>alert(1)</script>",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_uploaded_file_never_runs_in_the_page(name: str) -> None:
    """Handed in by the trainee, opened by the trainer at its own address: a download, sandboxed, its kind not guessed."""
    world = small()
    upload = SimpleUploadedFile(name, HOSTILE[name], content_type="text/html")
    assert (
        signed(world.trainee).post(reverse("assessments:work-submit", args=[world.practical.uuid]), {"uploads": upload}).status_code == 302
    )
    file = PrivateFile.objects.get()
    answer = signed(world.trainer).get(reverse("assessments:file", args=[file.uuid]))
    assert read(answer) == HOSTILE[name]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"].partition(";")[0] not in (
        "text/html",
        "application/xhtml+xml",
        "text/javascript",
        "application/xml",
    )
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox;")
    assert "default-src 'none'" in policy
    assert "allow-" not in policy
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["page.xml", "page.xhtml", "script.php", "outil.exe", "page.html.exe", ".htaccess", "image.png"])
def test_upload_of_another_kind_is_refused(name: str) -> None:
    world = small()
    upload = SimpleUploadedFile(name, b"<x/>", content_type="image/png")
    answer = signed(world.trainee).post(reverse("assessments:work-submit", args=[world.practical.uuid]), {"uploads": upload})
    assert answer.status_code == 400
    assert not PrivateFile.objects.exists()
    assert not Submission.objects.exists()


# --- S15: no address leads to a file but through its door
def test_private_files_have_no_address() -> None:
    world = small()
    upload = SimpleUploadedFile("travail.txt", b"mot secret", content_type="text/plain")
    signed(world.trainee).post(reverse("assessments:work-submit", args=[world.practical.uuid]), {"uploads": upload})
    file = PrivateFile.objects.get()
    assert not Path(settings.PRIVATE_ROOT).is_relative_to(settings.MEDIA_ROOT)
    assert not Path(settings.MEDIA_ROOT).is_relative_to(settings.PRIVATE_ROOT)
    assert "travail" not in file.content.name
    names = [
        file.content.name, f"../private/{file.content.name}", f"..%2fprivate%2f{file.content.name}", f"original_images/../../private/{file.content.name}",
        f"images//{Path(settings.PRIVATE_ROOT, file.content.name)}", "../db.sqlite3", "original_images/../../test.sqlite3", "documents/fiche.pdf",
        "exports/x", "images", "images/", "original_images/%00", ".env", "images/../../.env",
    ]  # fmt: skip
    outside = [
        private_storage().url(file.content.name), "/.env", "/.git/config", "/db.sqlite3", "/var/db.sqlite3", "/private/x", "/manage.py",
        "/static/../.env", "/static/..%2f..%2f.env",
    ]  # fmt: skip
    for client in (Client(), signed(world.trainee), signed(world.trainer)):
        for address in [*(f"/media/{name}" for name in names), *outside]:
            answer = client.get(address)
            assert answer.status_code in (400, 404), address
            assert b"mot secret" not in read(answer), address


# --- S19: `next` stays on our host
ELSEWHERE = [
    "//e.example", "/\\e.example", "\\\\e.example", "https:e.example", "https:/e.example", "https://e.example/", "http:///e.example", "///e.example",
    "%2f%2fe.example", "/%2fe.example/..", "javascript:alert(1)", "java\tscript:alert(1)", "/\t/e.example", "\n//e.example", " //e.example",
    "https://127.0.0.1:8000@e.example/", "https://testserver.e.example/", "data:text/html,x", "//e.example\\@testserver", "https://[::1",
    "http://localhost/", "http://127.0.0.1:9/",
]  # fmt: skip


def stays_here(address: str) -> bool:
    """As a browser reads it: blanks inside go, a backslash is a slash."""
    led = urlsplit(urljoin("http://testserver/compte/login/", "".join(address.split()).replace("\\", "/")))
    return (led.scheme, led.netloc) == ("http", "testserver")


def test_sign_in_and_out_lead_nowhere_else() -> None:
    person = small().trainee
    client, wrong = signed(person), []
    for address in ELSEWHERE:
        leaver = signed(person)
        answers = [
            Client().post(reverse("account_login"), {"login": person.username, "password": PASSWORD, "next": address}),
            client.get(reverse("account_login"), {"next": address}),  # signed in already
            client.post(reverse("account_login"), {"next": address}),
            leaver.post(reverse("account_logout"), {"next": address}),
        ]
        wrong += [
            f"{address}: {answer.headers.get('Location')}" for answer in answers if not stays_here(answer.headers.get("Location", "//"))
        ]
    assert not wrong, "\n".join(wrong)


def test_notices_and_refusals_lead_nowhere_else() -> None:
    """The way a notice leads, and the way back from a refusal."""
    world = small()
    client, boss, wrong = signed(world.trainee), signed(world.coordinator), []
    for address in ELSEWHERE:
        told = client.post(reverse("people:notice-list"), {"path": address}).headers["Location"]
        form = {"next": address}
        refused = boss.post(
            reverse("people:password-reset", args=[world.coordinator.uuid]), form, headers={"Referer": "https://e.example/"}
        )
        back = refused.content.decode().partition('btn-main" href="')[2].partition('"')[0]
        if told != reverse("people:notice-list") or refused.status_code != 400 or not back or not stays_here(back):
            wrong.append(f"{address}: {told} {refused.status_code} {back}")
    assert not wrong, "\n".join(wrong)


# --- S26: cookies
def test_cookies_are_not_read_by_scripts_nor_sent_from_elsewhere() -> None:
    world = small()
    client = Client()
    client.post(reverse("account_login"), {"login": world.trainee.username, "password": PASSWORD})
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert session["expires"] == ""  # closing the browser of a shared computer signs out


def test_site_with_tls_has_cookies_of_its_own_and_asks_for_tls() -> None:
    told = (
        "from lms import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SECURE_HSTS_SECONDS)"
    )
    environment = {**os.environ, "SITE_URL": "https://tremplin.example", "SECRET_KEY": "x"}
    printed = subprocess.run(
        [sys.executable, "-c", told], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "True", "True", "31536000"]
