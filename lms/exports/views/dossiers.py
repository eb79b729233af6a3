"""Doors of dossiers: what one's own says, a word on it, whether it may leave; and, for who follows a trainee, theirs."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from curriculum.rules import KINDS, duration
from curriculum.selectors.cohort import enrolments_of
from lms import clock
from lms.exports.formats.checker import NAME, checker_page
from lms.exports.forms import CommentForm, ConsentForm, DossierForm
from lms.exports.models import Export
from lms.exports.rules import dossier as said
from lms.exports.rules.sharing import CONSENT_TEXTS, CURRENT_CONSENT
from lms.exports.selectors import followers_of
from lms.exports.selectors.documents import own_documents
from lms.exports.selectors.dossier import dossier_of
from lms.exports.selectors.sharing import consent_of
from lms.exports.services import request_dossier
from lms.exports.services.dossiers import comment_dossier, give_consent, withdraw_consent
from lms.exports.views.choices import proposed_rows
from lms.jobs.models import Job
from lms.people.models import User
from lms.people.permissions import SignedRequest, for_roles, is_reading
from lms.people.rules import Role
from lms.people.services import read_notices

MAY_ASK = (Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER)
KIND_WORDS = {"theory": lazy("Théorie"), "practical": lazy("Pratique"), "culture": lazy("Culture")}
SHOWN = 10  # files of one dossier asked before


@for_roles(*MAY_ASK)
@require_http_methods(["GET", "POST"])
def dossier_detail(request: SignedRequest, trainee: UUID) -> HttpResponse:
    """What the dossier of a trainee says, whether they said yes, and the form that asks for it."""
    person = get_object_or_404(User.objects.trainees_visible_to(request.user), uuid=trainee)
    if request.method == "POST":
        return redirect("exports:export-detail", _asked(request, person).uuid)
    must_wait = request.user.role is Role.CERTIFIER and consent_of(person.pk) is None
    context = {"person": person, "must_wait": must_wait, **_shown(request.user, person)}
    if request.user.role is Role.TRAINER and context["dossier"]:
        context["proposals"] = proposed_rows(context["dossier"].works, person, request.user)
    return render(request, "exports/dossier_detail.html", context)


@for_roles(Role.TRAINEE)
@require_http_methods(["GET", "POST"])
def own_dossier(request: SignedRequest) -> HttpResponse:
    """One's own dossier before it leaves."""
    if request.method == "POST":
        _asked(request, request.user)
        messages.success(request, _("Ton dossier se prépare. Une nouvelle te préviendra."))
        return redirect("exports:own-dossier")
    if is_reading(request):
        read_notices(by=request.user, path=request.path)
    context = _shown(request.user, request.user)
    dossier = context["dossier"]
    context |= {
        "consent_text": CONSENT_TEXTS[CURRENT_CONSENT], "consent_version": CURRENT_CONSENT,
        "documents": own_documents(request.user), "comment_form": CommentForm(initial={"text": dossier.comment.words if dossier and dossier.comment else ""}),
    }  # fmt: skip
    return render(request, "exports/own_dossier.html", context)


def _asked(request: SignedRequest, person: User) -> Export:
    form = DossierForm(request.POST)
    return request_dossier(by=request.user, trainee=person.uuid, key=form.cleaned_data["key"] if form.is_valid() else uuid4())


def _shown(reader: User, person: User) -> dict[str, Any]:
    """What both pages show: the dossier as it would leave now, and the files of it that the reader asked for."""
    followed = followers_of(enrolments_of(seen_by=reader, trainee=person.uuid))
    dossier = dossier_of(followed[0], is_whole=False) if followed else None
    exports = Export.objects.visible_to(reader).filter(kind="dossier", parameters__trainee=str(person.uuid)).select_related("job")[:SHOWN]
    return {
        "dossier": dossier, "totals": _totals(dossier) if dossier else [], "exports": exports, "now": clock.now(), "form": DossierForm(initial={"key": uuid4()}),
        "is_waiting": any(export.job and export.job.state in (Job.State.WAITING, Job.State.RUNNING) for export in exports),
    }  # fmt: skip


def _totals(dossier: said.Dossier) -> list[tuple[Any, str, str, str]]:
    """Hours of each kind in words: planned, done, proven; empty where nothing records them."""
    rows = [(KIND_WORDS[kind], dossier.hours.total.of(kind)) for kind in KINDS]
    return [(words, duration(row.planned), _hours(row.done), _hours(row.proven)) for words, row in rows]


def _hours(minutes: int | None) -> str:
    return "" if minutes is None else duration(minutes)


@for_roles(Role.TRAINEE)
@require_POST
def own_comment(request: SignedRequest) -> HttpResponse:
    """A word on one's own dossier."""
    form = CommentForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else str(request.POST.get("text", ""))
    comment_dossier(by=request.user, text=text)
    messages.success(request, _("Ton mot est gardé. Il partira avec ton dossier."))
    return redirect("exports:own-dossier")


@for_roles(Role.TRAINEE)
@require_POST
def own_consent(request: SignedRequest) -> HttpResponse:
    """A yes to the words read, or taken back."""
    form = ConsentForm(request.POST)
    if not form.is_valid():
        raise Http404
    if form.cleaned_data["answer"] == "yes":
        give_consent(by=request.user, text_version=form.cleaned_data["text_version"])
        messages.success(request, _("C'est noté : ton dossier peut être donné."))
    else:
        withdraw_consent(by=request.user)
        messages.success(request, _("C'est noté : ton dossier ne part plus."))
    return redirect("exports:own-dossier")


@require_safe
def checker(_request: HttpRequest) -> HttpResponse:
    """The page that checks a dossier without this site: anyone may take it."""
    headers = {"Content-Disposition": f'attachment; filename="{NAME}"'}
    return HttpResponse(checker_page(), content_type="text/html; charset=utf-8", headers=headers)
