"""What is read: step pages and their media, and the HTML of a page's body kept ready to serve."""

import hashlib
import uuid
from pathlib import Path
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, ProtectedError, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.panels import FieldPanel, InlinePanel, PublishingPanel
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as StockDocument
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as StockImage
from wagtail.models import Page

from content.blocks import LessonBody
from lms.refusal import Refused


class ContentEpoch(models.Model):
    """One row: grows whenever something a kept body may quote changes (a page's address, a picture, a document)."""

    number = models.PositiveBigIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def advance(cls) -> None:
        """Make every kept body stale; each is rendered again the next time it is read."""
        if not cls.objects.filter(pk=1).update(number=F("number") + 1):
            cls.objects.create(pk=1, number=2)


class Picture(AbstractImage):
    """A picture of the authored content. Never a person's work nor face: those are private files."""

    admin_form_fields = StockImage.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        ContentEpoch.advance()


class PictureRendition(AbstractRendition):
    """A size of a picture, made once."""

    image = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class Handout(AbstractDocument):
    """A document of the authored content: files to work on, captions, sounds."""

    admin_form_fields = StockDocument.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        ContentEpoch.advance()


class HoursKind(models.TextChoices):
    """The kinds of hours a programme counts apart."""

    THEORY = "theory", _("théorie")
    PRACTICAL = "practical", _("pratique")
    CULTURE = "culture", _("culture")


def renew_changed(instance: Any, relation: str, *key: str) -> None:
    """A child row whose key changed becomes another row. Children are written one by one: two lines that exchange their
    values would else meet the unique constraint halfway."""
    rows = (getattr(instance, "_cluster_related_objects", None) or {}).get(relation, [])
    kept = {row["pk"]: row for row in getattr(instance, relation).get_live_queryset().values("pk", *key)} if rows and instance.pk else {}
    for row in rows:
        before = kept.get(row.pk)
        if before and any(before[name] != getattr(row, name) for name in key):
            row.pk = None


class DraftCopyForm(CopyForm):
    """A copy is a draft and a page of its own: no copy goes live unseen, no alias shares an identifier."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("publish_copies", "alias"):
            self.fields.pop(name, None)


class GuardedPage(Page):
    """A page that stays sound while it is live.

    Wagtail's editor publishes and unpublishes without `publish()` and `unpublish()`; what every way does is save the row.
    So the guard is `save()`: the change is made, then `check_sound` looks at what is now live, and a refusal undoes it all.
    """

    class Meta:
        abstract = True

    exclude_fields_in_copy: ClassVar[list[str]] = ["uuid"]
    copy_form_class = DraftCopyForm
    # No date of expiry: Wagtail's command would take a page away without asking whether the module stands without it.
    settings_panels = [PublishingPanel(children=[FieldPanel("go_live_at")])]
    private_page_options: ClassVar[list[str]] = []  # who may read is decided by our doors
    promote_panels: ClassVar[list[Any]] = []  # no address nor menu of its own: the slug comes from the title
    admin_default_ordering = "ord"  # the order of the tree is the order trainees follow

    @property
    def is_published(self) -> bool:
        """Put live by a revision; a row made live by hand, without one, is not yet published."""
        return bool(self.live and self.live_revision_id)

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            before = Page.objects.filter(pk=self.pk).values("live", "last_published_at").first() if self.pk else None
            if before is None and self.live_revision_id:
                raise Refused("copy_is_draft", gettext("Une copie est un brouillon : relisez-la, puis publiez-la."))
            is_publishing = before is not None and self.is_published and self.last_published_at != before["last_published_at"]
            if is_publishing:
                self.check_complete()
            super().save(*args, **kwargs)
            if is_publishing:
                self.went_live()
            elif before and before["live"] and not self.live:
                self.went_away()

    def check_complete(self) -> None:
        """Refuse to publish a draft that lacks something its form asks for. The editor's form says the same field by field;
        bulk, workflow and scheduled publishing have no form."""
        try:
            self.full_clean()
            for field in self._meta.get_fields():
                if isinstance(field, StreamField):
                    field.stream_block.clean(getattr(self, field.name))
        except ValidationError as error:
            raise Refused(
                "page_incomplete",
                gettext("« %(title)s » n'est pas complet. Ouvrez-le et remplissez ce qui manque.") % {"title": self.title},
            ) from error

    def went_live(self) -> None:
        """Just published, in the transaction that did it."""
        ContentEpoch.advance()
        self.check_sound()

    def went_away(self) -> None:
        """Just unpublished, in the transaction that did it."""
        ContentEpoch.advance()
        self.check_sound()

    def check_sound(self) -> None:
        """Refuse a live state that breaks a rule. Read from the database, after the change."""

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        return super().copy(*args, **{"keep_live": False, **kwargs})

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused for a page that people worked on: it is archived instead."""
        try:
            with transaction.atomic():
                result = super().delete(*args, **kwargs)
                ContentEpoch.advance()
                return result
        except ProtectedError as error:
            raise Refused(
                "page_has_history",
                gettext(
                    "« %(title)s » a déjà servi : son histoire ne peut pas disparaître. Dépubliez cette page : elle est archivée, tout ce qui a été fait reste."
                )
                % {"title": self.title},
            ) from error


class AddressedPage(GuardedPage):
    """A page reached by our own doors, under its uuid: Wagtail's routing serves previews only."""

    class Meta:
        abstract = True

    door: ClassVar[str]

    def get_url_parts(self, request: Any = None) -> tuple[int, str, str] | None:
        """Our door, wherever the page stands in the tree."""
        sites = self._get_site_root_paths(request)
        return (sites[0].site_id, sites[0].root_url, self.door_path()) if sites else None

    def door_path(self) -> str:
        return reverse(self.door, args=[self.uuid])


class StepHolder(AddressedPage):
    """A page that holds steps. A floor above says what a sound set of steps is, in `check_sound`."""

    class Meta:
        abstract = True


class StepPage(AddressedPage):
    """A step of a module: what every kind of step has. One row per step, whatever its kind, so that a module's steps are
    one query (a concrete table for that reason, ADR 8). `kind` and the URL name `step-<kind>` say which door opens it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, editable=False)
    minutes = models.PositiveIntegerField(
        _("durée prévue (minutes)"), default=30, help_text=_("Exemple : 30. Comptée dans le budget du module.")
    )
    hours_kind = models.CharField(_("heures de"), max_length=10, choices=HoursKind.choices, default=HoursKind.THEORY)

    is_creatable = False
    subpage_types: ClassVar[list[str]] = []
    parent_page_types: ClassVar[list[str]] = ["curriculum.ModulePage"]
    step_kind: ClassVar[str] = ""
    goes_with_holder = False  # published together with its module, which looks once when all its steps are live

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(minutes__gte=1), name="content_step_has_minutes")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.step_kind:
            self.kind = self.step_kind
        renew_changed(self, "competencies", "competency_id", "role")
        super().save(*args, **kwargs)

    def door_path(self) -> str:
        return step_path(self.kind, self.uuid)

    def check_complete(self) -> None:
        super().check_complete()
        fields = [field.name for field in self._meta.get_fields() if isinstance(field, StreamField)]
        if fields and not any(getattr(self, name) for name in fields):
            raise Refused(
                "step_empty",
                gettext("« %(title)s » est vide. Ajoutez-lui un premier bloc, ou supprimez cette étape.") % {"title": self.title},
            )

    def check_sound(self) -> None:
        """Ask the module, if it is published, whether it stands with this step as it now is."""
        if not self.goes_with_holder:
            check_holder(self.get_parent())

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            holder = self.get_parent()
            result = super().delete(*args, **kwargs)
            check_holder(holder)
            return result

    def move(self, target: Page, pos: str | None = None, user: Any = None) -> None:
        """To another place or another module. Refused when trainees have been on this step, or when either module falls."""
        with transaction.atomic():
            origin = self.get_parent()
            super().move(target, pos=pos, user=user)
            here = Page.objects.get(pk=self.pk).get_parent()
            if here.pk == origin.pk:
                return
            if self.has_history():
                raise Refused(
                    "step_has_history",
                    gettext("« %(title)s » a déjà servi dans son module. Copiez cette étape au lieu de la déplacer.")
                    % {"title": self.title},
                )
            check_holder(origin)
            check_holder(here)

    def has_history(self) -> bool:
        """Whether anything that may not disappear points at this row (a visit, a request for help, work handed in)."""
        related = (relation for relation in StepPage._meta.related_objects if relation.on_delete is models.PROTECT)
        return any(relation.related_model._base_manager.filter(**{relation.field.name: self.pk}).exists() for relation in related)


def step_path(kind: str, identifier: uuid.UUID) -> str:
    """The address of a step of which only this is known."""
    return reverse(f"step-{kind}", args=[identifier])


def check_holder(page: Page) -> None:
    """Refuse a change of steps that a published holder does not stand."""
    holder = page.specific
    if isinstance(holder, StepHolder) and holder.is_published:
        holder.check_sound()


class LessonPage(StepPage):
    """A lesson: blocks to read, look at and listen to. It is *lue*, never *acquise*."""

    body = StreamField(LessonBody(), verbose_name=_("leçon"), blank=True)

    is_creatable = True
    step_kind = "lesson"
    template = "content/lesson_preview.html"
    content_panels = [
        FieldPanel("title", classname="title", help_text=_("Court et clair. Exemple : « Choisir la bonne méthode ».")),
        FieldPanel("minutes"),
        FieldPanel("hours_kind", help_text=_("Exemple : théorie pour comprendre, pratique pour s'exercer pas à pas.")),
        InlinePanel(
            "competencies",  # curriculum's table: the floor above joins steps and competencies (ADR 11)
            heading=_("Compétences travaillées"),
            label=_("compétence"),
            help_text=_("Ce que cette leçon enseigne ou fait pratiquer. Exemple : « ON3.5 Détourer une image », enseignée."),
        ),
        FieldPanel(
            "body",
            help_text=_(
                "Un bloc par idée, phrases courtes, en tutoyant. Exemple : un texte, une procédure avec images, une liste à vérifier."
            ),
        ),
    ]

    class Meta:
        verbose_name = _("leçon")
        verbose_name_plural = _("leçons")


class KeptBody(models.Model):
    """The HTML of one StreamField of a page, rendered once. Right only for this revision, epoch and set of templates; else made anew."""

    page = models.ForeignKey(StepPage, models.CASCADE, related_name="kept_bodies")
    field = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    revision = models.PositiveBigIntegerField()
    epoch = models.PositiveBigIntegerField()
    templates = models.CharField(max_length=16)
    html = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "field", "language"], name="content_keptbody_once")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.language}"


def templates_digest() -> str:
    """Short digest of the block templates and blocks: a new release renders bodies anew."""
    here = Path(__file__).parent
    files = [here / "blocks.py", *sorted((here / "templates" / "content").rglob("*.html"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


TEMPLATES_DIGEST = templates_digest()
