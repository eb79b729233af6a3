"""The tables of a cohort's page as files: the same rows as the screen, from the same selectors."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from competencies.charts import Plot
from competencies.selectors import scale_of
from curriculum.rules import KINDS
from lms.exports.formats import Cell, Column, Sheet
from lms.exports.kinds import cohort_matrix
from lms.exports.kinds.transcript import HOURS_COLUMNS, hours_cells
from lms.exports.selectors import Follower
from lms.home.selectors.dashboard import cohort_hours, cohort_needs, cohort_weeks
from lms.home.selectors.groups import MemberRow
from lms.people.models import WorkingGroup

TableRows: TypeAlias = tuple[Sheet, Iterable[Sequence[Cell]]]

HOURS = Sheet(_("Heures en moyenne"), (Column(_("Bloc")), Column(_("Code")), Column(_("Module")), *HOURS_COLUMNS))
WEEKS = Sheet(
    _("Rythme"), (Column(_("Semaine du"), "day"), Column(_("Acquises cette semaine"), "integer"), Column(_("En tout"), "integer"))
)
NEEDS = Sheet(_("À voir"), (Column(_("Nom")), Column(_("Identifiant")), Column(_("Pourquoi")), Column(_("Depuis le"), "day")))


GROUP = Sheet(
    _("Groupe"),
    (
        Column(_("Groupe"), "integer"), Column(_("Nom")), Column(_("Prénom")), Column(_("Identifiant"), width=38), Column(_("Nom du groupe")),
        Column(_("Pour quoi faire"), width=40), Column(_("Promotion")), Column(_("Fait le"), "day"), Column(_("Par")),
    ),
)  # fmt: skip


def plot_table(plot: Plot) -> TableRows:
    """The table that stands beside a figure, as it stands."""
    return Sheet(plot.title, [Column(name) for name in plot.columns]), plot.rows


def group_table(group: WorkingGroup, members: Sequence[MemberRow]) -> TableRows:
    """One row a trainee of a group kept, with what the group is for."""
    about: list[Cell] = [group.name, group.purpose, group.cohort.name, group.made_at, str(group.made_by)]
    return GROUP, ([row.team, row.last_name, row.first_name, row.uuid, *about] for row in members)


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
    weeks = cohort_weeks(followers, scale_of(followers[0].framework).acquired_at)
    return WEEKS, ([week.monday, week.acquired, week.total] for week in weeks)


def needs_table(followers: Sequence[Follower]) -> TableRows:
    """Each reason to go and see somebody, as its sentence."""
    return NEEDS, ([person.name, person.uuid, need.sentence, need.since] for person in cohort_needs(followers) for need in person.needs)


TABLES = {"niveaux": levels_table, "heures": hours_table, "rythme": weeks_table, "aides": needs_table}
