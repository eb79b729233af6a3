"""Cohorts side by side, in the order of their beginning: levels, then hours against the budget."""

from collections.abc import Sequence

import plotly.graph_objects as go
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competencies.charts import Plot, figure_of
from curriculum.charts import said
from curriculum.rules import KIND_WORDS, KINDS
from lms.home.selectors.beside import CohortRow


def cohorts(rows: Sequence[CohortRow]) -> list[Plot]:
    return [_levels(rows), _hours(rows)]


def _levels(rows: Sequence[CohortRow]) -> Plot:
    names = [row.cohort.name for row in rows]
    trainees = sum(row.trainees for row in rows)
    trace = go.Bar(
        orientation="h", y=names, x=[row.percent for row in rows], text=[f"{row.percent} %" for row in rows], textposition="auto",
        hovertemplate="%{y}<br>%{x} %<extra></extra>",
    )  # fmt: skip
    return Plot(
        figure_id="plot-niveaux",
        title=ngettext("%(number)s promotion, %(trainees)s stagiaires", "%(number)s promotions, %(trainees)s stagiaires", len(rows))
        % {"number": len(rows), "trainees": trainees},
        summary=_("Part des niveaux acquis, de tous ceux que le parcours demande. Des promotions commencées à des dates différentes ne se comparent pas entre elles."),
        figure=figure_of(trace, height=80 + 40 * max(1, len(rows)), xaxis={"ticksuffix": " %", "range": [0, 100]}, yaxis={"autorange": "reversed", "type": "category"}),
        columns=[_("Promotion"), _("Stagiaires"), _("Niveaux acquis"), _("Sur"), _("Part (%)")],
        rows=[[row.cohort.name, row.trainees, row.acquired, row.possible, row.percent] for row in rows],
    )  # fmt: skip


def _hours(rows: Sequence[CohortRow]) -> Plot:
    traces = [
        go.Bar(
            name=f"{KIND_WORDS[kind]}, {word}", orientation="h", y=[row.cohort.name for row in rows],
            x=[None if (minutes := read(row, kind)) is None else round(minutes / 60, 2) for row in rows],
            text=["" if (minutes := read(row, kind)) is None else f"{KIND_WORDS[kind]}, {word} : {said(minutes)}" for row in rows],
            textposition="auto", hovertemplate="%{y}<br>%{text}<extra></extra>",
        )
        for kind in KINDS
        for word, read in ((_("fait"), CohortRow.done_each), (_("budget"), CohortRow.planned_each))
        if any(row.budget[kind] for row in rows)
    ]  # fmt: skip
    over = [row.cohort.name for row in rows for kind in KINDS if (row.done_each(kind) or 0) > row.planned_each(kind)]
    return Plot(
        figure_id="plot-heures",
        title=_("Heures faites par stagiaire, face au budget de chaque genre"),
        summary=_("Le budget est dépassé : %(names)s.") % {"names": ", ".join(dict.fromkeys(over))} if over else _("Aucun budget n'est dépassé."),
        figure=figure_of(*traces, height=100 + 34 * max(1, len(traces)) * max(1, len(rows)), barmode="group", xaxis={"ticksuffix": " h", "rangemode": "tozero"}, yaxis={"autorange": "reversed", "type": "category"}),
        columns=[_("Promotion"), *(f"{KIND_WORDS[kind].capitalize()}, {word}" for kind in KINDS for word in (_("fait"), _("budget")))],
        rows=[[row.cohort.name, *(said(minutes) for kind in KINDS for minutes in (row.done_each(kind), row.planned_each(kind)))] for row in rows],
    )  # fmt: skip
