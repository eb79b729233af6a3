"""Cultural outings of a programme."""

import uuid

from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from competencies.models import Competency
from content.blocks import LessonBody
from curriculum.models.pages import ProgrammePage


class Outing(models.Model):
    """A cultural outing of a programme: hours counted apart from the training, a sheet to get ready, two questions to look back."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(ProgrammePage, models.PROTECT, related_name="outings", verbose_name=_("parcours"))
    code = models.CharField(_("code"), max_length=12)
    title = models.CharField(_("titre"), max_length=160)
    minutes = models.PositiveIntegerField(_("durée (minutes)"))
    competencies = models.ManyToManyField(Competency, blank=True, related_name="+", verbose_name=_("compétences liées"))
    preparation = StreamField(LessonBody(), verbose_name=_("se préparer"), blank=True)
    question_1 = models.CharField(_("première question"), max_length=250, blank=True)
    question_2 = models.CharField(_("seconde question"), max_length=250, blank=True)
    loaded = models.CharField(max_length=64, blank=True, editable=False)  # digest of the content that the data files last gave it

    panels = [
        FieldPanel("programme", help_text=_("Le parcours dont elle est une sortie.")),
        FieldPanel("code", help_text=_("Exemple : A05.")),
        FieldPanel("title", help_text=_("Exemple : « Exposition d'art numérique ».")),
        FieldPanel("minutes", help_text=_("Exemple : 180 pour 3 h. Compté dans la culture, à part de la formation.")),
        FieldPanel("competencies", widget=CheckboxSelectMultiple, help_text=_("Celles que la sortie nourrit. Aucune n'est évaluée là.")),
        FieldPanel(
            "preparation", help_text=_("Ce que le stagiaire lit avant de partir, en le tutoyant. Exemple : quoi regarder, quoi demander.")
        ),
        MultiFieldPanel(
            [FieldPanel("question_1"), FieldPanel("question_2")],
            heading=_("Après la sortie"),
            help_text=_("Deux questions courtes, sans bonne ni mauvaise réponse. Exemple : « Qu'as-tu vu que tu ne connaissais pas ? »"),
        ),
    ]

    class Meta:
        verbose_name = _("sortie culturelle")
        verbose_name_plural = _("sorties culturelles")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="curriculum_outing_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
