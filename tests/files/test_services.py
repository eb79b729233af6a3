"""What is kept of a file: no place a photo was taken at, nothing past a person's quota; what no row names is tidied away."""

import io
import warnings
import zlib
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin
from pillow_heif import register_heif_opener

from lms.files.models import PrivateFile
from lms.files.services import begin_upload, keep_file, remove_orphans, used_by
from lms.files.services.keeping import GPS_TAG
from lms.refusal import Refused

pytestmark = pytest.mark.django_db
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf exif:GPSLatitude="48,51.3N"/></x:xmpmeta>'
register_heif_opener()


def photo(kind: str, *, xmp: bool = False, frames: int = 1) -> bytes:
    """A picture that says where it was taken, in EXIF or in XMP, and which way up it stands."""
    picture, out = Image.new("RGB", (32, 32), (10, 90, 80)), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # which way up
    options: dict[str, Any] = {}
    if xmp:
        options = {"xmp": XMP}
        if kind == "PNG":
            info = PngImagePlugin.PngInfo()
            info.add_itxt("XML:com.adobe.xmp", XMP.decode())
            options = {"pnginfo": info}
    else:
        exif.get_ifd(GPS_TAG)[2] = (48.0, 51.0, 24.0)
        exif[GPS_TAG] = exif.get_ifd(GPS_TAG)
    if frames > 1:
        options |= {"save_all": True, "append_images": [Image.new("RGB", (32, 32), (80 * n, 0, 255 - 80 * n)) for n in range(1, frames)]}
    picture.save(out, kind, exif=exif, **options)
    return out.getvalue()


def kept(name: str, body: bytes) -> tuple[PrivateFile, bytes]:
    file = keep_file(owner=uuid4(), upload=SimpleUploadedFile(name, body))
    with file.content.open("rb") as content:
        return file, content.read()


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP"), ("a.heic", "HEIF")])
@pytest.mark.parametrize("xmp", [False, True])
def test_keep_file_removes_where_a_photo_was_taken(name: str, kind: str, xmp: bool) -> None:
    body = photo(kind, xmp=xmp)
    with Image.open(io.BytesIO(body)) as before:
        assert GPS_TAG in before.getexif() or b"GPS" in body
    file, after = kept(name, body)
    assert b"GPS" not in after
    with Image.open(io.BytesIO(after)) as picture:
        assert GPS_TAG not in picture.getexif()
        assert picture.size == (32, 32)
    assert file.size == len(after)


def test_keep_file_leaves_a_photo_without_a_place_as_it_is() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    assert kept("a.jpg", out.getvalue())[1] == out.getvalue()


def test_keep_file_leaves_every_image_of_a_moving_one() -> None:
    with Image.open(io.BytesIO(kept("a.webp", photo("WEBP", frames=3))[1])) as picture:
        assert picture.n_frames == 3


@pytest.mark.parametrize("side", [9_000, 30_000])
def test_keep_file_refuses_too_many_points_before_reading_them(side: int) -> None:
    """A PNG of a few bytes that says it is enormous: its header alone is read."""
    header = side.to_bytes(4) * 2 + b"\x08\x00\x00\x00\x00"
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # as on a site
        with pytest.raises(Refused) as refusal:
            kept("a.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b""))
    assert refusal.value.code == "picture_too_big"


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.gif", "a.heic"])
def test_keep_file_refuses_a_broken_picture_in_words(name: str) -> None:
    marks = {"a.jpg": b"\xff\xd8\xff", "a.png": b"\x89PNG\r\n\x1a\n", "a.gif": b"GIF89a", "a.heic": b"\x00\x00\x00\x20ftypheic"}
    with pytest.raises(Refused) as refusal:
        kept(name, marks[name] + b"rien de bon")
    assert refusal.value.code == "picture_unreadable"


def test_keep_file_counts_each_person_s_files_and_those_on_their_way(settings: Any) -> None:
    settings.QUOTA_BYTES = 100
    ines, yanis = uuid4(), uuid4()
    keep_file(owner=ines, upload=SimpleUploadedFile("a.txt", b"x" * 60))
    begin_upload(owner=ines, name="film.mp4", size=30)
    assert (used_by(ines), used_by(yanis)) == (90, 0)
    keep_file(owner=ines, upload=SimpleUploadedFile("b.txt", b"x" * 10))
    for act in (
        lambda: keep_file(owner=ines, upload=SimpleUploadedFile("c.txt", b"x")),
        lambda: begin_upload(owner=ines, name="film.mp4", size=1),
    ):
        with pytest.raises(Refused, match="Plus de place"):
            act()
    keep_file(owner=yanis, upload=SimpleUploadedFile("c.txt", b"x" * 100))


def test_a_new_site_has_nothing_to_tidy(settings: Any, tmp_path: Path) -> None:
    """Nobody has handed anything in: no folder is there yet. The worker that tidies would stop, and the site with it."""
    own = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "none"}}
    settings.STORAGES = {**settings.STORAGES, "private": own}
    assert remove_orphans() == 0
