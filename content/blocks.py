"""The typed blocks a lesson or a brief is made of. No raw HTML, no embed: every block can be read aloud, printed and checked."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

# What helps a reader and nothing else: no italics, no underline, no headings but one level.
PROSE_FEATURES = ["h3", "bold", "ul", "ol", "link", "document-link"]


class Prose(blocks.RichTextBlock):
    """Paragraphs, one level of titles, lists, links."""

    class Meta:
        icon = "pilcrow"
        label = _("Texte")
        template = "content/blocks/prose.html"


class Figure(blocks.StructBlock):
    """A picture that says something, with the words that replace it."""

    image = ImageChooserBlock(label=_("Image"), help_text=_("Une image qui montre quelque chose. Exemple : un contour avant et après."))
    alt = blocks.CharBlock(
        label=_("Texte de remplacement"),
        max_length=250,
        help_text=_("Ce que l'image montre, pour qui ne la voit pas. Exemple : « Le contour suit le bord de la chaussure »."),
    )
    caption = blocks.CharBlock(
        label=_("Légende"), required=False, max_length=200, help_text=_("Exemple : « À gauche, le liseré se voit ».")
    )

    class Meta:
        icon = "image"
        label = _("Image")
        template = "content/blocks/figure.html"


class Video(blocks.StructBlock):
    """A film of ours with its captions and its transcript."""

    title = blocks.CharBlock(label=_("Titre"), max_length=120, help_text=_("Exemple : « Poser les points du tracé »."))
    film = DocumentChooserBlock(label=_("Fichier vidéo (MP4 ou WebM)"), help_text=_("Exemple : trace.mp4, moins de 3 minutes."))
    captions = DocumentChooserBlock(label=_("Sous-titres (WebVTT)"), required=False, help_text=_("Exemple : trace.vtt."))
    transcript = blocks.TextBlock(label=_("Transcription"), help_text=_("Tout ce qui est dit, et les sons utiles."))

    class Meta:
        icon = "media"
        label = _("Vidéo")
        template = "content/blocks/video.html"


class Audio(blocks.StructBlock):
    """A sound of ours with its transcript."""

    title = blocks.CharBlock(label=_("Titre"), max_length=120, help_text=_("Exemple : « La même voix, avant et après »."))
    sound = DocumentChooserBlock(label=_("Fichier son (MP3 ou WAV)"), help_text=_("Exemple : voix.mp3."))
    transcript = blocks.TextBlock(label=_("Transcription"), help_text=_("Tout ce qui est dit, et les sons utiles."))

    class Meta:
        icon = "media"
        label = _("Son")
        template = "content/blocks/audio.html"


class ProcedureStep(blocks.StructBlock):
    """One gesture, with its picture if there is one."""

    text = blocks.TextBlock(label=_("Geste"), max_length=400, help_text=_("Le verbe d'abord. Exemple : « Ouvre l'image. »"))
    image = ImageChooserBlock(label=_("Image"), required=False, help_text=_("Exemple : le menu ouvert au bon endroit."))
    alt = blocks.CharBlock(
        label=_("Texte de remplacement"), required=False, max_length=250,
        help_text=_("Obligatoire s'il y a une image. Exemple : « Le menu Fichier est ouvert »."),
    )  # fmt: skip

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned.get("image") and not (cleaned.get("alt") or "").strip():
            words = ValidationError(_("Dites ce que l'image montre, pour qui ne la voit pas."))
            raise blocks.StructBlockValidationError(block_errors={"alt": words})
        return cleaned


class Procedure(blocks.StructBlock):
    """Numbered gestures, one after the other."""

    title = blocks.CharBlock(label=_("Titre"), max_length=120, help_text=_("Exemple : « Détourer avec le tracé »."))
    steps = blocks.ListBlock(ProcedureStep(), label=_("Gestes"), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Procédure")
        template = "content/blocks/procedure.html"


class Checklist(blocks.StructBlock):
    """Points to check by oneself."""

    title = blocks.CharBlock(label=_("Titre"), max_length=120, default=_("Vérifie toi-même"), help_text=_("Exemple : « Avant de rendre »."))
    items = blocks.ListBlock(
        blocks.CharBlock(max_length=250, label=_("Point"), help_text=_("Exemple : « Le contour est net sur fond blanc ».")),
        label=_("Points"), min_num=1,
    )  # fmt: skip

    class Meta:
        icon = "tasks"
        label = _("Liste à vérifier")
        template = "content/blocks/checklist.html"


class Caution(blocks.StructBlock):
    """What could be lost, broken or hurt, and how not to."""

    title = blocks.CharBlock(label=_("Titre"), max_length=120, default=_("Attention"), help_text=_("Exemple : « Garde l'original »."))
    text = blocks.TextBlock(label=_("Texte"), max_length=600, help_text=_("Ce qui peut se perdre, et comment l'éviter."))

    class Meta:
        icon = "warning"
        label = _("Attention")
        template = "content/blocks/caution.html"


class Download(blocks.StructBlock):
    """A file to work on."""

    label = blocks.CharBlock(label=_("Nom affiché"), max_length=120, help_text=_("Exemple : « Les dix photos à détourer »."))
    document = DocumentChooserBlock(label=_("Fichier"), help_text=_("Exemple : photos.zip."))

    class Meta:
        icon = "download"
        label = _("Fichier à télécharger")
        template = "content/blocks/download.html"


class GlossaryEntry(blocks.StructBlock):
    """One word of the trade and what it means."""

    word = blocks.CharBlock(label=_("Mot"), max_length=60, help_text=_("Exemple : « Masque »."))
    meaning = blocks.CharBlock(label=_("Sens"), max_length=250, help_text=_("Exemple : « Un calque qui cache sans effacer »."))


class Glossary(blocks.StructBlock):
    """Words of the trade met in the lesson."""

    entries = blocks.ListBlock(GlossaryEntry(), label=_("Mots"), min_num=1)

    class Meta:
        icon = "openquote"
        label = _("Les mots du métier")
        template = "content/blocks/glossary.html"


class LessonBody(blocks.StreamBlock):
    """The body of a lesson or of a brief. Each block keeps its id: it is the place where a trainee resumes."""

    prose = Prose(features=PROSE_FEATURES)
    figure = Figure()
    procedure = Procedure()
    checklist = Checklist()
    caution = Caution()
    video = Video()
    audio = Audio()
    download = Download()
    glossary = Glossary()
