"""Files of frameworks and of reference terms that authors bring."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

from lms.files.models import private_storage
from lms.jobs.models import Job
from lms.people.models import User

if TYPE_CHECKING:
    from typing import Self

FOLDER = "framework-imports"


def kept_name(_instance: models.Model, _name: str) -> str:
    return f"{FOLDER}/{uuid.uuid4().hex}"


class FrameworkImportQuerySet(models.QuerySet["FrameworkImport"]):
    """Protected: an import is its owner's."""

    def visible_to(self, user: User) -> "Self":
        return self.filter(owner_id=user.pk)


class FrameworkImport(models.Model):
    """One file brought: looked at (`planned`), then imported (`done`). The file is kept a week; what was done, for good."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(User, models.PROTECT, related_name="framework_imports")
    key = models.UUIDField()
    format = models.CharField(max_length=10)
    name = models.CharField(max_length=130)
    content = models.FileField(storage=private_storage, upload_to=kept_name, blank=True)
    planned = models.JSONField()
    done = models.JSONField(null=True)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="framework_import")
    created_at = models.DateTimeField()

    objects = FrameworkImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="competencies_frameworkimport_form_once")]

    def __str__(self) -> str:
        return self.name
