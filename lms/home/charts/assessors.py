"""How assessors mark the same criteria and the same versions, by name: never an order of merit."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competencies.charts import Plot
from competencies.selectors import LEVELS
from lms.home.charts.bars import stacked
from lms.home.selectors.assessors import AssessorRow, PairRow
from lms.people.rules import HIDDEN_UNDER


def consistency(assessors: Sequence[AssessorRow], pairs: Sequence[PairRow]) -> list[Plot]:
    """Two figures. Who gave, or which two share, fewer than five marks is left out: too few to say anything."""
    known = [row for row in assessors if sum(row.counts) >= HIDDEN_UNDER]
    together = [row for row in pairs if sum(row.counts) >= HIDDEN_UNDER]
    return [_spread(known, left_out=len(assessors) - len(known)), _apart(together, left_out=len(pairs) - len(together))]


def _spread(rows: Sequence[AssessorRow], *, left_out: int) -> Plot:
    title = _("Pas encore deux évaluateurs sur un même critère")
    if rows:
        title = ngettext("%(number)s évaluateur, sur les mêmes critères", "%(number)s évaluateurs, sur les mêmes critères", len(rows)) % {
            "number": len(rows)
        }
    names = [row.name for row in rows]
    return Plot(
        figure_id="plot-observations", title=title,
        summary=_("Part de chaque niveau donné. Des stagiaires différents expliquent souvent des parts différentes : parlez-en devant un même travail.") + _left(left_out),
        figure=stacked(names, [(_("Niveau %(level)s") % {"level": level}, [row.counts[level] for row in rows]) for level in LEVELS], share=True),
        columns=[_("Évaluateur"), *(_("Niveau %(level)s") % {"level": level} for level in LEVELS), _("Observations")],
        rows=[[row.name, *row.counts, sum(row.counts)] for row in rows],
    )  # fmt: skip


def _apart(rows: Sequence[PairRow], *, left_out: int) -> Plot:
    same, total = sum(row.counts[0] for row in rows), sum(sum(row.counts) for row in rows)
    title = _("Pas encore de travail regardé par deux évaluateurs")
    if rows:
        title = _("Sur les mêmes travaux, le même niveau %(same)s fois sur %(total)s") % {"same": same, "total": total}
    parts = [_("Même niveau"), _("Un niveau d'écart"), _("Deux ou plus")]
    return Plot(
        figure_id="plot-accord", title=title,
        summary=_("Chaque observation est un critère d'un travail que les deux ont évalué. Un écart se discute, et se règle par une évaluation commune.") + _left(left_out),
        figure=stacked([row.names for row in rows], [(part, [row.counts[place] for row in rows]) for place, part in enumerate(parts)], share=True),
        columns=[_("Évaluateurs"), *parts, _("Observations")],
        rows=[[row.names, *row.counts, sum(row.counts)] for row in rows],
    )  # fmt: skip


def _left(number: int) -> str:
    if not number:
        return ""
    return " " + ngettext(
        "%(number)s ligne de moins de 5 observations n'est pas montrée.", "%(number)s lignes de moins de 5 observations ne sont pas montrées.", number
    ) % {"number": number}  # fmt: skip
