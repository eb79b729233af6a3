"""Doors of accounts: first password, profile, notices, and people as the coordination and the administration see them."""

from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.people import services
from lms.people.forms import NameForm, PasswordChoiceForm, PersonFilter, PersonForm, ProfileForm, TokenForm
from lms.people.models import ApiToken, Notice, User
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import STAFF, Role, may_create, username_for
from lms.people.selectors import ROLE_NAMES, STATE_NAMES, people_listed, person_rows, places_of, state_of, taken_usernames
from lms.refusal import Refused

PAGE = 50
NOTICES_SHOWN = 50
MANAGERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@for_roles()
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_choose(request: SignedRequest) -> HttpResponse:
    """The first sign-in with a card: nothing else opens before."""
    if not request.user.must_choose_password:
        return redirect("home:home")
    form = PasswordChoiceForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        services.choose_password(by=request.user, password=form.cleaned_data["password"])
        update_session_auth_hash(request, request.user)
        messages.success(request, _("C'est gardé. La carte ne sert plus."))
        return redirect("home:home")
    return render(request, "people/password_choose.html", {"form": form})


@for_roles()
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: SignedRequest) -> HttpResponse:
    """One's own account: who I am here, my e-mail, my password, my tokens."""
    form = ProfileForm(request.POST or None, person=request.user, initial={"email": request.user.email})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_email(by=request.user, email=form.cleaned_data["email"])
        except Refused as refusal:
            form.add_error("email", refusal.message)
        else:
            messages.success(request, _("C'est gardé."))
            return redirect("people:profile")
    return _profile(request, form=form)


def _profile(request: SignedRequest, *, form: ProfileForm, token_form: TokenForm | None = None, secret: str = "") -> HttpResponse:
    shown = {
        "form": form,
        "token_form": token_form or TokenForm(),
        "tokens": ApiToken.objects.visible_to(request.user),
        "secret": secret,
        "is_staff_person": request.user.role in STAFF,
        "role_name": ROLE_NAMES.get(request.user.role) if request.user.role else "",
    }
    return render(request, "people/profile.html", shown)


@for_roles(*STAFF)
@require_POST
def token_create(request: SignedRequest) -> HttpResponse:
    """The secret is in this answer and nowhere else."""
    token_form, form = TokenForm(request.POST), ProfileForm(person=request.user, initial={"email": request.user.email})
    if not token_form.is_valid():
        return _profile(request, form=form, token_form=token_form)
    _token, secret = services.create_token(by=request.user, **token_form.cleaned_data)
    return _profile(request, form=form, secret=secret)


@for_roles(*STAFF)
@require_POST
def token_revoke(request: SignedRequest, uuid: UUID) -> HttpResponse:
    services.revoke_token(by=request.user, token=get_object_or_404(ApiToken.objects.visible_to(request.user), uuid=uuid))
    messages.success(request, _("Ce jeton n'ouvre plus rien."))
    return redirect("people:profile")


@for_roles()
@require_http_methods(["GET", "HEAD", "POST"])
def notice_list(request: SignedRequest) -> HttpResponse:
    """What is new. POST marks read: the notices that lead to `path`, and goes there; without it, all of them."""
    notices = Notice.objects.visible_to(request.user)
    if request.method == "POST":
        path = request.POST.get("path")
        is_told = path is not None and notices.filter(path=path).exists()  # only to where a notice of this person leads
        services.read_notices(by=request.user, path=path if is_told else None)
        return redirect(path) if is_told and path else redirect("people:notice-list")
    shown = list(notices[:NOTICES_SHOWN])
    return render(request, "people/notice_list.html", {"notices": shown, "has_unread": any(notice.read_at is None for notice in shown)})


@for_roles(*MANAGERS)
@require_safe
def person_list(request: SignedRequest) -> HttpResponse:
    form = PersonFilter(request.GET, person=request.user)
    values = form.values()
    page = Paginator(people_listed(by=request.user, **values), PAGE).get_page(request.GET.get("page"))
    kept = {name: value for name, value in request.GET.items() if name != "page" and value}
    shown = {
        "form": form,
        "page": page,
        "rows": person_rows(page.object_list),
        "query": urlencode(kept),
        "is_narrowed": any(values.values()),
    }
    return render(request, "people/person_list.html", shown)


@for_roles(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def person_create(request: SignedRequest) -> HttpResponse:
    """One account; its card is in the answer and nowhere else."""
    form = PersonForm(request.POST or None, author=request.user)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        username = typed["username"] or username_for(typed["first_name"], typed["last_name"], taken_usernames())
        try:
            person, code = services.create_person(
                by=request.user, username=username, first_name=typed["first_name"], last_name=typed["last_name"],
                role=Role(typed["role"]), email=typed["email"],
            )  # fmt: skip
        except Refused as refusal:
            form.add_error({"username_taken": "username", "email_taken": "email"}.get(refusal.code), refusal.message)
        else:
            return _card(request, person, code)
    return render(request, "people/person_create.html", {"form": form})


@for_roles(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def person_detail(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """One account, its name and e-mail corrected here."""
    person = _person(request, uuid)
    initial = {"first_name": person.first_name, "last_name": person.last_name, "email": person.email}
    form = NameForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_person(by=request.user, person=person, **form.cleaned_data)
        except Refused as refusal:
            if refusal.code != "email_taken":
                raise
            form.add_error("email", refusal.message)
        else:
            messages.success(request, _("Le compte est à jour."))
            return redirect("people:person-detail", uuid=uuid)
    shown = {
        "form": form,
        "person": person,
        "role_name": ROLE_NAMES[person.role] if person.role else "–",
        "state": state_of(person),
        "state_name": STATE_NAMES[state_of(person)],
        "places": places_of(person, by=request.user),
        "may_manage": person.role is not None and may_create(request.user.role, person.role),
        "is_self": person.pk == request.user.pk,
    }
    return render(request, "people/person_detail.html", shown)


@for_roles(*MANAGERS)
@require_POST
def password_reset(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """A new card, in this answer and nowhere else."""
    person = _person(request, uuid)
    return _card(request, person, services.reset_password(by=request.user, person=person))


@for_roles(*MANAGERS)
@require_POST
def person_pause(request: SignedRequest, uuid: UUID) -> HttpResponse:
    person = _person(request, uuid)
    services.pause_person(by=request.user, person=person)
    messages.success(request, _("Le compte est en pause. Rien n'est perdu."))
    return redirect("people:person-detail", uuid=uuid)


@for_roles(*MANAGERS)
@require_POST
def person_resume(request: SignedRequest, uuid: UUID) -> HttpResponse:
    person = _person(request, uuid)
    services.resume_person(by=request.user, person=person)
    messages.success(request, _("Le compte est ouvert de nouveau."))
    return redirect("people:person-detail", uuid=uuid)


def _person(request: SignedRequest, uuid: UUID) -> User:
    person: User = get_object_or_404(User.objects.visible_to(request.user), uuid=uuid)
    return person


def _card(request: SignedRequest, person: User, code: str) -> HttpResponse:
    return render(request, "people/card.html", {"person": person, "code": code, "site_url": settings.SITE_URL})
