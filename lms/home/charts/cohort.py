"""The figures of a cohort, put together from the rows of several apps."""

from collections.abc import Sequence

from django.urls import reverse

from competencies.charts import MAX_POINTS, Plot, heatmap, history
from competencies.selectors import CompetencyHead, ScaleWords, cohort_matrix, level_counts
from curriculum.charts import hours
from lms.exports.selectors import Follower
from lms.home.selectors.dashboard import CohortHours, cohort_weeks, unique_names
from lms.people.models import Cohort
from lms.people.rules import guarded


def cohort_plots(
    cohort: Cohort, followers: Sequence[Follower], heads: Sequence[CompetencyHead], scale: ScaleWords, done: CohortHours, query: str,
    *, is_outside: bool,
) -> list[Plot]:  # fmt: skip
    """Levels, hours per kind, pace: each with the door its numbers leave by. Three queries; at most `MAX_POINTS` points a figure.

    `is_outside`: counts under 5 are hidden, and the pace, made of them, is left out.
    """
    trainees, framework = [follower.trainee for follower in followers], followers[0].framework
    names = unique_names(followers) if len(followers) * len(heads) <= MAX_POINTS else {}
    matrix = cohort_matrix(trainees, framework) if names else {}
    plots = {
        "niveaux": heatmap(heads, names, matrix, level_counts(trainees, heads), scale, guarded=guarded if is_outside else list),
        "heures": hours(done.kinds),
    }
    if not is_outside:
        plots["rythme"] = history(cohort_weeks(followers, scale.acquired_at))
    return [plot.with_csv(f"{reverse('home:cohort-csv', args=[cohort.uuid, name])}{query}") for name, plot in plots.items()]
