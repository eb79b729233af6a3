"""The question bank: questions edited as snippets, frozen as versions."""

import uuid
from functools import lru_cache
from typing import Any

import msgspec
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable
from wagtail.search import index

from assessments.blocks import AnswerKinds, StemMedia
from assessments.models.kinds import content_of, stem_media
from assessments.models.rubric import Frozen
from assessments.rules.questions import KINDS, Content, kind_of, media_of
from assessments.rules.soundness import MAX_TITLE, check_question
from competencies.models import Authored, Competency
from content.models import Handout, LessonPage, Picture, renew_changed
from lms import clock

STEM_FEATURES = ["bold", "ul", "ol", "link"]


class QuestionBank(models.Model):  # type: ignore[django-manager-missing]  # Wagtail carries no types
    """A folder of questions: of a module, of a certifier's mock test."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("titre"), max_length=160, unique=True)

    panels = [
        FieldPanel("title", help_text=_("Exemple : « M16 Détourer ».")),
    ]

    class Meta:
        verbose_name = _("banque de questions")
        verbose_name_plural = _("banques de questions")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class QuestionTag(TaggedItemBase):
    """A word that groups questions across banks."""

    content_object = ParentalKey("assessments.Question", on_delete=models.CASCADE, related_name="tagged_items")


class Question(index.Indexed, Authored):
    """A question as its author edits it. Publishing freezes a new `QuestionVersion`; attempts keep the one they saw.

    `code` names it in its bank: a file read again finds it by that.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bank = models.ForeignKey(QuestionBank, models.PROTECT, related_name="questions", verbose_name=_("banque"))
    code = models.CharField(_("code"), max_length=120, blank=True)
    title = models.CharField(_("titre"), max_length=MAX_TITLE)
    stem = RichTextField(_("ce qui est demandé"), features=STEM_FEATURES, blank=True)
    media = StreamField(StemMedia(), verbose_name=_("images et sons"), blank=True)
    answer = StreamField(AnswerKinds(), verbose_name=_("comment on répond"), min_num=1, max_num=1)
    hint = models.CharField(_("indice"), max_length=2000, blank=True)
    feedback = models.TextField(_("retour pour tous"), blank=True)
    points = models.FloatField(_("points"), default=1)
    tags = ClusterTaggableManager(through=QuestionTag, blank=True, verbose_name=_("étiquettes"))
    lesson = models.ForeignKey(LessonPage, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("leçon à revoir"))
    lesson_block = models.PositiveSmallIntegerField(_("bloc de la leçon"), null=True, blank=True)

    panels = [
        FieldPanel("bank", help_text=_("Exemple : la banque du module.")),
        FieldPanel("title", help_text=_("Pour vous y retrouver. Exemple : « Le format qui garde la transparence ».")),
        FieldPanel("stem", help_text=_("Une seule chose à la fois. Exemple : « Quel format garde la transparence ? »")),
        FieldPanel("media", help_text=_("Une image à regarder, un son à écouter.")),
        FieldPanel("answer", help_text=_("Choisissez une seule manière de répondre.")),
        FieldPanel("hint", help_text=_("Montré à qui essaie encore. Exemple : « Pense au fond de l'image ».")),
        FieldPanel("feedback", help_text=_("Lu après la réponse, quelle qu'elle soit. Une phrase qui apprend quelque chose.")),
        FieldRowPanel([FieldPanel("points", help_text=_("Exemple : 1.")), FieldPanel("code", help_text=_("Vide : donné par la banque."))]),
        MultiFieldPanel(
            [
                PageChooserPanel("lesson", "content.LessonPage"),
                FieldPanel("lesson_block", help_text=_("Le rang du bloc à revoir, à partir de 1. Vide : le haut de la leçon.")),
            ],
            heading=_("Où la réponse se trouve"),
        ),
        InlinePanel("competencies", heading=_("Compétences"), label=_("compétence"), help_text=_("Ce que la question fait travailler.")),
        FieldPanel("tags", help_text=_("Exemple : formats, débutant.")),
    ]
    search_fields = [
        index.SearchField("title"), index.AutocompleteField("title"), index.SearchField("stem"), index.FilterField("bank_id"),
        index.FilterField("live"),
    ]  # fmt: skip

    class Meta:
        verbose_name = _("question")
        ordering = ["bank", "title"]
        constraints = [
            models.UniqueConstraint(fields=["bank", "code"], name="assessments_question_code_once"),
            models.CheckConstraint(condition=Q(points__gt=0), name="assessments_question_has_points"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.code = self.code.strip() or str(self.uuid)
        renew_changed(self, "competencies", "competency_id")
        super().save(*args, **kwargs)

    def content(self) -> Content:
        """What the form says, as the shape that is kept, drawn and marked. The one answer block decides the kind."""
        block = self.answer[0]
        common = {
            "title": self.title, "stem": self.stem, "media": stem_media(self.media), "hint": self.hint, "feedback": self.feedback,
            "points": self.points,
        }  # fmt: skip
        return content_of(block.block_type, block.value, common)

    @transaction.atomic
    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Every way of publishing comes here: what cannot be asked is refused, and the content is frozen as a new version."""
        check_question(revision.as_object().content())
        result = super().publish(revision, *args, **kwargs)
        published = Question.objects.get(pk=self.pk)
        if published.live and published.live_revision_id == revision.pk:  # not when scheduled for later
            published.freeze()
        return result

    def freeze(self) -> "QuestionVersion":
        """The frozen version equal to this content: the last one, or a new one made now."""
        content = self.content()
        text = msgspec.json.encode(content).decode()
        last = self.versions.order_by("-number").first()
        if last and last.content == text:
            return last  # type: ignore[no-any-return]  # Wagtail carries no types
        version = QuestionVersion.objects.create(
            question=self, number=last.number + 1 if last else 1, kind=kind_of(content), content=text, published_at=clock.now()
        )
        named = {media.file for media in media_of(content)}
        VersionMedia.objects.bulk_create(
            VersionMedia(version=version, **{f"{name}_id": int(pk)})
            for name, _sep, pk in (file.partition(":") for file in sorted(named))
            if pk
        )
        return version


class QuestionCompetency(Orderable):
    """A competency that a question makes one work on."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="competencies")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="questions", verbose_name=_("compétence"))

    panels = [FieldPanel("competency")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["question", "competency"], name="assessments_questioncompetency_once")]

    def __str__(self) -> str:
        return str(self.competency_id)


class QuestionVersion(Frozen):
    """A question as it was published, for ever. `content` is `rules.questions.Content` as JSON."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=list(KINDS.items()))
    content = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["question", "number"]
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="assessments_questionversion_number_once")]

    def __str__(self) -> str:
        return f"{self.question_id} · version {self.number}"

    def read(self) -> Content:
        return read_content(self.content)


class VersionMedia(models.Model):
    """A picture or a document that a version shows: it cannot be deleted while an attempt may show it again."""

    version = models.ForeignKey(QuestionVersion, models.CASCADE, related_name="files")
    picture = models.ForeignKey(Picture, models.PROTECT, null=True, related_name="+")
    handout = models.ForeignKey(Handout, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(picture=None, handout__isnull=False) | Q(picture__isnull=False, handout=None),
                name="assessments_versionmedia_is_one_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.picture_id or self.handout_id}"


@lru_cache(maxsize=2048)
def read_content(text: str) -> Content:
    """The question that a kept version says; versions never change, so each text is read once a process."""
    content: Content = msgspec.json.decode(text, type=Content)
    return content
