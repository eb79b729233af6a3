"""Groups of a cohort: found by level, proposed, kept, shown, exported."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competencies.selectors import CompetencyHead, competencies_of, scale_of
from lms import clock
from lms.exports.formats import csv_bytes, xlsx_bytes
from lms.home.formats import group_table
from lms.home.forms import GroupForm, SaveGroupForm, levels_asked
from lms.home.selectors.groups import Team, candidates, groups_of, members_of, proposal
from lms.home.views.following import TEACH, Followed, followed_in, tabs_of
from lms.people import services
from lms.people.models import WorkingGroup
from lms.people.permissions import SignedRequest, for_roles
from lms.refusal import Refused

MOST_PROPOSED = 200  # nobody shares out more by hand, and the page stays light
FILES = {
    "csv": ("text/csv; charset=utf-8", csv_bytes),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda sheet, rows: xlsx_bytes(sheet, rows, created=clock.now()),
    ),
}


@for_roles(*TEACH)
@require_http_methods(["GET", "HEAD", "POST"])
def group_list(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Filter by level, see who it is, share them out, keep the result; below, the groups kept."""
    followed = followed_in(request, uuid)
    form = SaveGroupForm(request.POST or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            group = services.save_group(by=request.user, cohort=followed.cohort, teams=_teams_sent(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Le groupe « %(name)s » est enregistré.") % {"name": group.name})
            return redirect("home:group-detail", uuid=group.uuid)
    kept = groups_of(followed.cohort, seen_by=request.user)
    context = {"followed": followed, "cohort": followed.cohort, "tabs": tabs_of(request, followed), "form": form, "kept": kept}
    return render(request, "home/group_list.html", context | _found(request, followed))


def _found(request: SignedRequest, followed: Followed) -> dict[str, Any]:
    framework = followed.programme.framework if followed.programme else 0
    heads, scale = competencies_of(framework), scale_of(framework)
    asked = GroupForm(request.GET, heads=heads).asked()
    lowest, highest = levels_asked(asked)
    chosen = [head for head in heads if str(head.uuid) in asked.get("competence", ())]
    people = candidates(followed.followers, chosen, lowest=lowest, highest=highest)
    number = asked.get("nombre") or (4 if asked.get("par") != "nombre" else 2)
    is_too_many = len(people) > MOST_PROPOSED
    teams = proposal(
        [] if is_too_many else people, asked.get("maniere", ""), **{"count" if asked.get("par") == "nombre" else "size": number}
    )
    if request.method == "POST":
        teams = _as_sent(teams, _teams_sent(request))
    return {
        "blocks": _by_block(heads), "chosen": chosen, "chosen_ids": {head.uuid for head in chosen}, "asked": asked, "number": number,
        "lowest": lowest, "highest": highest, "scale": sorted(scale.labels.items()), "people": people, "teams": teams, "is_too_many": is_too_many,
        "is_shared": "maniere" in asked, "query": request.GET.urlencode(),
    }  # fmt: skip


def _by_block(heads: Sequence[CompetencyHead]) -> dict[str, list[CompetencyHead]]:
    blocks: dict[str, list[CompetencyHead]] = {}
    for head in heads:
        blocks.setdefault(f"{head.block_code} {head.block_label}", []).append(head)
    return blocks


def _teams_sent(request: SignedRequest) -> dict[UUID, int]:
    """Each trainee with the number of a group; one without a number, or that is no number, is in none."""
    pairs = zip(request.POST.getlist("trainee"), request.POST.getlist("team"), strict=False)
    found = {}
    for name, number in pairs:
        try:
            found[UUID(name)] = int(number)
        except ValueError:
            continue
    return {uuid: number for uuid, number in found.items() if 0 < number < 1_000}


def _as_sent(teams: Sequence[Team], sent: dict[UUID, int]) -> list[Team]:
    """The groups as they were typed, for a form that comes back; 0 holds those who are in none."""
    people = [person for team in teams for person in team.people]
    numbers = sorted({sent.get(person.uuid, 0) for person in people})
    return [Team(number, [person for person in people if sent.get(person.uuid, 0) == number]) for number in numbers]


@for_roles(*TEACH)
@require_safe
def group_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    group = _group(request, uuid)
    return render(request, "home/group_detail.html", {"group": group, "members": members_of(group, seen_by=request.user)})


@for_roles(*TEACH)
@require_safe
def group_export(request: SignedRequest, uuid: UUID, format_: str) -> HttpResponse:
    """The group as CSV or XLSX: the rows of its page."""
    group = _group(request, uuid)
    if format_ not in FILES:
        raise Http404
    kind, write = FILES[format_]
    headers = {"Content-Disposition": f'attachment; filename="{slugify(group.name)[:60] or "groupe"}.{format_}"'}
    return HttpResponse(write(*group_table(group, members_of(group, seen_by=request.user))), content_type=kind, headers=headers)


@for_roles(*TEACH)
@require_POST
def group_delete(request: SignedRequest, uuid: UUID) -> HttpResponse:
    group = _group(request, uuid)
    services.delete_group(by=request.user, group=group)
    messages.success(request, _("Le groupe « %(name)s » est supprimé.") % {"name": group.name})
    return redirect("home:group-list", uuid=group.cohort.uuid)


def _group(request: SignedRequest, uuid: UUID) -> WorkingGroup:
    rows = WorkingGroup.objects.visible_to(request.user).select_related("cohort__site", "made_by")
    return get_object_or_404(rows, uuid=uuid)
