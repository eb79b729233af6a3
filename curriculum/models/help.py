"""Help asked for by a trainee."""

import uuid

from django.db import models
from django.db.models import Q

from competencies.models import OfTraineeQuerySet
from content.models import StepPage
from curriculum.models.pages import ModulePage
from lms.people.models import User


class HelpRequest(models.Model):
    """« J'ai besoin d'aide » on a module or one of its steps. Stays on the trainers' list until one of them answers."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="help_requests")
    module = models.ForeignKey(ModulePage, models.PROTECT, related_name="help_requests")
    step = models.ForeignKey(StepPage, models.PROTECT, null=True, related_name="+")
    message = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True)

    objects = OfTraineeQuerySet["HelpRequest"].as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None) | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="curriculum_helprequest_answered_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.module_id}"
