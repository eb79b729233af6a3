"""Answers to a question as a figure, with its sentence and its table."""

import plotly.graph_objects as go
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.rules.telling import right_words
from assessments.selectors.statistics import QuestionView
from competencies.charts import Plot, figure_of


def choices_plot(view: QuestionView) -> Plot:
    """How many takes gave each answer; the right ones are told by a word, not by colour alone."""
    right = set(right_words(view.content))
    marks = [_("attendue") if choice.words in right else "" for choice in view.choices]
    bars = go.Bar(
        x=[choice.count for choice in view.choices], orientation="h", text=marks, textposition="auto",
        y=[choice.words[:60] for choice in view.choices],
    )  # fmt: skip
    takes = view.figures.takes
    return Plot(
        figure_id="plot-choices",
        title=ngettext("%(count)s réponse envoyée", "%(count)s réponses envoyées", takes) % {"count": takes},
        summary=view.advice,
        figure=figure_of(bars, yaxis={"autorange": "reversed"}, height=80 + 36 * max(1, len(view.choices))),
        columns=[_("Réponse"), _("Passages"), _("Attendue")],
        rows=[[choice.words, choice.count, mark] for choice, mark in zip(view.choices, marks, strict=True)],
    )
