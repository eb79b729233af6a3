"""Moodle XML: what goes out comes back equal, real files come in, broken ones are refused with their line."""

import base64
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from assessments.formats import Package
from assessments.formats.moodlexml import read, write
from assessments.rules import questions as q
from assessments.rules.soundness import check_question
from tests.assessments.questions import FILES, KINDS, PNG, questions

SAMPLE = Path(__file__).with_name("samples") / "moodle.xml"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "hotspot"])
def test_what_goes_out_comes_back_equal(kind: str) -> None:
    @given(questions(kind))
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    def check(found: list[q.QuestionData]) -> None:
        for one in found:
            check_question(one.content)
        written = write(found, FILES)
        back = read(written.content)
        assert (back.questions, written.refused, back.refused) == (found, [], [])
        assert not [note for note in back.notes if "LaTeX" not in note.why]
        assert all(FILES[name] == content for name, content in back.files.items())

    check()


@given(questions("hotspot"))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_it_cannot_carry_is_refused_by_name(found: list[q.QuestionData]) -> None:
    written = write(found, FILES)
    assert [one.where.startswith(question.code) for one, question in zip(written.refused, found, strict=True)] == [True] * len(found)
    assert read(written.content).read == 0


@pytest.fixture(scope="module")
def sample() -> Package:
    return read(SAMPLE.read_bytes())


def content(package: Package, title: str) -> q.Content:
    return next(one.content for one in package.questions if one.content.title == title)


def test_a_real_file_every_question_in_or_refused(sample: Package) -> None:
    assert sample.read == len(sample.questions) + len(sample.refused) == 20
    assert [(one.where.split(" · ")[1], one.why.split("(")[0]) for one in sample.refused] == [
        ("Consigne", "Le type « description » "),
        ("Aire du disque", "Le type « calculated » "),
        ("Repères", "Le type « ddmarker » "),
        ("Question sans image", "Une image est sur un autre site "),
        ("Sans mots", "Décrivez l'image, ou écrivez ce que dit le son : tout le monde ne peut pas voir ou entendre."),
        ("Trou de nombre", "Le trou 1 "),
    ]
    assert all(one.where.startswith("ligne ") for one in sample.refused)


def test_codes_tags_categories_and_competencies(sample: Package) -> None:
    first = sample.questions[0]
    assert (first.code, first.tags, first.competencies) == ("IMG-01", ("formats", "Images"), ("ON3.5",))
    assert sample.questions[1].code.startswith("q-")  # without an idnumber, made from what it says


def test_choices_with_shares_feedback_and_a_picture(sample: Package) -> None:
    one = content(sample, "Format transparent")
    assert isinstance(one, q.SingleChoice)
    assert [(choice.text, choice.credit, choice.feedback) for choice in one.choices] == [
        ("PNG", 1.0, "Oui : il garde la couche alpha."), ("JPEG", 0.0, "Il remplace le vide par du blanc."), ("GIF", 0.5, "Un seul niveau."),
    ]  # fmt: skip
    assert one.stem == "<p>Quel format garde la <b>transparence</b> ?</p>"
    assert one.media == (q.Media("image", "damier.png", "Un damier gris et blanc"),)
    assert sample.files["damier.png"] == PNG
    assert (one.hint, one.feedback, one.points, one.shuffle) == (
        "Pense au fond.\nEt à l'ombre.",
        "PNG = Portable Network Graphics",
        2.0,
        False,
    )
    several = content(sample, "Réglages")
    assert isinstance(several, q.MultipleChoice)
    assert [choice.credit for choice in several.choices] == [0.5, 0.5, -0.3333333]


def test_the_other_types(sample: Package) -> None:
    assert content(sample, "Le RVB") == q.TrueFalse(
        "Le RVB", "<p>Le RVB sert à l'écran.</p>", answer=True, feedback_true="Rouge, vert, bleu.", feedback_false="Pense à l'écran."
    )
    short = content(sample, "Capitale")
    assert isinstance(short, q.ShortText)
    assert (short.accents, short.case, short.answers[1]) == (True, False, q.Accepted("*paris*", 0.5, "Plus court."))
    number = content(sample, "Résolution")
    assert isinstance(number, q.Numeric)
    assert (number.answers, number.unit, number.unit_asked) == ((q.NumericAnswer(300.0, 0.5, 1.0, "Oui"),), "ppp", False)
    pairs = content(sample, "Outils")
    assert isinstance(pairs, q.Matching)
    assert ([(one.left, one.right) for one in pairs.pairs], pairs.extra) == ([("Plume", "tracé"), ("Gomme", "effacer")], ("peindre",))
    order = content(sample, "Étapes")
    assert isinstance(order, q.Ordering)
    assert [one.text for one in order.items] == ["Ouvrir", "Détourer", "Enregistrer"]


def test_texts_with_holes(sample: Package) -> None:
    cloze = content(sample, "Phrase")
    assert isinstance(cloze, q.Gaps)
    assert (cloze.stem, cloze.text) == ("<p>Complète.</p>", "Le [[1]] garde la transparence ; le [[2]] non.")
    assert cloze.gaps[0].answers == (q.Accepted("PNG"), q.Accepted("png24", 0.5, "Presque."))
    assert cloze.gaps[1] == q.Gap("2", (q.Accepted("JPEG"),), ("PSD", "TIFF & co"))
    words = content(sample, "Mots à choisir")
    assert isinstance(words, q.Gaps)
    assert [(gap.answers[0].text, gap.options) for gap in words.gaps] == [("chat", ("chien",)), ("noir", ("blanc",))]
    assert isinstance(content(sample, "Mots à poser"), q.Gaps)


def test_what_a_person_judges(sample: Package) -> None:
    assert content(sample, "Raconte") == q.LongAnswer(
        "Raconte", "<p>Raconte ta journée.</p>", min_words=20, max_words=200, guide="Trois idées."
    )
    files = content(sample, "Ta photo")
    assert isinstance(files, q.FileAnswer)
    assert (files.accepts, files.max_files) == ("photo", 3)


def test_what_is_lost_is_said(sample: Package) -> None:
    notes = [(one.where.split(" · ")[1], one.why) for one in sample.notes]
    assert ("Tableau", "Un tableau est devenu des lignes de texte.") in notes
    assert any(title == "Format transparent" and "juste ou non" in why for title, why in notes)
    assert any(title == "Résolution" and "tout autre nombre" in why for title, why in notes)
    table = content(sample, "Tableau")
    assert "m²" in table.stem
    assert "script" not in table.stem


def test_read_again_it_is_the_same_questions(sample: Package) -> None:
    again = read(SAMPLE.read_bytes())
    assert again == sample
    written = write(sample.questions, sample.files)
    assert not written.refused
    assert read(written.content).questions == sample.questions


QUIZ = '<?xml version="1.0"?>\n<quiz>\n<question type="{type}"><name><text>T</text></name><questiontext><text>Q</text></questiontext>{body}</question>\n</quiz>'
ANSWER = '<answer fraction="{0}"><text>{1}</text></answer>'


@pytest.mark.parametrize(("data", "line", "words"), [
    (b"", "ligne 1", "XML lisible"),
    (b"<quiz>\n<question>", "ligne 2", "XML lisible"),
    (b"<quiz>\n\n</quizz>", "ligne 3", "XML lisible"),
    (b"\x89PNG\r\n", "ligne 1", "XML lisible"),
    (b"<?xml version='1.0' encoding='klingon'?><quiz/>", "ligne 1", "lettres"),
    (b'<!DOCTYPE q [<!ENTITY a "b">]>\n<quiz>&a;</quiz>', "ligne 1", "DTD"),
    (b'\n<!DOCTYPE q SYSTEM "http://127.0.0.1:9/x">\n<quiz/>', "ligne", "DTD"),
    (b"<quiz>\n" + b"<a>" * 100_000, "ligne 2", "profond"),
    (b"<questestinterop/>", "ligne 1", "Moodle"),
    (b"<quiz>\xff\xfe</quiz>", "ligne 1", "XML lisible"),
])  # fmt: skip
def test_a_broken_file_is_one_refusal_with_its_line(data: bytes, line: str, words: str) -> None:
    package = read(data)
    assert (package.read, package.questions) == (0, [])
    assert [one.where.startswith(line) for one in package.refused] == [True]
    assert words in package.refused[0].why


@pytest.mark.parametrize(("kind", "body", "words"), [
    ("multichoice", "", "au moins deux lignes"),
    ("multichoice", ANSWER.format(100, "a") + ANSWER.format("beaucoup", "b"), "n'est pas un nombre"),
    ("multichoice", ANSWER.format(50, "a") + ANSWER.format(0, "b"), "Cochez la bonne réponse"),
    ("multichoice", ANSWER.format(100, "a") + ANSWER.format("1e999", "b"), "n'est pas un nombre"),
    ("truefalse", ANSWER.format(100, "oui"), "« true »"),
    ("shortanswer", ANSWER.format(100, r"2\*3"), "étoile"),
    ("numerical", ANSWER.format(100, "douze"), "n'est pas un nombre"),
    ("numerical", ANSWER.format(100, "1") + "<units><unit/><unit/></units>", "unités"),
    ("cloze", "", "aucun trou"),
    ("gapselect", "", "Chaque trou"),
    ("essay", "<defaultgrade>0</defaultgrade>", "points"),
    ("essay", "<defaultgrade>dix</defaultgrade>", "n'est pas un nombre"),
    ("essay", f"<idnumber>{'x' * 200}</idnumber>", "dépasse 120 signes"),
    ("stack", "", "stack"),
    ("", "", "type"),
])  # fmt: skip
def test_a_broken_question_is_refused_alone_with_its_line(kind: str, body: str, words: str) -> None:
    good = '<question type="essay"><name><text>Bonne</text></name><questiontext><text>Q</text></questiontext></question>\n</quiz>'
    package = read(QUIZ.format(type=kind, body=body).replace("</quiz>", good).encode())
    assert (package.read, [one.content.title for one in package.questions]) == (2, ["Bonne"])
    assert [one.where for one in package.refused] == ["ligne 3 · T"]
    assert words in package.refused[0].why


@pytest.mark.parametrize(("name", "content", "words"), [
    ("a.svg", b"<svg/>", "ni image, ni son"),
    ("a.png", b"MZ\x90", "n'est pas un vrai fichier"),
    ("a.png", b"", "est vide"),
])  # fmt: skip
def test_a_file_that_lies_is_refused(name: str, content: bytes, words: str) -> None:
    held = f'<file name="{name}" encoding="base64">{base64.b64encode(content).decode()}</file>'
    text = f'<text>&lt;img src="@@PLUGINFILE@@/{name}" alt="x"&gt;</text>{held}'
    package = read(f'<quiz><question type="essay"><questiontext>{text}</questiontext></question></quiz>'.encode())
    assert words in package.refused[0].why
    assert not package.files


def test_two_questions_of_one_code_are_told() -> None:
    one = (
        '<question type="essay"><name><text>{}</text></name><questiontext><text>Q</text></questiontext><idnumber>A</idnumber></question>\n'
    )
    package = read(f"<quiz>\n{one.format('Un')}{one.format('Deux')}</quiz>".encode())
    assert [question.content.title for question in package.questions] == ["Un"]
    assert package.refused[0].where == "ligne 3 · Deux"


def test_other_encodings_come_in() -> None:
    text = QUIZ.format(type="essay", body="").replace("<text>Q", "<text>Été ?").replace(' version="1.0"', ' version="1.0" encoding="{}"')
    for name in ("utf-16", "iso-8859-1", "utf-8"):
        assert read(text.replace("{}", name).encode(name)).questions[0].content.stem == "<p>Été ?</p>"


def test_a_star_to_type_is_not_written_as_any_text() -> None:
    one = q.QuestionData("A", q.ShortText("T", "<p>Q</p>", answers=(q.Accepted(r"2\*3"),)))
    assert "étoile" in write([one], {}).refused[0].why
