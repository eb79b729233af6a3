"""What came from elsewhere: how far each source has been read, and what it said that is not ours to say."""

from django.db import models


class Import(models.Model):
    """How far one source has been imported into one store. Moved on in the transaction that stores a batch, so that a kill loses
    and doubles nothing; kept for ever, so that the next import of the source goes on from there."""

    source = models.CharField(max_length=500, help_text="path of a file, or address of a store's statements")
    store = models.IntegerField()
    place = models.TextField(blank=True, help_text="JSON, as the reader of the source understands it")
    authority = models.UUIDField(help_text="digest of the agent that its statements carry as authority")
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "store"], name="records_import_once_a_source")]

    def __str__(self) -> str:
        return self.source


class Origin(models.Model):
    """What another store said of an imported statement: when it stored it, and who vouched. Beside the statement, which never changes.

    `text` is what was received before its mailboxes were mapped, and is empty unless it was asked for: unlike a statement, it may be deleted.
    """

    pk = models.CompositePrimaryKey("statement", "store")
    statement = models.UUIDField()
    store = models.IntegerField()
    stored = models.DateTimeField(null=True)
    authority = models.TextField(blank=True, help_text="JSON")
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.statement)
