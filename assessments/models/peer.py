"""What trainees of one cohort say of one another's work, where the author of a practical asks for it. It proves nothing."""

import uuid
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from assessments.models.practical import PeerMode
from assessments.models.rubric import RubricCriterion
from assessments.models.submission import Submission
from assessments.rules import OBJECTION_HOURS, REVIEW_DAYS
from lms import clock
from lms.people.models import Membership, User
from lms.people.rules import Role


class PeerReviewQuerySet(models.QuerySet["PeerReview"]):
    """Protected: read it through `visible_to`, the work it is about through `open_to`."""

    def open_to(self, user: User) -> Self:
        """Those this trainee is to write now, the only time when they see the work of another: assigned these days, not given yet, of
        somebody still in a cohort of theirs, on a practical that still asks for it."""
        mine = Membership.objects.filter(user=user.pk, left_at=None).values("cohort")
        waiting = self.filter(reviewer=user.pk, given_at=None, assigned_at__gt=clock.now() - timedelta(days=REVIEW_DAYS))
        waiting = waiting.filter(submission__practical__live=True).exclude(submission__practical__peer_review=PeerMode.OFF)
        shared = Q(submission__trainee__memberships__cohort__in=mine, submission__trainee__memberships__left_at=None)
        return waiting.filter(shared).distinct() if user.role is Role.TRAINEE else self.none()

    def given(self) -> Self:
        return self.filter(given_at__isnull=False)

    def readable(self) -> Self:
        """Given, and let through by a trainer, or left alone for long enough; never a hidden one."""
        unopposed = Q(decided_at__isnull=False) | Q(given_at__lte=clock.now() - timedelta(hours=OBJECTION_HOURS))
        return self.given().filter(unopposed, is_hidden=False)

    def visible_to(self, user: User) -> Self:
        """Given ones: a trainee's own words, what is said of their work once it may be read; staff, of the trainees they follow."""
        if user.role is Role.TRAINEE:
            read = self.readable().filter(submission__trainee=user.pk).values("pk")
            return self.given().filter(Q(reviewer=user.pk) | Q(pk__in=read))
        if user.role in (Role.TRAINER, Role.COORDINATOR, Role.COUNSELLOR):
            return self.given().filter(submission__trainee__in=User.objects.trainees_visible_to(user))
        return self.none()


class PeerReview(models.Model):
    """One trainee's look at a version of another's work: assigned, then given, once. A trainer may let it be read at once, or hide it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="peer_reviews")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="peer_reviews")
    is_anonymous = models.BooleanField()  # as the practical asked when it was assigned: a promise made is kept
    assigned_at = models.DateTimeField()
    works = models.TextField(blank=True)
    to_try = models.TextField(blank=True)
    given_at = models.DateTimeField(null=True)
    statement_id = models.UUIDField(null=True)
    is_hidden = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PeerReviewQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "reviewer"], name="assessments_peerreview_once"),
            models.CheckConstraint(
                condition=Q(given_at=None) | (~Q(works="") & ~Q(to_try="") & Q(statement_id__isnull=False)),
                name="assessments_peerreview_given_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, is_hidden=False) | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="assessments_peerreview_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} by {self.reviewer_id}"


class PeerMark(models.Model):
    """A level a classmate gives on one of the lines that the author chose."""

    review = models.ForeignKey(PeerReview, models.CASCADE, related_name="marks")
    line = models.ForeignKey(RubricCriterion, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["line__position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "line"], name="assessments_peermark_once_a_line"),
            models.CheckConstraint(condition=Q(level__range=(0, 4)), name="assessments_peermark_level_in_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} = {self.level}"
