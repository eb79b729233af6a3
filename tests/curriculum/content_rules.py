"""What a module's content must be before it is complete: one function a rule, each giving the faults it finds, in words."""

import re
from collections.abc import Iterator

from curriculum.formats import DATA_DIR, ContentBlock, ModuleContent, ModuleData, ProgrammeData
from curriculum.formats.quiz import QuizData
from tests.curriculum.readability import plain, reading_of, text_of

NEVER = re.compile(r"\b(échecs?|ratée?s?|faux|fausse|nulle?s?|retards?|redoublement|classement|facile(?:s|ment)?)\b", re.IGNORECASE)


def faults_of(module: ModuleData, content: ModuleContent, data: ProgrammeData) -> list[str]:
    """Everything that keeps this module from being complete."""
    return [
        *_shape(module, content),
        *_words(content),
        *_minutes(module, content),
        *_coverage(module, content, data),
        *_what_helps(content),
    ]


def blocks_of(content: ModuleContent) -> list[ContentBlock]:
    return [block for lesson in content.lecons for block in lesson.blocs]


def _shape(module: ModuleData, content: ModuleContent) -> Iterator[str]:
    if not 3 <= len(content.lecons) <= 8:
        yield f"{len(content.lecons)} leçons au lieu de 3 à 8"
    if {lesson.genre for lesson in content.lecons} != {"theorie", "pratique"}:
        yield "il faut des leçons de théorie et de pratique"
    if not content.image:
        yield "pas d'image de couverture"
    if not content.sources:
        yield "pas de sources"
    if not content.pratique.exemple:
        yield "pas d'exemple de travail fini"
    if not content.pratique.fichiers and not any(block.fichier for block in [*blocks_of(content), *content.pratique.consigne]):
        yield "pas de fichier à travailler"
    if (DATA_DIR / "files" / module.id).is_dir() and not (DATA_DIR / "generators" / f"{module.id.lower()}.py").is_file():
        yield "les fichiers n'ont pas de script qui les fait"


def _words(content: ModuleContent) -> Iterator[str]:
    readings = [reading_of(text_of(lesson.blocs)) for lesson in content.lecons]
    for lesson, reading in zip(content.lecons, readings, strict=True):
        if reading.flesch < 55:
            yield f"« {lesson.titre} » : Flesch {reading.flesch:.0f}"
        if reading.words_a_sentence > 15:
            yield f"« {lesson.titre} » : {reading.words_a_sentence:.1f} mots par phrase"
    mean = sum(reading.flesch for reading in readings) / len(readings)
    if mean < 70:
        yield f"Flesch moyen {mean:.0f}"
    work = content.pratique
    said = [content.resume, text_of([*blocks_of(content), *work.consigne, *work.exemple]), *work.rendu]
    said += [words for levels in work.grille.values() for words in levels.values()]
    for word in NEVER.findall("\n".join(said)):
        yield f"le mot « {word} »"


def _minutes(module: ModuleData, content: ModuleContent) -> Iterator[str]:
    spent = {"theorie": 0, "pratique": content.pratique.minutes}
    if content.quiz:
        spent[content.quiz.genre] += content.quiz.minutes
    for lesson in content.lecons:
        spent[lesson.genre] += lesson.minutes
    for kind, hours in (("theorie", module.heures_theorie), ("pratique", module.heures_pratique)):
        if spent[kind] != hours * 60:
            yield f"{spent[kind]} minutes de {kind} au lieu de {hours * 60}"


def _coverage(module: ModuleData, content: ModuleContent, data: ProgrammeData) -> Iterator[str]:
    aimed = set(module.competences)
    taught = {code for lesson in content.lecons for code in lesson.enseigne}
    practised = {code for lesson in content.lecons for code in lesson.exerce}
    if taught | practised > aimed:
        yield f"compétences non visées : {sorted((taught | practised) - aimed)}"
    for role, found in (("enseignées", taught), ("pratiquées", practised)):
        if aimed - found:
            yield f"compétences visées mais pas {role} : {sorted(aimed - found)}"
    criteria = {c.id for block in data.blocs for item in block.competences if item.id in aimed for c in item.criteres}
    grid = content.pratique.grille
    if set(grid) - criteria:
        yield f"grille hors des compétences visées : {sorted(set(grid) - criteria)}"
    if aimed - {code.rpartition(".")[0] for code in grid}:
        yield f"compétences visées sans critère dans la grille : {sorted(aimed - {code.rpartition('.')[0] for code in grid})}"
    for code, levels in grid.items():
        if set(levels) != {1, 2, 3, 4}:
            yield f"{code} n'a pas une phrase par niveau"


def _what_helps(content: ModuleContent) -> Iterator[str]:
    blocks = blocks_of(content)
    if not any(block.procedure and any(step.fichier for step in block.procedure.etapes) for block in blocks):
        yield "pas de procédure avec images"
    for name, words in (("verification", "liste à vérifier"), ("attention", "mise en garde")):
        if not any(getattr(block, name) for block in blocks):
            yield f"pas de {words}"
    entries = [entry.mot for block in blocks for entry in block.glossaire or []]
    if not 3 <= len(entries) <= 8:
        yield f"{len(entries)} mots au glossaire au lieu de 3 à 8"
    read = " ".join(plain(text_of([block])) for block in [*blocks, *content.pratique.consigne] if not block.glossaire).lower()
    for word in entries:
        if word.lower()[:5] not in read:
            yield f"« {word} » est au glossaire et nulle part ailleurs"


def faults_of_quiz(module: ModuleData, content: ModuleContent) -> list[str]:
    """Everything that keeps the questions of this module from being complete."""
    quiz = content.quiz
    if quiz is None:
        return ["pas de questionnaire"]
    return [*_asked(module, content), *_said(quiz)]


def _asked(module: ModuleData, content: ModuleContent) -> Iterator[str]:
    questions = content.quiz.questions if content.quiz else []
    if not 8 <= len(questions) <= 15:
        yield f"{len(questions)} questions au lieu de 8 à 15"
    if len({question.kind for question in questions}) < 4:
        yield "moins de quatre sortes de questions"
    if {question.competence for question in questions} != set(module.competences):
        yield f"les questions ne vont pas sur les compétences visées : {sorted(set(module.competences))}"
    if len({question.titre for question in questions}) < len(questions):
        yield "deux questions ont le même titre"
    if sum(bool(question.indice) for question in questions) < 3:
        yield "moins de trois indices"
    for question in questions:
        wrong = [line for line in [*(question.une or []), *(question.plusieurs or [])] if not line.startswith("*")]
        if wrong and not any(" | " in line for line in wrong):
            yield f"« {question.titre} » : aucune autre réponse n'a de retour"


def _said(quiz: QuizData) -> Iterator[str]:
    said = [quiz.titre, quiz.presentation]
    for question in quiz.questions:
        said += [question.titre, question.question, question.retour, question.indice]
        for name in ("une", "plusieurs", "courte", "ranger", "en_trop"):
            said += getattr(question, name) or []
        said += [words for pair in (question.relier or {}).items() for words in pair]
        said += [line for lines in (question.classer or {}).values() for line in lines]
    reading = reading_of("\n".join(f"<p>{question.question}</p><p>{question.retour}</p>" for question in quiz.questions))
    if reading.flesch < 60:
        yield f"Flesch {reading.flesch:.0f}"
    if reading.words_a_sentence > 15:
        yield f"{reading.words_a_sentence:.1f} mots par phrase"
    for word in NEVER.findall("\n".join(said)):
        yield f"le mot « {word} »"
