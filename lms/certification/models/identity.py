"""The civil identity of a trainee, for the file that declares their certificate and for nothing else, and who saw it."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.people.models import User
from lms.people.rules import Role


class IdentityQuerySet(models.QuerySet["CivilIdentity"]):
    """Protected: the coordination alone enters and reads it."""

    def visible_to(self, user: User) -> Self:
        return self if user.role is Role.COORDINATOR else self.none()


class CivilIdentity(models.Model):
    """One trainee as the civil registry knows them: `sealed` holds all of it, `sealed_number` the national number or nothing (`lms.sealed`).

    Written by `services.identity`; no learning record, so it changes in place and is erased once the certificate is declared.
    """

    trainee = models.OneToOneField(User, models.CASCADE, related_name="civil_identity")
    sealed = models.TextField()
    sealed_number = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    objects = IdentityQuerySet.as_manager()

    class Meta:
        ordering = ["trainee"]

    def __str__(self) -> str:
        return str(self.trainee_id)


class IdentityActQuerySet(models.QuerySet["IdentityAct"]):
    """Protected, as the identity."""

    def visible_to(self, user: User) -> Self:
        return self if user.role is Role.COORDINATOR else self.none()


class IdentityAct(models.Model):
    """Somebody entered, read, handed over or erased a civil identity. Append-only; it says nothing of what was in it."""

    class Act(models.TextChoices):
        SAVED = "saved", _("saisie")
        READ = "read", _("lue")
        WRITTEN = "written", _("écrite dans un fichier")
        ERASED = "erased", _("effacée")

    trainee = models.ForeignKey(User, models.CASCADE, related_name="identity_acts")
    act = models.CharField(max_length=7, choices=Act.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = IdentityActQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.act}"
