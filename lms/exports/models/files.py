"""Files made of what a person may see, on demand."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.files.models import private_storage
from lms.jobs.models import Job
from lms.people.models import User
from lms.people.rules import Role


def export_name(_export: models.Model, _filename: str) -> str:
    return f"exports/{uuid.uuid4().hex}"


class ExportQuerySet(models.QuerySet["Export"]):
    """Protected: an export is its owner's, that of a profile the coordination's; what it holds is checked again at download."""

    def visible_to(self, user: User) -> Self:
        own = Q(owner_id=user.pk)
        return self.filter(own | Q(run__isnull=False)) if user.role is Role.COORDINATOR else self.filter(own)


class Export(models.Model):
    """One file asked for: which kind, of what, in which format; the file is complete or absent."""

    class Format(models.TextChoices):
        XLSX = "xlsx", "XLSX"
        CSV = "csv", "CSV"
        JSONL = "jsonl", "JSON Lines"
        PARQUET = "parquet", "Parquet"
        ZIP = "zip", "ZIP"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(User, models.PROTECT, related_name="exports")
    kind = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    format = models.CharField(_("format"), max_length=7, choices=Format.choices)
    key = models.UUIDField()
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="export")
    content = models.FileField(storage=private_storage, upload_to=export_name, blank=True)
    name = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rows = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="exports_export_form_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.format}"
