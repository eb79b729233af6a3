"""A voice note as feedback: kept with the draft as the photo is, heard by the trainee once signed, by nobody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.models import Judgement, Submission
from assessments.rules import check_voice
from assessments.services import release_judgement
from lms.files.models import PrivateFile
from lms.people.rules import Role
from lms.records.models import Statement
from lms.refusal import Refused
from tests.assessments.test_views import signed_in
from tests.assessments.things import marks_of, saved
from tests.cast import Small, person, small
from tests.story import hand_in

pytestmark = pytest.mark.django_db
SOUND = b"\x1aE\xdf\xa3" + b"un bruit"


@pytest.fixture
def story() -> Small:
    return small()


def note(name: str = "enregistrement-1.weba", body: bytes = SOUND) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body, "audio/webm")


def voice_of(submission: Submission) -> str:
    return reverse("assessments:file", args=[Judgement.objects.filter(submission=submission).latest("pk").voice.uuid])


@pytest.mark.parametrize(("kind", "is_sound"), [("audio/webm", True), ("audio/mp4", True), ("video/mp4", False), ("image/png", False)])
def test_check_voice_takes_sounds_only(kind: str, is_sound: bool) -> None:
    if is_sound:
        check_voice(content_type=kind)
    else:
        with pytest.raises(Refused):
            check_voice(content_type=kind)


def test_save_judgement_keeps_the_voice_note_until_it_is_taken_away(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    saved(story, submission, voice=note())
    assert saved(story, submission, voice=note()).rev == 1, "the same form sent again changes nothing"
    assert saved(story, submission, rev=1, comment="Bien.").voice.name == "enregistrement-1.weba"
    assert saved(story, submission, rev=2, voice=note("enregistrement-2.weba")).voice.name == "enregistrement-2.weba"
    assert saved(story, submission, rev=3, keeps_voice=False).voice is None


def test_correction_starts_with_the_voice_note_of_what_it_corrects(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    first = release_judgement(by=story.trainer, judgement=saved(story, submission, voice=note()), others_known=0)
    again = saved(story, submission, level=2, corrects=first, reason="Relu.")
    assert again.voice == first.voice


@pytest.mark.parametrize(("name", "body"), [("photo.png", b"x"), ("note.weba", b"OggS"), ("note.txt", b"du texte")])
def test_what_is_no_sound_is_said_beside_its_field_and_the_marks_stay(story: Small, name: str, body: bytes) -> None:
    submission = hand_in(story.practical, story.trainee)
    levels = {f"level_{line}": "2" for line in marks_of(submission)}
    page = signed_in(story.trainer).post(
        reverse("assessments:judgement-save", args=[submission.uuid]), {"rev": 0, "others_known": 0, **levels, "voice": note(name, body)}
    )
    assert page.status_code == 400
    assert '<a href="#id_voice">' in page.text
    assert 'value="2" checked' in page.text
    assert not PrivateFile.objects.exists()


def test_trainee_hears_the_note_once_it_is_signed(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    draft = saved(story, submission, voice=note())
    url = voice_of(submission)
    ines, marc = signed_in(story.trainee), signed_in(story.trainer)
    assert (ines.get(url).status_code, url in ines.get(story.practical.door_path()).text) == (404, False)
    assert url in marc.get(reverse("assessments:sheet", args=[submission.uuid])).text
    release_judgement(by=story.trainer, judgement=draft, others_known=0)
    for client, page in ((ines, story.practical.door_path()), (marc, reverse("assessments:sheet", args=[submission.uuid]))):
        assert f'<audio controls preload="none" src="{url}"' in client.get(page).text
    answer = ines.get(url)
    assert (answer.status_code, answer["Content-Type"], b"".join(answer.streaming_content)) == (200, "audio/webm", SOUND)
    for stranger in (person(Role.TRAINEE), person(Role.TRAINER), person(Role.ADMINISTRATOR)):
        assert signed_in(stranger).get(url).status_code == 404
    assert not [text for text in Statement.objects.values_list("text", flat=True) if "enregistrement" in text]


def test_microphone_may_be_asked_for_where_one_records_and_nowhere_else(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    ines, marc = signed_in(story.trainee), signed_in(story.trainer)
    sheet = reverse("assessments:sheet", args=[submission.uuid])
    for answer in (ines.get(story.practical.door_path()), marc.get(sheet)):
        assert "microphone=(self)" in answer["Permissions-Policy"]
        assert 'data-recorder="audio"' in answer.text
    for answer in (ines.get("/"), marc.get(story.practical.door_path()), signed_in(story.coordinator).get(sheet), Client().get("/livez")):
        assert "microphone=()" in answer["Permissions-Policy"]
