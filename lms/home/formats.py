"""The tables of a cohort's page as files: the same rows as the screen, from the same selectors."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from competencies.selectors import acquired_by_week, scale_of
from curriculum.rules import KINDS
from lms.exports.formats import Cell, Column, Sheet
from lms.exports.kinds import cohort_matrix
from lms.exports.kinds.transcript import HOURS_COLUMNS, hours_cells
from lms.exports.selectors import Follower
from lms.home.selectors.dashboard import cohort_hours
from lms.home.selectors.needs import needs_of

TableRows: TypeAlias = tuple[Sheet, Iterable[Sequence[Cell]]]

HOURS = Sheet(_("Heures en moyenne"), (Column(_("Bloc")), Column(_("Code")), Column(_("Module")), *HOURS_COLUMNS))
WEEKS = Sheet(
    _("Rythme"), (Column(_("Semaine du"), "day"), Column(_("Acquises cette semaine"), "integer"), Column(_("En tout"), "integer"))
)
NEEDS = Sheet(_("À voir"), (Column(_("Nom")), Column(_("Identifiant")), Column(_("Pourquoi")), Column(_("Depuis le"), "day")))


def levels_table(followers: Sequence[Follower]) -> TableRows:
    """One row a trainee, one column a competency."""
    return cohort_matrix.sheets(followers)[0], (cells for _sheet, cells in cohort_matrix.rows(followers))


def hours_table(followers: Sequence[Follower]) -> TableRows:
    """Hours of each module, a trainee on average."""
    done = cohort_hours(followers, followers[0].programme)
    return HOURS, (
        [block.label, row.module.code, row.module.title, *(cell for kind in KINDS for cell in hours_cells(row.kinds[kind]))]
        for block in done.blocks
        for row in block.modules
    )


def weeks_table(followers: Sequence[Follower]) -> TableRows:
    """What was acquired each week."""
    framework = followers[0].framework
    weeks = acquired_by_week([follower.trainee for follower in followers], framework, scale_of(framework).acquired_at)
    return WEEKS, ([week.monday, week.acquired, week.total] for week in weeks)


def needs_table(followers: Sequence[Follower]) -> TableRows:
    """Each reason to go and see somebody, as its sentence."""
    return NEEDS, ([person.name, person.uuid, need.sentence, need.since] for person in needs_of(followers) for need in person.needs)


TABLES = {"niveaux": levels_table, "heures": hours_table, "rythme": weeks_table, "aides": needs_table}
