"""How a certification is declared to the Caisse des Dépôts, and each file that was handed over for it."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from competencies.models import Framework
from lms.certification.models.sessions import CertificationSession
from lms.people.models import User


class DepositAccount(models.Model):
    """What the Caisse des Dépôts gave the certifier of a framework, and whom of a session the certifier declares.

    Empty until the certifier gives it; it changes in place: each file keeps what it said.
    """

    class Declares(models.TextChoices):
        WHOLE = "whole", _("les personnes dont tous les blocs du référentiel sont validés")
        BLOCK = "block", _("les personnes dont au moins un bloc est validé")
        PARTIAL = "partial", _("les personnes dont au moins un bloc est validé, même en partie")

    framework = models.OneToOneField(Framework, models.PROTECT, related_name="deposit_account")
    emitter = models.CharField(_("identifiant client de celui qui dépose"), max_length=8, blank=True)
    certifier = models.CharField(_("identifiant client du certificateur"), max_length=8, blank=True)
    contract = models.CharField(_("identifiant du contrat"), max_length=20, blank=True)
    declares = models.CharField(_("qui est déclaré"), max_length=7, choices=Declares.choices, default=Declares.WHOLE)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["framework"]

    def __str__(self) -> str:
        return self.contract


class DepositFileQuerySet(models.QuerySet["DepositFile"]):
    """Protected: as its session, for those who may take the file."""

    def visible_to(self, user: User) -> Self:
        return self.filter(session__in=CertificationSession.objects.visible_to(user).values("pk"))


class DepositFile(models.Model):
    """A file handed to somebody, who made it known by its digest; the file itself is kept nowhere. Append-only.

    `uuid` is its `idFlux`, drawn by the form; `declared` and `left_out` are uuids of candidates.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(CertificationSession, models.PROTECT, related_name="deposit_files")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    declared = models.JSONField(default=list)
    left_out = models.JSONField(default=list)

    objects = DepositFileQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return str(self.uuid)
