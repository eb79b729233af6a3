"""Which works a trainee joins to their dossier, and which ones a trainer advised."""

import uuid

from django.db import models
from django.db.models import F, Q

from assessments.models import PracticalPage
from competencies.models import OfTraineeQuerySet
from lms.people.models import User


class WorkChoice(models.Model):
    """What a trainee chose at a moment: `picks`, by uuid of the practical, why in their words (may be empty). No pick: all of them go.

    Append-only: the latest counts, so that a dossier says when its works were chosen.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="work_choices")
    picks = models.JSONField(default=dict)
    chosen_at = models.DateTimeField()

    objects = OfTraineeQuerySet["WorkChoice"].as_manager()

    class Meta:
        ordering = ["-chosen_at", "-pk"]

    def __str__(self) -> str:
        return str(self.uuid)


class WorkProposal(models.Model):
    """A trainer advises a trainee to join a work; the trainee alone decides. Withdrawn, never deleted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="work_proposals")
    practical = models.ForeignKey(PracticalPage, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = OfTraineeQuerySet["WorkProposal"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["trainee", "practical", "by"], condition=Q(withdrawn_at=None), name="exports_workproposal_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("at")), name="exports_workproposal_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.practical_id}"
