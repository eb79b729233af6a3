"""One take of a quiz by one trainee: what was asked, what was answered, every earlier answer too."""

import uuid

from django.db import models
from django.db.models import Q

from assessments.models.question import QuestionVersion
from assessments.models.quiz import FeedbackMode, QuizPage
from competencies.models import OfTraineeQuerySet
from curriculum.models import Run
from lms.files.models import PrivateFile
from lms.people.models import User


class Attempt(models.Model):
    """A take of a quiz: open until handed in, then kept as it is. What the page said of feedback and time that day is kept with it.

    `seconds_allowed` (none: no limit) is counted from `started_at` by a clock that no one sets (`boot`, `ticks`: lms.clock).
    `builds_on` is the take whose answers it began from. `score` and `points` are known once handed in; what a person has yet
    to look at is not in them.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(QuizPage, models.PROTECT, related_name="attempts")
    run = models.ForeignKey(Run, models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    key = models.UUIDField()
    builds_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    mode = models.CharField(max_length=5, choices=FeedbackMode.choices)
    is_exam = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    boot = models.CharField(max_length=40, blank=True)
    ticks = models.FloatField(default=0)
    seconds_allowed = models.PositiveIntegerField(null=True)
    submitted_at = models.DateTimeField(null=True)
    score = models.FloatField(null=True)
    points = models.FloatField(null=True)
    statement_id = models.UUIDField(null=True)

    objects = OfTraineeQuerySet["Attempt"].as_manager()

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["trainee", "quiz", "number"], name="assessments_attempt_number_once"),
            models.UniqueConstraint(fields=["trainee", "key"], name="assessments_attempt_form_once"),
            models.UniqueConstraint(fields=["trainee", "quiz"], condition=Q(submitted_at=None), name="assessments_attempt_one_open"),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(score__isnull=False, points__isnull=False),
                name="assessments_attempt_handed_in_is_scored",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.quiz_id} n{self.number}"

    @property
    def asks_each(self) -> bool:
        """Whether each answer is looked at as it is given."""
        return self.mode != FeedbackMode.AT_END and not self.is_exam


class AttemptItem(models.Model):
    """One question of a take, in the version that was asked, with the answer kept last.

    `answer` is `rules.scoring.Answer`; `rev` grows with each one kept. `seed` decides the order its options are shown in.
    `checked_at`: the trainee was told about this answer; `tries` how often. `carried_from`: the item
    of an earlier take whose answer this is, where it was first given.
    """

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=120, blank=True)
    section_text = models.TextField(blank=True)
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="items")
    seed = models.PositiveIntegerField()
    answer = models.JSONField(null=True)
    rev = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    carried_from = models.ForeignKey("self", models.CASCADE, null=True, related_name="carried")
    score = models.FloatField(null=True)

    class Meta:
        ordering = ["attempt", "position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="assessments_attemptitem_position_once"),
            models.CheckConstraint(condition=Q(score=None) | Q(score__range=(0, 1)), name="assessments_attemptitem_score_is_share"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} q{self.position}"


class AnswerKept(models.Model):
    """Every answer ever kept on an item, in the order the server took them. `late`: it came after the time; it does not count."""

    item = models.ForeignKey(AttemptItem, models.CASCADE, related_name="history")
    rev = models.PositiveIntegerField()
    answer = models.JSONField(null=True)
    at = models.DateTimeField()
    late = models.BooleanField(default=False)

    class Meta:
        ordering = ["item", "pk"]

    def __str__(self) -> str:
        return f"{self.item_id} r{self.rev}"


class AnswerFile(models.Model):
    """A file given as an answer."""

    item = models.ForeignKey(AttemptItem, models.CASCADE, related_name="files")
    file = models.ForeignKey(PrivateFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.file_id)


class AnswerJudgement(models.Model):
    """What a person says of an answer that no rule can mark: signed once, corrected by another that names it with a reason.

    `marks`: level (or null, "not observed") by the pk of a line of `rubric`. `score` is the share of the points.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(AttemptItem, models.PROTECT, related_name="judgements")
    assessor = models.ForeignKey(User, models.PROTECT, related_name="+")
    rubric = models.ForeignKey("assessments.RubricVersion", models.PROTECT, null=True, related_name="+")
    marks = models.JSONField(default=dict)
    score = models.FloatField()
    comment = models.TextField(blank=True)
    released_at = models.DateTimeField()
    statement_id = models.UUIDField()
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["released_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(corrects=None), name="assessments_answerjudgement_first_once"),
            models.CheckConstraint(condition=Q(corrects=None) | ~Q(reason=""), name="assessments_answerjudgement_correction_has_reason"),
            models.CheckConstraint(condition=Q(score__range=(0, 1)), name="assessments_answerjudgement_score_is_share"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} by {self.assessor_id}"
