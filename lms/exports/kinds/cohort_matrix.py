"""The cohort × competency table of the dashboard: one line a trainee, one column a competency."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from competencies.selectors import CompetencyHead, cohort_matrix, competencies_of
from lms.exports.formats import Cell, Column, Row, Sheet
from lms.exports.kinds.kind import Kind
from lms.exports.models import Export
from lms.exports.selectors import Follower
from lms.exports.selectors.profiles import Moved

WHO = (
    Column(_("Nom"), width=18, personal="dropped"), Column(_("Prénom"), width=16, personal="dropped"),
    Column(_("Identifiant"), width=38, personal="pseudonym"),
)  # fmt: skip


def heads_of(followers: Sequence[Follower]) -> list[CompetencyHead]:
    """The competencies these trainees are followed on, framework after framework."""
    frameworks = dict.fromkeys(follower.framework for follower in followers)
    return [head for framework in frameworks for head in competencies_of(framework)]


def sheets(followers: Sequence[Follower]) -> Sequence[Sheet]:
    return (Sheet(_("Niveaux"), (*WHO, *(Column(f"{head.code} {head.label}", "integer", 8) for head in heads_of(followers)))),)


def rows(followers: Sequence[Follower]) -> Iterator[Row]:
    """One row a trainee: the proven level of each competency, 0 where nothing is proven yet."""
    heads = heads_of(followers)
    matrix: dict[int, dict[int, int]] = {}
    for framework in {follower.framework for follower in followers}:
        matrix |= cohort_matrix([follower.trainee for follower in followers if follower.framework == framework], framework)
    for follower in followers:
        levels = matrix[follower.trainee]
        cells: list[Cell] = [follower.last_name, follower.first_name, follower.uuid]
        yield 0, [*cells, *(levels.get(head.pk, 0) for head in heads)]


def has_moved(row: Row, moved: Moved) -> bool:
    """Whether a level of that trainee moved."""
    return row[1][2] in moved.levelled


KIND = Kind(
    code="cohort_matrix",
    title=_("Niveaux de la promotion"),
    explanation=_("Une ligne par stagiaire, une colonne par compétence, avec le niveau prouvé."),
    file_name="niveaux",
    formats=(Export.Format.XLSX, Export.Format.CSV),
    sheets=sheets,
    rows=rows,
    has_moved=has_moved,
    more_columns=_("Une colonne par compétence"),
)
