"""Cultural outings of a programme, and what trainees say of them."""

import uuid

from django.db import models
from django.db.models import Q
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from competencies.models import Competency, OfTraineeQuerySet
from content.blocks import LessonBody
from curriculum.models.pages import ProgrammePage
from lms.people.models import User


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

    @property
    def questions(self) -> list[str]:
        """Those that are written: none, one or two."""
        return [question for question in (self.question_1, self.question_2) if question]


class LookBack(models.Model):
    """What a trainee says of an outing: being written (`draft_…`, theirs alone), then given (`answer_…`, read by who follows them).

    One a person and outing, given again as often as they like. `rev` grows with each draft kept: a save based on an older one is refused.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="look_backs")
    outing = models.ForeignKey(Outing, models.PROTECT, related_name="look_backs")
    draft_1 = models.TextField(blank=True)
    draft_2 = models.TextField(blank=True)
    rev = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    answer_1 = models.TextField(blank=True)
    answer_2 = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = OfTraineeQuerySet["LookBack"].as_manager()

    class Meta:
        ordering = ["outing__code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["trainee", "outing"], name="curriculum_lookback_one_a_trainee"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer_1="", answer_2="") | (Q(answered_at__isnull=False) & ~Q(answer_1="", answer_2="")),
                name="curriculum_lookback_given_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} {self.outing_id}"

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Each question that was answered, with the words given. The outing must be there already."""
        pairs = ((self.outing.question_1, self.answer_1), (self.outing.question_2, self.answer_2))
        return [(question, words) for question, words in pairs if words]
