"""What an author fills to say how a question is answered: one block a kind. `models.kinds` turns them into `rules.questions`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

WORDS = _("Ce que montre l'image, ou ce que dit le son. Exemple : « Un contour net sur fond noir ».")


class Worded(blocks.StructBlock):
    """A block with files: their words are asked for as soon as there is one."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if (cleaned.get("picture") or cleaned.get("sound")) and not (cleaned.get("words") or "").strip():
            words = ValidationError(_("Décrivez l'image, ou écrivez ce que dit le son : tout le monde ne peut pas voir ou entendre."))
            raise blocks.StructBlockValidationError(block_errors={"words": words})
        return cleaned


class StemPicture(Worded):
    picture = ImageChooserBlock(label=_("Image"))
    words = blocks.CharBlock(label=_("Texte de remplacement"), required=False, max_length=1000, help_text=WORDS)

    class Meta:
        icon = "image"
        label = _("Image")


class StemSound(Worded):
    sound = DocumentChooserBlock(label=_("Son ou vidéo"), help_text=_("Exemple : voix.mp3, ou trace.mp4."))
    words = blocks.TextBlock(label=_("Transcription"), required=False, max_length=10_000, help_text=WORDS)

    class Meta:
        icon = "media"
        label = _("Son ou vidéo")


class StemMedia(blocks.StreamBlock):
    """What is looked at or listened to before answering."""

    image = StemPicture()
    sound = StemSound()


def _feedback() -> blocks.CharBlock:
    return blocks.CharBlock(
        label=_("Retour"),
        required=False,
        max_length=2000,
        help_text=_("Ce que lit qui donne cette réponse. Exemple : « Regarde le bord. »"),
    )


def _share() -> blocks.FloatBlock:
    return blocks.FloatBlock(
        label=_("Part du point (%)"), required=False, min_value=-100, max_value=100, help_text=_("Vide : calculée. Exemple : 50.")
    )


class Shown(Worded):
    """A text with an image or a sound beside it."""

    text = blocks.CharBlock(label=_("Texte"), required=False, max_length=2000)
    feedback = _feedback()
    picture = ImageChooserBlock(label=_("Image"), required=False)
    sound = DocumentChooserBlock(label=_("Son ou vidéo"), required=False)
    words = blocks.CharBlock(label=_("Description"), required=False, max_length=2000, help_text=WORDS)


class ChoiceBlock(Shown):
    is_right = blocks.BooleanBlock(label=_("Bonne réponse"), required=False)
    share = _share()

    class Meta:
        label = _("Réponse")


class AcceptedBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Réponse acceptée"), max_length=2000, help_text=_("« * » remplace n'importe quoi."))
    share = blocks.FloatBlock(label=_("Part du point (%)"), default=100, min_value=0, max_value=100)
    feedback = _feedback()


class NumberBlock(blocks.StructBlock):
    value = blocks.FloatBlock(label=_("Nombre"))
    tolerance = blocks.FloatBlock(label=_("Écart permis"), default=0, min_value=0)
    share = blocks.FloatBlock(label=_("Part du point (%)"), default=100, min_value=0, max_value=100)
    feedback = _feedback()


class PairBlock(Worded):
    left = blocks.CharBlock(label=_("À gauche"), required=False, max_length=2000)
    right = blocks.CharBlock(label=_("Va avec"), max_length=2000)
    feedback = _feedback()
    picture = ImageChooserBlock(label=_("Image"), required=False)
    sound = DocumentChooserBlock(label=_("Son ou vidéo"), required=False)
    words = blocks.CharBlock(label=_("Description"), required=False, max_length=2000, help_text=WORDS)


class SortedBlock(Shown):
    category = blocks.CharBlock(label=_("Catégorie"), max_length=2000, help_text=_("Écrite comme au-dessus."))


class GapBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("Trou"), max_length=40, help_text=_("Exemple : 1, pour [[1]] dans le texte."))
    answers = blocks.ListBlock(AcceptedBlock(), label=_("Réponses acceptées"), min_num=1)
    options = blocks.ListBlock(
        blocks.CharBlock(label=_("Choix"), max_length=2000), label=_("Autres choix d'une liste"), default=[],
        help_text=_("Avec au moins un choix, le trou devient une liste où choisir."),
    )  # fmt: skip


class ZoneBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("Le lieu, en mots"), max_length=2000, help_text=_("Lu par qui n'utilise pas l'image."))
    shape = blocks.ChoiceBlock(
        label=_("Forme"), default="rect", choices=[("rect", _("rectangle")), ("circle", _("cercle")), ("poly", _("polygone"))]
    )
    coords = blocks.CharBlock(
        label=_("Place, en pour cent"), max_length=2000,
        help_text=_("Rectangle : gauche haut droite bas. Cercle : centre x, y, rayon. Exemple : 10 20 30 40."),
    )  # fmt: skip
    is_right = blocks.BooleanBlock(label=_("Bonne zone"), required=False)
    share = _share()
    feedback = _feedback()


class SingleBlock(blocks.StructBlock):
    choices = blocks.ListBlock(ChoiceBlock(), label=_("Réponses"), min_num=2)
    shuffle = blocks.BooleanBlock(label=_("Mélanger les réponses"), required=False, default=True)

    class Meta:
        icon = "circle-check"
        label = _("Une seule réponse")


class MultipleBlock(SingleBlock):
    class Meta:
        icon = "tick"
        label = _("Plusieurs réponses")


class TrueFalseBlock(blocks.StructBlock):
    answer = blocks.BooleanBlock(label=_("La phrase est vraie"), required=False)
    feedback_true = blocks.CharBlock(label=_("Retour à « vrai »"), required=False, max_length=2000)
    feedback_false = blocks.CharBlock(label=_("Retour à « non »"), required=False, max_length=2000)

    class Meta:
        icon = "check"
        label = _("Vrai ou non")


class ShortBlock(blocks.StructBlock):
    answers = blocks.ListBlock(AcceptedBlock(), label=_("Réponses acceptées"), min_num=1)
    typos = blocks.IntegerBlock(label=_("Lettres qui peuvent différer"), default=1, min_value=0, max_value=3)
    case = blocks.BooleanBlock(label=_("Les majuscules comptent"), required=False)
    accents = blocks.BooleanBlock(label=_("Les accents comptent"), required=False)

    class Meta:
        icon = "pilcrow"
        label = _("Réponse courte")


class NumericBlock(blocks.StructBlock):
    answers = blocks.ListBlock(NumberBlock(), label=_("Nombres acceptés"), min_num=1)
    unit = blocks.CharBlock(label=_("Unité"), required=False, max_length=40, help_text=_("Exemple : cm."))
    unit_asked = blocks.BooleanBlock(label=_("L'unité doit être écrite"), required=False)

    class Meta:
        icon = "decimal"
        label = _("Nombre")


class MatchingBlock(blocks.StructBlock):
    pairs = blocks.ListBlock(PairBlock(), label=_("Paires"), min_num=2)
    extra = blocks.ListBlock(blocks.CharBlock(label=_("Réponse"), max_length=2000), label=_("Réponses en trop"), default=[])

    class Meta:
        icon = "link"
        label = _("À relier")


class OrderingBlock(blocks.StructBlock):
    items = blocks.ListBlock(Shown(), label=_("Éléments, dans leur ordre"), min_num=2)

    class Meta:
        icon = "list-ol"
        label = _("À ranger dans l'ordre")


class GapsBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Texte"), max_length=20_000, help_text=_("Un trou s'écrit [[1]], [[2]]…"))
    gaps = blocks.ListBlock(GapBlock(), label=_("Trous"), min_num=1)
    typos = blocks.IntegerBlock(label=_("Lettres qui peuvent différer"), default=1, min_value=0, max_value=3)

    class Meta:
        icon = "edit"
        label = _("Texte à trous")


class HotspotBlock(blocks.StructBlock):
    picture = ImageChooserBlock(label=_("Image"))
    words = blocks.CharBlock(label=_("Texte de remplacement"), max_length=1000, help_text=WORDS)
    zones = blocks.ListBlock(ZoneBlock(), label=_("Zones"), min_num=2)
    several = blocks.BooleanBlock(label=_("Plusieurs zones peuvent être choisies"), required=False)

    class Meta:
        icon = "crosshairs"
        label = _("Zone d'une image")


class CategoriseBlock(blocks.StructBlock):
    categories = blocks.ListBlock(blocks.CharBlock(label=_("Catégorie"), max_length=2000), label=_("Catégories"), min_num=2)
    items = blocks.ListBlock(SortedBlock(), label=_("Éléments"), min_num=2)

    class Meta:
        icon = "folder-open-1"
        label = _("À classer")


class JudgedBlock(blocks.StructBlock):
    rubric = SnippetChooserBlock("assessments.Rubric", label=_("Grille"), required=False, help_text=_("Ce qui sera regardé."))
    guide = blocks.TextBlock(
        label=_("Pour l'équipe"), required=False, max_length=10_000, help_text=_("Ce qu'on attend. Jamais montré au stagiaire.")
    )


class LongBlock(JudgedBlock):
    min_words = blocks.IntegerBlock(label=_("Mots, au moins"), default=0, min_value=0, max_value=5000)
    max_words = blocks.IntegerBlock(label=_("Mots, au plus"), default=0, min_value=0, max_value=5000, help_text=_("0 : pas de limite."))

    class Meta:
        icon = "doc-full"
        label = _("Réponse rédigée")


class FileBlock(JudgedBlock):
    accepts = blocks.ChoiceBlock(
        label=_("Ce qui est rendu"), default="file",
        choices=[("file", _("un fichier")), ("photo", _("une photo")), ("audio", _("un enregistrement du son")), ("video", _("une vidéo"))],
    )  # fmt: skip
    max_files = blocks.IntegerBlock(label=_("Fichiers, au plus"), default=1, min_value=1, max_value=10)

    class Meta:
        icon = "upload"
        label = _("Fichier ou enregistrement")


class AnswerKinds(blocks.StreamBlock):
    """How a question is answered: exactly one."""

    single = SingleBlock()
    multiple = MultipleBlock()
    truefalse = TrueFalseBlock()
    short = ShortBlock()
    numeric = NumericBlock()
    matching = MatchingBlock()
    ordering = OrderingBlock()
    gaps = GapsBlock()
    hotspot = HotspotBlock()
    categorise = CategoriseBlock()
    long = LongBlock()
    file = FileBlock()

    class Meta:
        min_num = 1
        max_num = 1


class SectionBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Titre"), max_length=120, help_text=_("Exemple : « Les formats d'image »."))
    text = blocks.TextBlock(label=_("Texte"), required=False, max_length=2000)

    class Meta:
        icon = "title"
        label = _("Partie")


class DrawBlock(blocks.StructBlock):
    bank = SnippetChooserBlock("assessments.QuestionBank", label=_("Banque"))
    tag = blocks.CharBlock(label=_("Étiquette"), required=False, max_length=100, help_text=_("Vide : toutes. Exemple : formats."))
    competency = SnippetChooserBlock("competencies.Competency", label=_("Compétence"), required=False)
    count = blocks.IntegerBlock(label=_("Nombre de questions"), default=3, min_value=1, max_value=100)

    class Meta:
        icon = "rotate"
        label = _("Questions tirées au sort")


class QuizPlan(blocks.StreamBlock):
    """What a quiz asks, in order."""

    section = SectionBlock()
    question = SnippetChooserBlock("assessments.Question", label=_("Question"), icon="help")
    draw = DrawBlock()
