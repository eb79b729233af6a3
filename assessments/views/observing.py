"""The doors of observing on the spot: whom, the rubric to tap, what was seen, correcting."""

from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments import services
from assessments.forms.observing import ObservationForm, PeopleForm, SubjectForm
from assessments.models import Observation
from assessments.permissions import READ_OBSERVATIONS, may_judge, observation_for, observed_person
from assessments.selectors.observing import Subject, lines_of, observable, people_rows, seen_of, subject_choices, subject_of
from assessments.services.observations import PHOTOS, VOICES, Joined
from lms.people import services as people
from lms.people.models import Cohort, User
from lms.people.permissions import SignedRequest, for_roles, is_reading
from lms.people.rules import Role
from lms.refusal import Refused

ROWS = 50


@for_roles(Role.TRAINER)
@require_safe
def observe_list(request: SignedRequest) -> HttpResponse:
    """« Mes stagiaires »: one tap opens the rubric of the practical each is at."""
    asked = PeopleForm(request.GET).asked()
    found = observable(request.user, cohort=asked.get("promotion"), name=asked.get("q", ""))
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "page_obj": page, "rows": people_rows(list(page.object_list)), "asked": asked, "query": urlencode(asked),
        "cohorts": list(Cohort.objects.visible_to(request.user).filter(closed_at=None).order_by("name")),
    }  # fmt: skip
    return render(request, "assessments/observe_list.html", context)


@for_roles(Role.TRAINER)
@require_http_methods(["GET", "HEAD", "POST"])
def observe(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """A rubric to tap, beside a trainee; POST signs it. `?travail=` or `?grille=` names another than that of the work under way."""
    person = observed_person(request.user, uuid)
    if request.method == "POST":
        return _signed(request, person)
    practical, rubric = SubjectForm(request.GET).named()
    subject = subject_of(person, practical=practical, rubric=rubric)
    form = _fresh(subject) if subject else None
    return _page(request, person, subject, form)


@for_roles(*READ_OBSERVATIONS)
@require_safe
def observation(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """What was seen; its trainee reads it too."""
    found = observation_for(request.user, uuid)
    if is_reading(request):
        people.read_notices(by=request.user, path=request.path)
    is_own = request.user.role is Role.TRAINEE
    (seen,) = seen_of(found.trainee_id, only=found.uuid, corrected=True)
    before = seen_of(found.trainee_id, only=found.corrects.uuid, corrected=True)[0] if found.corrects else None
    context = {
        "seen": seen, "before": before, "person": found.trainee,
        "correction": getattr(found, "corrected_by", None), "may_correct": may_judge(request.user) and not seen.is_corrected,
    }  # fmt: skip
    return render(request, "assessments/observation_own.html" if is_own else "assessments/observation.html", context)


@for_roles(Role.TRAINER)
@require_http_methods(["GET", "HEAD", "POST"])
def observation_correct(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """The same rubric with what was signed, a reason besides; POST replaces it."""
    found = observation_for(request.user, uuid)
    subject = Subject(found.practical, found.rubric, lines_of(found.rubric_id))
    if request.method != "POST":
        levels = dict(found.marks.values_list("line_id", "level"))
        return _page(request, found.trainee, subject, _fresh(subject, levels=levels, comment=found.comment), corrected=found)
    form = _posted(request, subject)
    try:
        made = services.correct_observation(
            by=request.user, observation=found, levels=form.seen(), reason=form.cleaned_data.get("reason", ""), key=form.form_key(),
            joined=_joined(form),
        )  # fmt: skip
    except Refused as refusal:
        return _refused(request, found.trainee, subject, form, refusal, corrected=found)
    messages.success(request, _("Observation corrigée. %(name)s en est prévenu.") % {"name": found.trainee})
    return redirect("assessments:observation", made.uuid)


def _signed(request: SignedRequest, person: User) -> HttpResponse:
    named = ObservationForm(request.POST, lines=[], is_commission=False)
    named.is_valid()
    told = {name: named.cleaned_data.get(name) for name in ("practical", "rubric", "version")}
    subject = subject_of(person, **told)
    if subject is None or not (told["practical"] or told["rubric"]):
        raise Http404
    form = _posted(request, subject)
    try:
        services.observe(
            by=request.user, trainee=person, rubric=subject.rubric, practical=subject.practical, levels=form.seen(), key=form.form_key(),
            seconds_ago=form.cleaned_data.get("seconds_ago") or 0, joined=_joined(form),
        )  # fmt: skip
    except Refused as refusal:
        return _refused(request, person, subject, form, refusal)
    messages.success(request, _("Observation envoyée à %(name)s.") % {"name": person})
    return _done(request, reverse("assessments:observe-list"))


def _done(request: SignedRequest, path: str) -> HttpResponse:
    return JsonResponse({"next": path}) if _wants_json(request) else redirect(path)


def _wants_json(request: SignedRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _fresh(subject: Subject, *, levels: dict[int, int] | None = None, comment: str = "") -> ObservationForm:
    initial: dict[str, object] = {
        "key": uuid4(), "practical": subject.practical.uuid if subject.practical else None, "rubric": subject.rubric.rubric.uuid,
        "version": subject.rubric.number, "comment": comment, **{f"level_{line}": level for line, level in (levels or {}).items()},
    }  # fmt: skip
    return ObservationForm(initial=initial, lines=subject.lines, is_commission=subject.is_commission)


def _posted(request: SignedRequest, subject: Subject) -> ObservationForm:
    form = ObservationForm(request.POST, request.FILES, lines=subject.lines, is_commission=subject.is_commission)
    form.is_valid()  # its fields are all optional: what is missing or odd, the services refuse in words
    return form


def _joined(form: ObservationForm) -> Joined:
    typed = form.cleaned_data
    return Joined(comment=typed.get("comment", ""), photo=typed.get("photo"), voice=typed.get("voice"))


def _refused(
    request: SignedRequest, person: User, subject: Subject, form: ObservationForm, refusal: Refused, *, corrected: Observation | None = None
) -> HttpResponse:
    """The page again with what was tapped; for a form that was kept on a phone, why it cannot be taken."""
    if _wants_json(request):
        raise refusal
    form.add_error(_field_of(refusal), refusal.message)
    return _page(request, person, subject, form, corrected=corrected, status=400)


def _field_of(refusal: Refused) -> str | None:
    if refusal.code.startswith(("photo_", "picture_")):
        return "photo"
    return {"reason_missing": "reason", "voice_kind": "voice"}.get(refusal.code)


def _page(
    request: SignedRequest, person: User, subject: Subject | None, form: ObservationForm | None, *, corrected: Observation | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "person": person, "subject": subject, "form": form, "corrected": corrected, "photos": PHOTOS, "voices": VOICES,
        "choices": [] if corrected else subject_choices(person),
    }  # fmt: skip
    return render(request, "assessments/observe.html", context, status=status)
