"""Short comments kept to be used again on a sheet."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from competencies.models import Criterion
from lms.people.models import User
from lms.people.rules import Role


class PhraseQuerySet(models.QuerySet["Phrase"]):
    """Protected: read it through `visible_to`."""

    def visible_to(self, user: User) -> Self:
        """A trainer's own and those the team shares. Nobody else judges, so nobody else reads them."""
        return self.filter(Q(author=user.pk) | Q(is_shared=True), removed_at=None) if user.role is Role.TRAINER else self.none()


class Phrase(models.Model):
    """A ready-made comment on one criterion, or on any work (`criterion` None). Its author's, or the team's too when shared.

    Written and removed by its author; `uses` counts the judgements signed with it. Removed, it stays as a row.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=300)
    is_shared = models.BooleanField(default=False)
    uses = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = PhraseQuerySet.as_manager()

    class Meta:
        ordering = ["-uses", "text", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="assessments_phrase_has_text"),
            models.UniqueConstraint(fields=["author", "criterion", "text"], condition=Q(removed_at=None), name="assessments_phrase_once"),
            models.UniqueConstraint(
                fields=["author", "text"], condition=Q(removed_at=None, criterion=None), name="assessments_phrase_once_for_any_work"
            ),
        ]

    def __str__(self) -> str:
        return self.text
