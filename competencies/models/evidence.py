"""What was proven: evidence, append-only, and the standings it makes."""

import uuid
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competencies.models.framework import Competency, Criterion
from competencies.rules import EVIDENCE_KINDS, SUPPORTING
from lms.people.models import User

M = TypeVar("M", bound=models.Model)

EVIDENCE_WORDS = {
    "judgement": _("travail évalué"),
    "observation": _("vu sur place"),
    "answer": _("réponse évaluée"),
    "quiz": _("quiz"),
    "client": _("avis du client"),
    "tutor": _("grille du tuteur en immersion"),
    "prior": _("acquis d'avant"),
    "external": _("rapporté par un autre système"),
    "carried": _("repris de l'ancienne version du référentiel"),
    "decision": _("niveau décidé"),
}


class OfTraineeQuerySet(models.QuerySet[M]):
    """For models with a `trainee`: protected, read through `visible_to`."""

    def visible_to(self, user: User) -> Self:
        return self.filter(trainee__in=User.objects.trainees_visible_to(user))


class Evidence(models.Model):
    """One criterion seen at one level on one occasion. Append-only: withdrawn with a reason, never changed nor deleted.

    Without a criterion it speaks of the competency as a whole; without a level it only stands beside (`rules.SUPPORTING`). `note`
    is what the assessor wrote with it, or who said it. Ids of the occasion (a judgement) and of the statement are plain: neither
    table need live in this database.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="evidence")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="evidence")
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, related_name="evidence")
    kind = models.CharField(max_length=12, choices=EVIDENCE_WORDS, default="judgement")
    level = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=500, blank=True)
    occasion = models.UUIDField(db_index=True)
    statement_id = models.UUIDField()
    assessor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    objects = OfTraineeQuerySet["Evidence"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["trainee", "competency"], name="competencies_evidence_of")]
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(0, 4)), name="competencies_evidence_level_in_scale"),
            models.UniqueConstraint(fields=["occasion", "criterion"], name="competencies_evidence_once_an_occasion"),
            models.UniqueConstraint(
                fields=["occasion", "competency"], condition=Q(criterion=None), name="competencies_evidence_whole_once_an_occasion"
            ),
            models.CheckConstraint(condition=Q(kind__in=sorted(EVIDENCE_KINDS)), name="competencies_evidence_kind_known"),
            models.CheckConstraint(
                condition=Q(level__isnull=False) | Q(kind__in=sorted(SUPPORTING)), name="competencies_evidence_level_said"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="competencies_evidence_withdrawn_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id or self.competency_id} = {self.level}"


class Standing(models.Model):
    """The level of one trainee in one competency, kept current. Derived from evidence by `rules.level_reached` alone, and
    `statement_id` from the last `LevelMove`: `rebuild_standings` replays it to the same rows."""

    trainee = models.ForeignKey(User, models.PROTECT, related_name="standings")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="standings")
    level = models.PositiveSmallIntegerField()
    recent = models.PositiveSmallIntegerField(default=0)
    occasion = models.UUIDField()
    since = models.DateTimeField()
    refresh_at = models.DateTimeField(null=True)
    rule = models.CharField(max_length=40)
    statement_id = models.UUIDField(null=True)

    objects = OfTraineeQuerySet["Standing"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trainee", "competency"], name="competencies_standing_once"),
            models.CheckConstraint(condition=Q(level__range=(0, 4)), name="competencies_standing_level_in_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.competency_id} = {self.level}"


class LevelMove(models.Model):
    """One moment at which a kept level moved, and the statement that told it. Append-only: what growth over time is read from."""

    trainee = models.ForeignKey(User, models.PROTECT, related_name="level_moves")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="moves")
    before = models.PositiveSmallIntegerField()
    after = models.PositiveSmallIntegerField()
    occasion = models.UUIDField(null=True)
    rule = models.CharField(max_length=40)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    statement_id = models.UUIDField(unique=True)

    objects = OfTraineeQuerySet["LevelMove"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["trainee", "competency"], name="competencies_move_of")]
        constraints = [
            models.CheckConstraint(condition=Q(before__range=(0, 4), after__range=(0, 4)), name="competencies_move_level_in_scale"),
            models.CheckConstraint(condition=~Q(before=models.F("after")), name="competencies_move_moves"),
            models.CheckConstraint(condition=Q(after__gt=models.F("before")) | ~Q(reason=""), name="competencies_move_down_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.competency_id}: {self.before} → {self.after}"
