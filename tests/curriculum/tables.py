"""The tables of docs/content.md, made from the data: `python -m tests.curriculum.tables` writes them."""

from pathlib import Path

from curriculum.formats import ModuleContent, ProgrammeData, read_contents, read_programme
from tests.curriculum.readability import reading_of, text_of

DOCUMENT = Path(__file__).parents[2] / "docs" / "content.md"
HEAD = """# The content of the programme, measured

Made from `curriculum/data` by `python -m tests.curriculum.tables`; a test says when it is stale. Flesch is the French form
(207 − 1.015 × words a sentence − 73.6 × syllables a word; 70 and more is plain), syllables counted by `tests/curriculum/readability.py`.
"""


def document() -> str:
    data, contents = read_programme(), read_contents()
    return "\n".join([HEAD, *_hours(data, contents), "", *_coverage(data, contents), "", *_lessons(contents)]) + "\n"


def _hours(data: ProgrammeData, contents: dict[str, ModuleContent]) -> list[str]:
    rows, totals = [], [0, 0, 0, 0]
    for module in data.modules:
        content = contents[module.id]
        theory = sum(lesson.minutes for lesson in content.lecons if lesson.genre == "theorie")
        practical = sum(lesson.minutes for lesson in content.lecons if lesson.genre == "pratique") + content.pratique.minutes
        asked = {content.quiz.genre: content.quiz.minutes} if content.quiz else {}
        theory, practical = theory + asked.get("theorie", 0), practical + asked.get("pratique", 0)
        figures = [theory, module.heures_theorie * 60, practical, module.heures_pratique * 60]
        totals = [total + figure for total, figure in zip(totals, figures, strict=True)]
        questions = len(content.quiz.questions) if content.quiz else "–"
        rows.append(
            f"| {module.id} | {module.titre_falc} | {len(content.lecons)} | {questions} | {_of(*figures[:2])} | {_of(*figures[2:])} |"
        )
    asked_in_all = sum(len(c.quiz.questions) for c in contents.values() if c.quiz)
    total = (
        f"| | **together** | {sum(len(c.lecons) for c in contents.values())} | {asked_in_all} | {_of(*totals[:2])} | {_of(*totals[2:])} |"
    )
    return ["## Hours", "", "Written in the steps, of those planned.", "", "| module | title | lessons | questions | theory | practical |",
            "|---|---|---|---|---|---|", *rows, total]  # fmt: skip


def _of(written: int, planned: int) -> str:
    return f"{planned / 60:g} h" if written == planned else f"{written / 60:g} of {planned / 60:g} h"


def coverage(data: ProgrammeData, contents: dict[str, ModuleContent]) -> dict[str, tuple[list[str], list[str], list[str]]]:
    """Per criterion: modules that teach its competency, that practise it, and those whose practical has words for this very criterion."""
    found = {}
    for block in data.blocs:
        for competency in block.competences:
            taught = [c.module for c in contents.values() if any(competency.id in lesson.enseigne for lesson in c.lecons)]
            practised = [c.module for c in contents.values() if any(competency.id in lesson.exerce for lesson in c.lecons)]
            for criterion in competency.criteres:
                assessed = [c.module for c in contents.values() if criterion.id in c.pratique.grille]
                found[criterion.id] = (taught, practised, assessed)
    return found


def _coverage(data: ProgrammeData, contents: dict[str, ModuleContent]) -> list[str]:
    rows = [
        f"| {code} | {', '.join(taught) or '–'} | {', '.join(practised) or '–'} | {', '.join(assessed) or '–'} |"
        for code, (taught, practised, assessed) in coverage(data, contents).items()
    ]
    return ["## Criteria", "", "| criterion | taught in | practised in | assessed in |", "|---|---|---|---|", *rows]


def _lessons(contents: dict[str, ModuleContent]) -> list[str]:
    rows = []
    for content in contents.values():
        for number, lesson in enumerate(content.lecons, start=1):
            reading = reading_of(text_of(lesson.blocs))
            rows.append(
                f"| {content.module}.{number} | {lesson.titre} | {reading.words} | {reading.words_a_sentence:.1f} | {reading.flesch:.0f} |"
            )
    return ["## Lessons", "", "| lesson | title | words | words a sentence | Flesch |", "|---|---|---|---|---|", *rows]


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
