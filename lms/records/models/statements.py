"""Statements and what they are found by.

Nothing here is updated or deleted once written, the clock and the activities' merged definitions apart. Rows name each other
by plain values, not foreign keys, and each unique constraint carries the statement's id, so that the tables can be spread
over several databases by that id (docs/scale.md).

Agents, verbs and activities are kept as 128-bit digests that mix in the store's number (`rules.digests`): an index on one of
them answers for one store alone and costs 16 bytes whatever the length of the IRI.
"""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q

from lms.records.rules.packing import packed, unpacked


class PackedText(models.TextField):  # type: ignore[type-arg]  # Django's fields take none when the program runs
    """A text kept compressed (`rules.packing`)."""

    def get_internal_type(self) -> str:
        return "BinaryField"

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """To a migration it is what the table holds: bytes."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    def from_db_value(self, value: bytes, _expression: object, _connection: object) -> str:
        return unpacked(bytes(value)).decode()

    def get_db_prep_value(self, value: str, connection: Any, prepared: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002  Django's signature
        return connection.Database.Binary(packed(value.encode()))


class Statement(models.Model):
    """One immutable xAPI statement: its exact JSON text and the columns it is searched by.

    Written once by `records.services`, never updated nor deleted (a database trigger refuses both). `text` is what was
    received with the `id`, `timestamp` and `version` it lacked, less a `stored` or an `authority` that its sender claimed: those two
    are columns, put back when it is read. Reading order is `stored`, which strictly increases in the order statements
    become visible because it is assigned under one lock taken last (`Clock`).
    """

    id = models.UUIDField(primary_key=True, editable=False)
    store = models.IntegerField()
    stored = models.DateTimeField()
    actor = models.UUIDField()
    verb = models.UUIDField()
    activity = models.UUIDField(null=True, help_text="its object, where that is an activity")
    registration = models.UUIDField(null=True)
    authority = models.UUIDField()
    text = PackedText()

    class Meta:
        ordering = ["stored"]
        indexes = [
            models.Index(fields=["store", "stored"], name="records_stored"),
            models.Index(fields=["actor", "stored"], name="records_actor"),
            models.Index(fields=["verb", "stored"], name="records_verb"),
            models.Index(fields=["activity", "stored"], condition=Q(activity__isnull=False), name="records_object"),
            models.Index(fields=["registration", "stored"], condition=Q(registration__isnull=False), name="records_registration"),
            models.Index(fields=["authority", "stored"], name="records_authority"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Mention(models.Model):
    """That a statement names an agent or an activity elsewhere than as its actor, object or authority: what `related_…` looks for."""

    pk = models.CompositePrimaryKey("ref", "stored", "statement")
    ref = models.UUIDField()
    stored = models.DateTimeField()
    statement = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.statement} → {self.ref}"


class Reference(models.Model):
    """That a statement leads to another through `steps` StatementRefs: it is found by what finds the other (1.0.3 §2.1.3).

    The other may be unknown yet: the row waits for it.
    """

    pk = models.CompositePrimaryKey("target", "statement")
    target = models.UUIDField()
    statement = models.UUIDField()
    store = models.IntegerField()
    steps = models.SmallIntegerField()
    stored = models.DateTimeField(help_text="when the referring statement was stored")

    class Meta:
        indexes = [
            models.Index(fields=["store", "stored"], name="records_reference_stored"),
            models.Index(fields=["statement"], name="records_reference_from"),
        ]

    def __str__(self) -> str:
        return f"{self.statement} → {self.target}"


class Voiding(models.Model):
    """That a statement no longer stands, since when, and which statement says so. The voided one is never touched."""

    pk = models.CompositePrimaryKey("target", "store")
    target = models.UUIDField()
    store = models.IntegerField()
    stored = models.DateTimeField()
    by = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.target} ← {self.by}"


class Attachment(models.Model):
    """The bytes of an attachment, kept once a store by their SHA-2, beside the statements so that one transaction carries both."""

    pk = models.CompositePrimaryKey("sha2", "store")
    sha2 = models.CharField(max_length=128)  # SHA-512 in hexadecimal is the longest
    store = models.IntegerField()
    content_type = models.CharField(max_length=255)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.sha2


class Activity(models.Model):
    """What a store knows of an activity: every definition received, merged, the latest word on each property."""

    id = models.UUIDField(primary_key=True, editable=False)
    store = models.IntegerField()
    iri = models.TextField()
    definition = models.TextField(help_text="JSON")

    def __str__(self) -> str:
        return self.iri


class Clock(models.Model):
    """One row: the latest `stored` given. Its lock, held until the transaction ends, is what puts statements in order."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    last = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.last)
