"""A cohort followed: levels, hours, pace, and who may be waiting. Its tables leave by the same selectors as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from assessments.selectors.queue import waiting_count
from competencies.selectors import CompetencyHead, cohort_matrix, competencies_of, scale_of
from curriculum.selectors.cohort import ProgrammeHead, programmes_in
from lms.exports.formats import csv_bytes
from lms.exports.selectors import Follower, followers_in
from lms.home.charts import cohort_plots
from lms.home.formats import TABLES
from lms.home.forms import FollowForm
from lms.home.selectors.dashboard import cohort_hours
from lms.home.selectors.needs import needs_of
from lms.people.models import Cohort
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role, folded

FOLLOW = (Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER)
TRAINEES_A_PAGE = 50
NEEDS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Followed:
    """A cohort, the programme looked at, and the trainees on it whom the reader may see."""

    cohort: Cohort
    programmes: Sequence[ProgrammeHead]
    programme: ProgrammeHead | None
    followers: Sequence[Follower]
    asked: dict[str, Any]

    @property
    def query(self) -> str:
        """The filter on the programme, to be kept in links: empty when there is one only."""
        return f"?{urlencode({'parcours': self.programme.uuid})}" if self.programme and len(self.programmes) > 1 else ""


def _followed(request: SignedRequest, uuid: UUID) -> Followed:
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).select_related("site"), uuid=uuid)
    asked = FollowForm(request.GET).asked()
    programmes = programmes_in(cohort)
    programme = next((one for one in programmes if one.uuid == asked.get("parcours")), programmes[0] if programmes else None)
    seen = followers_in(seen_by=request.user, cohort=cohort, programme=programme.pk) if programme else []
    return Followed(cohort, programmes, programme, seen, asked)


@for_roles(*FOLLOW)
@require_GET
def cohort(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """The cohort's page."""
    followed = _followed(request, uuid)
    context: dict[str, Any] = {"followed": followed, "cohort": followed.cohort, "may_act": request.user.role is not Role.CERTIFIER}
    if followed.followers and followed.programme:
        context |= _figures(request, followed, followed.programme.framework)
    if context["may_act"] and followed.followers:
        waiting = needs_of(followed.followers)
        context |= {
            "needs": waiting[:NEEDS_SHOWN], "needs_total": len(waiting), "needs_more": max(0, len(waiting) - NEEDS_SHOWN),
            "works_waiting": waiting_count(request.user, followed.cohort.uuid),
            "help_waiting": sum(need.kind == "help" for person in waiting for need in person.needs),
        }  # fmt: skip
    return render(request, "home/cohort.html", context)


def _figures(request: SignedRequest, followed: Followed, framework: int) -> dict[str, Any]:
    heads, scale = competencies_of(framework), scale_of(framework)
    done = cohort_hours(followed.followers, followed.followers[0].programme)
    plots = cohort_plots(followed.cohort, followed.followers, heads, scale, done, followed.query)
    blocks = {head.block_code: head.block_label for head in heads}
    shown = [head for head in heads if head.block_code == followed.asked.get("bloc")] or heads
    name = folded(followed.asked.get("q", ""))
    named = [one for one in followed.followers if name in folded(f"{one.first_name} {one.last_name}")] if name else followed.followers
    page = Paginator(named, TRAINEES_A_PAGE).get_page(request.GET.get("page"))
    return {
        "plots": plots, "hours": done, "scale": sorted(scale.labels.items()), "blocks": blocks, "page": page, "heads": shown,
        "matrix": _matrix(list(page), shown, framework), "query": urlencode(followed.asked),
    }  # fmt: skip


def _matrix(page: Sequence[Follower], heads: Sequence[CompetencyHead], framework: int) -> list[dict[str, Any]]:
    levels = cohort_matrix([follower.trainee for follower in page], framework)
    rows = []
    for follower in page:
        own = levels[follower.trainee]
        # One address resolved a row: 34 of them a trainee would cost more than the queries.
        why = reverse("home:why", args=[follower.uuid, follower.uuid]).removesuffix(f"{follower.uuid}/")
        cells = [(own.get(head.pk, 0), f"{why}{head.uuid}/") for head in heads]
        rows.append({"name": f"{follower.last_name} {follower.first_name}", "uuid": follower.uuid, "cells": cells})
    return rows


@for_roles(*FOLLOW)
@require_GET
def cohort_csv(request: SignedRequest, uuid: UUID, table: str) -> HttpResponse:
    """One table of the page as CSV: `niveaux`, `heures`, `rythme`, `aides`."""
    followed = _followed(request, uuid)
    is_hidden = table == "aides" and request.user.role is Role.CERTIFIER
    if table not in TABLES or is_hidden or not followed.followers:
        raise Http404
    sheet, rows = TABLES[table](followed.followers)
    name = f"{table}-{slugify(followed.cohort.name)[:60]}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(csv_bytes(sheet, rows), content_type="text/csv; charset=utf-8", headers=headers)
