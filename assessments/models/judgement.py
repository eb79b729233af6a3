"""An assessor's signed act on one version of a work."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from assessments.models.rubric import RubricCriterion
from assessments.models.submission import Submission
from assessments.rules import both_names
from lms.files.models import PrivateFile
from lms.people.models import User


class JudgementQuerySet(models.QuerySet["Judgement"]):
    """Protected: read it through `visible_to`."""

    def visible_to(self, user: User) -> Self:
        """Staff see the judgements of their trainees; a trainee sees the released ones of their own work."""
        seen = self.filter(submission__trainee__in=User.objects.trainees_visible_to(user))
        return seen.filter(Q(released_at__isnull=False) | ~Q(submission__trainee=user.pk))

    def current(self) -> Self:
        """Signed, and replaced by no signed one: neither corrected nor agreed upon since."""
        return self.filter(released_at__isnull=False, agreed=None).exclude(corrected_by__released_at__isnull=False)

    def signed_by(self, user: User) -> Self:
        return self.filter(Q(assessor=user) | Q(co_assessor=user))


class Judgement(models.Model):
    """One assessor's marks and comment on one submission: a draft (with its revision number) until released, then never changed.

    A released one is corrected by another that names it in `corrects` with a reason. One that two assessors agreed on is signed by
    both (`co_assessor` proposed it); what each had signed before names it in `agreed`, the only thing of them that changes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="judgements")
    assessor = models.ForeignKey(User, models.PROTECT, related_name="judgements")
    co_assessor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    comment = models.TextField(blank=True)
    asks_revision = models.BooleanField(default=False)  # « à revoir ensemble »
    rev = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    statement_id = models.UUIDField(null=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    agreed = models.ForeignKey("self", models.PROTECT, null=True, related_name="agreed_from")
    reason = models.CharField(max_length=500, blank=True)
    photo = models.ForeignKey(PrivateFile, models.PROTECT, null=True, related_name="+")
    voice = models.ForeignKey(PrivateFile, models.PROTECT, null=True, related_name="+")

    objects = JudgementQuerySet.as_manager()

    class Meta:
        ordering = ["released_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "assessor"], condition=Q(released_at=None), name="assessments_judgement_one_draft_each"
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | Q(released_at=None) | ~Q(reason=""), name="assessments_judgement_correction_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(statement_id__isnull=False), name="assessments_judgement_released_is_told"
            ),
            models.CheckConstraint(
                condition=Q(co_assessor=None) | (Q(released_at__isnull=False) & ~Q(co_assessor=models.F("assessor"))),
                name="assessments_judgement_two_who_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} by {self.assessor_id}"

    @property
    def signers(self) -> str:
        """Who signed, in words."""
        return both_names(str(self.assessor), str(self.co_assessor) if self.co_assessor else "")


class Mark(models.Model):
    """One rubric cell: the level seen for one line (none: not observed) and a comment."""

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="marks")
    line = models.ForeignKey(RubricCriterion, models.PROTECT, related_name="marks")
    level = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["line__position"]
        constraints = [
            models.UniqueConstraint(fields=["judgement", "line"], name="assessments_mark_once_a_line"),
            models.CheckConstraint(condition=Q(level=None) | Q(level__range=(0, 4)), name="assessments_mark_level_in_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} = {self.level}"
