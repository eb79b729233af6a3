"""Files people hand in. Private: no URL leads to them but through a door that knows who may see them."""

import uuid

from django.core.files.storage import Storage, storages
from django.db import models


def private_storage() -> Storage:
    return storages["private"]


def random_name(_instance: models.Model, _filename: str) -> str:
    """Stored under a random name: the person's own name for it never touches the disk."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}"


class Upload(models.Model):
    """A large file on its way, piece after piece (tus 1.0, ADR 25): `received` bytes of `size` are here. Gone once kept, or after a day."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.UUIDField(db_index=True)
    name = models.CharField(max_length=130)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(received__lte=models.F("size")), name="files_upload_never_past_its_end")]

    def __str__(self) -> str:
        return str(self.uuid)


class UploadPart(models.Model):
    """One piece of a large file, as it came. Two that begin at the same byte: the second is refused."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="parts")
    offset = models.PositiveBigIntegerField()
    content = models.FileField(storage=private_storage, upload_to=random_name)

    class Meta:
        ordering = ["offset"]
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="files_uploadpart_once_a_place")]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.offset}"


class PrivateFile(models.Model):
    """One file as it was handed in. Written by `files.services.keep_file`, never changed; `owner` is a person's uuid."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.UUIDField(db_index=True)
    content = models.FileField(storage=private_storage, upload_to=random_name)
    name = models.CharField(max_length=130)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
