"""How levels are made: the rules of a framework, version after version."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competencies.models.evidence import OfTraineeQuerySet
from competencies.models.framework import Block, Competency, Framework
from competencies.rules import POLICY_KINDS
from lms.people.models import User

LEVEL_KINDS = {
    "best": _("le meilleur niveau prouvé"),
    "latest": _("la dernière fois"),
    "n_of_last": _("n fois sur les m dernières"),
    "decaying": _("moyenne qui donne plus de poids au plus récent"),
    "all_criteria": _("tous les critères, chacun à son meilleur"),
    "points": _("points par critère"),
}
BLOCK_KINDS = {
    "block_all": _("toutes les compétences du bloc"),
    "block_n": _("n compétences du bloc"),
    "block_points": _("points par compétence"),
}


class LevelRule(models.Model):
    """One version of the rule of a framework, of one of its competencies or of one of its blocks. Written once, applied at once by a
    named person with a reason; the highest `version` of the narrowest scope is in force.

    `settings` holds what its kind reads, under the names of `rules.Policy`; criteria and competencies by their codes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="rules")
    competency = models.ForeignKey(Competency, models.PROTECT, null=True, related_name="rules")
    block = models.ForeignKey(Block, models.PROTECT, null=True, related_name="rules")
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=LEVEL_KINDS | BLOCK_KINDS)
    settings = models.JSONField(default=dict)
    reason = models.CharField(max_length=500)
    applied_at = models.DateTimeField()
    applied_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "version"], name="competencies_rule_version_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="competencies_rule_has_reason"),
            models.CheckConstraint(
                condition=Q(kind__in=POLICY_KINDS, block=None) | Q(kind__in=list(BLOCK_KINDS), competency=None, block__isnull=False),
                name="competencies_rule_kind_fits_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def code(self) -> str:
        """As standings and statements name it."""
        return f"{self.kind}/{self.version}"


class BlockValidation(models.Model):
    """A block of the framework validated for one trainee by a named assessor, with what they saw. Gained for good: never changed nor deleted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="block_validations")
    block = models.ForeignKey(Block, models.PROTECT, related_name="validations")
    assessment = models.CharField(max_length=1000)
    rule = models.CharField(max_length=40)
    levels = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    statement_id = models.UUIDField()

    objects = OfTraineeQuerySet["BlockValidation"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trainee", "block"], name="competencies_block_validated_once"),
            models.CheckConstraint(condition=~Q(assessment=""), name="competencies_block_validation_says_what_was_seen"),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.block_id}"
