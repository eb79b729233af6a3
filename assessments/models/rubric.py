"""Rubrics: edited as snippets, frozen as versions."""

import uuid
from collections import Counter
from typing import Any, TypeAlias

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable

from competencies.models import Authored, Criterion, Level
from content.models import renew_changed
from lms import clock
from lms.refusal import Refused

Frame: TypeAlias = list[tuple[int, str, dict[str, str]]]  # one line each: criterion pk, its label, words of "0".."4"


class Rubric(Authored):
    """What a practical is looked at for, as the author edits it. Publishing freezes a new `RubricVersion`."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("titre"), max_length=160, unique=True)

    panels = [
        FieldPanel("title", help_text=_("Exemple : « Grille M16 Détourer : les bases ».")),
        InlinePanel(
            "lines",
            heading=_("Critères"),
            label=_("critère"),
            min_num=1,
            help_text=_(
                "Un critère par ligne, dans l'ordre où on regarde le travail. Publier fige une version : les évaluations déjà faites gardent la leur."
            ),
        ),
    ]

    class Meta:
        verbose_name = _("grille")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        renew_changed(self, "lines", "criterion_id")
        super().save(*args, **kwargs)

    @transaction.atomic
    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Every way of publishing comes here: the rubric goes live and its content is frozen as a new version.

        The same content published again makes none; older versions stay as they were. Refused: no line, or a line whose
        criterion is missing or there twice, or when a live module would be left with a target that nothing assesses.
        """
        check_lines([line.criterion_id for line in revision.as_object().lines.all()])
        result = super().publish(revision, *args, **kwargs)
        published = Rubric.objects.get(pk=self.pk)
        if published.live and published.live_revision_id == revision.pk:  # not when scheduled for later
            published.freeze()
            for practical in published.practicals.live():
                practical.write_assessed()
                practical.check_sound()
        return result

    def freeze(self) -> "RubricVersion":
        """The frozen version equal to this content: the last one, or a new one made now."""
        frame = self._frame()
        last = self.versions.order_by("-number").first()
        if last and (last.title, last.frame()) == (self.title, frame):
            return last  # type: ignore[no-any-return]  # Wagtail carries no types
        version = RubricVersion.objects.create(
            rubric=self, number=last.number + 1 if last else 1, title=self.title, published_at=clock.now()
        )
        RubricCriterion.objects.bulk_create(
            RubricCriterion(version=version, position=position, criterion_id=criterion, label=label, descriptors=words)
            for position, (criterion, label, words) in enumerate(frame)
        )
        return version

    def _frame(self) -> Frame:
        """The lines with the author's words, else the scale's."""
        lines = list(self.lines.select_related("criterion__competency__block__framework"))
        words: dict[int, dict[str, str]] = {}
        for level in Level.objects.filter(
            scale__frameworks__blocks__competencies__criteria__in=[line.criterion_id for line in lines]
        ).distinct():
            words.setdefault(level.scale_id, {})[str(level.value)] = level.label
        return [
            (
                line.criterion_id,
                line.criterion.label,
                {**EMPTY_SCALE, **words.get(line.criterion.competency.block.framework.scale_id, {}), **line.descriptors()},
            )
            for line in lines
        ]


EMPTY_SCALE = {str(value): str(value) for value in range(5)}  # a scale with fewer levels still fills every cell


def check_lines(criteria: list[int | None]) -> None:
    """Refuse a rubric without lines, and a line whose criterion is missing or already in another line."""
    if not criteria:
        raise Refused("rubric_empty", gettext("Cette grille n'a aucun critère. Ajoutez-en un avant de publier."))
    if None in criteria:
        raise Refused("criterion_missing", gettext("Une ligne de la grille n'a pas de critère. Choisissez-le, ou retirez la ligne."))
    twice = [pk for pk, count in Counter(criteria).items() if count > 1]
    if twice:
        names = " ; ".join(str(criterion) for criterion in Criterion.objects.filter(pk__in=twice))
        raise Refused(
            "criterion_twice",
            gettext("Ce critère est deux fois dans la grille : %(names)s. Retirez l'une des deux lignes.") % {"names": names},
        )


class RubricLine(Orderable):
    """One line being edited: an observable criterion of a competency and the words of each level."""

    rubric = ParentalKey(Rubric, on_delete=models.CASCADE, related_name="lines")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+", verbose_name=_("critère observable"))
    level_1 = models.CharField(_("niveau 1"), max_length=250, blank=True, help_text=_("Vide : les mots de l'échelle."))
    level_2 = models.CharField(_("niveau 2"), max_length=250, blank=True)
    level_3 = models.CharField(_("niveau 3"), max_length=250, blank=True)
    level_4 = models.CharField(_("niveau 4 (vraie commande)"), max_length=250, blank=True)

    panels = [
        FieldPanel("criterion"),
        FieldRowPanel([FieldPanel("level_1"), FieldPanel("level_2")]),
        FieldRowPanel(
            [FieldPanel("level_3", help_text=_("Exemple : « Le contour est net sur fond blanc et sur fond noir ».")), FieldPanel("level_4")]
        ),
    ]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["rubric", "criterion"], name="assessments_rubricline_criterion_once")]

    def __str__(self) -> str:
        return str(self.criterion_id)

    def descriptors(self) -> dict[str, str]:
        """The author's words per level ("1".."4"), where there are any."""
        words = {"1": self.level_1, "2": self.level_2, "3": self.level_3, "4": self.level_4}
        return {level: text for level, text in words.items() if text}


class Frozen(models.Model):
    """A row that is written once: saving it again is refused."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise RuntimeError(f"{type(self).__name__} is frozen: make a new version instead")
        super().save(*args, **kwargs)


class RubricVersion(Frozen):
    """A rubric as it was published, for ever: submissions and judgements are tied to it and reprint identically."""

    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["rubric", "number"]
        constraints = [models.UniqueConstraint(fields=["rubric", "number"], name="assessments_rubricversion_number_once")]

    def __str__(self) -> str:
        return f"{self.title} · version {self.number}"

    def frame(self) -> Frame:
        """What was frozen, line by line."""
        return [(line.criterion_id, line.label, line.descriptors) for line in self.criteria.order_by("position")]


class RubricCriterion(Frozen):
    """One line of a frozen version, with its words for each level of the scale (keys "0".."4", none empty)."""

    version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="rubric_criteria")
    label = models.CharField(max_length=300)
    descriptors = models.JSONField()

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "criterion"], name="assessments_rubriccriterion_once"),
            models.CheckConstraint(condition=~Q(label=""), name="assessments_rubriccriterion_has_label"),
        ]

    def __str__(self) -> str:
        return self.label
