"""The content of the programme as it is written today: complete, readable, adding up. What is still to write is named, and may only shrink."""

import importlib.util
import re
from pathlib import Path

import pytest

from assessments.rules.soundness import check_question
from curriculum.formats import DATA_DIR, files_of, read_contents, read_outings, read_programme
from lms.home.services.loading_quiz import question_of
from tests.curriculum.content_rules import NEVER, faults_of, faults_of_quiz
from tests.curriculum.readability import reading_of, syllables_of, text_of
from tests.curriculum.tables import DOCUMENT, coverage, document

DATA, CONTENTS = read_programme(), read_contents()
MODULES = {module.id: module for module in DATA.modules}
# Still to be brought to the standard. A module that is complete is taken off this list; none is ever added.
TO_WRITE: frozenset[str] = frozenset()
# Whose questions are still to write: it may only shrink too.
QUIZZES_TO_WRITE: frozenset[str] = frozenset()
GENERATORS = sorted((DATA_DIR / "generators").glob("m*.py"))
MAX_BYTES = 600_000
FIRST_PERSON = re.compile(r"\b(je|me|moi|mon|ma|mes)\b|\b[jm][’']", re.IGNORECASE)


@pytest.mark.parametrize("code", sorted(set(MODULES) - TO_WRITE) or ["aucun"])
def test_a_written_module_is_complete(code: str) -> None:
    faults = faults_of(MODULES[code], CONTENTS[code], DATA) if code in MODULES else []
    assert not faults


def test_what_is_still_to_write_only_shrinks() -> None:
    complete = [code for code in sorted(TO_WRITE) if not faults_of(MODULES[code], CONTENTS[code], DATA)]
    assert not complete, "take them off TO_WRITE"


@pytest.mark.parametrize("code", sorted(set(MODULES) - QUIZZES_TO_WRITE))
def test_the_questions_of_a_module_are_complete_and_can_be_asked(code: str) -> None:
    assert not faults_of_quiz(MODULES[code], CONTENTS[code])
    quiz = CONTENTS[code].quiz
    assert quiz
    for number, data in enumerate(quiz.questions):
        check_question(question_of(f"{code}-{number}", data).content)


def test_questions_still_to_write_only_shrink() -> None:
    assert not [code for code in sorted(QUIZZES_TO_WRITE) if CONTENTS[code].quiz]


def test_faults_of_questions_are_found() -> None:
    content = read_contents()["M16"]
    assert content.quiz
    del content.quiz.questions[4:]
    content.quiz.questions[0].retour = "C’est facile."
    said = " ; ".join(faults_of_quiz(MODULES["M16"], content))
    for words in ("4 questions au lieu", "moins de quatre sortes", "le mot « facile »", "moins de trois indices"):
        assert words in said


def test_faults_are_found(request: pytest.FixtureRequest) -> None:
    """The rules say what the first stub lacks: a rule that finds nothing anywhere would be noticed here."""
    content = read_contents()["M24"]
    content.resume, content.lecons[0].minutes = "C’est facile.", 61
    content.lecons[1].blocs = [block for block in content.lecons[1].blocs if not block.texte]
    content.pratique.grille["ON4.5.1"].pop(4)
    said = " ; ".join(faults_of(MODULES["M24"], content, DATA))
    for words in ("le mot « facile »", "181 minutes de theorie", "ON4.5.1 n'a pas une phrase par niveau"):
        assert words in said


def test_hours_are_those_of_the_contract() -> None:
    assert sum(module.heures_pratique for module in DATA.modules) == 408
    assert sum(module.heures_theorie for module in DATA.modules) == 102


@pytest.mark.skipif(bool(TO_WRITE), reason=f"{len(TO_WRITE)} modules are still to be written")
def test_each_criterion_is_taught_practised_and_assessed() -> None:
    found = coverage(DATA, CONTENTS)
    assert len(found) == 102
    assert not [code for code, places in found.items() if not all(places)]


def test_each_criterion_is_aimed_at_by_a_module() -> None:
    aimed = {code for module in DATA.modules for code in module.competences}
    assert not [code for code in coverage(DATA, CONTENTS) if code.rpartition(".")[0] not in aimed]


def test_every_drawing_and_file_kept_is_used() -> None:
    used = {name for content in CONTENTS.values() for _pointer, name in files_of(content)}
    kept = {str(path.relative_to(DATA_DIR)) for name in ("drawings", "files") for path in (DATA_DIR / name).rglob("*.*")}
    assert kept
    assert not sorted(kept - used)


def test_the_files_of_a_module_are_small() -> None:
    sizes = {folder.name: sum(path.stat().st_size for path in folder.rglob("*.*")) for folder in (DATA_DIR / "files").glob("M*")}
    assert not {code: size for code, size in sizes.items() if size > MAX_BYTES}


@pytest.mark.parametrize("script", GENERATORS or [Path("none")], ids=lambda path: path.stem)
def test_a_generator_makes_the_files_that_are_kept(script: Path, tmp_path: Path) -> None:
    if not GENERATORS:
        assert not list((DATA_DIR / "files").glob("M*"))  # no files without the script that makes them
        return
    spec = importlib.util.spec_from_file_location(script.stem, script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.make(tmp_path)
    kept = DATA_DIR / "files" / script.stem.upper()
    made = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert made == {str(path.relative_to(kept)): path.read_bytes() for path in kept.rglob("*.*")}


@pytest.mark.parametrize("code", CONTENTS)
def test_levels_of_a_rubric_say_what_is_seen(code: str) -> None:
    """A rubric's words are read by whoever judges and by whoever is judged: they say what the work shows, never « je »."""
    said = [words for levels in CONTENTS[code].pratique.grille.values() for words in levels.values()]
    assert not [words for words in said if FIRST_PERSON.search(words)]


def test_outings_have_a_sheet_and_two_questions() -> None:
    sheets = read_outings()
    assert list(sheets) == [outing.id for outing in DATA.activites_culturelles]
    for sheet in sheets.values():
        reading = reading_of(text_of(sheet.preparation))
        assert reading.flesch >= 70, sheet.code
        assert reading.words_a_sentence <= 15, sheet.code
        assert not NEVER.findall(text_of(sheet.preparation) + " ".join(sheet.questions)), sheet.code


def test_the_tables_are_fresh() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "python -m tests.curriculum.tables"


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("image", 2), ("chaussure", 2), ("théorie", 3), ("questionnaire", 3), ("réel", 2), ("Noël", 2), ("client", 2), ("bien", 1),
        ("crée", 1), ("pays", 2), ("quatre", 1), ("détourage", 3), ("l’eau", 1), ("aujourd’hui", 3), ("lumière", 2), ("SRT", 1), ("2010", 1),
    ],
)  # fmt: skip
def test_syllables_of_a_known_word(word: str, count: int) -> None:
    assert syllables_of(word) == count


def test_reading_of_tells_a_plain_text_from_a_hard_one() -> None:
    plain = reading_of("Ouvre le fichier. Lis la première ligne.\nNote ce qui manque.")
    assert (plain.sentences, plain.words) == (3, 11)
    hard = reading_of("L’interopérabilité des environnements numériques professionnels conditionne indubitablement leur pérennisation.")
    assert hard.flesch < 40 < 80 < plain.flesch
