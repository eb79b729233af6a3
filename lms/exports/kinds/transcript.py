"""The progress export a certifying body asks for: who, hours, every run, the level of each competency with its proof."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from curriculum.rules import KINDS
from curriculum.selectors.cohort import RunRow
from lms.exports.formats import Cell, Column, Row, Sheet
from lms.exports.kinds.kind import Kind
from lms.exports.models import Export
from lms.exports.selectors import Follower, Hours, HoursRow, LevelRow, Record, records_of
from lms.exports.selectors.profiles import Moved

NOT_RECORDED = _("non renseigné")
TRAINEES_AT_ONCE = 100
HOURS_WORDS = {
    "theory": (_("Théorie : heures prévues"), _("Théorie : heures faites"), _("Théorie : heures prouvées")),
    "practical": (_("Pratique : heures prévues"), _("Pratique : heures faites"), _("Pratique : heures prouvées")),
    "culture": (_("Culture : heures prévues"), _("Culture : heures faites"), _("Culture : heures prouvées")),
}
WHO = (
    Column(_("Nom"), width=18, personal="dropped"), Column(_("Prénom"), width=16, personal="dropped"),
    Column(_("Identifiant"), width=38, personal="pseudonym"),
)  # fmt: skip
HOURS_COLUMNS = tuple(Column(words, "hours", 14) for kind in KINDS for words in HOURS_WORDS[kind])

PEOPLE = Sheet(
    _("Stagiaires"),
    (
        *WHO, Column(_("Promotion"), width=26, personal="group"), Column(_("Site"), width=26, personal="group"), Column(_("Parcours"), width=26), Column(_("Inscription"), "day", 12),
        *HOURS_COLUMNS,
        Column(_("Passages"), "integer", 10), Column(_("Compétences acquises"), "integer", 13), Column(_("Compétences en cours"), "integer", 13),
        Column(_("Compétences pas encore vues"), "integer", 13),
    ),
)  # fmt: skip
HOURS = Sheet(_("Heures"), (*WHO, Column(_("Code")), Column(_("Module"), width=34), Column(_("Bloc"), width=34), *HOURS_COLUMNS))
RUNS = Sheet(
    _("Passages"),
    (
        *WHO, Column(_("Code")), Column(_("Module"), width=34), Column(_("Passage"), "integer", 9), Column(_("Ouvert le"), "day", 12),
        Column(_("Terminé le"), "day", 12), Column(_("Clos le"), "day", 12), Column(_("Étapes faites"), "integer", 9), Column(_("Référence du passage"), width=38, personal="dropped"),
    ),
)  # fmt: skip
LEVELS = Sheet(
    _("Niveaux"),
    (
        *WHO, Column(_("Code")), Column(_("Compétence"), width=44), Column(_("Bloc"), width=34), Column(_("Niveau"), "integer", 8),
        Column(_("En mots"), width=30), Column(_("État")), Column(_("Depuis le"), "day", 12), Column(_("Évalué par"), width=22, personal="dropped"), Column(_("Travail"), width=34),
        Column(_("Version rendue"), "integer", 9), Column(_("Évaluation (preuve)"), width=38, personal="dropped"), Column(_("Trace xAPI de l'évaluation"), width=38, personal="dropped"),
        Column(_("Trace xAPI du niveau"), width=38, personal="dropped"), Column(_("Règle"), width=16),
    ),
)  # fmt: skip
STATE_WORDS = {"not_seen": _("pas encore vu"), "in_progress": _("en cours"), "acquired": _("acquis")}


def hours_cells(hours: Hours) -> tuple[Cell, Cell, Cell]:
    """Planned, done, proven; empty where the module has no hours of that kind, « non renseigné » where nothing records them."""
    if hours.is_empty:
        return None, None, None
    return hours.planned, *(str(NOT_RECORDED) if minutes is None else minutes for minutes in (hours.done, hours.proven))  # type: ignore[return-value]  # three cells, spelled as one and two


def person_cells(record: Record) -> list[Cell]:
    who = record.who
    totals = [cell for kind in KINDS for cell in hours_cells(record.total(kind))]
    states = [record.in_state(state) for state in ("acquired", "in_progress", "not_seen")]
    return [*_who(who), who.cohort, who.site, who.programme_title, who.enrolled_at, *totals, len(record.runs), *states]


def module_cells(row: HoursRow) -> list[Cell]:
    return [row.code, row.title, row.block_label, *(cell for kind in KINDS for cell in hours_cells(row.kinds[kind]))]


def run_cells(row: RunRow) -> list[Cell]:
    return [row.module_code, row.module_title, row.number, row.opened_at, row.completed_at, row.closed_at, row.steps_done, row.uuid]


def level_cells(row: LevelRow) -> list[Cell]:
    profile = row.profile
    head = profile.competency
    return [
        head.code, head.label, head.block_label, profile.level, profile.word, str(STATE_WORDS[profile.state]), profile.since,
        row.assessor, row.work, row.version, profile.occasion, row.statement_id, profile.statement_id, profile.rule,
    ]  # fmt: skip


def _who(who: Follower) -> tuple[str, str, UUID]:
    return who.last_name, who.first_name, who.uuid


def rows(followers: Sequence[Follower]) -> Iterator[Row]:
    """Rows of the four sheets, a hundred trainees read at a time."""
    for start in range(0, len(followers), TRAINEES_AT_ONCE):
        for record in records_of(followers[start : start + TRAINEES_AT_ONCE]):
            who = _who(record.who)
            yield 0, person_cells(record)
            yield from ((1, [*who, *module_cells(row)]) for row in record.hours)
            yield from ((2, [*who, *run_cells(row)]) for row in record.runs)
            yield from ((3, [*who, *level_cells(row)]) for row in record.levels)


def has_moved(row: Row, moved: Moved) -> bool:
    """Whether what a row says moved: of a trainee anything, of a module a step done or judged, of a competency its level."""
    sheet, cells = row
    who = cells[2]
    if sheet == 0:
        return who in moved.trainees
    if sheet == 1:
        return (who, cells[3]) in moved.modules
    return cells[-1] in moved.runs if sheet == 2 else (who, cells[3]) in moved.levels


KIND = Kind(
    code="transcript",
    title=_("Progression IFOCOP"),
    explanation=_("Identité, heures, passages et niveaux avec leurs preuves, un tableau chacun."),
    file_name="progression",
    formats=(Export.Format.XLSX, Export.Format.CSV),
    sheets=lambda _followers: (PEOPLE, HOURS, RUNS, LEVELS),
    has_several_sheets=True,
    rows=rows,
    has_moved=has_moved,
)
