"""Who is told what the store keeps: other stores and webhooks."""

import uuid

from django.db import models
from django.db.models import Q

from lms.records.models.credentials import HOME
from lms.records.rules.events import EVENTS


class Subscriber(models.Model):
    """Another store that gets our statements, or a program that is told of them, or of events; `after` is how far it has come.

    The statements are their own outbox: `stored` strictly increases in the order they become visible, so one moment says what is left
    to send. Written by `services.subscribers` and `services.delivery`. `lease_until` says until when a worker answers for it.
    """

    class Kind(models.TextChoices):
        FORWARD = "forward"
        WEBHOOK = "webhook"
        EVENTS = "events"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    store = models.IntegerField(default=HOME)
    address = models.TextField(help_text="a store's endpoint, its /statements left out; or the address of a webhook")
    user = models.CharField(max_length=200, blank=True, help_text="the key that the other store gave us")
    secret = models.TextField(help_text="sealed: the other store's secret, or what signs a webhook")
    secret_before = models.TextField(blank=True, help_text="sealed: signs too, while the receiver changes over")
    version = models.CharField(max_length=5, default="1.0.3", help_text="of xAPI, that the other store speaks")
    verb = models.TextField(blank=True, help_text="IRI; only statements of this verb")
    activity = models.TextField(blank=True, help_text="IRI; only statements about this activity")
    pseudonym_key = models.TextField(blank=True, help_text="sealed: what hides identities from it; empty: they are sent")
    after = models.DateTimeField(help_text="everything stored up to here is dealt with")
    tries = models.PositiveIntegerField(default=0, help_text="in a row that the other side did not take")
    next_at = models.DateTimeField(help_text="not before")
    lease_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    paused_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(help_text="uuid of the person who made it")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="forward") | ~Q(user=""), name="records_subscriber_forward_has_user"),
            models.CheckConstraint(condition=~Q(secret=""), name="records_subscriber_has_secret"),
        ]

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """One thing that a program is told of (`rules.events`): an outbox of its own, for it is no statement. Written in the transaction of the fact.

    `uuid` lets the receiver drop a double. Gone from here once it is told; held after a day, until a person decides.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="events")
    event = models.CharField(max_length=40)
    subject = models.UUIDField(help_text="what it happened to")
    happened_at = models.DateTimeField()
    asked_at = models.DateTimeField(help_text="since when it is tried: a day later it is held")
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(db_index=True)
    lease_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    held_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["happened_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(event__in=sorted(EVENTS)), name="records_event_known"),
            models.CheckConstraint(condition=Q(held_at=None) | ~Q(reason=""), name="records_event_held_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"


class HeldStatement(models.Model):
    """A statement that a subscriber did not get: refused by the other side, held back by a rule, or too old. Waits for a person."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="held")
    statement = models.UUIDField()
    reason = models.CharField(max_length=300)
    held_at = models.DateTimeField()
    is_asked_again = models.BooleanField(default=False, help_text="someone wants it sent again: the worker does")

    class Meta:
        ordering = ["held_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["subscriber", "statement"], name="records_held_once")]

    def __str__(self) -> str:
        return f"{self.statement} → {self.subscriber_id}"
