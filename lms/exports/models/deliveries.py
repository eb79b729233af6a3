"""Where files go by themselves, each sending, and the links that a mail carries. The outbox of exports, and its log."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.exports.models.files import Export
from lms.people.models import User
from lms.people.rules import Role


class DestinationQuerySet(models.QuerySet["Destination"]):
    """Protected: the coordination's."""

    def visible_to(self, user: User) -> Self:
        return self if user.role is Role.COORDINATOR else self.none()


class Destination(models.Model):
    """A way out: an e-mail address that gets a link, a folder of an SFTP server, a WebDAV folder. Closed, never deleted: the log names it.

    An SFTP server's key is read by the worker, shown, and pinned by a person (`host_key_confirmed_*`); nothing leaves before.
    """

    class Kind(models.TextChoices):
        MAIL = "mail", _("un lien par e-mail")
        SFTP = "sftp", _("un serveur SFTP")
        WEBDAV = "webdav", _("un dossier WebDAV")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    address = models.CharField(max_length=500, help_text="an e-mail address, a host, or the URL of a folder")
    port = models.PositiveIntegerField(default=22)
    folder = models.CharField(max_length=200, blank=True)
    user = models.CharField(max_length=200, blank=True)
    secret = models.TextField(blank=True, help_text="sealed: a password, or a private key")
    is_key = models.BooleanField(default=False, help_text="the secret is a private key")
    host_key = models.TextField(blank=True, help_text="« type base64 », as the server showed it")
    host_key_confirmed_at = models.DateTimeField(null=True)
    host_key_confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    look_at = models.DateTimeField(null=True, help_text="when the worker is to ask the server for its key; null: not to")
    last_error = models.CharField(max_length=300, blank=True)
    link_days = models.PositiveSmallIntegerField(default=7)
    link_downloads = models.PositiveSmallIntegerField(default=3)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = DestinationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(closed_at=None), name="exports_destination_name_once"),
            models.CheckConstraint(condition=Q(kind="mail") | ~Q(secret=""), name="exports_destination_has_secret"),
            models.CheckConstraint(
                condition=Q(host_key_confirmed_at=None, host_key_confirmed_by=None)
                | (Q(host_key_confirmed_at__isnull=False, host_key_confirmed_by__isnull=False) & ~Q(host_key="")),
                name="exports_destination_key_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(link_days__range=(1, 7), link_downloads__range=(1, 100)), name="exports_destination_link_limits"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Protected: the coordination's."""

    def visible_to(self, user: User) -> Self:
        return self if user.role is Role.COORDINATOR else self.none()


class Delivery(models.Model):
    """One file on its way to one destination: the outbox while it waits, the log for ever after. `uuid` lets the receiver drop a double."""

    class State(models.TextChoices):
        WAITING = "waiting", _("en attente")
        SENT = "sent", _("parti")
        GIVEN_UP = "given_up", _("pas parti")
        STOPPED = "stopped", _("arrêté")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    export = models.ForeignKey(Export, models.PROTECT, related_name="deliveries")
    destination = models.ForeignKey(Destination, models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(db_index=True)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["export", "destination"], name="exports_delivery_once"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)), name="exports_delivery_sent_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.destination_id} {self.state}"


class FileLinkQuerySet(models.QuerySet["FileLink"]):
    """Protected: the coordination's; whoever holds the secret comes by `selectors.deliveries.link_behind`."""

    def visible_to(self, user: User) -> Self:
        return self if user.role is Role.COORDINATOR else self.none()


class FileLink(models.Model):
    """The link of one e-mail: SHA-256 of its secret, which is in the mail and nowhere else; until when and how often it gives the file."""

    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="link")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    most = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    last_taken_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = FileLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("most")), name="exports_filelink_counted"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="exports_filelink_revoked_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.taken}/{self.most}"
