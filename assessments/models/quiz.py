"""A quiz: what is asked, in which order, and when the answers are told."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField

from assessments.blocks import QuizPlan
from assessments.models.question import Question
from content.blocks import LessonBody
from content.models import StepPage
from curriculum.models import StepCompetency
from lms import clock
from lms.people.models import User
from lms.refusal import Refused


class FeedbackMode(models.TextChoices):
    """When a trainee is told about an answer."""

    AT_ONCE = "each", _("après chaque question")
    TRY_AGAIN = "again", _("après chaque question, avec d'autres essais")
    AT_END = "end", _("à la fin")


class QuizPage(StepPage):
    """Questions to practise with, as often as wanted; or, for a certifier's mock test, an exam with its window and its time."""

    intro = StreamField(LessonBody(), verbose_name=_("présentation"), blank=True)
    plan = StreamField(QuizPlan(), verbose_name=_("questions"), blank=True)
    mode = models.CharField(_("le retour est donné"), max_length=5, choices=FeedbackMode.choices, default=FeedbackMode.TRY_AGAIN)
    one_per_page = models.BooleanField(_("une question par page"), default=True)
    shuffle = models.BooleanField(_("mélanger les questions de chaque partie"), default=False)
    shows_points = models.BooleanField(_("montrer les points"), default=False)
    passes_at = models.PositiveSmallIntegerField(_("réussi à partir de (%)"), default=70, validators=[MaxValueValidator(100)])
    is_exam = models.BooleanField(_("examen blanc"), default=False)
    opens_at = models.DateTimeField(_("ouvre le"), null=True, blank=True)
    closes_at = models.DateTimeField(_("ferme le"), null=True, blank=True)
    minutes_allowed = models.PositiveSmallIntegerField(_("temps donné (minutes)"), null=True, blank=True)
    access_code = models.CharField(_("code d'accès"), max_length=40, blank=True)

    is_creatable = True
    step_kind = "quiz"
    template = "assessments/quiz_preview.html"
    content_panels = [
        FieldPanel("title", classname="title", help_text=_("Exemple : « Les formats d'image : je m'entraîne ».")),
        FieldPanel("minutes"),
        FieldPanel("hours_kind", help_text=_("Exemple : théorie.")),
        FieldPanel("intro", help_text=_("Ce que ces questions vérifient, en une ou deux phrases.")),
        FieldPanel("plan", help_text=_("Des questions choisies, ou tirées au sort dans une banque. Une partie donne un titre à la suite.")),
        FieldPanel("mode"),
        FieldRowPanel([FieldPanel("one_per_page"), FieldPanel("shuffle")]),
        FieldRowPanel(
            [FieldPanel("shows_points", help_text=_("Sinon, le stagiaire lit ce qu'il sait faire, sans note.")), FieldPanel("passes_at")]
        ),
        MultiFieldPanel(
            [
                FieldPanel("is_exam", help_text=_("Un seul essai, sans retour avant la fermeture. Pour un examen blanc du certificateur.")),
                FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                FieldRowPanel([FieldPanel("minutes_allowed", help_text=_("Vide : pas de limite.")), FieldPanel("access_code")]),
            ],
            heading=_("Examen blanc"),
        ),
    ]

    class Meta:
        verbose_name = _("questionnaire")
        constraints = [
            models.CheckConstraint(condition=Q(passes_at__lte=100), name="assessments_quiz_passes_at_percent"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=models.F("closes_at")),
                name="assessments_quiz_window_in_order",
            ),
        ]

    @property
    def asks_each(self) -> bool:
        """Whether each answer is looked at as it is given."""
        return self.mode != FeedbackMode.AT_END and not self.is_exam

    @property
    def is_released(self) -> bool:
        """Whether what came of a take that was handed in may be told: of an exam, once it is closed."""
        return not self.is_exam or (self.closes_at is not None and clock.now() >= self.closes_at)

    def check_complete(self) -> None:
        super().check_complete()
        asked = [block for block in self.plan if block.block_type != "section"]
        if not asked:
            raise Refused("quiz_empty", gettext("« %(title)s » ne pose aucune question. Ajoutez-en une.") % {"title": self.title})
        drafts = [block.value.title for block in asked if block.block_type == "question" and not block.value.live]
        if drafts:
            raise Refused(
                "question_not_published",
                gettext("Ces questions ne sont pas publiées : %(names)s. Publiez-les d'abord, dans « Questions ».")
                % {"names": " ; ".join(drafts)},
            )
        for block in asked:
            if block.block_type == "draw" and (found := drawn_from(block.value).count()) < block.value["count"]:
                raise Refused(
                    "draw_too_large",
                    gettext("La banque « %(bank)s » n'a que %(found)s questions publiées de cette sorte : tirez-en moins, ou ajoutez-en.")
                    % {"bank": block.value["bank"].title, "found": found},
                )

    def went_live(self) -> None:
        self.write_practised()
        super().went_live()

    def write_practised(self) -> None:
        """Tell the floor below which competencies its questions make one work on. Questions alone assess nothing: a person does."""
        wanted: set[int] = set()
        for block in self.plan:
            questions = Question.objects.filter(pk=block.value.pk) if block.block_type == "question" else None
            if block.block_type == "draw":
                questions = drawn_from(block.value)
            if questions is not None:
                wanted |= set(questions.exclude(competencies=None).values_list("competencies__competency", flat=True))
        rows = StepCompetency.objects.filter(step=self.pk, role=StepCompetency.Role.PRACTISED)
        rows.exclude(competency__in=wanted).delete()
        known = set(rows.values_list("competency", flat=True))
        StepCompetency.objects.bulk_create(
            StepCompetency(step_id=self.pk, competency_id=competency, role=StepCompetency.Role.PRACTISED)
            for competency in sorted(wanted - known)
        )


def drawn_from(draw: Any) -> models.QuerySet[Question]:
    """The published questions a draw may take."""
    found = Question.objects.filter(bank=draw["bank"], live=True).exclude(versions=None)
    if draw["tag"]:
        found = found.filter(tags__name__iexact=draw["tag"].strip())
    if draw["competency"]:
        found = found.filter(competencies__competency=draw["competency"])
    return found.distinct().order_by("pk")  # type: ignore[no-any-return]  # Wagtail carries no types


class ExtraTime(models.Model):
    """Minutes that one person has more than others in one exam, given by name. No reason is kept: it may be a matter of health."""

    quiz = models.ForeignKey(QuizPage, models.CASCADE, related_name="extra_times")
    trainee = models.ForeignKey(User, models.CASCADE, related_name="+")
    minutes = models.PositiveSmallIntegerField()
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quiz", "trainee"], name="assessments_extratime_once"),
            models.CheckConstraint(condition=Q(minutes__range=(1, 600)), name="assessments_extratime_in_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.trainee_id} +{self.minutes} min"
