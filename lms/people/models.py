"""People, the cohorts they belong to, and what tells them something. No learning record lives here."""

import uuid
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from lms.people.rules import Role


class UserQuerySet(models.QuerySet["User"]):
    """Protected: read it through `visible_to`."""

    def with_role_name(self) -> Self:
        """Each person with their role, so that asking for it costs no query."""
        role = Group.objects.filter(user=OuterRef("pk"), name__in=list(Role)).order_by("pk").values("name")[:1]
        return self.annotate(role_name=Coalesce(Subquery(role), Value("")))

    def with_role(self, *roles: Role) -> Self:
        return self.filter(groups__name__in=roles)

    def trainees_visible_to(self, user: "User") -> Self:
        """The trainees whose learning record `user` may read: the one rule every protected model leans on."""
        role = user.role
        if role is Role.TRAINEE:
            return self.filter(pk=user.pk)
        trainees = self.with_role(Role.TRAINEE)
        if role is Role.COORDINATOR:
            return trainees
        if role is Role.CERTIFIER:
            return trainees.filter(pk__in=RecordAccess.objects.open_to(user.pk).values("trainee"))
        if role in (Role.TRAINER, Role.COUNSELLOR):
            cohorts = Membership.objects.filter(user=user.pk, left_at=None).values("cohort")
            return trainees.filter(memberships__cohort__in=cohorts, memberships__left_at=None).distinct()
        return self.none()

    def visible_to(self, user: "User") -> Self:
        """The people whose name and account `user` may see."""
        if user.role in (Role.COORDINATOR, Role.ADMINISTRATOR):
            return self
        return self.filter(Q(pk=user.pk) | Q(pk__in=User.objects.trainees_visible_to(user)))


class PeopleManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # built by the library
    """Django's user manager with our queryset."""


class User(AbstractUser):  # type: ignore[django-manager-missing]  # managers of Wagtail's media carry no types
    """A person with an account. `uuid` is the only name xAPI ever sees. Written by `people.services`, kept until erased."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    must_choose_password = models.BooleanField(_("doit choisir son mot de passe"), default=False)
    created_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", editable=False)

    objects: ClassVar[PeopleManager] = PeopleManager()

    class Meta:
        ordering = ["last_name", "first_name", "pk"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @classmethod
    def known(cls, pk: int, role: Role) -> "User":
        """Somebody of whom no more than this is known: what `visible_to` asks of a reader, for a prepared query."""
        person = cls(pk=pk)
        person.__dict__["role_name"] = role
        return person

    @cached_property
    def role(self) -> Role | None:
        """The one role of this person: their group. Comes with the row of `with_role_name`, read once otherwise."""
        name = self.__dict__.get("role_name")
        if name is None:
            name = self.groups.filter(name__in=list(Role)).order_by("pk").values_list("name", flat=True).first()
        return Role(name) if name else None


class TrainingSite(models.Model):
    """A place where people train, with its number of workstations. Written by the coordinator or the programme's data."""

    code = models.CharField(_("code"), max_length=16, unique=True)
    name = models.CharField(_("nom"), max_length=120)
    seats = models.PositiveSmallIntegerField(_("postes"))
    has_sound_studio = models.BooleanField(_("studio son"), default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class CohortQuerySet(models.QuerySet["Cohort"]):
    """Protected: read it through `visible_to`."""

    def visible_to(self, user: "User") -> Self:
        role = user.role
        if role is Role.COORDINATOR:
            return self
        if role is Role.CERTIFIER:  # a cohort is then its candidates, and nobody else of it
            candidates = RecordAccess.objects.open_to(user.pk).values("trainee")
            return self.filter(memberships__user__in=candidates, memberships__left_at=None).distinct()
        if role in (Role.TRAINER, Role.COUNSELLOR):
            return self.filter(memberships__user=user.pk, memberships__left_at=None).distinct()
        return self.none()


class Cohort(models.Model):
    """A group that follows a programme between two dates. Closed, never deleted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("nom"), max_length=120, unique=True)
    site = models.ForeignKey(TrainingSite, models.PROTECT, related_name="cohorts", verbose_name=_("site"))
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"))
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="people_cohort_ends_after_start"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="people_cohort_closed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person in one cohort, trainee or staff, from a day to another. Ended, never deleted."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    site = models.ForeignKey(TrainingSite, models.PROTECT, null=True, blank=True, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "user"], condition=Q(left_at=None), name="people_membership_once_at_a_time"),
        ]
        indexes = [models.Index(fields=["user", "left_at"], name="people_membership_user")]

    def __str__(self) -> str:
        return f"{self.user} · {self.cohort}"


class RecordAccessQuerySet(models.QuerySet["RecordAccess"]):
    """Protected: what one may read oneself."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(reader=user.pk)

    def open_to(self, reader: int) -> Self:
        """What a certifier may read now, by the database's own clock: a prepared query (ADR 18) asks anew each time."""
        return self.filter(reader=reader, opens_at__lte=Now(), closes_at__gt=Now())


class RecordAccess(models.Model):
    """A certifier may read one trainee's record, for one session, from a moment to another (promises.md S32). Nothing else lets a certifier read.

    Written by `lms.certification`, which owns sessions; this floor only asks whether it holds.
    """

    reader = models.ForeignKey(User, models.CASCADE, related_name="record_accesses")
    trainee = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")  # none: a session without candidates yet
    session = models.UUIDField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    objects = RecordAccessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "reader", "trainee"], name="people_recordaccess_once"),
        ]
        indexes = [models.Index(fields=["reader", "closes_at"], name="people_recordaccess_reader")]

    def __str__(self) -> str:
        return f"{self.reader_id} {self.trainee_id} {self.session}"


class WorkingGroupQuerySet(models.QuerySet["WorkingGroup"]):
    """Protected: those who teach a cohort make its groups and see them."""

    def visible_to(self, user: "User") -> Self:
        if user.role not in (Role.TRAINER, Role.COORDINATOR):
            return self.none()
        return self.filter(cohort__in=Cohort.objects.visible_to(user))


class WorkingGroup(models.Model):
    """Trainees of a cohort put together on a day for a purpose, as one team or shared out in several.

    A note of those who teach, no part of anybody's record: written once, deleted when it has served.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # drawn by the form: sent twice, saved once
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="groups")
    name = models.CharField(_("nom"), max_length=80)
    purpose = models.CharField(_("pour quoi faire"), max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = WorkingGroupQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class WorkingGroupMemberQuerySet(models.QuerySet["WorkingGroupMember"]):
    """Protected: a name shows only to those who still follow that trainee."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(group__in=WorkingGroup.objects.visible_to(user), trainee__in=User.objects.trainees_visible_to(user))


class WorkingGroupMember(models.Model):
    """One trainee in one team of a group. Goes with the group."""

    group = models.ForeignKey(WorkingGroup, models.CASCADE, related_name="members")
    trainee = models.ForeignKey(User, models.CASCADE, related_name="+")
    team = models.PositiveSmallIntegerField()  # 1, 2…

    objects = WorkingGroupMemberQuerySet.as_manager()

    class Meta:
        ordering = ["team", "trainee__last_name", "trainee__first_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "trainee"], name="people_workinggroupmember_once"),
            models.CheckConstraint(condition=Q(team__gte=1), name="people_workinggroupmember_team_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.team} {self.trainee_id}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Protected: a notice is read by the person it was written for."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(recipient_id=user.pk)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """Something to tell one person, with where to go. Written by services beside the fact, marked read by its reader."""

    recipient = models.ForeignKey(User, models.CASCADE, related_name="notices")
    text = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["recipient", "read_at"], name="people_notice_unread")]

    def __str__(self) -> str:
        return self.text


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Protected: a token is listed to its owner."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(user_id=user.pk)


class ApiToken(models.Model):
    """A secret that acts as its owner on /api/v1/, kept hashed (SHA-256 of 256 random bits), shown once. Revoked, never deleted.

    It reads; it writes only where its owner said so when it was made (`may_write`).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    label = models.CharField(_("nom"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.label


class ApiAnswer(models.Model):
    """What a program was answered to a request it named by a key: the same key with the same request gets it again (`services.answer_once`).

    Kept for a week. Read by the program that sent it alone.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the request")
    status = models.PositiveSmallIntegerField()
    text = models.TextField(help_text="JSON, as it was answered")
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="people_apianswer_key_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
