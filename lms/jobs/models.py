"""Background work that was asked for: one row from asked to done, stopped by who asked, or failed with a reason."""

import uuid

from django.db import models
from django.db.models import Q


class Job(models.Model):
    """One piece of background work. `lease_until` says until when a worker answers for it: past it, another may take it over.

    Ends as done or failed-with-reason whatever dies (promises.md G6). `kind` names the task, `subject` what it works on.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"  # by who asked

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    subject = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "lease_until"], name="jobs_job_lease")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="jobs_job_once_a_subject"),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error=""), name="jobs_job_failed_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
