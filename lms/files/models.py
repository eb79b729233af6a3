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
