"""What lacks for the dossier, competency by competency."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competencies.charts import Plot
from competencies.selectors import CompetencyHead
from lms.home.charts.bars import stacked
from lms.home.rules.dossier import GAPS, gap_of

Seen = Mapping[tuple[int, int], tuple[int, int]]


def gap_words() -> dict[str, str]:
    """Of each gap, its column."""
    return {"none": _("Aucune preuve"), "occasion": _("Une seule occasion"), "assessor": _("Un seul évaluateur"), "": _("Complet")}


def gap_counts(trainees: Sequence[int], heads: Sequence[CompetencyHead], seen: Seen) -> dict[int, Counter[str]]:
    """Per competency, how many of the trainees lack what."""
    return {head.pk: Counter(gap_of(*seen.get((trainee, head.pk), (0, 0))) for trainee in trainees) for head in heads}


def gaps(trainees: Sequence[int], heads: Sequence[CompetencyHead], seen: Seen, url: str) -> Plot:
    """One bar a competency; each number of the table leads to the people (`url` takes the filters)."""
    counts, words = gap_counts(trainees, heads, seen), gap_words()
    names = [head.code for head in heads]
    lacking = sum(count for row in counts.values() for gap, count in row.items() if gap)
    complete, possible = sum(row[""] for row in counts.values()), len(heads) * len(trainees)
    fullest = max(heads, key=lambda head: len(trainees) - counts[head.pk][""], default=None)
    title = ngettext(
        "%(number)s compétence reste à étayer pour le dossier", "%(number)s compétences restent à étayer pour le dossier", lacking
    ) % {"number": lacking}
    summary = _("%(complete)s dossiers de compétence complets sur %(possible)s : vue deux fois au moins, par deux évaluateurs.") % {
        "complete": complete, "possible": possible,
    }  # fmt: skip
    if lacking and fullest:
        summary += " " + _("C'est « %(label)s » qui demande le plus.") % {"label": fullest.label}
    joint = "&" if "?" in url else "?"
    return Plot(
        figure_id="plot-manques", title=title if lacking else _("Rien ne manque au dossier"), summary=summary,
        figure=stacked(names, [(words[gap], [counts[head.pk][gap] for head in heads]) for gap in GAPS], has_rest=True),
        columns=[_("Compétence"), *(words[gap] for gap in GAPS)],
        rows=[[f"{head.code} {head.label}", *(counts[head.pk][gap] for gap in GAPS)] for head in heads],
        links=[["", *(f"{url}{joint}competence={head.uuid}&manque={gap or 'rien'}#qui" for gap in GAPS)] for head in heads],
    )  # fmt: skip
