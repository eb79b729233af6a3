"""A cohort followed: levels, hours, pace, and who may be waiting. Its tables leave by the same selectors as CSV."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from assessments.selectors.queue import waiting_count
from competencies.selectors import CompetencyHead, cohort_matrix, competencies_of, scale_of
from curriculum.selectors.cohort import ProgrammeHead
from lms.exports.formats import csv_bytes
from lms.home.charts.cohort import cohort_plots
from lms.home.formats import TABLES
from lms.home.forms import levels_asked
from lms.home.selectors.dashboard import cohort_hours, cohort_needs
from lms.home.selectors.kept import LARGE
from lms.home.selectors.levels import MatrixRow, matrix_rows
from lms.home.views.following import FOLLOW, TEACH, Followed, followed_in, tabs_of
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import OUTSIDE, Role

TRAINEES_A_PAGE = 50
NEEDS_SHOWN = 8


@for_roles(*FOLLOW)
@require_GET
def cohort(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """The cohort's page."""
    followed = followed_in(request, uuid)
    context: dict[str, Any] = {
        "followed": followed, "cohort": followed.cohort, "may_act": request.user.role is not Role.CERTIFIER,
        "tabs": tabs_of(request, followed),
    }  # fmt: skip
    if followed.followers and followed.programme:
        context |= _figures(followed, is_outside=request.user.role in OUTSIDE)
    if context["may_act"] and followed.followers:
        waiting = cohort_needs(followed.followers)
        context |= {
            "needs": waiting[:NEEDS_SHOWN], "needs_total": len(waiting), "needs_more": max(0, len(waiting) - NEEDS_SHOWN),
            "works_waiting": waiting_count(request.user, followed.cohort.uuid),
            "help_waiting": sum(need.kind == "help" for person in waiting for need in person.needs),
        }  # fmt: skip
    return render(request, "home/cohort.html", context)


def _figures(followed: Followed, *, is_outside: bool) -> dict[str, Any]:
    framework = followed.followers[0].framework
    done = cohort_hours(followed.followers, followed.followers[0].programme)
    return {
        "plots": cohort_plots(
            followed.cohort, followed.followers, competencies_of(framework), scale_of(framework), done, followed.query, is_outside=is_outside
        ),
        "is_kept": len(followed.followers) > LARGE, "hours": done, "hours_csv": reverse("home:cohort-csv", args=[followed.cohort.uuid, "heures"]) + followed.query,
    }  # fmt: skip


@for_roles(*FOLLOW)
@require_GET
def levels(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """The matrix, a page at a time: whoever is in the cohort, what is shown and asked is read and no more."""
    followed = followed_in(request, uuid)
    context: dict[str, Any] = {"followed": followed, "cohort": followed.cohort, "tabs": tabs_of(request, followed)}
    if followed.programme:
        context |= _matrix(request, followed, followed.programme)
    return render(request, "home/cohort_levels.html", context)


def _matrix(request: SignedRequest, followed: Followed, programme: ProgrammeHead) -> dict[str, Any]:
    heads, asked = competencies_of(programme.framework), followed.asked
    shown = [head for head in heads if head.block_code == asked.get("bloc")] or heads
    low, high = levels_asked(asked)
    rows = matrix_rows(
        seen_by=request.user, cohort=followed.cohort, programme=programme.pk, name=asked.get("q", ""), competencies=[head.pk for head in shown],
        lowest=low, highest=high,
    )  # fmt: skip
    page = Paginator(rows, TRAINEES_A_PAGE).get_page(request.GET.get("page"))
    people = [MatrixRow(*row) for row in page]
    kept = cohort_matrix([row.trainee for row in people], programme.framework)
    groups = reverse("home:group-list", args=[followed.cohort.uuid]) if request.user.role in TEACH else ""
    joint = f"{followed.query}&" if followed.query else "?"
    return {
        "page": page, "query": urlencode(asked), "blocks": {head.block_code: head.block_label for head in heads}, "asked": asked,
        "scale": sorted(scale_of(programme.framework).labels.items()), "low": low, "high": high,
        "heads": [(head, f"{groups}{joint}competence={head.uuid}" if groups else "") for head in shown],
        "matrix": [_row(row, kept[row.trainee], shown) for row in people],
        "csv": reverse("home:cohort-csv", args=[followed.cohort.uuid, "niveaux"]) + followed.query,
    }  # fmt: skip


def _row(row: MatrixRow, levels: Mapping[int, int], heads: Sequence[CompetencyHead]) -> dict[str, Any]:
    # One address resolved a row: 34 of them a trainee would cost more than the queries.
    why = reverse("home:why", args=[row.uuid, row.uuid]).removesuffix(f"{row.uuid}/")
    return {
        "name": f"{row.last_name} {row.first_name}", "uuid": row.uuid,
        "cells": [(levels.get(head.pk, 0), f"{why}{head.uuid}/") for head in heads],
    }  # fmt: skip


@for_roles(*FOLLOW)
@require_GET
def cohort_csv(request: SignedRequest, uuid: UUID, table: str) -> HttpResponse:
    """One table of the page as CSV: `niveaux`, `heures`, `rythme`, `aides`."""
    followed = followed_in(request, uuid)
    is_hidden = table in ("aides", "rythme") and request.user.role in OUTSIDE
    if table not in TABLES or is_hidden or not followed.followers:
        raise Http404
    sheet, rows = TABLES[table](followed.followers)
    name = f"{table}-{slugify(followed.cohort.name)[:60]}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(csv_bytes(sheet, rows), content_type="text/csv; charset=utf-8", headers=headers)
