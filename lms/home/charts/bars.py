"""Bars lying one under the other, a part a series: what most of these pages draw."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from competencies.charts import figure_of

ROW, ROOM = 34, 120  # pixels
# Across the whole width, or a phone stacks its words over the bars.
LEGEND = {"orientation": "h", "x": 0, "xref": "container", "y": 1, "yref": "container", "yanchor": "top", "traceorder": "normal"}
REST = "rgba(128,128,128,0.2)"  # pale on white as on black


def stacked(
    names: Sequence[str], series: Sequence[tuple[str, Sequence[int | None]]], *, share: bool = False, has_rest: bool = False, **layout: Any
) -> dict[str, Any]:
    """One bar a name, its parts one after the other with their numbers on them; `share`: every bar as long, whatever its whole.

    A part that is None is not drawn. `has_rest`: the last part is what is not there yet, a pale rest without words.
    """
    rest = len(series) - 1 if has_rest else len(series)
    traces = [
        go.Bar(
            name=name, orientation="h", y=list(names), x=list(values),
            text=[f"{name} {value}" if value and place != rest else "" for value in values], textposition="inside",
            insidetextanchor="middle", hovertemplate="%{y}<br>" + name + " : %{x}<extra></extra>",
            **({"marker": {"color": REST}} if place == rest else {}),
        )
        for place, (name, values) in enumerate(series)
    ]  # fmt: skip
    drawn: dict[str, Any] = {
        "barmode": "stack", "height": ROOM + ROW * max(1, len(names)), "showlegend": True, "legend": LEGEND,
        "yaxis": {"autorange": "reversed", "type": "category"}, "xaxis": {"rangemode": "tozero"}, "uniformtext": {"mode": "hide", "minsize": 11},
        "margin": {"t": 78, "r": 16, "b": 32, "l": 8},
    }  # fmt: skip
    if share:
        drawn |= {"barnorm": "percent", "xaxis": {"ticksuffix": " %", "range": [0, 100]}}
    return figure_of(*traces, **(drawn | layout))
