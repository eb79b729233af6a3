"""Exports that a coordinator saved: what, of whom, when, for whom; and each time one ran."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.exports.models.deliveries import Destination
from lms.exports.models.files import Export
from lms.exports.rules.profiles import LAST_DAY, LONGEST_DAYS
from lms.people.models import Cohort, User
from lms.people.rules import Role


class ForCoordinationQuerySet(models.QuerySet["ExportProfile"]):
    """Protected: the coordination's."""

    def visible_to(self, user: User) -> Self:
        return self if user.role is Role.COORDINATOR else self.none()


class ExportProfile(models.Model):
    """What a file says, of whom, over which time, in which form, when it is made and where it goes. Edited in place; put away, never deleted.

    A run keeps its own copy of it (`Export.parameters`), with the rights of who saved it last (`saved_by`), asked anew each time.
    """

    class Period(models.TextChoices):
        ALL = "all", _("tout, depuis le début")
        SINCE = "since", _("ce qui a bougé depuis une date")
        DAYS = "days", _("ce qui a bougé ces derniers jours")
        CHANGES = "changes", _("ce qui a changé depuis le dernier envoi")

    class Cadence(models.TextChoices):
        NEVER = "", _("seulement quand je le demande")
        DAILY = "daily", _("chaque jour")
        WEEKLY = "weekly", _("chaque semaine")
        MONTHLY = "monthly", _("chaque mois")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    format = models.CharField(max_length=7, choices=Export.Format.choices)
    columns = models.JSONField(default=list, help_text="« sheet/column » each, as the screen says them; empty: all of them")
    cohorts = models.ManyToManyField(Cohort, blank=True, related_name="+", help_text="none: all of them")
    only_active = models.BooleanField(default=True, help_text="those who are there now, and not those who left")
    period = models.CharField(max_length=10, choices=Period.choices, default=Period.ALL)
    since = models.DateField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    hides_people = models.BooleanField(default=False)
    pseudonym_key = models.TextField(help_text="sealed: what makes the pseudonyms of this profile")
    cadence = models.CharField(max_length=10, choices=Cadence.choices, blank=True, default=Cadence.NEVER)
    hour = models.PositiveSmallIntegerField(default=6)
    day = models.PositiveSmallIntegerField(default=1, help_text="of the week from 0, or of the month from 1")
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    last_error = models.CharField(max_length=300, blank=True, help_text="why the last scheduled run was not asked for")
    destinations = models.ManyToManyField(Destination, blank=True, related_name="profiles")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ForCoordinationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(archived_at=None), name="exports_exportprofile_name_once"),
            models.CheckConstraint(condition=~Q(period="since") | Q(since__isnull=False), name="exports_exportprofile_since_has_date"),
            models.CheckConstraint(
                condition=~Q(period="days") | Q(days__isnull=False, days__range=(1, LONGEST_DAYS)), name="exports_exportprofile_days_named"
            ),
            models.CheckConstraint(condition=Q(hour__lte=23, day__lte=LAST_DAY), name="exports_exportprofile_hour_of_day"),
            models.CheckConstraint(
                condition=Q(next_at=None) | (~Q(cadence="") & Q(archived_at=None)), name="exports_exportprofile_next_when_scheduled"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProfileRun(models.Model):
    """One file of a profile. `mark` is what its receiver has once it is delivered (`rules.profiles`), where the profile sends changes.

    `delivered_at` is set when every way out took the file, or when it is complete and none was named. The latest delivered run of a
    profile, and those after it, are what the next one is compared with.
    """

    profile = models.ForeignKey(ExportProfile, models.PROTECT, related_name="runs")
    export = models.OneToOneField(Export, models.PROTECT, related_name="run")
    scheduled_for = models.DateTimeField(null=True)
    mark = models.BinaryField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "scheduled_for"], name="exports_profilerun_once_a_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.export_id}"
