"""What is asked, by a link used once, of somebody outside who saw a trainee work."""

import hashlib
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competencies.models.evidence import OfTraineeQuerySet
from competencies.models.framework import Competency
from lms import clock
from lms.people.models import User

ASKED_WORDS = {"client": _("client, sur une commande"), "tutor": _("tuteur, en immersion")}
SEEN_WORDS = {"done": _("vu, bien fait"), "helped": _("vu, avec de l'aide"), "unseen": _("pas vu")}
STATE_WORDS = {"open": _("attend sa réponse"), "used": _("a répondu"), "revoked": _("lien fermé"), "expired": _("lien passé, sans réponse")}


def digest_of(secret: str) -> str:
    """What is kept of the secret of a link."""
    return hashlib.sha256(secret.encode()).hexdigest()


class OpinionRequest(models.Model):
    """One link for one named person outside, about one trainee and some competencies. Made by a trainer or a coordinator, who stands
    as the assessor of what comes back; used once, closed by hand or by time. Never deleted.

    `uuid` is the form's key and the occasion of the evidence it gives. Of the link only `digest` is kept: SHA-256 of its secret.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="opinion_requests")
    kind = models.CharField(max_length=8, choices=ASKED_WORDS)
    name = models.CharField(max_length=80)
    about = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    used_at = models.DateTimeField(null=True)

    objects = OfTraineeQuerySet["OpinionRequest"].as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(ASKED_WORDS)), name="competencies_opinion_kind_known"),
            models.CheckConstraint(condition=~Q(name=""), name="competencies_opinion_names_someone"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False, used_at=None),
                name="competencies_opinion_revoked_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.name}"

    @property
    def state(self) -> str:
        """`open`, or why the link opens nothing any more: `used`, `revoked`, `expired`."""
        if self.used_at:
            return "used"
        if self.revoked_at:
            return "revoked"
        return "expired" if clock.now() >= self.expires_at else "open"

    @property
    def state_word(self) -> str:
        return str(STATE_WORDS[self.state])


class OpinionLine(models.Model):
    """One competency asked about, and what was answered: « pas vu » is kept here and is no evidence."""

    request = models.ForeignKey(OpinionRequest, models.CASCADE, related_name="lines")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    seen = models.CharField(max_length=6, choices=SEEN_WORDS, blank=True)
    comment = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["request", "position"]
        constraints = [
            models.UniqueConstraint(fields=["request", "competency"], name="competencies_opinionline_competency_once"),
            models.CheckConstraint(condition=Q(seen__in=["", *SEEN_WORDS]), name="competencies_opinionline_seen_known"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.competency_id} {self.seen}"
