"""A large file piece by piece (tus 1.0): goes on where it was cut, is its owner's only, and two of the same piece are one."""

import base64
import io
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client

from lms import clock
from lms.files.models import PrivateFile, Upload, UploadPart
from lms.files.services import add_part, begin_upload, keep_upload, remove_orphans, remove_unfinished
from lms.home.management.commands.worker import tidy
from lms.people.models import User
from lms.people.rules import Role
from lms.refusal import Refused, Stale
from tests.assessments.test_concurrency import together
from tests.assessments.things import on_disk
from tests.cast import person, signed_in

pytestmark = pytest.mark.django_db
TUS = {"Tus-Resumable": "1.0.0", "Accept": "application/json"}
FILM = b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 8


@pytest.fixture
def ines() -> User:
    return person(Role.TRAINEE, "Inès")


def announce(client: Client, name: str = "film.mp4", size: int = len(FILM)) -> HttpResponse:
    metadata = f"filename {base64.b64encode(name.encode()).decode()},filetype dmlkZW8="
    return client.post("/envois/", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata})


def send(client: Client, url: str, offset: int, body: bytes, **headers: str) -> HttpResponse:
    return client.patch(url, body, content_type="application/offset+octet-stream", headers={**TUS, "Upload-Offset": str(offset), **headers})


def offset_of(client: Client, url: str) -> int:
    return int(client.head(url, headers=TUS)["Upload-Offset"])


def test_file_goes_on_where_it_was_cut_and_is_kept_whole(ines: User) -> None:
    client = signed_in(ines)
    made = announce(client, "ma vidéo.mp4")
    url = made["Location"]
    assert (made.status_code, made["Tus-Resumable"], made["Upload-Offset"]) == (201, "1.0.0", "0")
    assert made["Upload-Expires"].endswith("GMT")
    assert send(client, url, 0, FILM[:1000])["Upload-Offset"] == "1000"
    again = signed_in(ines)  # the phone was switched off meanwhile
    assert offset_of(again, url) == 1000
    assert again.head(url, headers=TUS)["Upload-Length"] == str(len(FILM))
    assert send(again, url, 1000, FILM[1000:]).status_code == 204
    uuid = UUID(url.split("/")[-2])
    file = keep_upload(owner=ines.uuid, uuid=uuid)
    assert (file.name, file.content_type, file.size) == ("ma vidéo.mp4", "video/mp4", len(FILM))
    with file.content.open("rb") as content:
        assert content.read() == FILM
    assert not Upload.objects.exists()
    assert keep_upload(owner=ines.uuid, uuid=uuid) is None, "asked again, it is not kept twice"


@pytest.mark.parametrize("offset", [0, 500, 1500])
def test_piece_out_of_its_place_is_409_and_says_where_to_go_on(ines: User, offset: int) -> None:
    client = signed_in(ines)
    url = announce(client)["Location"]
    send(client, url, 0, FILM[:1000])
    before = on_disk()
    answer = send(client, url, offset, FILM[offset : offset + 100])
    assert (answer.status_code, answer.json()["offset"]) == (409, 1000)
    assert offset_of(client, url) == 1000
    assert on_disk() == before


def test_piece_past_the_end_is_refused(ines: User) -> None:
    client = signed_in(ines)
    url = announce(client, size=100)["Location"]
    assert send(client, url, 0, FILM[:101]).status_code == 400
    assert offset_of(client, url) == 0


def test_piece_that_is_not_all_there_leaves_nothing(ines: User) -> None:
    upload, before = begin_upload(owner=ines.uuid, name="film.mp4", size=len(FILM)), on_disk()
    with pytest.raises(Refused) as refusal:
        add_part(upload=upload, offset=0, length=1000, source=io.BytesIO(FILM[:600]))
    assert refusal.value.code == "part_broken"
    assert (on_disk(), UploadPart.objects.count(), Upload.objects.get().received) == (before, 0, 0)


def test_first_piece_of_another_format_is_refused(ines: User) -> None:
    client = signed_in(ines)
    answer = send(client, announce(client)["Location"], 0, b"MZ" + FILM)
    assert answer.status_code == 400
    answer = send(client, announce(client)["Location"], 0, b"MZ" * 300)
    assert "vrai fichier .mp4" in answer.json()["message"]


@pytest.mark.parametrize(("name", "size"), [("film.exe", 10), ("film.mp4", 10**12), ("film.mp4", 0), ("", 10)])
def test_file_that_would_be_refused_is_refused_before_it_travels(ines: User, name: str, size: int) -> None:
    answer = announce(signed_in(ines), name, size)
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert not Upload.objects.exists()


def test_keep_upload_before_its_end_is_refused(ines: User) -> None:
    upload = begin_upload(owner=ines.uuid, name="film.mp4", size=len(FILM))
    add_part(upload=upload, offset=0, length=900, source=io.BytesIO(FILM))
    with pytest.raises(Refused, match="l'envoi reprend"):
        keep_upload(owner=ines.uuid, uuid=upload.uuid)
    assert Upload.objects.get().received == 900


def test_another_s_file_is_not_found(ines: User) -> None:
    url = announce(signed_in(ines))["Location"]
    stranger = signed_in(person(Role.TRAINER))
    assert stranger.head(url, headers=TUS).status_code == 404
    assert send(stranger, url, 0, FILM).status_code == 404
    assert stranger.delete(url, headers=TUS).status_code == 404
    assert keep_upload(owner=uuid4(), uuid=Upload.objects.get().uuid) is None
    assert Client().head(url, headers=TUS).status_code == 302


def test_protocol_says_its_version_and_what_it_can_do(ines: User) -> None:
    client = signed_in(ines)
    told = client.options("/envois/")
    assert (told.status_code, told["Tus-Version"], told["Tus-Extension"]) == (204, "1.0.0", "creation,expiration,termination")
    assert client.post("/envois/", headers={"Tus-Resumable": "0.2"}).status_code == 412
    url = announce(client)["Location"]
    assert client.patch(url, FILM, content_type="video/mp4", headers={**TUS, "Upload-Offset": "0"}).status_code == 415
    assert send(client, url, 0, FILM, **{"Upload-Offset": "-1"}).status_code == 400
    assert client.get(url, headers=TUS).status_code == 405


def test_delete_forgets_the_file_and_its_pieces(ines: User, django_capture_on_commit_callbacks: object) -> None:
    client, before = signed_in(ines), on_disk()
    url = announce(client)["Location"]
    send(client, url, 0, FILM[:900])
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(url, headers=TUS).status_code == 204
    assert client.head(url, headers=TUS).status_code == 404
    assert on_disk() == before


def test_what_never_came_whole_is_forgotten_after_a_day_by_the_worker(ines: User, django_capture_on_commit_callbacks: object) -> None:
    before = on_disk()
    for hours in (25, 23):
        with clock.at(clock.now() - timedelta(hours=hours)):
            add_part(
                upload=begin_upload(owner=ines.uuid, name=f"{hours}.mp4", size=len(FILM)), offset=0, length=900, source=io.BytesIO(FILM)
            )
    assert remove_orphans(older_than=timedelta(hours=-1)) == 0 or on_disk() - before, "pieces on their way are no orphans"
    assert UploadPart.objects.count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        tidy()
    assert [upload.name for upload in Upload.objects.all()] == ["23.mp4"]
    assert len(on_disk() - before) == 1
    assert remove_unfinished() == 0


def test_upload_part_is_once_a_place_and_upload_never_past_its_end(ines: User) -> None:
    upload = begin_upload(owner=ines.uuid, name="film.mp4", size=len(FILM))
    UploadPart.objects.create(upload=upload, offset=0, content="aa/un")
    with pytest.raises(IntegrityError), transaction.atomic():
        UploadPart.objects.create(upload=upload, offset=0, content="aa/deux")
    with pytest.raises(IntegrityError), transaction.atomic():
        Upload.objects.update(received=len(FILM) + 1)


@pytest.mark.django_db(transaction=True)
def test_same_piece_sent_many_times_at_once_is_kept_once() -> None:
    owner = person(Role.TRAINEE)
    upload, before = begin_upload(owner=owner.uuid, name="film.mp4", size=len(FILM)), on_disk()

    def act() -> object:
        mine = Upload.objects.get(pk=upload.pk)
        return add_part(upload=mine, offset=0, length=len(FILM), source=io.BytesIO(FILM))

    outcomes = together(*[act] * 8)
    assert len([one for one in outcomes if isinstance(one, Stale)]) == 7
    assert UploadPart.objects.count() == len(on_disk() - before) == 1
    kept = together(*[lambda: _kept(owner.uuid, upload.uuid)] * 4)
    assert len([one for one in kept if one]) == PrivateFile.objects.count() == 1


def _kept(owner: UUID, uuid: UUID) -> object:
    with transaction.atomic():
        if connection.vendor == "sqlite":  # there a row lock is the whole file's, taken by writing
            Upload.objects.filter(uuid=uuid).update(name="film.mp4")
        return keep_upload(owner=owner, uuid=uuid)


def test_pieces_and_private_files_are_behind_no_address(ines: User) -> None:
    """S15: neither where the authored pictures are served, nor under the folder they are in."""
    client = signed_in(ines)
    upload = begin_upload(owner=ines.uuid, name="film.mp4", size=len(FILM))
    add_part(upload=upload, offset=0, length=len(FILM), source=io.BytesIO(FILM))
    piece = UploadPart.objects.get().content
    file = keep_upload(owner=ines.uuid, uuid=upload.uuid).content
    for stored in (piece, file):
        assert not Path(stored.path).is_relative_to(settings.MEDIA_ROOT)
        assert client.get(f"/media/{stored.name}").status_code == 404
        assert client.get(f"/media/images/../../private/{stored.name}").status_code == 404
