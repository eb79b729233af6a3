"""Levels before and after a module, and what a new run adds: two dots and a line a module."""

from collections.abc import Sequence
from textwrap import shorten

import plotly.graph_objects as go
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competencies.charts import Plot, figure_of
from lms.home.charts.bars import LEGEND
from lms.home.selectors.effects import Effect, Effects


def effects(found: Effects) -> list[Plot]:
    """Two figures: the module, the retake."""
    rising = max(found.modules, key=lambda effect: effect.mean(1) - effect.mean(0), default=None)
    title = _("Aucun module n'a encore de travail évalué")
    if rising:
        title = _("« %(module)s » fait passer de %(before)s à %(after)s en moyenne, le plus grand pas") % {
            "module": rising.module.title, "before": said(rising.mean(0)), "after": said(rising.mean(1)),
        }  # fmt: skip
    people = len({one for effect in found.retakes for one in effect.people})
    retaken = _("Personne n'a encore de travaux évalués dans deux passages d'un même module")
    if people:
        retaken = ngettext(
            "%(number)s stagiaire a refait un module : voici ce que cela change",
            "%(number)s stagiaires ont refait un module : voici ce que cela change",
            people,
        ) % {"number": people}
    return [
        _plot("plot-effet", title, _("Niveaux des compétences visées, en moyenne : à l'ouverture du premier passage, puis après les travaux du module."), found.modules, _("Avant"), _("Après")),
        _plot("plot-reprises", retaken, _("Niveaux prouvés au premier passage, puis aux suivants. Le meilleur niveau reste acquis."), found.retakes, _("1er passage"), _("Passages suivants")),
    ]  # fmt: skip


def said(level: float) -> str:
    """A level on average, to one decimal, with our comma."""
    return f"{level:.1f}".replace(".", ",")


def _plot(figure_id: str, title: str, summary: str, rows: Sequence[Effect], before: str, after: str) -> Plot:
    names = [shorten(f"{effect.module.code} {effect.module.title}", 24, placeholder="…") for effect in rows]  # a phone cuts longer ones
    ends = [[effect.mean(side) for effect in rows] for side in (0, 1)]
    line = go.Scatter(
        x=[x for pair in zip(*ends, strict=True) for x in (*pair, None)], y=[y for name in names for y in (name, name, None)],
        mode="lines", hoverinfo="skip", line={"width": 2},
    )  # fmt: skip
    dots = [
        go.Scatter(
            x=values, y=names, name=name, mode="markers", marker={"size": 13, "symbol": symbol},
            hovertemplate="%{y}<br>" + name + " : %{x}<extra></extra>",
        )
        for name, values, symbol in ((before, ends[0], "circle-open"), (after, ends[1], "circle"))
    ]  # fmt: skip
    line.showlegend = False
    return Plot(
        figure_id=figure_id, title=title, summary=summary,
        figure=figure_of(
            line, *dots, height=110 + 30 * max(1, len(rows)), showlegend=True, legend=LEGEND,
            xaxis={"range": [-0.1, 4.1], "dtick": 1, "title": {"text": _("niveau moyen")}}, yaxis={"autorange": "reversed", "type": "category"},
            margin={"t": 48, "r": 16, "b": 48, "l": 8},
        ),
        columns=[_("Module"), _("Stagiaires"), before, after, _("Niveaux montés"), _("Pareils"), _("Plus bas")],
        rows=[[f"{effect.module.code} {effect.module.title}", len(effect.people), *(said(effect.mean(side)) for side in (0, 1)), *_moves(effect)] for effect in rows],
    )  # fmt: skip


def _moves(effect: Effect) -> tuple[int, int, int]:
    """How many (trainee, competency) went up, stayed, came out lower in the later works (the kept level does not go down)."""
    return (
        sum(after > before for before, after in effect.levels),
        sum(after == before for before, after in effect.levels),
        sum(after < before for before, after in effect.levels),
    )
