"""The record store's tables. It knows no one: it keeps statements, not people."""

import uuid

from django.db import models


class Statement(models.Model):
    """One immutable xAPI statement: its exact JSON text and the columns it is searched by.

    Written once by `records.services`, never updated nor deleted (a database trigger refuses both). The primary key is
    the statement id and no other unique constraint leaves it out, so that the table can be partitioned or sharded.
    Reading order is (`stored`, `id`); `stored` strictly increases because it is assigned under one lock taken last.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stored = models.DateTimeField()
    text = models.TextField()
    actor = models.CharField(max_length=400)
    verb = models.CharField(max_length=400)
    object_id = models.CharField(max_length=400)
    registration = models.UUIDField(null=True)

    class Meta:
        ordering = ["stored", "id"]
        indexes = [
            models.Index(fields=["stored", "id"], name="records_stored"),
            models.Index(fields=["actor", "stored"], name="records_actor"),
            models.Index(fields=["verb", "stored"], name="records_verb"),
            models.Index(fields=["object_id", "stored"], name="records_object"),
            models.Index(fields=["registration", "stored"], name="records_registration"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Voiding(models.Model):
    """That a statement no longer stands, and which statement says so. A row of its own: the voided one is never touched."""

    target = models.UUIDField(primary_key=True)
    by = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.target} ← {self.by}"
