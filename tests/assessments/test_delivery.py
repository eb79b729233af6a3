"""A real commission: for whom, what for, a date that only informs; and a delivery slip of each version."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessments.models import PracticalPage, Submission
from assessments.services import submit_work
from lms.people.rules import Role
from lms.records.models import Statement
from tests.assessments.test_views import signed_in
from tests.cast import Small, cohort, person, small
from tests.story import hand_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    made = small(is_commission=True)
    PracticalPage.objects.filter(pk=made.practical.pk).update(
        client="La boutique Lila", purpose="Sa boutique en ligne", wished_on=date(2026, 3, 12)
    )
    made.practical.refresh_from_db()
    return made


def delivered(story: Small) -> Submission:
    uploads = [SimpleUploadedFile(f"photo-{n}.txt", b"x" * 1000 * n) for n in (1, 2)]
    return submit_work(by=story.trainee, practical=story.practical, text="Dix photos.", uploads=uploads, key=uuid4())


def slip(submission: Submission) -> str:
    return reverse("assessments:delivery", args=[submission.uuid])


def test_practical_says_for_whom_and_for_when(story: Small) -> None:
    for who in (story.trainee, story.trainer):
        page = signed_in(who).get(story.practical.door_path()).text
        for words in ("La boutique Lila", "Sa boutique en ligne", "jeudi 12 mars 2026"):
            assert words in page


@pytest.mark.parametrize("days", [-400, 0, 400])
def test_wished_date_blocks_nothing_and_reproaches_nothing(story: Small, days: int) -> None:
    PracticalPage.objects.update(wished_on=timezone.localdate() + timedelta(days=days))
    client = signed_in(story.trainee)
    assert client.post(reverse("assessments:work-submit", args=[story.practical.uuid]), {"text": "Voilà"}).status_code == 302
    pages = [story.practical.door_path(), reverse("assessments:work-list"), slip(Submission.objects.get())]
    assert not [path for path in pages if "retard" in client.get(path).text.lower()]


@pytest.mark.parametrize("who", ["trainee", "trainer", "coordinator"])
def test_delivery_slip_says_what_to_whom_and_when(story: Small, who: str) -> None:
    submission = delivered(story)
    page = signed_in(getattr(story, who)).get(slip(submission)).text
    for words in (
        "Bon de livraison", "La boutique Lila", "version 1", "photo-1.txt", "1 Ko", "photo-2.txt", "2 Ko", "2 fichiers, 3 Ko en tout",
        f"{timezone.localtime(submission.submitted_at):%H h %M}", str(story.trainee), "Un fichier PNG", "Signature",
    ):  # fmt: skip
        assert words in page


def test_delivery_slip_is_reached_from_the_thread_and_from_the_sheet(story: Small) -> None:
    submission = delivered(story)
    assert slip(submission) in signed_in(story.trainee).get(story.practical.door_path()).text
    assert slip(submission) in signed_in(story.trainer).get(reverse("assessments:sheet", args=[submission.uuid])).text


def test_delivery_slip_of_another_or_of_an_exercise_is_not_found(story: Small) -> None:
    submission = delivered(story)
    for stranger in (person(Role.TRAINEE), person(Role.TRAINER, cohort=cohort()), person(Role.ADMINISTRATOR)):
        assert signed_in(stranger).get(slip(submission)).status_code == 404
    exercise = small()
    version = hand_in(exercise.practical, exercise.trainee)
    client = signed_in(exercise.trainee)
    assert client.get(slip(version)).status_code == 404
    assert "Bon de livraison" not in client.get(exercise.practical.door_path()).text


def test_client_is_in_no_statement(story: Small) -> None:
    delivered(story)
    assert not [text for text in Statement.objects.values_list("text", flat=True) if "Lila" in text or "photo-1" in text]
