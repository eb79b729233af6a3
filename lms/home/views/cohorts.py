"""The coordination's doors to cohorts: make one, people in and out of it, paste a list, print sign-in cards."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.home.forms import CohortForm, ImportForm, MoveForm, PlaceForm, SiteForm
from lms.home.selectors.cohorts import usual_programme
from lms.home.services import cohorts as services
from lms.home.services.cohorts import Card
from lms.people import services as people
from lms.people.formats import read_people
from lms.people.forms import PersonForm
from lms.people.models import Cohort, TrainingSite, User
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Fate, PlannedLine, Role, username_for
from lms.people.selectors import (
    ROLE_NAMES,
    cohorts_listed,
    done_lines,
    fingerprint,
    members_of,
    people_to_card,
    people_who_may_join,
    plan_of,
    sentence_of,
    sites_of,
    taken_usernames,
)
from lms.refusal import Refused

FIELD_OF = {"username_taken": "username", "email_taken": "email", "name_taken": "name", "dates_reversed": "ends_on", "code_taken": "code"}


@for_roles(Role.COORDINATOR)
@require_safe
def cohort_list(request: SignedRequest) -> HttpResponse:
    return render(request, "home/cohort_list.html", {"cohorts": cohorts_listed(by=request.user)})


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_create(request: SignedRequest) -> HttpResponse:
    form = CohortForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cohort = people.create_cohort(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(FIELD_OF.get(refusal.code), refusal.message)
        else:
            messages.success(request, _("La promotion est créée. Ajoutez maintenant les personnes."))
            return redirect("home:cohort-manage", uuid=cohort.uuid)
    return render(request, "home/cohort_create.html", {"form": form, "has_site": TrainingSite.objects.exists()})


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def site_create(request: SignedRequest) -> HttpResponse:
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people.create_site(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(FIELD_OF.get(refusal.code), refusal.message)
        else:
            messages.success(request, _("Le site est créé."))
            return redirect("home:cohort-create")
    return render(request, "home/cohort_site.html", {"form": form})


@for_roles(Role.COORDINATOR)
@require_safe
def cohort_manage(request: SignedRequest, uuid: UUID) -> HttpResponse:
    cohort = _cohort(request, uuid)
    groups = members_of(cohort)
    return render(request, "home/cohort_manage.html", {"cohort": cohort, "groups": groups, "sites": sites_of(groups)})


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_join(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Look for someone who has an account, then add them."""
    cohort = _cohort(request, uuid)
    search = request.GET.get("search", "")[:100]
    form = PlaceForm(request.POST or None, usual=usual_programme(cohort))
    if request.method == "POST" and form.is_valid():
        person = get_object_or_404(User.objects.visible_to(request.user).with_role(*Role), uuid=_uuid(request.POST.get("person")))
        try:
            services.add_person(
                by=request.user, person=person, cohort=cohort, programme=form.programme_chosen(), site=form.cleaned_data["site"]
            )
        except Refused as refusal:
            form.add_error("programme" if refusal.code == "no_programme" and "programme" in form.fields else None, refusal.message)
        else:
            messages.success(request, _("%(name)s est dans la promotion.") % {"name": person})
            return redirect("home:cohort-manage", uuid=uuid)
    found = people_who_may_join(by=request.user, cohort=cohort, search=search)
    return render(request, "home/cohort_join.html", {"cohort": cohort, "form": form, "search": search, "found": found})


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_enrol(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """A new account, straight into the cohort; its card is in the answer and nowhere else."""
    cohort = _cohort(request, uuid)
    form = PersonForm(request.POST or None, author=request.user, initial={"role": Role.TRAINEE.value})
    place = PlaceForm(request.POST or None, usual=usual_programme(cohort))
    if request.method == "POST" and form.is_valid() and place.is_valid():
        typed = form.cleaned_data
        username = typed["username"] or username_for(typed["first_name"], typed["last_name"], taken_usernames())
        try:
            card = services.create_member(
                by=request.user, cohort=cohort, programme=place.programme_chosen(), site=place.cleaned_data["site"],
                **{**typed, "username": username, "role": Role(typed["role"])},
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(FIELD_OF.get(refusal.code), refusal.message)
        else:
            return _cards(request, cohort, [card])
    return render(request, "home/cohort_enrol.html", {"cohort": cohort, "form": form, "place": place})


@for_roles(Role.COORDINATOR)
@require_safe
def cohort_member(request: SignedRequest, uuid: UUID, person: UUID) -> HttpResponse:
    """Move or withdraw one person."""
    cohort = _cohort(request, uuid)
    member = _member(request, cohort, person)
    others = _other_cohorts(request, cohort)
    shown = {"cohort": cohort, "person": member, "form": MoveForm(cohorts=others), "has_others": others.exists()}
    return render(request, "home/cohort_member.html", shown)


@for_roles(Role.COORDINATOR)
@require_POST
def member_move(request: SignedRequest, uuid: UUID, person: UUID) -> HttpResponse:
    cohort = _cohort(request, uuid)
    member = _member(request, cohort, person)
    form = MoveForm(request.POST, cohorts=_other_cohorts(request, cohort))
    if not form.is_valid():
        return render(request, "home/cohort_member.html", {"cohort": cohort, "person": member, "form": form, "has_others": True})
    target = form.cleaned_data["target"]
    services.move_person(by=request.user, person=member, source=cohort, target=target)
    messages.success(request, _("%(name)s est maintenant dans « %(cohort)s ».") % {"name": member, "cohort": target})
    return redirect("home:cohort-manage", uuid=uuid)


@for_roles(Role.COORDINATOR)
@require_POST
def member_remove(request: SignedRequest, uuid: UUID, person: UUID) -> HttpResponse:
    cohort = _cohort(request, uuid)
    member = _member(request, cohort, person)
    services.remove_person(by=request.user, person=member, cohort=cohort)
    messages.success(request, _("%(name)s a quitté la promotion. Son travail est gardé.") % {"name": member})
    return redirect("home:cohort-manage", uuid=uuid)


@for_roles(Role.COORDINATOR)
@require_POST
def cohort_close(request: SignedRequest, uuid: UUID) -> HttpResponse:
    people.close_cohort(by=request.user, cohort=_cohort(request, uuid))
    messages.success(request, _("La promotion est close. Tout reste lisible."))
    return redirect("home:cohort-manage", uuid=uuid)


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def people_import(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Paste, read what will happen line by line, then do exactly that. Without `seen`, nothing is written."""
    cohort = _cohort(request, uuid)
    form = ImportForm(request.POST or None, usual=usual_programme(cohort))
    plan: list[PlannedLine] = []
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            if typed["seen"]:
                cards = services.add_list(
                    by=request.user, cohort=cohort, programme=form.programme_chosen(), text=typed["text"], seen=typed["seen"]
                )
                return _cards(request, cohort, cards)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        plan = _plan(request, cohort, form)
    done = done_lines(plan)
    shown = {
        "cohort": cohort,
        "form": form,
        "rows": [{"line": line, "role_name": ROLE_NAMES[line.role] if line.role else "–", "sentence": sentence_of(line)} for line in plan],
        "good_count": len(done),
        "new_count": sum(line.fate is Fate.CREATE for line in done),
        "refused_count": sum(line.fate is Fate.REFUSED for line in plan),
        "seen": fingerprint(plan) if done else "",
    }
    return render(request, "home/people_import.html", shown)


def _plan(request: SignedRequest, cohort: Cohort, form: ImportForm) -> list[PlannedLine]:
    try:
        return plan_of(read_people(form.cleaned_data["text"]), by=request.user, cohort=cohort)
    except Refused as refusal:
        if not form.non_field_errors():
            form.add_error("text", refusal.message)
        return []


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_cards(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """New cards for people who have not chosen their password yet: the old codes stop working."""
    cohort = _cohort(request, uuid)
    waiting = people_to_card(by=request.user, cohort=cohort)
    if request.method == "POST":
        asked = set(request.POST.getlist("person"))
        chosen = [person for person in waiting if str(person.uuid) in asked]
        if chosen:
            return _cards(request, cohort, services.new_cards(by=request.user, members=chosen))
        messages.warning(request, _("Cochez au moins une personne."))
    return render(request, "home/cohort_cards.html", {"cohort": cohort, "waiting": waiting})


def _cards(request: SignedRequest, cohort: Cohort, cards: Sequence[Card]) -> HttpResponse:
    if not cards:
        messages.success(request, _("C'est fait. Aucun nouveau compte : il n'y a pas de carte à imprimer."))
        return redirect("home:cohort-manage", uuid=cohort.uuid)
    title = ngettext("%(count)s carte d'entrée", "%(count)s cartes d'entrée", len(cards)) % {"count": len(cards)}
    return render(request, "home/cards.html", {"cohort": cohort, "cards": cards, "title": title, "site_url": settings.SITE_URL})


def _cohort(request: SignedRequest, uuid: UUID) -> Cohort:
    return get_object_or_404(Cohort.objects.visible_to(request.user).select_related("site"), uuid=uuid)


def _other_cohorts(request: SignedRequest, cohort: Cohort) -> QuerySet[Cohort]:
    return Cohort.objects.visible_to(request.user).filter(closed_at=None).exclude(pk=cohort.pk)


def _member(request: SignedRequest, cohort: Cohort, person: UUID) -> User:
    members = cohort.memberships.filter(left_at=None).values("user")
    member: User = get_object_or_404(User.objects.visible_to(request.user), uuid=person, pk__in=members)
    return member


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
