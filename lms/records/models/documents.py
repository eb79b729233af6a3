"""Documents that programs keep beside statements: State, Agent Profile, Activity Profile."""

from django.db import models
from django.db.models import Q


class Document(models.Model):
    """The latest bytes under one id. With an agent and an activity it is a state; with one of the two, that one's profile.

    The primary key is a digest of the store and of the whole address (`rules.documents.Address`): one unique index decides who
    creates a document, whatever the resource, and nothing else has to be locked.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    store = models.IntegerField()
    agent = models.UUIDField(null=True)
    activity = models.UUIDField(null=True)
    registration = models.UUIDField(null=True)
    key = models.TextField(help_text="stateId or profileId")
    content = models.BinaryField()
    content_type = models.CharField(max_length=255)
    etag = models.CharField(max_length=40, help_text="SHA-1 of the content, in hexadecimal (1.0.3 §3.1)")
    updated = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(agent__isnull=False) | Q(activity__isnull=False), name="records_document_has_owner"),
        ]
        indexes = [
            models.Index(fields=["agent", "activity"], condition=Q(agent__isnull=False), name="records_document_agent"),
            models.Index(fields=["activity"], condition=Q(agent__isnull=True), name="records_document_activity"),
        ]

    def __str__(self) -> str:
        return self.key
