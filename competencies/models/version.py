"""The versions of a framework: what each said, and what became of the competencies of the one before."""

import uuid

from django.db import models
from django.db.models import Q

from competencies.models.framework import Competency, Framework
from lms.people.models import User


class FrameworkVersion(models.Model):
    """One version as it went out, for ever: `content` is the whole framework in our own format (YAML). Written once by a named person."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=60)
    content = models.TextField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "version"], name="competencies_version_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="competencies_version_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.framework_id} {self.version}"


class Succession(models.Model):
    """One competency that a version replaced: by `new`, or by nothing. What is not named goes on as it is."""

    version = models.ForeignKey(FrameworkVersion, models.CASCADE, related_name="successions")
    old = models.ForeignKey(Competency, models.PROTECT, related_name="successors")
    new = models.ForeignKey(Competency, models.PROTECT, null=True, related_name="predecessors")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "old", "new"], name="competencies_succession_once"),
            models.UniqueConstraint(fields=["version", "old"], condition=Q(new=None), name="competencies_succession_dropped_once"),
            models.CheckConstraint(condition=~Q(old=models.F("new")), name="competencies_succession_replaces"),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"
