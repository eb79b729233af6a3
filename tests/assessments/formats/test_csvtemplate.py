"""The table: what goes out comes back equal and runs nothing in a spreadsheet; broken ones are refused with their line."""

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from assessments.formats.csvtemplate import read, template, write
from assessments.formats.csvtemplate.examples import EXAMPLES
from assessments.rules import questions as q
from lms.files.formats.tables import guarded, unguarded
from tests.assessments.questions import FILES, KINDS, questions


def carried(question: q.QuestionData) -> q.QuestionData:
    """The same question without its files; a gap's text has nothing around it."""
    content: Any = replace(question.content, media=())
    for name in ("choices", "pairs", "items"):
        rows = tuple(replace(row, media=None) for row in getattr(content, name, ()))
        content = replace(content, **{name: rows}) if rows else content
    if isinstance(content, q.Gaps):
        content = replace(content, text=content.text.strip())
    return replace(question, content=content)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "hotspot"])
def test_what_goes_out_comes_back_equal(kind: str) -> None:
    @given(questions(kind))
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    def check(found: list[q.QuestionData]) -> None:
        asked = [carried(one) for one in found]
        written = write(asked, FILES)
        back = read(written.content)
        assert (back.questions, written.refused, back.refused) == (asked, [], [])

    check()


@given(questions())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_cell_is_a_formula(found: list[q.QuestionData]) -> None:
    rows = list(csv.reader(io.StringIO(write([carried(one) for one in found], FILES).content.decode("utf-8-sig")), delimiter=";"))
    for row in rows:
        for cell in row:
            if cell[:1] in tuple("=+-@＝＋－＠"):
                float(cell.replace(",", "."))  # a number, then


def test_what_it_cannot_carry_is_refused_by_name() -> None:
    media = (q.Media("image", "chat noir.png", "Un chat"),)
    zones = q.Hotspot(
        "Z", "<p>Q</p>", image=media[0], zones=(q.Zone("1", "a", "circle", (0.5, 0.5, 0.1), 1.0), q.Zone("2", "b", "circle", (0, 0, 0)))
    )
    written = write([q.QuestionData("A", q.LongAnswer("T", "<p>Q</p>", media=media)), q.QuestionData("B", zones)], FILES)
    assert [one.where for one in written.refused] == ["A · T", "B · Z"]
    assert "une image ou un son" in written.refused[0].why
    assert "zone d'une image" in written.refused[1].why


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''@x", " =a", "-1", "＝1", "x", "'x", ""])
def test_what_is_guarded_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip().startswith(("=", "+", "-", "@", "＝"))


def test_the_template_reads_as_it_says() -> None:
    package = read(template())
    assert ([one.content for one in package.questions], package.refused, package.notes) == (list(EXAMPLES), [], [])


HAND = """Type;Énoncé;réponse 1;part 1;réponse 2;part 2;avec 1;avec 2
une seule réponse;Quel format ?;PNG;x;JPEG;;;
Vrai ou non;Le RVB sert à l'écran.;vrai;;;;;

nombre;Combien ?;-12,5;;;;0,1;
à relier;Relie.;a;;b;;un;deux
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_written_by_hand(encoding: str, separator: str) -> None:
    package = read(HAND.replace(";", separator).encode(encoding))
    assert (package.read, package.refused) == (4, [])
    single, truth, number, pairs = (one.content for one in package.questions)
    assert (single.title, single.choices[0].credit) == ("Quel format ?", 1.0)  # type: ignore[union-attr]
    assert truth.answer is True  # type: ignore[union-attr]
    assert number.answers == (q.NumericAnswer(-12.5, 0.1),)  # type: ignore[union-attr]
    assert [(one.left, one.right) for one in pairs.pairs] == [("a", "un"), ("b", "deux")]  # type: ignore[union-attr]
    assert read(HAND.encode()).questions == package.questions


def test_commas_part_cells_too() -> None:
    package = read(b'code,type,\xc3\xa9nonc\xc3\xa9,\xc3\xa9tiquettes\nA,long,"Un, deux ?","x, ""y, z"""\n')
    assert package.questions == [q.QuestionData("A", q.LongAnswer("Un, deux ?", "<p>Un, deux ?</p>"), ("x", "y, z"))]


@pytest.mark.parametrize(("text", "where", "words"), [
    ("", "ligne 1", "nommer les colonnes"),
    ("a;b;c\n1;2;3", "ligne 1", "nommer les colonnes"),
    ("type;énoncé;type\n", "ligne 1", "deux fois"),
    ("type;énoncé\n", "ligne 1", "aucune ligne"),
    ("type;énoncé\nlong;Q\nautre;Q\n", "ligne 3", "n'existe pas"),
    ("type;énoncé\nhotspot;Q\n", "ligne 2", "n'existe pas"),
    ("type;énoncé\nlong;Q;;x\n", "ligne 2", "plus de cellules"),
    ("type;énoncé\nlong;\n", "ligne 2", "Donnez un titre"),
    ('type;énoncé\nlong;"Q\nsuite"\nnombre;Q\n', "ligne 4", "un nombre qui vaut"),
    ('type;énoncé\nlong;"Q\nlong;Q\n', "ligne 2", "guillemet"),
    ("type;énoncé;points\nlong;Q;dix\n", "ligne 2", "n'est pas un nombre"),
    ("type;énoncé;points\nlong;Q;0\n", "ligne 2", "points"),
    ("type;énoncé;réglages\nlong;Q;vitesse=3\n", "ligne 2", "n'existe pas"),
    ("type;énoncé;réglages\nfile;Q;accepte=pizza\n", "ligne 2", "accepte"),
    ("type;énoncé;réponse 1;part 1\nsingle;Q;a;beaucoup\n", "ligne 2", "n'est pas un nombre"),
    ("type;énoncé;réponse 1\ntruefalse;Q;peut-être\n", "ligne 2", "vrai"),
    ("type;énoncé;réponse 1\nnumeric;Q;douze\n", "ligne 2", "n'est pas un nombre"),
    ("type;énoncé;réponse 1\ngaps;Q;a\n", "ligne 2", "Chaque trou"),
    ('type;énoncé\nlong;<img src="a.png">\n', "ligne 2", "ni image ni son"),
    ("type;énoncé\nlong;" + "x" * 200_000 + "\n", "ligne 2", "guillemet"),
])  # fmt: skip
def test_what_is_broken_is_refused_with_its_line(text: str, where: str, words: str) -> None:
    package = read(text.encode())
    assert [one.where for one in package.refused] == [where]
    assert words in package.refused[0].why


def test_an_unknown_column_is_told() -> None:
    package = read("type;énoncé;niveau\nlong;Q;3\n".encode())
    assert (len(package.questions), [one.why for one in package.notes]) == (1, ["La colonne « niveau » n'est pas lue."])


def test_what_is_no_text_is_one_refusal() -> None:
    assert len(read(b"PK\x03\x04" + bytes(300)).refused) == 1
