"""Who may speak to the store."""

from django.db import models
from django.db.models import Q

HOME = 1  # the number of this site's own store; others are given to organisations that must not see each other's statements


class Credential(models.Model):
    """A key and hashed secret (Basic) with which a program reads the store. Its secret is shown once. Revoked, never deleted."""

    key = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True, help_text="uuid of the person who made it; none when made by command")
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.CheckConstraint(condition=~Q(digest=""), name="records_credential_has_secret")]

    def __str__(self) -> str:
        return self.label
