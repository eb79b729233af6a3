"""What a trainee asks about a level."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competencies.models.evidence import OfTraineeQuerySet
from competencies.models.framework import Competency
from lms.files.models import PrivateFile
from lms.people.models import User

REQUEST_WORDS = {
    "observe": _("être vu en train de faire"),
    "contest": _("revoir ce niveau"),
    "prior": _("faire reconnaître ce qui était su avant"),
}


class ReviewRequest(models.Model):
    """One thing asked by a trainee about one competency: to be seen again, a level looked at again, or prior learning recognised.

    It waits, is taken by an assessor (`taken_by`), then decided with an answer, for good. One of a kind at a time. `uuid` is the
    form's key: sent twice, a form asks once.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="review_requests")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=8, choices=REQUEST_WORDS)
    text = models.TextField(max_length=2000)
    file = models.ForeignKey(PrivateFile, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    is_granted = models.BooleanField(null=True)
    answer = models.TextField(blank=True)

    objects = OfTraineeQuerySet["ReviewRequest"].as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(REQUEST_WORDS)), name="competencies_request_kind_known"),
            models.UniqueConstraint(
                fields=["trainee", "competency", "kind"], condition=Q(decided_at=None), name="competencies_request_one_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by=None) | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="competencies_request_taken_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, is_granted=None, answer="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False, is_granted__isnull=False) & ~Q(answer="")),
                name="competencies_request_decided_with_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.competency_id} {self.kind}"

    @property
    def state(self) -> str:
        """`waiting`, `in_review` or `decided`."""
        return "decided" if self.decided_at else "in_review" if self.taken_at else "waiting"
