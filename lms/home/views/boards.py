"""The boards of a cohort: each a page of figures with their sentence and table, and a door by which each table leaves as CSV."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from competencies.charts import Plot
from competencies.selectors import (
    CompetencyHead,
    ScaleWords,
    cohort_matrix,
    competencies_of,
    evidence_counts,
    first_acquired,
    scale_of,
)
from lms import clock
from lms.exports.selectors import Follower
from lms.home.charts.assessors import consistency
from lms.home.charts.beside import cohorts
from lms.home.charts.effects import effects
from lms.home.charts.forecast import ahead, blocks_ahead
from lms.home.charts.gaps import gap_words, gaps
from lms.home.charts.readiness import readiness
from lms.home.forms import GapForm
from lms.home.rules.dossier import gap_of
from lms.home.selectors.assessors import assessors_of, pairs_of
from lms.home.selectors.beside import cohorts_beside
from lms.home.selectors.effects import effects_of
from lms.home.selectors.kept import kept
from lms.home.views.following import FOLLOW, TEACH, Followed, followed_in, plot_csv, tabs_of
from lms.people.models import Cohort
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import OUTSIDE, Role

COHORTS_BESIDE = 30


@dataclass(frozen=True, slots=True)
class Looked:
    """What every board is made of: a cohort followed that has somebody in it, its framework's competencies and scale."""

    request: SignedRequest
    followed: Followed
    heads: Sequence[CompetencyHead]
    scale: ScaleWords

    @property
    def about(self) -> Sequence[Follower]:
        return self.followed.followers

    @property
    def trainees(self) -> list[int]:
        return [follower.trainee for follower in self.about]

    @property
    def framework(self) -> int:
        return self.about[0].framework


@dataclass(frozen=True, slots=True)
class Board:
    """One board: its place in addresses (`slug`), its name among URL names, who may open it, and its figures."""

    slug: str
    name: str
    title: Promise
    lead: Promise
    roles: tuple[Role, ...]
    plots: Callable[[Looked], list[Plot]]
    listed: Callable[[Looked], dict[str, Any]] | None = None  # the people behind a number


def _gap_plots(looked: Looked) -> list[Plot]:
    url = reverse("home:cohort-gaps", args=[looked.followed.cohort.uuid]) + looked.followed.query
    return [gaps(looked.trainees, looked.heads, evidence_counts(looked.trainees, looked.framework), url)]


def _who_lacks(looked: Looked) -> dict[str, Any]:
    """The people behind one number of the table, each with the way to their proof."""
    asked = GapForm(looked.request.GET).asked()
    head = next((head for head in looked.heads if head.uuid == asked.get("competence")), None)
    if head is None or "manque" not in asked:
        return {}
    gap = asked["manque"].replace("rien", "")
    seen = evidence_counts(looked.trainees, looked.framework)
    people = [one for one in looked.about if gap_of(*seen.get((one.trainee, head.pk), (0, 0))) == gap]
    return {"behind": people, "behind_head": head, "behind_word": gap_words()[gap]}


def _effect_plots(looked: Looked) -> list[Plot]:
    return effects(effects_of(looked.trainees, looked.about[0].programme, looked.framework))


def _forecast_plots(looked: Looked) -> list[Plot]:
    firsts = first_acquired(looked.trainees, looked.framework, looked.scale.acquired_at)
    ends_on = looked.followed.cohort.ends_on
    return [ahead(blocks_ahead(looked.heads, firsts, trainees=len(looked.about), today=clock.today(), ends_on=ends_on), ends_on)]


def _assessor_plots(looked: Looked) -> list[Plot]:
    return consistency(assessors_of(looked.trainees), pairs_of(looked.trainees))


def _readiness_plots(looked: Looked) -> list[Plot]:
    matrix = cohort_matrix(looked.trainees, looked.framework)
    is_outside = looked.request.user.role in OUTSIDE
    return [readiness(looked.trainees, looked.heads, matrix, looked.scale.acquired_at, is_outside=is_outside)]


BOARDS = (
    Board(
        "preuves", "gaps", _("Preuves"), _("Ce qui manque au dossier : aucune preuve, une seule occasion, un seul évaluateur."), TEACH,
        _gap_plots, _who_lacks,
    ),
    Board("modules", "effects", _("Modules"), _("Ce que change un module, et ce que change de le refaire."), TEACH, _effect_plots),
    Board("prevision", "forecast", _("Prévision"), _("Quand chaque bloc serait acquis par tous, face à la fin de la promotion."), TEACH, _forecast_plots),
    Board(
        "evaluateurs", "assessors", _("Évaluateurs"), _("Pour se mettre d'accord sur les critères. Personne n'est comparé à un modèle."),
        (Role.COORDINATOR,), _assessor_plots,
    ),
    Board("blocs", "readiness", _("Blocs"), _("Où en est la promotion, bloc par bloc."), FOLLOW, _readiness_plots),
)  # fmt: skip

View = Callable[..., HttpResponseBase]


def page(board: Board) -> View:
    """The board's page."""

    @for_roles(*board.roles)
    @require_GET
    def view(request: SignedRequest, uuid: UUID) -> HttpResponse:
        followed = followed_in(request, uuid)
        context: dict[str, Any] = {"followed": followed, "cohort": followed.cohort, "board": board, "tabs": tabs_of(request, followed)}
        if followed.followers:
            looked = _looked(request, followed)
            context["plots"] = [
                plot.with_csv(reverse(f"home:cohort-{board.name}-csv", args=[uuid, slug_of(plot)]) + followed.query)
                for plot in _plots(board, looked)
            ]
            context |= board.listed(looked) if board.listed else {}
        return render(request, "home/board.html", context)

    return view


def table(board: Board) -> View:
    """One of its tables as CSV."""

    @for_roles(*board.roles)
    @require_GET
    def view(request: SignedRequest, uuid: UUID, figure: str) -> HttpResponse:
        followed = followed_in(request, uuid)
        plots = _plots(board, _looked(request, followed)) if followed.followers else []
        return _one_csv(plots, figure)

    return view


def _plots(board: Board, looked: Looked) -> list[Plot]:
    """The figures of a board; those of many trainees are kept a minute, apart for outside readers."""
    followed, is_outside = looked.followed, looked.request.user.role in OUTSIDE
    key = (board.name, followed.cohort.uuid, followed.query, is_outside, clock.today(), get_language())
    return kept(lambda: board.plots(looked), *key, trainees=looked.trainees)


def _looked(request: SignedRequest, followed: Followed) -> Looked:
    framework = followed.followers[0].framework
    return Looked(request, followed, competencies_of(framework), scale_of(framework))


def slug_of(plot: Plot) -> str:
    """How a figure is named in addresses."""
    return plot.figure_id.removeprefix("plot-")


def _one_csv(plots: Sequence[Plot], figure: str) -> HttpResponse:
    found = next((plot for plot in plots if slug_of(plot) == figure), None)
    if found is None:
        raise Http404
    return plot_csv(found, figure)


def _beside(request: SignedRequest) -> list[Plot]:
    """Open cohorts, in the order of their beginning."""
    rows = Cohort.objects.visible_to(request.user).filter(closed_at=None).order_by("starts_on", "name")[:COHORTS_BESIDE]
    return cohorts(cohorts_beside(list(rows)))


@for_roles(Role.COORDINATOR)
@require_GET
def beside(request: SignedRequest) -> HttpResponse:
    """Cohorts side by side."""
    plots = [plot.with_csv(reverse("home:cohorts-beside-csv", args=[slug_of(plot)])) for plot in _beside(request)]
    return render(request, "home/beside.html", {"plots": plots})


@for_roles(Role.COORDINATOR)
@require_GET
def beside_csv(request: SignedRequest, figure: str) -> HttpResponse:
    return _one_csv(_beside(request), figure)
