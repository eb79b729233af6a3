"""Levels as figures. Rows in, a Plotly figure out, with its message, its summary and its table.

`plotly.graph_objects` loads a class the first time it is asked for one: importing this module costs nothing, and a
process that never draws never loads Plotly (a test says so). Colours, fonts and motion are the page's (charts.js).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import plotly.graph_objects as go
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competencies.rules import LOWEST
from competencies.selectors import LEVELS, CompetencyHead, ScaleWords, Week

MAX_POINTS = 2_000  # above it a heatmap shows how many trainees stand at each level, not each trainee
RECENT_WEEKS = 4
Cell: TypeAlias = str | int
Counts: TypeAlias = Sequence[int | None]  # None: not told
Guard: TypeAlias = Callable[[Sequence[int]], Counts]


@dataclass(frozen=True, slots=True)
class Plot:
    """What `partials/plot.html` needs: `title` is the message, `figure` plain JSON, `columns` and `rows` the same numbers as a table."""

    figure_id: str
    title: str
    summary: str
    figure: Mapping[str, Any]
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    csv_url: str = ""
    links: Sequence[Sequence[str]] = ()  # by row and column, where each number leads; empty: nowhere

    def with_csv(self, url: str) -> "Plot":
        """The same with the door its numbers leave by."""
        return replace(self, csv_url=url)


def figure_of(*traces: Any, **layout: Any) -> dict[str, Any]:
    """A Plotly figure as plain JSON. Not made by `go.Figure`, which copies every number again and adds a template that the page replaces."""
    return {"data": [trace.to_plotly_json() for trace in traces], "layout": go.Layout(**layout).to_plotly_json()}


def heatmap(
    heads: Sequence[CompetencyHead], names: Mapping[int, str], matrix: Mapping[int, Mapping[int, int]], counts: Mapping[int, list[int]],
    scale: ScaleWords, *, guarded: Guard = list,
) -> Plot:  # fmt: skip
    """Cohort × competency. `names` and `matrix` by trainee, empty when there are too many to draw; `counts` per competency and level.

    `guarded` takes away the counts that the reader may not be told.
    """
    states = {head.pk: guarded(_states(counts[head.pk], scale.acquired_at)) for head in heads}
    if names and len(names) * len(heads) <= MAX_POINTS:
        figure = _heat_of_trainees(heads, names, matrix)
    else:
        figure = _heat_of_levels(heads, {pk: guarded(row) for pk, row in counts.items()}, scale)
    return Plot(
        figure_id="plot-heatmap",
        title=_most_acquired(heads, states, sum(counts[heads[0].pk]) if heads else 0),
        summary=_spread(states),
        figure=figure,
        columns=[_("Compétence"), _("Pas encore vu"), _("En cours"), _("Acquis")],
        rows=[[f"{head.code} {head.label}", *map(told, states[head.pk])] for head in heads],
    )


def told(count: int | None) -> Cell:
    """A count, or that it is hidden."""
    return _("masqué") if count is None else count


def _states(row: Sequence[int], acquired_at: int) -> tuple[int, int, int]:
    return row[LOWEST], sum(row[1:acquired_at]), sum(row[acquired_at:])


def _heat_of_trainees(heads: Sequence[CompetencyHead], names: Mapping[int, str], matrix: Mapping[int, Mapping[int, int]]) -> dict[str, Any]:
    levels = [[matrix[trainee].get(head.pk, LOWEST) for head in heads] for trainee in names]
    trace = go.Heatmap(
        z=levels, x=[head.code for head in heads], y=list(names.values()), zmin=0, zmax=4, text=levels, texttemplate="%{text}",
        hovertemplate=_("%{y}<br>%{x}<br>niveau %{z}") + "<extra></extra>", xgap=1, ygap=2,
    )  # fmt: skip
    return figure_of(
        trace, height=90 + 26 * len(names), xaxis={"side": "top", "tickangle": -60, "type": "category"},
        yaxis={"autorange": "reversed", "type": "category"},
    )  # fmt: skip


def _heat_of_levels(heads: Sequence[CompetencyHead], counts: Mapping[int, Sequence[int | None]], scale: ScaleWords) -> dict[str, Any]:
    numbers = [[counts[head.pk][level] for head in heads] for level in LEVELS]
    trace = go.Heatmap(
        z=numbers, x=[head.code for head in heads], y=[f"{level} {scale.labels.get(level, '')}" for level in LEVELS], zmin=0,
        text=numbers, texttemplate="%{text}", hovertemplate=_("%{x}<br>%{y} : %{z} stagiaires") + "<extra></extra>", xgap=1, ygap=2,
    )  # fmt: skip
    return figure_of(trace, height=280, xaxis={"side": "top", "tickangle": -60, "type": "category"}, yaxis={"type": "category"})


def _most_acquired(heads: Sequence[CompetencyHead], states: Mapping[int, Counts], total: int) -> str:
    best = max(heads, key=lambda head: states[head.pk][2] or 0, default=None)
    number = states[best.pk][2] if best else 0
    if number is None:
        return _("Les petits nombres sont masqués : le détail par personne est dans les niveaux")
    if best is None or not number:
        return _("Aucune compétence n'est encore acquise : les premières évaluations les feront apparaître.")
    return ngettext(
        "%(number)s stagiaire sur %(total)s a acquis « %(label)s », la compétence la plus avancée",
        "%(number)s stagiaires sur %(total)s ont acquis « %(label)s », la compétence la plus avancée",
        number,
    ) % {"number": number, "total": total, "label": best.label}


def _spread(states: Mapping[int, Counts]) -> str:
    told_of = [count for row in states.values() for count in row]
    if None in told_of:
        return _("Les nombres sous 5 sont masqués, et de quoi les retrouver.")
    unseen = sum(not row[1] and not row[2] for row in states.values())
    acquired, possible = sum(row[2] or 0 for row in states.values()), sum(count or 0 for count in told_of)
    said = ngettext("%(acquired)s niveau acquis sur %(possible)s.", "%(acquired)s niveaux acquis sur %(possible)s.", acquired)
    said %= {"acquired": acquired, "possible": possible}
    if not unseen:
        return said
    return said + " " + ngettext(
        "%(number)s compétence sur %(total)s n'a encore été évaluée pour personne.",
        "%(number)s compétences sur %(total)s n'ont encore été évaluées pour personne.",
        unseen,
    ) % {"number": unseen, "total": len(states)}  # fmt: skip


def history(weeks: Sequence[Week]) -> Plot:
    """Competencies acquired by the cohort, added up week after week."""
    total = weeks[-1].total if weeks else 0
    recent = sum(week.acquired for week in weeks[-RECENT_WEEKS:])
    if weeks:
        words = _("Rien de plus acquis ces 4 dernières semaines, %(total)s compétences en tout")
        if recent:
            words = ngettext(
                "%(recent)s compétence acquise en 4 semaines, %(total)s en tout",
                "%(recent)s compétences acquises en 4 semaines, %(total)s en tout",
                recent,
            )
        title = words % {"recent": recent, "total": total}
        fullest = max(weeks, key=lambda week: week.acquired)
        summary = _("La semaine la plus riche commence le %(day)s : %(number)s de plus.") % {
            "day": date_format(fullest.monday, "j F Y"), "number": fullest.acquired,
        }  # fmt: skip
    else:
        title, summary = _("Aucune compétence acquise pour l'instant"), _("La courbe commence avec la première évaluation publiée.")
    return over_weeks(weeks, title=title, summary=summary)


def over_weeks(weeks: Sequence[Week], *, title: str, summary: str) -> Plot:
    """What was acquired, added up week after week, under these words."""
    trace = go.Scatter(
        x=[week.monday.isoformat() for week in weeks], y=[week.total for week in weeks], mode="lines", fill="tozeroy",
        line={"width": 3, "shape": "hv"}, hovertemplate=_("semaine du %{x|%d/%m/%Y}<br>%{y} en tout") + "<extra></extra>",
    )  # fmt: skip
    return Plot(
        figure_id="plot-history",
        title=title,
        summary=summary,
        figure=figure_of(
            trace, height=280, yaxis={"rangemode": "tozero", "tickformat": "d"}, xaxis={"type": "date", "tickformat": "%d %b"}
        ),
        columns=[_("Semaine du"), _("Acquises cette semaine"), _("En tout")],
        rows=[[date_format(week.monday, "j F Y"), week.acquired, week.total] for week in weeks],
    )
