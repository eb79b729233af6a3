"""A common judgement while two assessors are agreeing on it."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q

from assessments.models.judgement import Judgement
from assessments.models.rubric import RubricCriterion
from assessments.models.submission import Submission
from lms.people.models import User
from lms.people.rules import Role


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Protected: read it through `visible_to`."""

    def visible_to(self, user: User) -> Self:
        """Those on the works of the trainees a person follows; never a trainee's own: nothing is said before both have signed."""
        if user.role not in (Role.TRAINER, Role.COORDINATOR):
            return self.none()
        return self.filter(submission__trainee__in=User.objects.trainees_visible_to(user))

    def pending(self) -> Self:
        return self.filter(judgement=None)


class Agreement(models.Model):
    """What one of two assessors proposes as their common judgement. Signed by the other, it becomes `judgement` and changes no more.

    `rev` grows with each proposal, whoever makes it: a signature names the one it was given for. Dropped, the row goes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="agreements")
    proposer = models.ForeignKey(User, models.PROTECT, related_name="+")
    signer = models.ForeignKey(User, models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)
    asks_revision = models.BooleanField(default=False)
    rev = models.PositiveIntegerField(default=1)
    proposed_at = models.DateTimeField()
    judgement = models.OneToOneField(Judgement, models.PROTECT, null=True, related_name="agreement")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission"], condition=Q(judgement=None), name="assessments_agreement_one_at_a_time"),
            models.CheckConstraint(condition=~Q(proposer=F("signer")), name="assessments_agreement_two_who_sign"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} r{self.rev}"


class AgreedMark(models.Model):
    """One line of a proposal: a level (none: not observed) and a comment."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="marks")
    line = models.ForeignKey(RubricCriterion, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["line__position"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "line"], name="assessments_agreedmark_once_a_line"),
            models.CheckConstraint(condition=Q(level=None) | Q(level__range=(0, 4)), name="assessments_agreedmark_level_in_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} = {self.level}"
