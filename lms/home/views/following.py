"""A cohort that is being followed: which, on what programme, who of it the reader may see, and the pages there are about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from competencies.charts import Plot
from curriculum.selectors.cohort import ProgrammeHead, programmes_in
from lms.exports.formats import csv_bytes
from lms.exports.selectors import Follower, followers_in
from lms.home.formats import plot_table
from lms.home.forms import FollowForm
from lms.people.models import Cohort, User
from lms.people.permissions import SignedRequest
from lms.people.rules import Role

FOLLOW = (Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER)
TEACH = (Role.TRAINER, Role.COORDINATOR)
PAGES: tuple[tuple[str, str | Promise, tuple[Role, ...]], ...] = (
    ("home:cohort", _("Vue d'ensemble"), FOLLOW),
    ("home:cohort-levels", _("Niveaux"), FOLLOW),
    ("home:group-list", _("Groupes"), TEACH),
    ("home:cohort-gaps", _("Preuves"), TEACH),
    ("home:cohort-effects", _("Modules"), TEACH),
    ("home:cohort-forecast", _("Prévision"), TEACH),
    ("home:cohort-readiness", _("Blocs"), FOLLOW),
    ("home:cohort-assessors", _("Évaluateurs"), (Role.COORDINATOR,)),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One page about a cohort."""

    url: str
    label: str | Promise
    is_current: bool


@dataclass(frozen=True)
class Followed:
    """A cohort, the programme looked at, and the trainees on it whom the reader may see, read when they are asked for."""

    cohort: Cohort
    programmes: Sequence[ProgrammeHead]
    programme: ProgrammeHead | None
    asked: dict[str, Any]
    reader: User

    @cached_property
    def followers(self) -> Sequence[Follower]:
        return followers_in(seen_by=self.reader, cohort=self.cohort, programme=self.programme.pk) if self.programme else []

    @property
    def query(self) -> str:
        """The filter on the programme, to be kept in links: empty when there is one only."""
        return f"?{urlencode({'parcours': self.programme.uuid})}" if self.programme and len(self.programmes) > 1 else ""


def followed_in(request: SignedRequest, uuid: UUID) -> Followed:
    """The cohort of that uuid with its programme asked, or the most followed; 404 for who may not see it."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).select_related("site"), uuid=uuid)
    asked = FollowForm(request.GET).asked()
    programmes = programmes_in(cohort)
    programme = next((one for one in programmes if one.uuid == asked.get("parcours")), programmes[0] if programmes else None)
    return Followed(cohort, programmes, programme, asked, request.user)


def tabs_of(request: SignedRequest, followed: Followed) -> list[Tab]:
    """The pages about this cohort that the reader may open."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [
        Tab(reverse(name, args=[followed.cohort.uuid]) + followed.query, label, name == here)
        for name, label, roles in PAGES
        if request.user.role in roles
    ]


def plot_csv(plot: Plot, name: str) -> HttpResponse:
    """The numbers of a figure as CSV: the rows of its own table."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(csv_bytes(*plot_table(plot)), content_type="text/csv; charset=utf-8", headers=headers)
