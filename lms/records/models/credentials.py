"""Who may speak to the store."""

from django.db import models
from django.db.models import Q

HOME = 1  # the number of this site's own store; others are given to organisations that must not see each other's statements


class Credential(models.Model):
    """A key and hashed secret (Basic) of a program. Its secret is shown once. Revoked, never deleted: statements name it as authority."""

    key = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    store = models.IntegerField(default=HOME)
    scopes = models.CharField(max_length=200, help_text="xAPI scopes, separated by spaces (1.0.3 §4.2)")
    origins = models.TextField(blank=True, help_text="web origins whose pages may use it, separated by spaces; none: programs only")
    authority = models.UUIDField(help_text="digest of the agent that its statements carry as authority")
    authority_text = models.TextField(help_text="that agent, as JSON")
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True, help_text="uuid of the person who made it; none when made by command")
    expires_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.CheckConstraint(condition=~Q(digest=""), name="records_credential_has_secret")]
        indexes = [models.Index(fields=["authority"], name="records_credential_authority")]

    def __str__(self) -> str:
        return self.label

    @property
    def scope_set(self) -> frozenset[str]:
        return frozenset(self.scopes.split())
