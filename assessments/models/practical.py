"""A practical: work asked, from the association's real commissions."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.forms.pages import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from assessments.models.rubric import Rubric, RubricLine, RubricVersion
from assessments.rules import MAX_TEAM
from competencies.models import Criterion
from content.blocks import LessonBody
from content.models import StepPage
from curriculum.models import StepCompetency
from lms.refusal import Refused


class PeerMode(models.TextChoices):
    """Whether trainees look at one another's work on a practical, and whether they know whose."""

    OFF = "off", _("non")
    NAMED = "named", _("oui, avec les noms")
    ANONYMOUS = "anonymous", _("oui, sans les noms : l'équipe les voit, les stagiaires non")


class PracticalForm(WagtailAdminPageForm):
    """Offers, for what trainees look at, the criteria of the page's rubric."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "peer_criteria" in self.fields:
            rubrics = {str(value) for value in (self.instance.rubric_id, self.data.get("rubric")) if str(value or "").isdecimal()}
            lines = RubricLine.objects.filter(rubric__in=rubrics).values("criterion")
            self.fields["peer_criteria"].queryset = Criterion.objects.filter(pk__in=lines).order_by("code")


class PracticalPage(StepPage):
    """A brief, what to hand in, and the rubric it is looked at with. Level 4 can be given only on a real commission."""

    brief = StreamField(LessonBody(), verbose_name=_("consigne"), blank=True)
    deliverables = models.TextField(_("ce qu'il faut rendre"), blank=True, help_text=_("Une chose par ligne."))
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="practicals", verbose_name=_("grille"))
    example = StreamField(LessonBody(), verbose_name=_("exemple de travail fini"), blank=True)
    is_commission = models.BooleanField(_("vraie commande"), default=False, help_text=_("Cochée : le niveau 4 peut être donné."))

    client = models.CharField(_("client"), max_length=160, blank=True)
    purpose = models.CharField(_("ce que le client en fera"), max_length=250, blank=True)
    wished_on = models.DateField(_("souhaité pour le"), null=True, blank=True)
    team_size = models.PositiveSmallIntegerField(
        _("rendu à plusieurs"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MAX_TEAM)],
        help_text=_("Combien de personnes au plus rendent ce travail ensemble. 1 : chacun le sien."),
    )  # fmt: skip
    peer_review = models.CharField(_("se regarder entre stagiaires"), max_length=10, choices=PeerMode.choices, default=PeerMode.OFF)
    peer_criteria = ParentalManyToManyField(Criterion, blank=True, related_name="+", verbose_name=_("critères regardés entre stagiaires"))

    is_creatable = True
    base_form_class = PracticalForm
    step_kind = "practical"
    template = "assessments/practical_preview.html"
    content_panels = [
        FieldPanel("title", classname="title", help_text=_("Ce qu'il y a à faire. Exemple : « Détourer dix photos de produits ».")),
        FieldPanel("minutes"),
        FieldPanel("hours_kind", help_text=_("Exemple : pratique.")),
        FieldPanel("is_commission"),
        MultiFieldPanel(
            [
                FieldPanel("client", help_text=_("Exemple : « La boutique Lila ».")),
                FieldPanel("purpose", help_text=_("Exemple : « Les photos de sa boutique en ligne ».")),
                FieldPanel("wished_on", help_text=_("Une information pour le stagiaire : elle ne bloque rien, on peut rendre après.")),
            ],
            heading=_("La commande"),
            help_text=_("Pour une vraie commande. Ces mots viennent sur la consigne et sur le bon de livraison."),
        ),
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
        MultiFieldPanel(
            [
                FieldPanel("team_size"),
                FieldPanel(
                    "peer_review",
                    widget=forms.RadioSelect,
                    help_text=_("Qui a rendu son travail regarde celui d'un ou deux autres du groupe. Jamais compté dans un niveau."),
                ),
                FieldPanel(
                    "peer_criteria",
                    widget=forms.CheckboxSelectMultiple,
                    help_text=_("Facultatif. Les critères de la grille s'affichent une fois la page enregistrée."),
                ),
            ],
            heading=_("Entre stagiaires"),
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
