"""When each block may be acquired, against the end of the cohort."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import plotly.graph_objects as go
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from competencies.charts import Plot, figure_of
from competencies.selectors import CompetencyHead
from lms.home.rules.forecast import PACE_DAYS, Forecast, forecast, verdict


@dataclass(frozen=True, slots=True)
class BlockForecast:
    """A block: acquired of what all trainees have to acquire, what the two last spans brought, and when it may be complete."""

    code: str
    name: str
    acquired: int
    possible: int
    recent: int
    before: int
    found: Forecast
    verdict: str


def blocks_ahead(
    heads: Sequence[CompetencyHead], firsts: Mapping[tuple[int, int], datetime], *, trainees: int, today: date, ends_on: date
) -> list[BlockForecast]:
    """One row a block, in the framework's order; `firsts` when each (trainee, competency) was acquired."""
    days: dict[int, list[date]] = {}
    for (_trainee, competency), at in firsts.items():
        days.setdefault(competency, []).append(timezone.localdate(at))
    rows = []
    for block in dict.fromkeys((head.block_code, head.block_label) for head in heads):
        own = [head for head in heads if head.block_code == block[0]]
        spans = Counter((today - day) // timedelta(days=PACE_DAYS) for head in own for day in days.get(head.pk, ()))
        acquired, possible = spans.total(), len(own) * trainees
        found = forecast(recent=spans[0], before=spans[1], remaining=possible - acquired, today=today)
        said = verdict(found, remaining=possible - acquired, ends_on=ends_on)
        rows.append(BlockForecast(block[0], " ".join(block), acquired, possible, spans[0], spans[1], found, said))
    return rows


def verdicts() -> dict[str, str]:
    return {
        "done": _("déjà acquis par tous"), "unknown": _("pas de prévision : rien d'acquis depuis 8 semaines"),
        "before": _("avant la fin"), "maybe": _("peut-être après la fin"), "after": _("après la fin"),
    }  # fmt: skip


def ahead(rows: Sequence[BlockForecast], ends_on: date) -> Plot:
    """A range of months a block, and the end of the cohort as a line."""
    in_time = sum(row.verdict in ("done", "before") for row in rows)
    ranges = [(row, *_ends(row.found, ends_on)) for row in rows if row.found.soonest and row.verdict != "done"]
    line = go.Scatter(
        x=[day for _row, soonest, latest in ranges for day in (soonest, latest, None)],
        y=[name for row, _soonest, _latest in ranges for name in (row.code, row.code, None)],
        mode="lines+markers", line={"width": 8}, marker={"size": 10}, hovertemplate="%{y}<br>%{x|%B %Y}<extra></extra>",
    )  # fmt: skip
    end = go.Scatter(
        x=[ends_on.isoformat()] * 2, y=[ranges[0][0].code, ranges[-1][0].code] if ranges else [], mode="lines", line={"dash": "dot", "width": 2},
        hovertemplate=_("fin de la promotion") + "<extra></extra>",
    )  # fmt: skip
    return Plot(
        figure_id="plot-prevision",
        title=_("À ce rythme, %(number)s blocs sur %(total)s seraient acquis par tous avant la fin") % {"number": in_time, "total": len(rows)},
        summary=_("La promotion finit le %(day)s (trait pointillé). La fourchette va du meilleur au moins bon de deux rythmes : les 4 dernières semaines, les 4 d'avant. C'est un calcul simple, pas une promesse.")
        % {"day": date_format(ends_on, "j F Y")},
        figure=figure_of(
            line, end, height=90 + 40 * max(1, len(ranges)), xaxis={"type": "date", "tickformat": "%b %Y"},
            yaxis={"type": "category", "autorange": "reversed"},
        ),
        columns=[_("Bloc"), _("Acquises"), _("Sur"), _("Ces 4 semaines"), _("Les 4 d'avant"), _("Au plus tôt"), _("Au plus tard"), _("Face à la fin")],
        rows=[[row.name, row.acquired, row.possible, row.recent, row.before, *_months(row), verdicts()[row.verdict]] for row in rows],
    )  # fmt: skip


def _ends(found: Forecast, ends_on: date) -> tuple[str, str]:
    """What is drawn: a range without an end goes a little past the cohort's."""
    soonest = found.soonest or ends_on
    latest = found.latest or max(soonest, ends_on) + timedelta(days=PACE_DAYS)
    return soonest.isoformat(), latest.isoformat()


def _months(row: BlockForecast) -> tuple[str, str]:
    """Months, no days: no more is known."""
    if row.verdict == "done":
        return "–", "–"
    soonest, latest = (date_format(day, "F Y") if day else _("sans date") for day in (row.found.soonest, row.found.latest))
    return soonest, latest
