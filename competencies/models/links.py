"""What ties items of frameworks to one another and to the vocabularies of others."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competencies.models.framework import Framework, kept


class Association(models.Model):
    """One CASE association that the document `framework` states between two items or documents, of this site or of another.

    Written by imports. `is_place`: it says where its origin stands in the tree; it goes out only while it still stands there.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    framework = models.ForeignKey(Framework, models.CASCADE, related_name="associations")
    kind = models.CharField(max_length=60)
    origin = models.CharField(max_length=250, db_index=True)
    destination = models.CharField(max_length=250, db_index=True)
    is_place = models.BooleanField(default=False)
    source = kept()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(kind=""), name="competencies_association_has_a_kind")]

    def __str__(self) -> str:
        return f"{self.origin} {self.kind} {self.destination}"


class ReferenceTerm(models.Model):
    """One term of a public vocabulary, kept to be searched and linked. Imported again, it takes the file's words."""

    class Scheme(models.TextChoices):
        ESCO = "esco", "ESCO"
        ROME = "rome", "ROME"
        DIGCOMP = "digcomp", "DigComp"
        CLEA = "clea", "CléA"
        RNCP = "rncp", "RNCP"

    scheme = models.CharField(_("vocabulaire"), max_length=10, choices=Scheme.choices)
    code = models.CharField(_("code"), max_length=100)
    uri = models.CharField(_("adresse"), max_length=250, blank=True)
    label = models.CharField(_("libellé"), max_length=1000)
    kind = models.CharField(_("sorte"), max_length=60, blank=True)
    language = models.CharField(_("langue"), max_length=10, default="fr")

    class Meta:
        verbose_name = _("terme de référence")
        verbose_name_plural = _("termes de référence")
        ordering = ["scheme", "code"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="competencies_referenceterm_code_once")]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.code} {self.label}"
