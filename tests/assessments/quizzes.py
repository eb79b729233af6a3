"""One question of each kind, a bank of them and a quiz that asks them, made through the product's own services."""

import json
from typing import Any
from uuid import UUID, uuid4

from assessments.models import Attempt, AttemptItem, Question, QuestionBank, QuizPage
from assessments.rules.asking import lay_out, values_of
from assessments.rules.questions import (
    Accepted,
    Categorise,
    Category,
    Choice,
    Content,
    FileAnswer,
    Gap,
    Gaps,
    Hotspot,
    Item,
    LongAnswer,
    Matching,
    Media,
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
    Zone,
    kind_of,
)
from assessments.rules.scoring import Answer
from assessments.services import taking
from assessments.services.bank import keep_question
from lms.people.models import User
from tests.cast import Small
from tests.content.test_services import picture

LABELS = {"title": "Le format", "hint": "Pense au fond.", "feedback": "Le PNG garde la transparence."}

SINGLE = SingleChoice(
    **LABELS, stem="<p>Quel format garde la transparence ?</p>",
    choices=(Choice("a", "PNG", 1.0, "Oui, le PNG."), Choice("b", "JPEG", 0.0, "Le JPEG remplit le fond."), Choice("c", "BMP", 0.0)),
)  # fmt: skip
MULTIPLE = MultipleChoice(
    title="Les formats du web", stem="<p>Lesquels vont sur le web ?</p>",
    choices=(Choice("a", "PNG", 0.5), Choice("b", "JPEG", 0.5), Choice("c", "XCF", -0.5, "Le XCF est pour GIMP.")),
)  # fmt: skip
TRUE = TrueFalse(title="Vrai", stem="<p>Le PNG garde tout.</p>", answer=True, feedback_true="Oui.", feedback_false="Il est sans perte.")
SHORT = ShortText(
    title="Mot", stem="<p>Comment dit-on « découper le sujet » ?</p>", typos=1,
    answers=(Accepted("détourer"), Accepted("découper", 0.0, "Il y a un mot du métier.")),
)  # fmt: skip
NUMERIC = Numeric(title="Calcul", stem="<p>Combien de cm pour 2,5 pouces ?</p>", answers=(NumericAnswer(6.35, 0.05),), unit="cm")
MATCHING = Matching(
    title="Relier", stem="<p>Relie l'outil et son geste.</p>", extra=("peindre",),
    pairs=(Pair("a", "Plume", "tracer"), Pair("b", "Gomme", "effacer", "La gomme enlève."), Pair("c", "Loupe", "agrandir")),
)  # fmt: skip
ORDERING = Ordering(
    title="Ranger", stem="<p>Range les gestes.</p>", items=(Item("a", "Ouvrir"), Item("b", "Détourer"), Item("c", "Exporter"))
)
GAPS = Gaps(
    title="Trous", stem="<p>Complète.</p>", text="Un [[1]] garde la transparence, un [[2]] la perd.",
    gaps=(Gap("1", (Accepted("PNG"),)), Gap("2", (Accepted("JPEG"),), ("XCF", "PSD"))),
)  # fmt: skip
HOTSPOT = Hotspot(
    title="Zone", stem="<p>Où est l'outil Plume ?</p>", image=Media("image", "picture:1", "La barre d'outils"),
    zones=(Zone("a", "En haut", "rect", (0.0, 0.0, 1.0, 0.5), 1.0), Zone("b", "En bas", "circle", (0.5, 0.75, 0.2), 0.0, "C'est la gomme.")),
)  # fmt: skip
CATEGORISE = Categorise(
    title="Classer", stem="<p>Classe les formats.</p>", categories=(Category("x", "Web"), Category("y", "Impression")),
    items=(Sorted("a", "PNG", "x"), Sorted("b", "TIFF", "y", "Le TIFF est lourd."), Sorted("c", "JPEG", "x")),
)  # fmt: skip
LONG = LongAnswer(title="Raconter", stem="<p>Raconte ton détourage.</p>", min_words=2, max_words=200, guide="Nomme l'outil.")
FILE = FileAnswer(title="Enregistrer", stem="<p>Enregistre ta phrase.</p>", accepts="audio")
ALL: tuple[Content, ...] = (SINGLE, MULTIPLE, TRUE, SHORT, NUMERIC, MATCHING, ORDERING, GAPS, HOTSPOT, CATEGORISE, LONG, FILE)
RIGHT: dict[str, Answer] = {
    "single": "a", "multiple": ["a", "b"], "truefalse": True, "short": "Détourer", "numeric": "6,35 cm",
    "matching": {"a": "tracer", "b": "effacer", "c": "agrandir"}, "ordering": ["a", "b", "c"], "gaps": {"1": "png", "2": "JPEG"},
    "hotspot": "a", "categorise": {"a": "x", "b": "y", "c": "x"}, "long": "J'ai pris la plume.",
}  # fmt: skip
WRONG: dict[str, Answer] = {
    "single": "b", "multiple": ["c"], "truefalse": False, "short": "découper", "numeric": "12", "matching": {"a": "peindre"},
    "ordering": ["c", "a", "b"], "gaps": {"1": "gif"}, "hotspot": "b", "categorise": {"a": "y"},
}  # fmt: skip


def _mark() -> str:
    """A name that nothing else has: a site is filled by several processes."""
    return uuid4().hex[:8]


def bank(title: str = "") -> QuestionBank:
    return QuestionBank.objects.create(title=title or f"Banque {_mark()}")


def question(content: Content, *, into: QuestionBank | None = None, code: str = "", **given: Any) -> Question:
    """A published question; an image of its own where it needs one."""
    if isinstance(content, Hotspot):
        barre = picture("barre.png")
        content = Hotspot(
            **{name: getattr(content, name) for name in content.__struct_fields__}
            | {"image": Media("image", f"picture:{barre.pk}", "La barre")}
        )
    data = QuestionData(code or f"q{_mark()}", content, **given)
    return keep_question(bank=into or bank(), data=data)[0]


def plan(*questions: Question | tuple[str, Any]) -> str:
    blocks = [("question", one.pk) if isinstance(one, Question) else one for one in questions]
    return json.dumps([{"type": kind, "value": value} for kind, value in blocks])


def quiz(story: Small, *asked: Question | tuple[str, Any], **fields: Any) -> QuizPage:
    """A published quiz in the story's module."""
    number = _mark()
    page = QuizPage(title=f"Questions {number}", slug=f"questions-{number}", minutes=1, hours_kind="theory", live=False, **fields)
    page.plan = plan(*asked)
    story.module.refresh_from_db()
    story.module.add_child(instance=page)
    page.save_revision().publish()
    return QuizPage.objects.get(pk=page.pk)


def begun(story: Small, page: QuizPage, by: User | None = None, key: UUID | None = None, **given: Any) -> Attempt:
    return taking.start_attempt(by=by or story.trainee, quiz=page, module=story.module, key=key or uuid4(), **given)


def fields_for(item: AttemptItem, answer: Answer) -> dict[str, list[str]]:
    content = item.version.read()
    return values_of(content, lay_out(content, item.seed), answer)


def answer(story: Small, attempt: Attempt, position: int, value: Answer, *, rev: int | None = None, by: User | None = None) -> taking.Kept:
    item = attempt.items.select_related("version").get(position=position)
    return taking.keep_answer(
        by=by or story.trainee,
        attempt=attempt.uuid,
        position=position,
        fields=fields_for(item, value),
        rev=item.rev if rev is None else rev,
    )


def answer_all(story: Small, attempt: Attempt, values: dict[str, Answer]) -> None:
    for item in attempt.items.select_related("version"):
        kind = kind_of(item.version.read())
        if kind in values:
            answer(story, attempt, item.position, values[kind])
