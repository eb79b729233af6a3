"""What a trainee says of their own dossier, and whether it may leave."""

import uuid

from django.db import models
from django.db.models import F, Q

from competencies.models import OfTraineeQuerySet
from lms.exports.rules.sharing import CONSENT_TEXTS
from lms.people.models import User


class SharingConsent(models.Model):
    """A trainee's own yes to their dossier being given to the certifying body: which words (`rules.sharing`), when, until when.

    Append-only: withdrawn once, by them; a yes given again is another row.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="sharing_consents")
    text_version = models.CharField(max_length=8)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = OfTraineeQuerySet["SharingConsent"].as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["trainee"], condition=Q(withdrawn_at=None), name="exports_sharingconsent_one_at_a_time"),
            models.CheckConstraint(condition=Q(text_version__in=sorted(CONSENT_TEXTS)), name="exports_sharingconsent_text_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")), name="exports_sharingconsent_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.text_version}"


class DossierComment(models.Model):
    """What a trainee says of their own dossier; the latest goes with it, an empty one takes the former away. Append-only."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="dossier_comments")
    text = models.TextField(blank=True)
    written_at = models.DateTimeField()

    objects = OfTraineeQuerySet["DossierComment"].as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return str(self.uuid)
