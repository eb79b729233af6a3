"""A practical: work asked, from the association's real commissions."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from assessments.models.rubric import Rubric, RubricVersion
from content.blocks import LessonBody
from content.models import StepPage
from curriculum.models import StepCompetency
from lms.refusal import Refused


class PracticalPage(StepPage):
    """A brief, what to hand in, and the rubric it is looked at with. Level 4 can be given only on a real commission."""

    brief = StreamField(LessonBody(), verbose_name=_("consigne"), blank=True)
    deliverables = models.TextField(_("ce qu'il faut rendre"), blank=True, help_text=_("Une chose par ligne."))
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="practicals", verbose_name=_("grille"))
    example = StreamField(LessonBody(), verbose_name=_("exemple de travail fini"), blank=True)
    is_commission = models.BooleanField(_("vraie commande"), default=False, help_text=_("Cochée : le niveau 4 peut être donné."))

    is_creatable = True
    step_kind = "practical"
    template = "assessments/practical_preview.html"
    content_panels = [
        FieldPanel("title", classname="title", help_text=_("Ce qu'il y a à faire. Exemple : « Détourer dix photos de produits ».")),
        FieldPanel("minutes"),
        FieldPanel("hours_kind", help_text=_("Exemple : pratique.")),
        FieldPanel("is_commission"),
        FieldPanel(
            "brief",
            help_text=_(
                "Qui demande, quoi, pour qui, sous quel format, pour quand. Exemple : « La boutique Lila veut dix photos détourées »."
            ),
        ),
        FieldPanel(
            "example",
            help_text=_("Un travail fini, fait pour une autre commande : ce qu'il contient, une image, pourquoi il est bon."),
        ),
        FieldPanel("deliverables", help_text=_("Une chose par ligne. Exemple : « Dix fichiers PNG à fond transparent ».")),
        FieldPanel(
            "rubric",
            help_text=_("Ce qui sera regardé. Publiez la grille avant le travail : ses compétences comptent alors comme évaluées."),
        ),
    ]

    class Meta:
        verbose_name = _("travail pratique")
        verbose_name_plural = _("travaux pratiques")

    def check_complete(self) -> None:
        super().check_complete()
        if not self.rubric.versions.exists():
            raise Refused(
                "rubric_not_published",
                gettext("La grille « %(rubric)s » de « %(title)s » n'est pas publiée. Publiez-la d'abord, dans « Grilles ».")
                % {"rubric": self.rubric.title, "title": self.title},
            )

    def went_live(self) -> None:
        self.write_assessed()
        super().went_live()

    def write_assessed(self) -> None:
        """Tell the floor below which competencies this work assesses: those of its rubric's last version."""
        version = RubricVersion.objects.filter(rubric=self.rubric_id).order_by("-number").first()
        assessed = set(version.criteria.values_list("criterion__competency", flat=True)) if version else set()
        rows = StepCompetency.objects.filter(step=self.pk, role=StepCompetency.Role.ASSESSED)
        rows.exclude(competency__in=assessed).delete()
        known = set(rows.values_list("competency", flat=True))
        StepCompetency.objects.bulk_create(
            StepCompetency(step_id=self.pk, competency_id=competency, role=StepCompetency.Role.ASSESSED)
            for competency in sorted(assessed - known)
        )

    def deliverable_list(self) -> list[str]:
        return [line.strip() for line in self.deliverables.splitlines() if line.strip()]
