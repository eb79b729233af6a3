"""Doors of the works of a dossier: a trainee chooses, a trainer advises."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.forms import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from curriculum.selectors.cohort import enrolments_of
from lms.exports.forms import ProposeForm, WorksForm
from lms.exports.models import WorkProposal
from lms.exports.rules.dossier import Work
from lms.exports.selectors import followers_of
from lms.exports.selectors.choices import chosen_by, proposals_of
from lms.exports.selectors.works import first_pictures, judged_works
from lms.exports.services.choices import choose_works, propose_work, take_back_proposal
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles, is_reading
from lms.people.rules import Role
from lms.people.services import read_notices
from lms.refusal import Refused


@dataclass(frozen=True, slots=True)
class TickedRow:
    """A work that a trainee may join: ticked or not, why, its picture, who advises it."""

    work: Work
    is_ticked: bool
    why: BoundField
    picture: UUID | None
    proposed_by: Sequence[str]


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """A work that a trainer may advise, and who did."""

    work: Work
    by: Sequence[str]
    is_mine: bool


@for_roles(Role.TRAINEE)
@require_http_methods(["GET", "POST"])
def own_works(request: SignedRequest) -> HttpResponse:
    """Which of one's judged works go with one's dossier."""
    if is_reading(request):
        read_notices(by=request.user, path=request.path)
    followed = followers_of(enrolments_of(seen_by=request.user, trainee=request.user.uuid))
    chosen = chosen_by(request.user.pk)
    works = judged_works(followed[0], chosen) if followed else []
    is_chosen = chosen is not None and chosen.says([work.practical for work in works])
    ticked = [str(work.practical) for work in works if is_chosen and work.is_joined]
    form = WorksForm(request.POST if request.method == "POST" else None, works=works, initial={"join": ticked})
    if form.is_valid():
        try:
            choose_works(by=request.user, picks=form.picks())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Ton choix est gardé.") if form.picks() else _("Rien n'est coché : tous tes travaux partent."))
            return redirect("exports:own-works")
    proposals, pictures = proposals_of(request.user.pk), first_pictures(works)
    rows = [
        TickedRow(work, is_ticked, why, pictures.get(work.uuid), [row.by.first_name for row in proposals.get(work.practical, [])])
        for work, is_ticked, why in form.rows()
    ]
    context = {"form": form, "rows": rows, "is_chosen": is_chosen}
    return render(request, "exports/own_works.html", context, status=400 if form.errors else 200)


@for_roles(Role.TRAINER)
@require_POST
def work_propose(request: SignedRequest, trainee: UUID) -> HttpResponse:
    """Advise a trainee to join a work, or take the advice back."""
    person = get_object_or_404(User.objects.trainees_visible_to(request.user), uuid=trainee)
    form = ProposeForm(request.POST)
    if not form.is_valid():
        raise Http404
    practical = form.cleaned_data["practical"]
    if form.cleaned_data["answer"] == "yes":
        propose_work(by=request.user, trainee=person, practical=practical)
        messages.success(request, _("Le travail est proposé. %(name)s choisira.") % {"name": person.first_name})
    else:
        take_back_proposal(by=request.user, trainee=person, practical=practical)
        messages.success(request, _("Le travail n'est plus proposé."))
    return redirect("exports:dossier-detail", person.uuid)


def proposed_rows(works: Sequence[Work], person: User, reader: User) -> list[ProposedRow]:
    """The works of a trainee as a trainer may advise them."""
    proposals = proposals_of(person.pk)
    return [_proposed_row(work, proposals.get(work.practical, []), reader) for work in works]


def _proposed_row(work: Work, rows: Sequence[WorkProposal], reader: User) -> ProposedRow:
    return ProposedRow(work, [str(row.by) for row in rows], any(row.by_id == reader.pk for row in rows))
