"""Badges as they were issued, the keys that signed them, and badges of elsewhere that wait for a decision."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competencies.models import Block, Competency, OfTraineeQuerySet
from lms.badges.rules import LIST_SIZE, Verdict
from lms.files.models import PrivateFile
from lms.people.models import User


class SigningKey(models.Model):
    """An Ed25519 key of this site. It signs while it is active; its public part is kept and served for ever, so that old badges verify.

    Written by `services.rotate_key`. `kid` is its RFC 7638 thumbprint, `public` its JWK, `sealed` its private part (`lms.sealed`).
    """

    kid = models.CharField(max_length=43, unique=True)
    public = models.JSONField()
    sealed = models.TextField()
    active_from = models.DateTimeField()
    active_until = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-active_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(active_until=None) | Q(active_until__gte=F("active_from")), name="badges_signingkey_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.kid


class Badge(models.Model):
    """One Open Badge 3.0 of one trainee for one competency or block. Append-only: revoked with a reason, never changed nor deleted.

    `document` (JSON-LD with its proof) and `token` (VC-JWT) are what was signed, to the byte. What the holder shares may change:
    `share_token` opens a public page, with the name only where `shares_name`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="badges")
    competency = models.ForeignKey(Competency, models.PROTECT, null=True, related_name="badges")
    block = models.ForeignKey(Block, models.PROTECT, null=True, related_name="badges")
    title = models.CharField(max_length=250)
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="badges")
    document = models.TextField()
    token = models.TextField()
    status_index = models.PositiveIntegerField(unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True)
    statement_id = models.UUIDField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revoked_reason = models.CharField(max_length=500, blank=True)
    share_token = models.CharField(max_length=43, null=True, unique=True)  # noqa: DJ001  none shared: NULL, which may stand twice
    shares_name = models.BooleanField(default=False)

    objects = OfTraineeQuerySet["Badge"].as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(competency=None, block__isnull=False) | Q(competency__isnull=False, block=None),
                name="badges_badge_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(status_index__lt=LIST_SIZE), name="badges_badge_index_in_list"),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("issued_at")), name="badges_badge_expires_after_issue"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, revoked_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason="")),
                name="badges_badge_revoked_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(share_token__isnull=False) | Q(shares_name=False), name="badges_badge_name_only_when_shared"
            ),
            models.UniqueConstraint(
                fields=["trainee", "competency"], condition=Q(revoked_at=None, expires_at=None), name="badges_badge_one_a_competency"
            ),
            models.UniqueConstraint(
                fields=["trainee", "block"], condition=Q(revoked_at=None, expires_at=None), name="badges_badge_one_a_block"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PriorBadge(models.Model):
    """A badge of elsewhere that somebody brings as prior learning: the file as it came, what was found in it, and what a person decides.

    Written by `services.add_prior` and `decide_prior`; once decided it never changes.
    """

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("accepté")
        REFUSED = "refused", _("pas retenu")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="prior_badges")
    file = models.OneToOneField(PrivateFile, models.PROTECT, related_name="prior_badge")
    verdict = models.CharField(max_length=20, choices=[(verdict.value, verdict.value) for verdict in Verdict])
    title = models.CharField(max_length=250, blank=True)
    issuer = models.CharField(max_length=250, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)

    objects = OfTraineeQuerySet["PriorBadge"].as_manager()

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None, reason="")
                | (Q(decision__in=["accepted", "refused"], decided_at__isnull=False, decided_by__isnull=False) & ~Q(reason="")),
                name="badges_priorbadge_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.uuid)
