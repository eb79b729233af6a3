"""What can be proven: scales, and frameworks of blocks, competencies and criteria."""

import uuid
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import DraftStateMixin, Orderable, RevisionMixin

from lms.refusal import Refused

LONGEST_CODE = 100  # as in Moodle
LONGEST_LABEL = 1000  # the standards of some countries are whole paragraphs

FROZEN = _(
    "La version %(version)s est figée : des personnes sont évaluées dessus. Enregistrez un brouillon ; il sortira avec la prochaine version."
)


def kept() -> models.JSONField:
    """What a foreign file says of a row and no column of ours holds, so that it leaves as it came (`docs/frameworks.md`)."""
    return models.JSONField(default=dict, blank=True, editable=False)


class Authored(DraftStateMixin, RevisionMixin, ClusterableModel):
    """Edited in Wagtail with drafts and revisions; published all at once or not at all."""

    class Meta:
        abstract = True

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Refused when the draft takes away a line that evidence, a target or a rubric leans on."""
        try:
            with transaction.atomic():
                return super().publish(revision, *args, **kwargs)
        except ProtectedError as error:
            names = " ; ".join(sorted({str(row) for row in error.protected_objects})[:3])
            raise Refused(
                "line_in_use",
                gettext("Une ligne retirée sert encore (%(names)s…). Remettez-la, ou changez seulement ses mots.") % {"names": names},
            ) from error


class Scale(Authored):
    """An ordered list of levels and the one from which a competency counts as acquired."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("titre"), max_length=120, unique=True)
    acquired_at = models.PositiveSmallIntegerField(_("acquis à partir du niveau"), default=3, validators=[MaxValueValidator(4)])

    panels = [
        FieldPanel("title", help_text=_("Exemple : « Échelle 0 à 4 ».")),
        FieldPanel("acquired_at", help_text=_("Exemple : 3. À partir de ce niveau, l'écran dit « acquis ».")),
        InlinePanel("levels", heading=_("Niveaux"), label=_("niveau"), min_num=2, help_text=_("Du plus bas au plus haut.")),
    ]

    class Meta:
        verbose_name = _("échelle")
        ordering = ["title"]
        constraints = [models.CheckConstraint(condition=Q(acquired_at__range=(1, 4)), name="competencies_scale_marker_in_range")]

    def __str__(self) -> str:
        return self.title


class Level(Orderable):
    """One step of a scale: a number 0-4, words for staff and plain words for trainees."""

    scale = ParentalKey(Scale, on_delete=models.CASCADE, related_name="levels")
    value = models.PositiveSmallIntegerField(_("valeur"), validators=[MaxValueValidator(4)])
    label = models.CharField(_("libellé"), max_length=120)
    plain_label = models.CharField(_("en mots simples"), max_length=160)

    panels = [
        FieldPanel("value", help_text=_("De 0 à 4.")),
        FieldPanel("label", help_text=_("Pour l'équipe. Exemple : « Fait seul dans un cas habituel ».")),
        FieldPanel("plain_label", help_text=_("Pour le stagiaire. Exemple : « Je sais faire sans aide ».")),
    ]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["scale", "value"], name="competencies_level_value_once")]

    def __str__(self) -> str:
        return f"{self.value} {self.label}"


class Framework(Authored):
    """A versioned tree of what can be proven. The certification it leads to is data and may be empty.

    `follows`: the framework whose levels it took over, where a version came as another framework. `frozen_at`: from then on what
    people are judged on changes with the next version only (ADR 36).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=60)
    version = models.CharField(_("version"), max_length=60, default="1.0.0")
    title = models.CharField(_("titre"), max_length=200)
    language = models.CharField(_("langue"), max_length=10, default="fr")
    scale = models.ForeignKey(Scale, models.PROTECT, related_name="frameworks", verbose_name=_("échelle"))
    certifier = models.CharField(_("certificateur"), max_length=200, blank=True)
    certification_type = models.CharField(_("type de certification"), max_length=60, blank=True)
    certification_code = models.CharField(_("code de certification"), max_length=60, blank=True)
    description = models.TextField(_("présentation"), blank=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, editable=False, related_name="next_versions")
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    source = kept()

    panels = [
        FieldPanel("title", help_text=_("Exemple : « Opérateur numérique ».")),
        FieldPanel("code", help_text=_("Exemple : operateur-numerique.")),
        FieldPanel("version", help_text=_("Exemple : 1.0.0. Changez-la quand le certificateur change le référentiel.")),
        FieldPanel("description", help_text=_("En deux phrases : ce qu'on sait faire à la fin.")),
        FieldPanel("scale", help_text=_("L'échelle des niveaux de ses compétences.")),
        FieldPanel("certifier", help_text=_("Vide tant qu'il n'y en a pas. Exemple : « IFOCOP ».")),
        FieldPanel("certification_type", help_text=_("Vide tant qu'il n'y en a pas. Exemple : « Titre professionnel ».")),
        FieldPanel("certification_code", help_text=_("Vide tant qu'il n'y en a pas. Exemple : « RNCP 12345 ».")),
        InlinePanel(
            "blocks",
            heading=_("Blocs"),
            label=_("bloc"),
            help_text=_("Ce qui peut être validé à part. Leurs compétences sont dans « Compétences »."),
        ),
    ]

    goes_with_version = False

    class Meta:
        verbose_name = _("référentiel")
        ordering = ["code", "version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="competencies_framework_code_version")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        if self.frozen_at and not self.goes_with_version:
            draft, kept = revision.as_object(), Framework.objects.get(pk=self.pk)
            if any(getattr(draft, name) != getattr(kept, name) for name in ("code", "version", "scale_id")) or _lines(
                draft.blocks
            ) != _lines(kept.blocks):
                raise Refused("version_frozen", FROZEN % {"version": self.version})
        return super().publish(revision, *args, **kwargs)


class Block(Orderable, ClusterableModel):
    """A part of a framework that can be validated on its own; a block may stand in another, at any depth."""

    framework = ParentalKey(Framework, on_delete=models.CASCADE, related_name="blocks")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, editable=False, related_name="children")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=LONGEST_CODE)
    label = models.CharField(_("libellé"), max_length=LONGEST_LABEL)
    aim = models.TextField(_("objectif"), blank=True)
    source = kept()

    panels = [
        FieldPanel("code", help_text=_("Exemple : ON3.")),
        FieldPanel("label", help_text=_("Exemple : « Traiter des images ».")),
        FieldPanel("aim", help_text=_("En une phrase.")),
    ]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="competencies_block_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Competency(Authored):
    """Something a person can do, with the criteria by which an assessor sees it done."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    block = models.ForeignKey(Block, models.PROTECT, related_name="competencies", verbose_name=_("bloc"))
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    code = models.CharField(_("code"), max_length=LONGEST_CODE)
    label = models.CharField(_("libellé"), max_length=LONGEST_LABEL)
    plain_label = models.CharField(_("en mots simples (« je… »)"), max_length=LONGEST_LABEL)
    references = models.JSONField(_("références (ESCO, ROME, DigComp…)"), default=dict, blank=True)
    source = kept()

    panels = [
        FieldPanel("block", help_text=_("Exemple : ON3.")),
        FieldPanel("position", help_text=_("Sa place dans le bloc. Exemple : 5.")),
        FieldPanel("code", help_text=_("Exemple : ON3.5.")),
        FieldPanel("label", help_text=_("Pour l'équipe. Exemple : « Détourer une image ».")),
        FieldPanel("plain_label", help_text=_("Pour le stagiaire. Exemple : « Je détoure une image ».")),
        InlinePanel(
            "criteria",
            heading=_("Critères"),
            label=_("critère"),
            min_num=1,
            help_text=_("Ce qu'on voit quand c'est su. Trois suffisent souvent."),
        ),
    ]

    goes_with_version = False

    class Meta:
        verbose_name = _("compétence")
        ordering = ["block__sort_order", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["block", "code"], name="competencies_competency_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        self._refuse_frozen(revision.as_object())
        return super().publish(revision, *args, **kwargs)

    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        self._refuse_frozen(None)
        return super().unpublish(*args, **kwargs)

    def _refuse_frozen(self, draft: "Competency | None") -> None:
        """Of a frozen version, plain words, references and places go out at once; what people are judged on waits for the next one."""
        framework = self.block.framework
        if framework.frozen_at is None or self.goes_with_version:
            return
        kept = Competency.objects.get(pk=self.pk)
        if draft and kept.live:
            is_same = all(getattr(draft, name) == getattr(kept, name) for name in ("code", "label", "block_id"))
            if is_same and _lines(draft.criteria) == _lines(kept.criteria):
                return
        raise Refused("version_frozen", FROZEN % {"version": framework.version})


def _lines(held: Any) -> set[tuple[uuid.UUID, str, str]]:
    """The lines that a framework or a competency holds, by what they say."""
    return {(line.uuid, line.code, line.label) for line in held.all()}


class Criterion(Orderable):
    """One observable sign that a competency is there."""

    competency = ParentalKey(Competency, on_delete=models.CASCADE, related_name="criteria")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=LONGEST_CODE)
    label = models.CharField(_("libellé"), max_length=LONGEST_LABEL)
    source = kept()

    panels = [
        FieldPanel("code", help_text=_("Exemple : ON3.5.1.")),
        FieldPanel("label", help_text=_("Exemple : « Livre un contour net, sans liseré visible ».")),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("critère")
        constraints = [models.UniqueConstraint(fields=["competency", "code"], name="competencies_criterion_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"
