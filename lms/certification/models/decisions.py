"""What a jury decided, and who signed it."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from lms.certification.models.sessions import Candidate, JuryMember, Outcome, PresentedBlock
from lms.people.models import User
from lms.people.rules import Role


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Protected: as its candidate; a trainee reads it once the session is closed."""

    def visible_to(self, user: User) -> Self:
        rows = self.filter(presented__candidate__in=Candidate.objects.visible_to(user).values("pk"))
        return rows.filter(presented__candidate__session__closed_at__isnull=False) if user.role is Role.TRAINEE else rows

    def current(self) -> Self:
        """Those that no later one corrects."""
        return self.filter(corrected_by=None)


class Decision(models.Model):
    """The jury's word on one presented block. Append-only: a correction is another one, with its reason, and both stay.

    `text` is what is signed, as it was written (JSON, docs/certification.md).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    presented = models.ForeignKey(PresentedBlock, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    comment = models.CharField(max_length=1000, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(JuryMember, models.PROTECT, related_name="+")
    text = models.TextField()
    statement_id = models.UUIDField()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["presented"], condition=Q(corrects=None), name="certification_decided_once"),
            models.CheckConstraint(condition=Q(corrects=None) | ~Q(reason=""), name="certification_correction_with_reason"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="certification_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.presented_id} {self.outcome}"


class DecisionSignature(models.Model):
    """A jury member's signature under a decision: the site's key signs, detached, the decision's text and who said yes to it when.

    `jws` is checked by anyone with the site's public keys (docs/certification.md).
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="signatures")
    member = models.ForeignKey(JuryMember, models.PROTECT, related_name="signatures")
    at = models.DateTimeField()
    text = models.TextField()
    jws = models.TextField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["decision", "member"], name="certification_signed_once")]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.member_id}"
