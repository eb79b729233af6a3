"""Who takes care of a work that waits."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef

from assessments.models.practical import PracticalPage
from competencies.models import OfTraineeQuerySet
from lms.people.models import Membership, User
from lms.people.rules import Role


class ClaimQuerySet(OfTraineeQuerySet["Claim"]):
    """Protected: read it through `visible_to`."""

    def standing(self) -> Self:
        """Those whose holder still follows the trainee: a trainer who left the cohort takes care of nothing in it."""
        follows = Membership.objects.filter(
            user=OuterRef("holder"), left_at=None, user__is_active=True, user__groups__name=Role.TRAINER,
            cohort__memberships__user=OuterRef("trainee"), cohort__memberships__left_at=None,
        )  # fmt: skip
        return self.filter(Exists(follows))


class Claim(models.Model):
    """A trainer (`holder`) takes care of one trainee's work on one practical, of their own accord or as `given_by` asked.

    It tells colleagues and keeps nobody from judging. A new version keeps it; judging the latest version ends it.
    """

    trainee = models.ForeignKey(User, models.CASCADE, related_name="+")
    practical = models.ForeignKey(PracticalPage, models.CASCADE, related_name="+")
    holder = models.ForeignKey(User, models.CASCADE, related_name="claims")
    given_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trainee", "practical"], name="assessments_claim_one_holder")]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.practical_id} by {self.holder_id}"
