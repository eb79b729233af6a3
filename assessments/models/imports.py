"""Files of questions that authors bring."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

from assessments.models.question import QuestionBank
from lms.files.models import private_storage
from lms.jobs.models import Job
from lms.people.models import User

if TYPE_CHECKING:
    from typing import Self

FOLDER = "question-imports"


def kept_name(_instance: models.Model, _name: str) -> str:
    return f"{FOLDER}/{uuid.uuid4().hex}"


class QuestionImportQuerySet(models.QuerySet["QuestionImport"]):
    """Protected: an import is its owner's."""

    def visible_to(self, user: User) -> "Self":
        return self.filter(owner_id=user.pk)


class QuestionImport(models.Model):
    """One file brought: looked at (`planned`), then imported (`done`). The file is kept a week; what was done, for good."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(User, models.PROTECT, related_name="question_imports")
    key = models.UUIDField()
    bank_title = models.CharField(max_length=QuestionBank._meta.get_field("title").max_length)
    format = models.CharField(max_length=10)
    name = models.CharField(max_length=130)
    content = models.FileField(storage=private_storage, upload_to=kept_name, blank=True)
    planned = models.JSONField()
    done = models.JSONField(null=True)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="question_import")
    created_at = models.DateTimeField()

    objects = QuestionImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="assessments_questionimport_form_once")]

    def __str__(self) -> str:
        return self.name
