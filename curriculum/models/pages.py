"""Programme, module and what its steps aim at: authored in Wagtail as a page tree, programme > module > steps."""

import uuid
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, Sum
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page

from competencies.models import Block, Competency, Framework
from content.models import GuardedPage, StepHolder, StepPage, renew_changed
from curriculum.rules import KINDS, check_module_publishable, check_programme_budget
from lms.people.models import TrainingSite
from lms.refusal import Refused

BUDGET_PERMISSION = "curriculum.change_programmepage"  # the budget is the contract's: not for who authors modules


class ProgrammePage(GuardedPage):
    """What a cohort follows: a framework to reach and a budget of minutes per kind."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="programmes", verbose_name=_("référentiel"))
    theory_minutes = models.PositiveIntegerField(_("théorie (minutes)"), default=0)
    practical_minutes = models.PositiveIntegerField(_("pratique (minutes)"), default=0)
    culture_minutes = models.PositiveIntegerField(_("culture (minutes)"), default=0)

    preview_modes: ClassVar[list[tuple[str, str]]] = []  # nobody reads a programme: its modules are read
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["curriculum.ModulePage"]
    content_panels = [
        FieldPanel("title", classname="title", help_text=_("Exemple : « Tremplin numérique ».")),
        FieldPanel("code", permission=BUDGET_PERMISSION, help_text=_("Exemple : tremplin-numerique. Ne change plus ensuite.")),
        FieldPanel("framework", permission=BUDGET_PERMISSION, help_text=_("Ce que le parcours prépare à prouver.")),
        MultiFieldPanel(
            [
                FieldPanel("theory_minutes", permission=BUDGET_PERMISSION),
                FieldPanel("practical_minutes", permission=BUDGET_PERMISSION),
                FieldPanel("culture_minutes", permission=BUDGET_PERMISSION),
            ],
            heading=_("Budget"),
            help_text=_("En minutes : 24 480 pour 408 h de pratique, 6 120 pour 102 h de théorie."),
        ),
    ]

    class Meta:
        verbose_name = _("parcours")
        verbose_name_plural = _("parcours")

    def get_url_parts(self, request: Any = None) -> tuple[int, None, None] | None:
        """A programme has no page of its own."""
        sites = self._get_site_root_paths(request)
        return (sites[0].site_id, None, None) if sites else None

    def budget(self) -> dict[str, int]:
        return {"theory": self.theory_minutes, "practical": self.practical_minutes, "culture": self.culture_minutes}

    def planned(self, *, without: int | None = None) -> dict[str, int]:
        """Minutes of the published modules per kind, `without` (a primary key) aside, and of the outings, which are culture."""
        modules = ModulePage.objects.child_of(self).live().exclude(pk=without).exclude(live_revision=None)
        sums = modules.aggregate(**{kind: Sum(f"{kind}_minutes", default=0) for kind in KINDS})
        outings = self.outings.aggregate(total=Sum("minutes", default=0))["total"]
        return {kind: int(sums[kind]) + (int(outings) if kind == "culture" else 0) for kind in KINDS}

    def went_away(self) -> None:
        super().went_away()
        if self.enrolments.filter(withdrawn_at=None).exists():
            raise Refused("programme_in_use", gettext("Des stagiaires suivent ce parcours : il reste publié."))

    def check_sound(self) -> None:
        if self.is_published:
            check_programme_budget(self.budget(), self.planned())

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused while it holds modules: they go first, one by one."""
        if self.get_children().exists():
            raise Refused("programme_has_modules", gettext("Ce parcours contient des modules. Supprimez ou déplacez-les d'abord."))
        return super().delete(*args, **kwargs)


class ModulePage(StepHolder):
    """A module: hours per kind, competencies aimed at, steps below it. It owns the budget its steps share."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=12, help_text=_("Exemple : M16."))
    plain_title = models.CharField(
        _("titre en mots simples"), max_length=120, help_text=_("Ce que le stagiaire lit. Exemple : « Détourer : les bases ».")
    )
    summary = models.CharField(
        _("en une phrase"), max_length=200, blank=True, help_text=_("Ce que le stagiaire saura faire, en le tutoyant.")
    )
    picture = models.ForeignKey("content.Picture", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("image"))
    picture_alt = models.CharField(_("texte de remplacement de l'image"), max_length=250, blank=True)
    block = models.ForeignKey(Block, models.PROTECT, related_name="modules", verbose_name=_("bloc"))
    theory_minutes = models.PositiveIntegerField(_("théorie (minutes)"), default=0)
    practical_minutes = models.PositiveIntegerField(_("pratique (minutes)"), default=0)
    culture_minutes = models.PositiveIntegerField(_("culture (minutes)"), default=0)
    sources = models.TextField(_("d'où viennent les faits"), blank=True)
    sites = ParentalManyToManyField(TrainingSite, blank=True, related_name="+", verbose_name=_("sites où le suivre"))
    prerequisites = ParentalManyToManyField(
        "self", blank=True, symmetrical=False, related_name="+", verbose_name=_("à voir avant, de préférence"),
        help_text=_("Un conseil, jamais un verrou."),
    )  # fmt: skip

    door = "curriculum:module-open"
    template = "curriculum/module_preview.html"
    parent_page_types: ClassVar[list[str]] = ["curriculum.ProgrammePage"]
    content_panels = [
        FieldPanel("title", classname="title", help_text=_("Le nom pour l'équipe. Exemple : « Détourage et masques ».")),
        FieldPanel("plain_title"),
        FieldPanel("summary", help_text=_("En le tutoyant. Exemple : « Tu sauras isoler un objet sur une photo ».")),
        MultiFieldPanel(
            [
                FieldPanel("code"),
                FieldPanel("block", help_text=_("Le bloc du référentiel. Exemple : ON3.")),
                FieldPanel(
                    "sites", widget=CheckboxSelectMultiple, help_text=_("Aucun coché : partout. Exemple : Paris pour le studio son.")
                ),
                FieldPanel("prerequisites", widget=CheckboxSelectMultiple),
            ],
            heading=_("Place dans le parcours"),
        ),
        MultiFieldPanel(
            [FieldPanel("theory_minutes"), FieldPanel("practical_minutes"), FieldPanel("culture_minutes")],
            heading=_("Heures"),
            help_text=_("En minutes : 90 pour 1 h 30. La durée des étapes, ensemble, ne dépasse pas ces heures."),
        ),
        InlinePanel(
            "targets",
            heading=_("Compétences visées"),
            label=_("compétence visée"),
            min_num=1,
            help_text=_("Chacune doit être évaluée par une étape. Exemple : « ON3.5 Détourer une image », niveau 3."),
        ),
        MultiFieldPanel(
            [
                FieldPanel("picture"),
                FieldPanel("picture_alt", help_text=_("Ce que l'image montre. Exemple : « Une chaussure détourée sur fond blanc ».")),
            ],
            heading=_("Image"),
        ),
        FieldPanel(
            "sources",
            help_text=_(
                "Pour l'équipe, jamais montré aux stagiaires : un fait par ligne, puis sa source, pour pouvoir le vérifier plus tard."
            ),
        ),
    ]

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def budget(self) -> dict[str, int]:
        return {"theory": self.theory_minutes, "practical": self.practical_minutes, "culture": self.culture_minutes}

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_admin_display_title(self) -> str:
        return f"{self.code} {super().get_admin_display_title()}"

    def clean(self) -> None:
        super().clean()
        if self.picture_id and not self.picture_alt.strip():
            raise ValidationError({"picture_alt": _("Dites ce que l'image montre, pour qui ne la voit pas.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        renew_changed(self, "targets", "competency_id")
        super().save(*args, **kwargs)

    def steps(self) -> models.QuerySet[StepPage]:
        """Its steps in order, drafts included."""
        return StepPage.objects.child_of(self).order_by("path")  # type: ignore[no-any-return]  # Wagtail carries no types

    def live_steps(self) -> dict[str, int]:
        """Minutes of the live steps per kind."""
        rows = StepPage.objects.child_of(self).live().order_by().values_list("hours_kind").annotate(total=Sum("minutes"))
        return dict.fromkeys(KINDS, 0) | {kind: int(total) for kind, total in rows}

    def went_live(self) -> None:
        self._publish_steps()
        super().went_live()

    def _publish_steps(self) -> None:
        """The latest draft of each step goes live with its module; a step that was archived on purpose stays so."""
        for page in StepPage.objects.child_of(self).filter(Q(live=True, has_unpublished_changes=True) | Q(first_published_at=None)):
            step = page.specific
            revision = step.latest_revision or step.save_revision(clean=False)
            action = PublishPageRevisionAction(revision, user=self.live_revision.user)
            action.object.goes_with_holder = True
            action.execute(skip_permission_checks=True)

    def check_sound(self) -> None:
        """Refuse a published module that breaks a budget or aims at a competency that no live step assesses."""
        if not self.is_published:
            return
        programme = self.get_parent().specific
        assessed = StepCompetency.objects.filter(
            role=StepCompetency.Role.ASSESSED, step__in=StepPage.objects.child_of(self).live()
        ).values_list("competency", flat=True)
        check_module_publishable(
            programme_budget=programme.budget(),
            other_modules=programme.planned(without=self.pk),
            module=self.budget(),
            steps=self.live_steps(),
            targets=[(target.competency_id, str(target.competency)) for target in self.targets.select_related("competency")],
            assessed=set(assessed),
        )

    def move(self, target: Page, pos: str | None = None, user: Any = None) -> None:
        """To another place or another programme. Refused when trainees have taken it, or when the new budget does not hold it."""
        with transaction.atomic():
            origin = self.get_parent()
            super().move(target, pos=pos, user=user)
            moved = ModulePage.objects.get(pk=self.pk)
            if moved.get_parent().pk == origin.pk:
                return
            if self.runs.exists():
                raise Refused(
                    "module_has_runs", gettext("Des stagiaires ont suivi ce module dans ce parcours. Copiez-le au lieu de le déplacer.")
                )
            moved.check_sound()


class LoadedModule(models.Model):
    """What the data files last made of a module: written by loading alone. An author's edit shows as another mark of its pages."""

    module = models.OneToOneField(ModulePage, models.CASCADE, primary_key=True, related_name="loaded")
    data = models.CharField(max_length=64)  # digest of what it was loaded from
    pages = models.CharField(max_length=64)  # digest of the revisions that loading left live
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.module_id} {self.data[:8]}"


class Target(Orderable):
    """A competency that a module aims at, and the level aimed (3 unless the author says otherwise)."""

    module = ParentalKey(ModulePage, on_delete=models.CASCADE, related_name="targets")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="targets", verbose_name=_("compétence"))
    level = models.PositiveSmallIntegerField(_("niveau visé"), default=3)

    panels = [FieldRowPanel([FieldPanel("competency"), FieldPanel("level")])]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["module", "competency"], name="curriculum_target_once"),
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="curriculum_target_level_in_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.competency} → {self.level}"


class StepCompetency(models.Model):
    """What a step does for a competency: teaches, practises or assesses it. Known here without looking into other floors:
    an assessing floor writes its own rows downward when its page is published.

    A lesson's author writes the first two with the lesson, and they live and are kept with its revisions (ADR 11).
    """

    class Role(models.TextChoices):
        TAUGHT = "taught", _("enseignée")
        PRACTISED = "practised", _("pratiquée")
        ASSESSED = "assessed", _("évaluée")

    step = ParentalKey(StepPage, on_delete=models.CASCADE, related_name="competencies")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="steps", verbose_name=_("compétence"))
    # An author chooses between two; the third is written by publishing what assesses.
    role = models.CharField(_("elle est"), max_length=10, choices=Role.choices[:2], default=Role.TAUGHT)

    panels = [FieldRowPanel([FieldPanel("competency"), FieldPanel("role")])]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "competency", "role"], name="curriculum_stepcompetency_once")]

    def __str__(self) -> str:
        return f"{self.step_id} {self.role} {self.competency_id}"
