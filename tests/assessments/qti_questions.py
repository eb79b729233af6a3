"""Questions as `questions` draws them, with what only an exact format carries: any identifier, any white space, signs that XML cannot hold."""

from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from assessments.rules import questions as q
from assessments.rules.questions import QuestionData
from tests.assessments.questions import question

WORDS = st.text(max_size=20) | st.sampled_from(
    [" a ", "a\nb", "a\r\nb\t", "\n", "]]>", "<!--", "&#0;", "\x00", "\ud800", "\ufffe", "x-_20_", "false"]
)
LISTED = ("choices", "pairs", "items", "zones", "categories")


@st.composite
def odd(draw: st.DrawFn, kind: str) -> QuestionData:
    """A sound question of this kind, less tidy than people write them."""
    one = draw(question(kind))
    content: Any = one.content
    content = replace(content, title=draw(WORDS) or "t", hint=draw(WORDS), feedback=draw(WORDS))
    for name in LISTED:
        rows = getattr(content, name, ())
        if rows:
            names = draw(st.lists(WORDS, min_size=len(rows), max_size=len(rows), unique=True))
            content = replace(content, **{name: tuple(replace(row, id=named) for row, named in zip(rows, names, strict=True))})
    if hasattr(content, "categories"):
        ids = [row.id for row in content.categories]
        content = replace(content, items=tuple(replace(row, category=draw(st.sampled_from(ids))) for row in content.items))
    if hasattr(content, "guide"):
        content = replace(content, guide=draw(WORDS), rubric=draw(WORDS))
    return QuestionData(draw(WORDS), content, tuple(draw(st.lists(WORDS, max_size=2))), tuple(draw(st.lists(WORDS, max_size=2))))


PICTURE = q.Media("image", "chat noir.png", "Un chat")
SAID = {"title": "Un titre", "stem": "<p>Que <b>vois</b>-tu ?</p>", "hint": "Regarde mieux.", "feedback": "Relis la leçon."}
RIGHT = (q.Accepted("oui", 1.0, "Bien."), q.Accepted("oiu", 0.5))
SAMPLES: tuple[QuestionData, ...] = tuple(
    QuestionData(f"Q{place}", content, ("tri",), ("ON1.1",))
    for place, content in enumerate(
        (
            q.SingleChoice(**SAID, choices=(q.Choice("a", "Un", 1.0, "Oui."), q.Choice("b", "Deux", -0.5, media=PICTURE))),
            q.MultipleChoice(**SAID, choices=(q.Choice("a", "Un", 0.5), q.Choice("b", "Deux", 0.5), q.Choice("c", "Trois", -1.0))),
            q.TrueFalse(**SAID, answer=False, feedback_false="Oui."),
            q.ShortText(**SAID, answers=RIGHT, typos=1),
            q.Numeric(**SAID, answers=(q.NumericAnswer(12.5, 0.1),), unit="cm", unit_asked=True),
            q.Matching(**SAID, pairs=(q.Pair("1", "rouge", "red", "Revois."), q.Pair("2", "bleu", "blue")), extra=("green",)),
            q.Ordering(**SAID, items=(q.Item("1", "d'abord"), q.Item("2", "ensuite", "Après."))),
            q.Gaps(**SAID, text="Le [[1]] dit [[2]].", gaps=(q.Gap("1", RIGHT), q.Gap("2", RIGHT, ("oui", "non")))),
            q.Hotspot(**SAID, image=PICTURE, zones=(q.Zone("1", "Là", "circle", (0.5, 0.5, 0.1), 1.0), q.Zone("2", "Ici", "rect", (0, 0, 0.5, 1)))),
            q.Categorise(**SAID, categories=(q.Category("1", "Oui"), q.Category("2", "Non")), items=(q.Sorted("1", "a", "1"), q.Sorted("2", "b", "2"))),
            q.LongAnswer(**SAID, min_words=10, max_words=50, guide="Deux idées."),
            q.FileAnswer(**SAID, accepts="photo", max_files=3),
        ),
        1,
    )
)  # fmt: skip
