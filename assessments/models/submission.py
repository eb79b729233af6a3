"""Work being prepared (one draft) and work handed in (versions, for ever)."""

import uuid

from django.db import models
from django.db.models import Q

from assessments.models.practical import PracticalPage
from assessments.models.rubric import Frozen, RubricVersion
from competencies.models import OfTraineeQuerySet
from curriculum.models import Run
from lms.files.models import PrivateFile
from lms.people.models import User


class Draft(models.Model):
    """What a trainee is writing for one practical. `rev` grows with each save: a save based on an older one is refused."""

    trainee = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    practical = models.ForeignKey(PracticalPage, models.PROTECT, related_name="drafts")
    text = models.TextField(blank=True)
    rev = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    objects = OfTraineeQuerySet["Draft"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trainee", "practical"], name="assessments_draft_once")]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.practical_id} r{self.rev}"


class DraftFile(models.Model):
    """A file kept with a draft until it is handed in or taken away."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    file = models.OneToOneField(PrivateFile, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.file_id)


class DraftText(models.Model):
    """A text put aside when two devices wrote the same draft: the one that was not kept. Its author may take it back; the last twenty stay."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="aside")
    text = models.TextField()
    put_at = models.DateTimeField()

    class Meta:
        ordering = ["-put_at", "-pk"]

    def __str__(self) -> str:
        return str(self.uuid)


class Submission(Frozen):
    """Version n of a trainee's work on a practical, in the run it was handed in. Never changed: revising makes version n+1.

    Tied to the rubric version of that moment. `key` is the form's: the same form sent twice makes one submission. Work done by
    several is a version of each, with the same text and files (`team`): each has their own thread and is judged for themselves.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="submissions")
    practical = models.ForeignKey(PracticalPage, models.PROTECT, related_name="submissions")
    run = models.ForeignKey(Run, models.PROTECT, related_name="submissions")
    rubric = models.ForeignKey(RubricVersion, models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    key = models.UUIDField()
    team = models.UUIDField(null=True, db_index=True, help_text="the same for the versions that several people handed in together")
    submitted_at = models.DateTimeField()
    statement_id = models.UUIDField()

    objects = OfTraineeQuerySet["Submission"].as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["trainee", "practical", "number"], name="assessments_submission_number_once"),
            models.UniqueConstraint(fields=["trainee", "key"], name="assessments_submission_form_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="assessments_submission_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.practical_id} v{self.number}"


class SubmittedFile(Frozen):
    """A file of one version of a work. The same stored file may be in several versions."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="files")
    file = models.ForeignKey(PrivateFile, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["submission", "file"], name="assessments_submittedfile_once")]

    def __str__(self) -> str:
        return str(self.file_id)
