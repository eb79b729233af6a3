"""GIFT: what goes out comes back equal, the samples of Moodle's manual come in, broken ones are refused with their line."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from assessments.formats.gift import read, write
from assessments.rules import questions as q
from tests.assessments.questions import FILES, questions

CARRIED = ["single", "multiple", "truefalse", "short", "numeric", "matching", "ordering", "long"]
EMPTY: dict[str, Any] = {"unit": "", "unit_asked": False, "min_words": 0, "max_words": 0, "rubric": "", "guide": ""}


def carried(question: q.QuestionData) -> q.QuestionData:
    """The same question without what GIFT has no word for."""
    content = question.content
    fields = {name: value for name, value in EMPTY.items() if hasattr(content, name)}
    content = replace(content, media=(), hint="", **fields)
    for name in ("choices", "pairs", "items"):
        rows = tuple(replace(row, media=None, **({} if name == "choices" else {"feedback": ""})) for row in getattr(content, name, ()))
        content = replace(content, **{name: rows}) if rows else content
    return replace(question, content=content)


@pytest.mark.parametrize("kind", CARRIED)
def test_what_goes_out_comes_back_equal(kind: str) -> None:
    @given(questions(kind))
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def check(found: list[q.QuestionData]) -> None:
        asked = [carried(one) for one in found]
        written = write(asked, FILES)
        back = read(written.content)
        refused = {one.where.partition(" · ")[0] for one in written.refused}
        assert all(any(word in one.why for word in ("->", "//", "\\", "toutes justes")) for one in written.refused)
        assert back.questions == [one for one in asked if one.code not in refused]
        assert not [one for one in back.refused if "aucune question" not in one.why]

    check()


@given(questions())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_it_cannot_carry_is_refused_by_name(found: list[q.QuestionData]) -> None:
    written = write(found, FILES)
    back = read(written.content)
    assert len(back.questions) + len(written.refused) == len(found)
    assert all(one in found for one in back.questions)


MANUAL = (Path(__file__).with_name("samples") / "manual.gift").read_text()


def test_the_samples_of_the_manual() -> None:
    package = read(MANUAL.encode())
    assert (package.read, len(package.questions), [one.where for one in package.refused]) == (13, 12, ["ligne 46"])
    assert "texte et non une question" in package.refused[0].why
    found = [one.content for one in package.questions]
    assert (package.questions[0].code, package.questions[0].tags, package.questions[0].competencies) == (
        "Q1",
        ("grant", "Histoire"),
        ("ON1.1",),
    )
    assert found[0] == q.ShortText(
        "Q1", "<p>Who's buried in Grant's tomb?</p>", accents=True,
        answers=(q.Accepted("Grant"), q.Accepted("Ulysses Grant"), q.Accepted("Ulysses S. Grant")),
    )  # fmt: skip
    single = found[1]
    assert isinstance(single, q.SingleChoice)
    assert [(one.text, one.credit, one.feedback) for one in single.choices] == [
        ("Grant", 0.0, "He was the one"), ("no one", 1.0, "Right!"), ("a bit of him", 0.5, ""),
    ]  # fmt: skip
    assert single.feedback == "Nobody is buried there."
    assert (found[2].answer, found[2].feedback_true, found[2].feedback_false) == (False, "He is.", "Yes")  # type: ignore[union-attr]
    assert found[3].stem == "<p>The American holiday of Thanksgiving is celebrated on the _____ Thursday of November.</p>"
    assert isinstance(found[4], q.MultipleChoice)
    assert [one.answers for one in found[5:8] if isinstance(one, q.Numeric)] == [
        (q.NumericAnswer(1822, 5),), (q.NumericAnswer(pytest.approx(3.1415), pytest.approx(0.0005)),),
        (q.NumericAnswer(1822, 0, 1, "Exact"), q.NumericAnswer(1822, 2, 0.5, "Near")),
    ]  # fmt: skip
    assert found[8].extra == ("Paris",)  # type: ignore[union-attr]
    assert isinstance(found[9], q.LongAnswer)
    assert [one.text for one in found[10].items] == ["one", "two", "three"]  # type: ignore[union-attr]
    assert [one.text for one in found[11].choices] == ["= 2 + 2", "= 2 + 3", "~5#}"]  # type: ignore[union-attr]
    assert [note.where for note in package.notes] == ["ligne 27"]


def test_read_again_it_is_the_same_questions() -> None:
    package = read(MANUAL.encode())
    assert read(MANUAL.encode()) == package
    written = write(package.questions, {})
    assert (read(written.content).questions, written.refused) == (package.questions, [])


@pytest.mark.parametrize(("text", "where", "words"), [
    ("", "ligne 1", "aucune question"),
    ("\n\n::T:: Q {=a ~b\n\n::U:: R {T}", "ligne 3 · T", "n'est pas fermée"),
    ("::T:: Q", "ligne 1 · T", "texte et non une question"),
    ("::T:: A {=a} b {=c}", "ligne 1 · T", "plusieurs groupes"),
    ("::T:: Q {a ~b}", "ligne 1 · T", "commence par"),
    ("::T:: Q {=a}~b}", "ligne 1 · T", "plusieurs groupes"),
    ("::T:: Q {~a ~b}", "ligne 1 · T", "bonnes réponses"),
    ("::T:: Q {#douze}", "ligne 1 · T", "n'est pas un nombre"),
    ("::T:: Q {#1..}", "ligne 1 · T", "n'est pas un nombre"),
    ("::T:: Q {=a -> b =c}", "ligne 1 · T", "flèche"),
    ("::T:: Q {=a -> b}", "ligne 1 · T", "au moins deux"),
    ("::T:: {=a ~b}", "ligne 1 · T", "Écrivez ce qui est demandé"),
    ('::T::[html]<img src="a.png"> {T}', "ligne 1 · T", "ni image ni son"),
    ("::T:: Q {>3 RANDOM VERTICAL\na\nb\n}", "ligne 1 · T", "partie des éléments"),
    ("::T:: Q {T}\n\n// [id:X]\nA{T}\n\n// [id:X]\nB{T}", "ligne 7", "déjà celui"),
    ("::T:: Q {T}\n\n::T:: Q {T}\n\n::T:: Q {T}\n\n::T:: Q {T}", "ligne 7 · T", "deux fois"),
])  # fmt: skip
def test_what_is_broken_is_refused_with_its_line(text: str, where: str, words: str) -> None:
    package = read(text.encode())
    assert package.refused[0].where == where
    assert words in package.refused[0].why


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + bytes(200), b"\x00\x01\x02" * 50, b"\xff\xfe\x00"])
def test_what_is_no_text_is_one_refusal(data: bytes) -> None:
    package = read(data)
    assert (package.read, len(package.refused)) == (0, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_encoding_comes_in(encoding: str) -> None:
    content = read("::Été::L’été est là ?\r\n{T}".encode(encoding)).questions[0].content
    assert (content.title, content.stem) == ("Été", "<p>L’été est là ?</p>")


def test_questions_of_one_title_have_each_their_code() -> None:
    package = read(b"::T::Un {T}\n\n::T::Deux {T}")
    assert (package.questions[0].code, package.questions[1].code[:2], package.refused) == ("T", "q-", [])
