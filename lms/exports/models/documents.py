"""The training body, what it does, and the numbered documents it gives: each row is kept as it was."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from curriculum.models import ProgrammePage
from lms.exports.rules.documents import TYPES, DocumentType, codes_for
from lms.exports.rules.training import AIMS, NATURES, REMOTE, TRAINEE_TYPES
from lms.files.models import private_storage
from lms.jobs.models import Job
from lms.people.models import Cohort, User
from lms.people.rules import Role


class TrainingBody(models.Model):
    """Who gives the training, from a day on. Append-only: a change is a new row, and a document keeps the one it was made with."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # drawn by the form: sent twice, saved once
    name = models.CharField(_("nom"), max_length=120)
    siret = models.CharField(_("SIRET"), max_length=14)
    declaration = models.CharField(_("numéro de déclaration d'activité"), max_length=11)
    address = models.TextField(_("adresse"))
    signatory = models.CharField(_("représentant légal"), max_length=120)
    quality = models.CharField(_("sa qualité"), max_length=80)
    place = models.CharField(_("lieu de signature"), max_length=80)
    starts_on = models.DateField(_("à partir du"))
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-starts_on", "-pk"]

    def __str__(self) -> str:
        return self.name


class TrainingAction(models.Model):
    """What a programme is for the papers, from a day on. Append-only, as `TrainingBody`."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(ProgrammePage, models.PROTECT, related_name="actions")
    title = models.CharField(_("intitulé"), max_length=200)
    nature = models.CharField(_("nature"), max_length=16, choices=NATURES)
    objectives = models.TextField(_("objectifs"))
    employer = models.CharField(_("employeur des stagiaires"), max_length=200, blank=True)
    trainee_type = models.CharField(_("type de stagiaires"), max_length=1, choices=TRAINEE_TYPES, blank=True)
    aim = models.CharField(_("objectif"), max_length=4, choices=AIMS, blank=True)
    speciality = models.CharField(_("spécialité (NSF)"), max_length=3, blank=True)
    speciality_label = models.CharField(_("nom de la spécialité"), max_length=120, blank=True)
    remote = models.CharField(_("heures à distance"), max_length=8, choices=REMOTE)
    starts_on = models.DateField(_("à partir du"))
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-starts_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class DocumentCounter(models.Model):
    """The last number given of one kind in one year: the row that those who number wait for."""

    kind = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="exports_documentcounter_once")]

    def __str__(self) -> str:
        return f"{self.kind}-{self.year}"


class DocumentQuerySet(models.QuerySet["Document"]):
    """Protected: by its kind, then by whom it is about."""

    def visible_to(self, user: User) -> Self:
        role = user.role
        if role is Role.TRAINEE:
            return self.filter(trainee=user.pk, kind__in=[code for code, one in TYPES.items() if one.is_own])
        found = self.filter(kind__in=codes_for(role, may=lambda one: one.readers))
        if role is Role.COORDINATOR:
            return found
        people = User.objects.trainees_visible_to(user).values("pk")
        return found.filter(Q(trainee__in=people) | Q(trainee=None, cohort__in=Cohort.objects.visible_to(user).values("pk")))


class Document(models.Model):
    """One numbered document: what it says (`facts`, frozen when it was numbered) and its pages, the same bytes at each reprint.

    Never renumbered, changed nor deleted: when facts have changed another one `replaces` it. `subject` is what it is about, so that
    documents of one kind and subject follow one another. Its file goes after `kept_until`, and its facts with it; the row stays.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=160)
    trainee = models.ForeignKey(User, models.PROTECT, null=True, related_name="documents")
    cohort = models.ForeignKey(Cohort, models.PROTECT, null=True, related_name="documents")
    facts = models.JSONField()
    facts_sha256 = models.CharField(max_length=64)
    template_version = models.PositiveSmallIntegerField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="document")
    content = models.FileField(storage=private_storage, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    kept_until = models.DateField(null=True)
    removed_at = models.DateTimeField(null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["kind", "subject"], name="exports_document_subject")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "year", "number"], name="exports_document_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="exports_document_number_from_one"),
            models.CheckConstraint(condition=Q(trainee=None) | Q(cohort=None), name="exports_document_about_one"),
            models.CheckConstraint(
                condition=Q(content="", sha256="", size=0) | Q(size__gt=0) | Q(removed_at__isnull=False), name="exports_document_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.title_number

    @property
    def type(self) -> DocumentType:
        return TYPES[self.kind]

    @property
    def title_number(self) -> str:
        """« CR-2026-0001 »."""
        return self.type.number(self.year, self.number)
