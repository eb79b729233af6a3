"""What trainees say of their own work. It stands beside what an assessor says and proves nothing."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from assessments.models.practical import PracticalPage
from assessments.models.rubric import RubricCriterion
from assessments.models.submission import Submission
from competencies.models import OfTraineeQuerySet
from lms.people.models import User


class SelfAssessmentQuerySet(OfTraineeQuerySet["SelfAssessment"]):
    """Protected: read it through `visible_to`."""

    def visible_to(self, user: User) -> Self:
        """One's own; staff see those of the versions handed in by the trainees they follow."""
        return super().visible_to(user).filter(Q(submission__isnull=False) | Q(trainee=user.pk))


class SelfAssessment(models.Model):
    """What a trainee says of a version, or of the draft (`submission` None) until it is handed in. Said anew as often as they like.

    `rev` grows with each save: a save based on an older one is refused.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="self_assessments")
    practical = models.ForeignKey(PracticalPage, models.PROTECT, related_name="self_assessments")
    submission = models.OneToOneField(Submission, models.PROTECT, null=True, related_name="self_assessment")
    rev = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    objects = SelfAssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trainee", "practical"], condition=Q(submission=None), name="assessments_selfassessment_one_a_draft"
            )
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.practical_id} r{self.rev}"


class SelfMark(models.Model):
    """One line of the rubric as the trainee sees it: a level (none: they cannot say) and a sentence."""

    assessment = models.ForeignKey(SelfAssessment, models.CASCADE, related_name="marks")
    line = models.ForeignKey(RubricCriterion, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["line__position"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "line"], name="assessments_selfmark_once_a_line"),
            models.CheckConstraint(condition=Q(level=None) | Q(level__range=(0, 4)), name="assessments_selfmark_level_in_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} = {self.level}"
