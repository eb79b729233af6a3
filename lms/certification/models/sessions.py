"""A certification, the sessions at which a jury looks at people for it, who sits there, and who is looked at."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competencies.models import Block, Framework
from lms.certification.rules import MOST_ACCESS_DAYS
from lms.people.models import RecordAccess, User
from lms.people.rules import Role


class ObtainedBy(models.TextChoices):
    """How the certification is obtained (accrochage: `obtentionCertification`)."""

    ADMISSION = "PAR_ADMISSION", _("par admission")
    SCORING = "PAR_SCORING", _("par score")


class Mode(models.TextChoices):
    """How people are examined (accrochage: `modalitePassageExamen`)."""

    ON_SITE = "EN_PRESENTIEL", _("en présence")
    REMOTE = "A_DISTANCE", _("à distance")
    MIXED = "MIXTE", _("les deux")


class Outcome(models.TextChoices):
    """What a jury decides of one block."""

    TOTAL = "total", _("validé")
    PARTIAL = "partial", _("validé en partie")
    NONE = "none", _("pas encore validé")
    ABSENT = "absent", _("absent")


class Certification(models.Model):
    """What a body certifies on a framework and by which rules, as a version: never changed; the next one replaces it from its day on.

    Certifier, type and code may be empty: the title may not exist yet. `acquired_percent`: how much of a block's competencies have to be
    acquired; `hours_percent`: how much of its planned hours have to be done; `needs_validation`: an assessor has validated the block.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="certifications", verbose_name=_("référentiel"))
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("intitulé"), max_length=200)
    certifier = models.CharField(_("certificateur"), max_length=200, blank=True)
    kind = models.CharField(_("type"), max_length=60, blank=True)
    code = models.CharField(_("code"), max_length=60, blank=True)
    obtained_by = models.CharField(_("obtenue"), max_length=15, choices=ObtainedBy.choices, default=ObtainedBy.ADMISSION)
    acquired_percent = models.PositiveSmallIntegerField(_("part des compétences acquises"), default=100)
    hours_percent = models.PositiveSmallIntegerField(_("part des heures faites"), default=0)
    needs_validation = models.BooleanField(_("le bloc doit être validé par un formateur"), default=False)
    access_days = models.PositiveSmallIntegerField(_("jours de lecture après la clôture"), default=30)
    starts_on = models.DateField(_("s'applique depuis le"))
    reason = models.CharField(_("ce qui change"), max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["title", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="certification_version_once"),
            models.CheckConstraint(condition=Q(acquired_percent__lte=100, hours_percent__lte=100), name="certification_percents"),
            models.CheckConstraint(condition=Q(access_days__lte=MOST_ACCESS_DAYS), name="certification_access_ends"),
            models.CheckConstraint(condition=~Q(title=""), name="certification_has_title"),
        ]

    def __str__(self) -> str:
        return " – ".join(part for part in (self.title, self.certifier) if part)


class SessionQuerySet(models.QuerySet["CertificationSession"]):
    """Protected: the coordination, its jury while its access is open, and whoever may read one of its candidates."""

    def visible_to(self, user: User) -> Self:
        if user.role is Role.COORDINATOR:
            return self
        if user.role is Role.CERTIFIER:
            return self.filter(uuid__in=RecordAccess.objects.open_to(user.pk).values("session"))
        if user.role not in (Role.TRAINEE, Role.TRAINER):
            return self.none()
        followed = Candidate.objects.filter(trainee__in=User.objects.trainees_visible_to(user), withdrawn_at=None)
        return self.filter(pk__in=followed.values("session"))


class CertificationSession(models.Model):
    """A jury on one or several days. Its candidates are open to the jury's accounts from `opens_on` to `access_days` after its closing.

    Closed once every decision is signed; what is decided after that is a correction.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # drawn by the form: sent twice, made once
    certification = models.ForeignKey(Certification, models.PROTECT, related_name="sessions", verbose_name=_("certification"))
    name = models.CharField(_("nom"), max_length=120)
    opens_on = models.DateField(_("le jury lit les dossiers à partir du"))
    starts_on = models.DateField(_("premier jour"))
    ends_on = models.DateField(_("dernier jour"))
    mode = models.CharField(_("comment"), max_length=13, choices=Mode.choices, default=Mode.ON_SITE)
    place = models.CharField(_("lieu"), max_length=200)
    postal_code = models.CharField(_("code postal"), max_length=5, blank=True)
    time_words = models.CharField(_("horaires"), max_length=120, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), opens_on__lte=F("starts_on")), name="certification_session_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="certification_session_closed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def where(self) -> str:
        """The place with its postal code, said once."""
        return self.place if self.postal_code in self.place else f"{self.place} {self.postal_code}"


class JuryMember(models.Model):
    """Someone who sits in the jury, in their own name. With an account they read and sign here; without one they sign on paper.

    Taken off, never deleted: what they signed stays theirs.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(CertificationSession, models.PROTECT, related_name="jury")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="juries")
    name = models.CharField(_("nom"), max_length=120)
    quality = models.CharField(_("qualité"), max_length=120, blank=True)
    is_president = models.BooleanField(_("préside le jury"), default=False)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-is_president", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], condition=Q(removed_at=None), name="certification_member_once"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(removed_at=None, is_president=True), name="certification_one_president"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CandidateQuerySet(models.QuerySet["Candidate"]):
    """Protected: of a session one may see, and of a person one may read."""

    def visible_to(self, user: User) -> Self:
        seen = CertificationSession.objects.visible_to(user)
        return self.filter(session__in=seen.values("pk"), trainee__in=User.objects.trainees_visible_to(user))


class Candidate(models.Model):
    """One trainee presented at a session. Withdrawn with a reason, never deleted. `convoked_at`: told when and where to come."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(CertificationSession, models.PROTECT, related_name="candidates")
    trainee = models.ForeignKey(User, models.PROTECT, related_name="candidacies")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    convoked_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["trainee__last_name", "trainee__first_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "trainee"], condition=Q(withdrawn_at=None), name="certification_candidate_once"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="certification_candidate_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.trainee_id}"


class PresentedBlock(models.Model):
    """One block that a candidate presents, with what spoke for it and against it that day. `despite`: why it is presented all the same."""

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="presented")
    block = models.ForeignKey(Block, models.PROTECT, related_name="+")
    is_eligible = models.BooleanField()
    missing = models.JSONField(default=list)
    despite = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["block__sort_order", "block__code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "block"], name="certification_block_presented_once"),
            models.CheckConstraint(condition=Q(is_eligible=True) | ~Q(despite=""), name="certification_block_despite_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.block_id}"
