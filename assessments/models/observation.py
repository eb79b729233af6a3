"""What a trainer saw beside a trainee, without any work handed in."""

import uuid

from django.db import models
from django.db.models import Q

from assessments.models.practical import PracticalPage
from assessments.models.rubric import Frozen, RubricCriterion, RubricVersion
from competencies.models import OfTraineeQuerySet
from curriculum.models import Run
from lms.files.models import PrivateFile
from lms.people.models import User


class Observation(Frozen):
    """One assessor's signed marks on what a trainee was seen doing, on a published rubric: signed at once, never changed.

    `uuid` is the form's key: sent twice, a form makes one. `observed_at` is when it was seen, `recorded_at` when it reached us.
    `practical` is the work under way, if it was one. Corrected by another that names it in `corrects` with a reason.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="observations")
    assessor = models.ForeignKey(User, models.PROTECT, related_name="+")
    rubric = models.ForeignKey(RubricVersion, models.PROTECT, related_name="observations")
    practical = models.ForeignKey(PracticalPage, models.PROTECT, null=True, related_name="observations")
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="observations")
    comment = models.TextField(blank=True)
    photo = models.ForeignKey(PrivateFile, models.PROTECT, null=True, related_name="+")
    voice = models.ForeignKey(PrivateFile, models.PROTECT, null=True, related_name="+")
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    statement_id = models.UUIDField()
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    reason = models.CharField(max_length=500, blank=True)

    objects = OfTraineeQuerySet["Observation"].as_manager()

    class Meta:
        ordering = ["-observed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(corrects=None) | ~Q(reason=""), name="assessments_observation_correction_has_reason"),
            models.CheckConstraint(
                condition=Q(observed_at__lte=models.F("recorded_at")), name="assessments_observation_seen_before_recorded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} by {self.assessor_id}"


class ObservedMark(Frozen):
    """The level seen for one line; a line left alone was not observed and has no row."""

    observation = models.ForeignKey(Observation, models.PROTECT, related_name="marks")
    line = models.ForeignKey(RubricCriterion, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["line__position"]
        constraints = [
            models.UniqueConstraint(fields=["observation", "line"], name="assessments_observedmark_once_a_line"),
            models.CheckConstraint(condition=Q(level__range=(0, 4)), name="assessments_observedmark_level_in_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} = {self.level}"
