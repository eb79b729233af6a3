"""Keeping a file a person hands in."""

import hashlib
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from PIL import Image
from pillow_heif import register_heif_opener

from lms import clock
from lms.files.models import PrivateFile
from lms.files.rules import ALLOWED, MAX_PIXELS, PICTURES, check_file, extension_of, shown_name
from lms.refusal import Refused

register_heif_opener()
GPS_TAG = 0x8825  # EXIF 2.3 §4.6.3: where the photo was taken
PHONE_FORMATS = frozenset({"heic", "heif"})


def check_upload(upload: UploadedFile[Any]) -> None:
    """Refuse an upload by name, size or content, before anything is written."""
    head = upload.read(512)
    upload.seek(0)
    check_file(shown_name(upload.name or ""), upload.size or 0, head, max_bytes=settings.MAX_UPLOAD_BYTES)


def keep_file(*, owner: UUID, upload: UploadedFile[Any]) -> PrivateFile:
    """Keep one upload under a random name, in the caller's transaction; the file goes away again if that rolls back.

    A photo from an iPhone (HEIC) becomes a JPEG; where a photo was taken (GPS) is removed. Refused: kind, size, content.
    """
    check_upload(upload)
    name = shown_name(upload.name or "")
    content: File[bytes] = upload
    if extension_of(name) in PICTURES:
        content, name = _safe_picture(upload, name)
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    row = PrivateFile(
        owner=owner,
        name=name,
        content_type=ALLOWED[extension_of(name)],
        size=content.size,
        sha256=digest.hexdigest(),
        created_at=clock.now(),
    )
    row.content.save(name, content, save=False)
    row.save()
    return row


def remove_orphans(*, older_than: timedelta = timedelta(hours=1)) -> int:
    """Delete stored files that no row names: those of a transaction that rolled back. Run by the worker; returns how many."""
    storage, removed = storages["private"], 0
    if not storage.exists(""):  # a new site: nobody has handed anything in
        return 0
    named = set(PrivateFile.objects.values_list("content", flat=True))
    for folder in storage.listdir("")[0]:
        if len(folder) != 2:  # ours are two letters; exports and the like look after their own
            continue
        for name in storage.listdir(folder)[1]:
            path = f"{folder}/{name}"
            if path not in named and storage.get_modified_time(path) < timezone.now() - older_than:
                storage.delete(path)
                removed += 1
    return removed


def _safe_picture(upload: UploadedFile[Any], name: str) -> tuple[File[bytes], str]:
    try:
        with Image.open(upload) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Refused("picture_too_big", f"« {name} » est trop grande : 80 millions de points au plus. Réduis-la.")
            picture.load()
            exif = picture.getexif()
            located = GPS_TAG in exif
            if located:
                del exif[GPS_TAG]
            if extension_of(name) in PHONE_FORMATS:
                out = io.BytesIO()
                picture.convert("RGB").save(out, "JPEG", quality=90, exif=exif, icc_profile=picture.info.get("icc_profile"))
                return ContentFile(out.getvalue()), name.rpartition(".")[0] + ".jpg"
            if located:
                out = io.BytesIO()
                options = {"quality": "keep"} if picture.format == "JPEG" else {}
                picture.save(out, picture.format, exif=exif, icc_profile=picture.info.get("icc_profile"), **options)
                return ContentFile(out.getvalue()), name
    except Refused:
        raise
    except Exception as error:
        raise Refused("picture_unreadable", f"« {name} » ne s'ouvre pas comme une image. Enregistre-la en JPEG ou en PNG.") from error
    upload.seek(0)
    return upload, name
