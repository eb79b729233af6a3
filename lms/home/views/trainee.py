"""The trainees one follows, and the page of each."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from assessments.permissions import may_judge
from assessments.selectors.observing import seen_of
from competencies.selectors.opinions import opinions_of
from competencies.selectors.policies import blocks_of
from curriculum.rules import KINDS
from curriculum.selectors.cohort import enrolments_of
from curriculum.selectors.outings import look_backs_of
from lms.exports.selectors import followers_of, records_of
from lms.home.forms import FollowForm
from lms.home.selectors.needs import needs_of
from lms.home.selectors.trainee_page import help_requests_of, named, trainee_rows, works_of
from lms.home.views.opinions import ASKERS
from lms.people.models import Cohort, User
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role

READ = (Role.TRAINER, Role.COUNSELLOR, Role.COORDINATOR, Role.CERTIFIER)
MAY_EXPORT = (Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER)
TRAINEES_A_PAGE = 50


@for_roles(*READ)
@require_GET
def trainees(request: SignedRequest) -> HttpResponse:
    """The trainees one may follow, in the order of names, by cohort and by name."""
    asked = FollowForm(request.GET).asked()
    people = User.objects.trainees_visible_to(request.user)
    cohorts = list(Cohort.objects.visible_to(request.user).order_by("closed_at", "-starts_on"))
    chosen = next((cohort for cohort in cohorts if cohort.uuid == asked.get("promotion")), None)
    if chosen:
        people = people.filter(pk__in=chosen.memberships.filter(left_at=None).values("user"))
    if "q" in asked:
        people = people.filter(pk__in=named(people, asked["q"]))
    page = Paginator(people.order_by("last_name", "first_name", "pk"), TRAINEES_A_PAGE).get_page(request.GET.get("page"))
    may_act = request.user.role is not Role.CERTIFIER
    context = {
        "page": page, "rows": trainee_rows(list(page), seen_by=request.user, with_needs=may_act), "cohorts": cohorts, "chosen": chosen,
        "asked": asked, "query": urlencode(asked), "may_act": may_act, "may_follow_cohorts": request.user.role in MAY_EXPORT,
    }  # fmt: skip
    return render(request, "home/trainees.html", context)


@for_roles(*READ)
@require_GET
def trainee(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Everything about one trainee: levels, works, runs, hours, requests."""
    person = get_object_or_404(User.objects.trainees_visible_to(request.user), uuid=uuid)
    followed = followers_of(enrolments_of(seen_by=request.user, trainee=person.uuid))
    record = next(iter(records_of(followed[:1])), None)
    may_act = request.user.role is not Role.CERTIFIER
    context = {
        "person": person, "record": record, "works": works_of(person.pk), "observations": seen_of(person.pk), "may_act": may_act,
        "needs": needs_of(followed) if may_act else [], "requests": help_requests_of(person.pk) if may_act else [],
        "look_backs": look_backs_of(person.pk) if may_act else [],
        "totals": {kind: record.total(kind) for kind in KINDS} if record else {},
        "may_export": request.user.role in MAY_EXPORT, "may_observe": may_judge(request.user),
        "blocks": blocks_of(person.pk, followed[0].framework) if record else [],
        "may_ask": request.user.role in ASKERS, "opinions": opinions_of(person) if request.user.role in ASKERS else [],
    }  # fmt: skip
    return render(request, "home/trainee.html", context)
