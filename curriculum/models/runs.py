"""Who follows what, and each take of each module."""

import uuid

from django.db import models
from django.db.models import F, Q

from competencies.models import OfTraineeQuerySet
from content.models import HoursKind, StepPage
from curriculum.models.pages import ModulePage, ProgrammePage
from lms.people.models import Cohort, User


class Enrolment(models.Model):
    """One trainee on one programme within one cohort. Ended, never deleted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="enrolments")
    programme = models.ForeignKey(ProgrammePage, models.PROTECT, related_name="enrolments")
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="enrolments")
    enrolled_at = models.DateTimeField()
    enrolled_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = OfTraineeQuerySet["Enrolment"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trainee", "programme"], condition=Q(withdrawn_at=None), name="curriculum_enrolment_once"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None) | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="curriculum_enrolment_withdrawn_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} → {self.programme_id}"


class Run(models.Model):
    """One take of one module by one trainee; its uuid is the registration of every statement made in it (xAPI §2.4.6.1).

    Opened by the first step or by *Refaire*; closed only by the next run; never deleted. A module with runs is archived, not deleted.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="runs")
    module = models.ForeignKey(ModulePage, models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)

    objects = OfTraineeQuerySet["Run"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trainee", "module", "number"], name="curriculum_run_number_once"),
            models.UniqueConstraint(fields=["trainee", "module"], condition=Q(closed_at=None), name="curriculum_run_one_open"),
            models.CheckConstraint(condition=Q(number__gte=1), name="curriculum_run_number_from_one"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="curriculum_run_closed_after_opened"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.module_id} #{self.number}"


class StepVisit(models.Model):
    """One step in one run: when seen, where the reading stopped, when completed and for how many minutes of which kind."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="visits")
    step = models.ForeignKey(StepPage, models.PROTECT, related_name="visits")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    place = models.CharField(max_length=40, blank=True)  # id of the block where reading stopped
    completed_at = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(default=0)  # of the step on the day it was completed
    hours_kind = models.CharField(max_length=10, choices=HoursKind.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "step"], name="curriculum_stepvisit_once_a_run"),
            models.CheckConstraint(
                condition=Q(completed_at=None, minutes=0, hours_kind="") | (Q(completed_at__isnull=False) & ~Q(hours_kind="")),
                name="curriculum_stepvisit_minutes_when_completed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.step_id}"
