"""Doors of the team: who may be given what, what was given, revoking, and badges of elsewhere that wait."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from curriculum.selectors.cohort import followers
from lms.badges.forms import DecideForm, IssueForm, RevokeForm
from lms.badges.models import Badge, PriorBadge
from lms.badges.rules import MAY_ISSUE, Verdict
from lms.badges.selectors import TOLD, Achievement, Offer, achievement_of, badge_rows, offers_to
from lms.badges.services import decide_prior, issue_badge, issue_badges, revoke_badge
from lms.people.models import Cohort, User
from lms.people.permissions import SignedRequest, for_roles
from lms.refusal import Refused

PAGE = 50


@for_roles(*MAY_ISSUE)
@require_safe
def staff_list(request: SignedRequest) -> HttpResponse:
    """The badges of a cohort (`?promotion=`, else the latest one): those to give, those given."""
    cohorts = list(Cohort.objects.visible_to(request.user).order_by("closed_at", "-starts_on"))
    asked = request.GET.get("promotion", "")
    cohort = next((one for one in cohorts if str(one.uuid) == asked), cohorts[0] if cohorts else None)
    people = _people_of(cohort, request.user) if cohort else {}
    page = Paginator(_given_to(people, request.user), PAGE).get_page(request.GET.get("page"))
    waiting = PriorBadge.objects.visible_to(request.user).filter(decision="").select_related("trainee")
    context = {
        "cohorts": cohorts, "cohort": cohort, "offers": _by_achievement(offers_to(people)), "page": page, "rows": badge_rows(list(page)),
        "waiting": waiting, "query": f"promotion={cohort.uuid}" if cohort else "",
    }  # fmt: skip
    return render(request, "badges/staff_list.html", context)


def _people_of(cohort: Cohort, reader: User) -> dict[int, tuple[UUID, str]]:
    """The trainees present in a cohort, by key."""
    columns = ("trainee_id", "trainee__uuid", "trainee__first_name", "trainee__last_name")
    return {
        pk: (uuid, f"{first} {last}".strip()) for pk, uuid, first, last in followers(seen_by=reader, cohort=cohort).values_list(*columns)
    }


def _given_to(people: Iterable[int], reader: User) -> QuerySet[Badge]:
    return Badge.objects.visible_to(reader).filter(trainee__in=list(people)).select_related("trainee", "issued_by")


def _by_achievement(offers: Iterable[Offer]) -> list[tuple[Achievement, list[Offer]]]:
    grouped: dict[Achievement, list[Offer]] = defaultdict(list)
    for offer in offers:
        grouped[offer.what].append(offer)
    return sorted(grouped.items(), key=lambda pair: (pair[0].framework, pair[0].kind != "block", pair[0].code))


@for_roles(*MAY_ISSUE)
@require_POST
def cohort_issue(request: SignedRequest, cohort: UUID) -> HttpResponse:
    """Give one badge to the trainees of a cohort who were shown beside it."""
    found = get_object_or_404(Cohort.objects.visible_to(request.user), uuid=cohort)
    what, _until = _asked(request)
    shown = {pk for pk, (uuid, _name) in _people_of(found, request.user).items() if str(uuid) in request.POST.getlist("to")}
    held = issue_badges(by=request.user, trainees=list(User.objects.filter(pk__in=shown)), what=what)
    words = ngettext("%(count)s stagiaire a ce badge.", "%(count)s stagiaires ont ce badge.", held)
    messages.success(request, words % {"count": held})
    response = redirect("badges:staff-list")
    response["Location"] += f"?promotion={found.uuid}"
    return response


def _asked(request: SignedRequest) -> tuple[Achievement, date | None]:
    """Which badge the form names, and its last day if it gives one."""
    form = IssueForm(request.POST)
    if not form.is_valid() and "until" in form.errors:
        raise Refused("day_unreadable", _("Cette date n'est pas lisible. Choisissez un jour, ou laissez vide."))
    what = achievement_of(form.cleaned_data["achievement"]) if form.is_valid() else None
    if what is None:
        raise Refused("achievement_unknown", _("Cette compétence ou ce bloc n'existe plus. Rechargez la page."))
    return what, form.cleaned_data["until"]


@for_roles(*MAY_ISSUE)
@require_safe
def trainee_badges(request: SignedRequest, trainee: UUID) -> HttpResponse:
    """One trainee: what they may be given, what they were given."""
    person = get_object_or_404(User.objects.trainees_visible_to(request.user), uuid=trainee)
    rows = badge_rows(list(_given_to([person.pk], request.user)))
    prior = PriorBadge.objects.visible_to(request.user).filter(trainee=person).count()
    context = {"person": person, "offers": offers_to({person.pk: (person.uuid, str(person))}), "rows": rows, "prior": prior}
    return render(request, "badges/trainee_badges.html", context)


@for_roles(*MAY_ISSUE)
@require_POST
def badge_issue(request: SignedRequest, trainee: UUID) -> HttpResponse:
    person = get_object_or_404(User.objects.trainees_visible_to(request.user), uuid=trainee)
    what, until = _asked(request)
    issue_badge(by=request.user, trainee=person, what=what, until=until)
    messages.success(request, _("Badge donné : %(label)s") % {"label": what.label})
    return redirect("badges:trainee-badges", person.uuid)


@for_roles(*MAY_ISSUE)
@require_http_methods(["GET", "HEAD", "POST"])
def badge_revoke(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Revoke a badge, with the reason that its holder will read."""
    badge = get_object_or_404(Badge.objects.visible_to(request.user).select_related("trainee"), uuid=uuid)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        revoke_badge(by=request.user, badge=badge.uuid, reason=form.cleaned_data["reason"])
        messages.success(request, _("Le badge est annulé. La personne est prévenue."))
        return redirect("badges:trainee-badges", badge.trainee.uuid)
    row = badge_rows([badge])[0]
    return render(request, "badges/badge_revoke.html", {"row": row, "form": form}, status=400 if form.errors else 200)


def _decided(by: User, prior: PriorBadge, form: DecideForm) -> bool:
    """Whether the decision was taken; else the form says what to change."""
    typed = form.cleaned_data
    is_accepted = typed["decision"] == PriorBadge.Decision.ACCEPTED
    if is_accepted and typed["competency"] and not typed["level"]:
        form.add_error("level", _("Choisissez le niveau que ce badge montre, de 1 à 4."))
        return False
    decide_prior(
        by=by, prior=prior.uuid, is_accepted=is_accepted, reason=typed["reason"], competency=typed["competency"], level=typed["level"]
    )
    return True


@for_roles(*MAY_ISSUE)
@require_http_methods(["GET", "HEAD", "POST"])
def prior_decide(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Decide of a badge of elsewhere, with the reason that its holder will read."""
    prior = get_object_or_404(PriorBadge.objects.visible_to(request.user).select_related("trainee", "file"), uuid=uuid)
    if prior.decision and request.method != "POST":
        raise Http404
    form = DecideForm(prior.trainee_id, request.POST if request.method == "POST" else None)
    if form.is_valid() and _decided(request.user, prior, form):
        messages.success(request, _("C'est décidé. La personne est prévenue."))
        return redirect("badges:prior-create", prior.trainee.uuid)
    context = {"prior": prior, "form": form, "told": TOLD[Verdict(prior.verdict)]}
    return render(request, "badges/prior_decide.html", context, status=400 if form.errors else 200)
