"""The table to fill in: its columns, and an example of each kind to write over."""

from typing import Final

from assessments.formats.csvtemplate.writing import write
from assessments.rules.questions import (
    Accepted,
    Categorise,
    Category,
    Choice,
    Content,
    FileAnswer,
    Gap,
    Gaps,
    Item,
    LongAnswer,
    Matching,
    MultipleChoice,
    Numeric,
    NumericAnswer,
    Ordering,
    Pair,
    QuestionData,
    ShortText,
    SingleChoice,
    Sorted,
    TrueFalse,
)

EXAMPLES: Final[tuple[Content, ...]] = (
    SingleChoice(
        "Le format qui garde la transparence", "<p>Quel format garde la transparence ?</p>", hint="Pense au fond de l'image.",
        choices=(Choice("1", "PNG", 1.0, "Oui, il garde le fond vide."), Choice("2", "JPEG", 0.0, "Il met du blanc à la place.")),
    ),
    MultipleChoice("Les images en points", "<p>Lesquels sont des images en points ?</p>", choices=(
        Choice("1", "PNG", 0.5), Choice("2", "JPEG", 0.5), Choice("3", "SVG", -0.5, "SVG est un dessin en traits."),
    )),
    TrueFalse("Le RVB", "<p>Le RVB sert à l'écran.</p>", answer=True, feedback_true="Rouge, vert, bleu : la lumière.", feedback_false="Pense à l'écran."),
    ShortText("L'outil des tracés", "<p>Quel outil pose les points d'un tracé ?</p>", answers=(Accepted("plume"), Accepted("la plume")), typos=1),
    Numeric("La résolution", "<p>Quelle résolution pour imprimer ?</p>", answers=(NumericAnswer(300.0, 0.5),), unit="ppp"),
    Matching(
        "Outils et gestes", "<p>Relie l'outil à son geste.</p>", pairs=(Pair("1", "Gomme", "effacer"), Pair("2", "Plume", "tracer")),
        extra=("mesurer",),
    ),
    Ordering("Les étapes", "<p>Range les étapes.</p>", items=(Item("1", "Ouvrir"), Item("2", "Détourer"), Item("3", "Enregistrer"))),
    Gaps("La phrase à trous", "<p>Complète la phrase.</p>", text="Le [[1]] garde la transparence, le [[2]] non.", gaps=(
        Gap("1", (Accepted("PNG"),)), Gap("2", (Accepted("JPEG"),), ("PSD", "TIFF")),
    )),
    Categorise(
        "Écran ou papier", "<p>Range chaque mot.</p>", categories=(Category("1", "Écran"), Category("2", "Papier")),
        items=(Sorted("1", "RVB", "1"), Sorted("2", "CMJN", "2")),
    ),
    LongAnswer("Explique ton choix", "<p>Pourquoi as-tu choisi ce format ?</p>", min_words=20, guide="Deux raisons attendues."),
    FileAnswer("Ton image", "<p>Envoie une photo de ton écran.</p>", accepts="photo"),
)  # fmt: skip


def template() -> bytes:
    """The table, with a line of each kind."""
    return write([QuestionData(f"EX-{place:02}", content, ("exemple",)) for place, content in enumerate(EXAMPLES, 1)], {}).content
