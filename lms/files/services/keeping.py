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
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from PIL import Image
from pillow_heif import register_heif_opener

from lms import clock
from lms.files.models import PrivateFile, Upload, UploadPart
from lms.files.rules import ALLOWED, MAX_PIXELS, PICTURES, check_file, check_room, extension_of, shown_name
from lms.refusal import Refused

register_heif_opener()
XMP_KEYS = ("xmp", "XML:com.adobe.xmp")  # where Pillow keeps an XMP packet, which may say again where the photo was taken
GPS_WORD = b"GPS"
GPS_TAG = 0x8825  # EXIF 2.3 §4.6.3: where the photo was taken
PHONE_FORMATS = frozenset({"heic", "heif"})


def check_upload(upload: UploadedFile[Any], *, max_bytes: int = 0) -> None:
    """Refuse an upload by name, size or content, before anything is written."""
    head = upload.read(512)
    upload.seek(0)
    check_file(shown_name(upload.name or ""), upload.size or 0, head, max_bytes=max_bytes or settings.MAX_UPLOAD_BYTES)


def keep_file(*, owner: UUID, upload: UploadedFile[Any], max_bytes: int = 0) -> PrivateFile:
    """Keep one upload under a random name, in the caller's transaction; the file goes away again if that rolls back.

    A photo from an iPhone (HEIC) becomes a JPEG; where a photo was taken (GPS) is removed. Refused: kind, size (the site's, unless
    `max_bytes` says more), content, a person's quota.
    """
    check_upload(upload, max_bytes=max_bytes)
    name = shown_name(upload.name or "")
    content: File[bytes] = upload
    if extension_of(name) in PICTURES:
        content, name = _safe_picture(upload, name)
    check_room(used=used_by(owner), size=content.size or 0, quota=settings.QUOTA_BYTES)
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
    named = {*PrivateFile.objects.values_list("content", flat=True), *UploadPart.objects.values_list("content", flat=True)}
    for folder in storage.listdir("")[0]:
        if len(folder) != 2:  # ours are two letters; exports and the like look after their own
            continue
        for name in storage.listdir(folder)[1]:
            path = f"{folder}/{name}"
            if path not in named and storage.get_modified_time(path) < timezone.now() - older_than:
                storage.delete(path)
                removed += 1
    return removed


def save_with_file(row: Any, data: bytes) -> None:
    """Save a new row with its `content`, named as the row; the file goes away again if the row is refused."""
    with transaction.atomic():
        row.content.save(row.name, ContentFile(data), save=False)
        try:
            row.save()
        except BaseException:
            row.content.storage.delete(str(row.content.name))
            raise


def expire_files(rows: QuerySet[Any], *, expired: Q, folder: str) -> int:
    """Empty the `content` of the `expired` rows and delete its file, and after an hour those of `folder` that no row names. How many went."""
    storage, removed, limit = storages["private"], 0, clock.now() - timedelta(hours=1)
    for row in rows.exclude(content="").filter(expired):
        rows.filter(pk=row.pk).update(content="")
        storage.delete(str(row.content.name))
        removed += 1
    named = set(rows.exclude(content="").values_list("content", flat=True))
    for name in storage.listdir(folder)[1] if storage.exists(folder) else []:
        stored = f"{folder}/{name}"
        if stored not in named and storage.get_modified_time(stored) < limit:
            storage.delete(stored)
            removed += 1
    return removed


def used_by(owner: UUID) -> int:
    """Bytes that a person's files take, those still on their way included."""
    kept = PrivateFile.objects.filter(owner=owner).aggregate(total=Sum("size"))["total"] or 0
    coming = Upload.objects.filter(owner=owner).aggregate(total=Sum("size"))["total"] or 0
    return int(kept + coming)


def _safe_picture(upload: UploadedFile[Any], name: str) -> tuple[File[bytes], str]:
    """The picture to keep, without where it was taken, and its name. Its size is looked at before its points are read."""
    try:
        with Image.open(upload) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_big(name)
            picture.load()
            exif = picture.getexif()
            located = GPS_TAG in exif or any(GPS_WORD in _bytes(picture.info.get(key, b"")) for key in XMP_KEYS)
            if GPS_TAG in exif:
                del exif[GPS_TAG]
            if extension_of(name) in PHONE_FORMATS:
                return _saved(picture.convert("RGB"), "JPEG", exif, quality=90), name.rpartition(".")[0] + ".jpg"
            if located:
                kind = "JPEG" if picture.format == "MPO" else str(picture.format)  # a phone's JPEG with a second, small picture
                return _saved(picture, kind, exif, **_as_it_was(picture)), name
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_big(name) from error
    except Exception as error:
        raise Refused("picture_unreadable", f"« {name} » ne s'ouvre pas comme une image. Enregistre-la en JPEG ou en PNG.") from error
    upload.seek(0)
    return upload, name


def _too_big(name: str) -> Refused:
    return Refused("picture_too_big", f"« {name} » est trop grande : 80 millions de points au plus. Réduis-la.")


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _as_it_was(picture: Any) -> dict[str, Any]:
    """Options that change its points as little as its format allows; every image of a moving one."""
    quality: dict[str, Any] = {"JPEG": "keep", "MPO": 92, "WEBP": 92}
    options = {"quality": quality[picture.format]} if picture.format in quality else {}
    return {**options, "save_all": True} if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1 else options


def _saved(picture: Any, kind: str, exif: Any, **options: Any) -> File[bytes]:
    out, profile = io.BytesIO(), picture.info.get("icc_profile")
    for key in XMP_KEYS:
        picture.info.pop(key, None)
    picture.save(out, kind, exif=exif, icc_profile=profile, **options)
    return ContentFile(out.getvalue())
