"""Hours as figures. Rows in, a Plotly figure out, with its message, its summary and its table."""

from collections.abc import Sequence

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from competencies.charts import Cell, Plot, figure_of
from curriculum.rules import COUNTED_KINDS, KIND_WORDS, duration
from curriculum.selectors.cohort import KindHours


def hours(rows: Sequence[KindHours]) -> Plot:
    """Hours planned, done and proven per kind, a trainee on average: one bar each."""
    drawn = [row for row in reversed(rows) if row.planned or row.done]
    words = [KIND_WORDS[row.kind] for row in drawn]
    series: list[tuple[str, list[int | None]]] = [
        (_("prouvées"), [row.proven for row in drawn]),
        (_("faites"), [row.done for row in drawn]),
        (_("prévues"), [row.planned for row in drawn]),
    ]
    traces = [
        go.Bar(
            name=name, orientation="h", y=words, x=[None if minutes is None else round(minutes / 60, 2) for minutes in values],
            text=["" if minutes is None else f"{name} {duration(minutes)}" for minutes in values], textposition="auto",
            hovertemplate="%{text}<extra></extra>",
        )
        for name, values in series
    ]  # fmt: skip
    planned, done = (sum(minutes or 0 for minutes in _counted(rows, part)) for part in ("planned", "done"))
    return Plot(
        figure_id="plot-hours",
        title=_("En moyenne, %(done)s de formation faites sur %(planned)s prévues")
        % {"done": duration(done), "planned": duration(planned)},
        summary=_summary(rows),
        figure=figure_of(*traces, height=60 + 120 * len(drawn), barmode="group", xaxis={"ticksuffix": " h", "rangemode": "tozero"}),
        columns=[_("Heures par stagiaire"), _("Prévues"), _("Faites"), _("Prouvées")],
        rows=[[KIND_WORDS[row.kind], *(said(minutes) for minutes in (row.planned, row.done, row.proven))] for row in rows],
    )


def said(minutes: int | None) -> Cell:
    """Minutes in words; « non renseigné » where nothing records them, never zero (product.md §3b)."""
    return _("non renseigné") if minutes is None else duration(minutes)


def _counted(rows: Sequence[KindHours], part: str) -> list[int | None]:
    return [getattr(row, part) for row in rows if row.kind in COUNTED_KINDS]


def _summary(rows: Sequence[KindHours]) -> str:
    parts = [
        _("%(kind)s : %(done)s sur %(planned)s") % {"kind": KIND_WORDS[row.kind], "done": said(row.done), "planned": duration(row.planned)}
        for row in rows
        if row.planned
    ]
    return " ; ".join(parts).capitalize() + "." if parts else _("Aucune heure n'est encore prévue.")
