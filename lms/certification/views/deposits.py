"""The accrochage of a session: what is missing, whom it declares, the file."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from lms import clock
from lms.certification.formats.accrochage import CONTENT_TYPE
from lms.certification.forms.deposits import AccountForm, FileForm
from lms.certification.models import CertificationSession, DepositAccount
from lms.certification.rules.accrochage import check
from lms.certification.selectors.deposits import Declared, account_of, declared_of, files_given, flow_of
from lms.certification.services.deposits import make_file, save_account
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused

MAY_DEPOSIT = (Role.COORDINATOR, Role.CERTIFIER)


@for_roles(*MAY_DEPOSIT)
@require_GET
def accrochage(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """Whom the certifier declares, what is missing person by person, the files taken so far."""
    return _page(request, _session(request, uuid))


@for_roles(*MAY_DEPOSIT)
@require_POST
def accrochage_file(request: SignedRequest, uuid: UUID) -> HttpResponse:
    """The file itself, when nothing is missing; the page again, when something is."""
    session = _session(request, uuid)
    form = FileForm(request.POST, people=_people(declared_of(session, account_of(session))))
    if form.is_valid():
        try:
            made = make_file(by=request.user, session=session, key=form.cleaned_data["key"], left_out=form.cleaned_data["left_out"])
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return HttpResponse(
                made.content, content_type=CONTENT_TYPE, headers={"Content-Disposition": f'attachment; filename="{made.name}"'}
            )
    return _page(request, session, file_form=form)


@for_roles(Role.COORDINATOR)
@require_POST
def accrochage_account(request: SignedRequest, uuid: UUID) -> HttpResponse:
    session = _session(request, uuid)
    form = AccountForm(request.POST)
    if not form.is_valid():
        return _page(request, session, account_form=form)
    save_account(by=request.user, session=session, **form.told())
    messages.success(request, _("Les identifiants du dépôt sont gardés."))
    return redirect("certification:accrochage", session.uuid)


def _session(request: SignedRequest, uuid: UUID) -> CertificationSession:
    seen = CertificationSession.objects.visible_to(request.user).select_related("certification__framework")
    session: CertificationSession = get_object_or_404(seen, uuid=uuid)
    return session


def _people(about: list[Declared]) -> list[tuple[str, str]]:
    return [(one.passage.technical_id, one.passage.name) for one in about]


@sensitive_variables()
def _page(
    request: SignedRequest, session: CertificationSession, *, file_form: FileForm | None = None, account_form: AccountForm | None = None
) -> HttpResponse:
    account = account_of(session)
    about = declared_of(session, account)
    found = check(flow_of(session, account, about, identifier="x", made_at=clock.now()), clock.today())
    incomplete = {one.technical_id for one in found.faults}
    of_the_file = [one for one in found.faults if not one.technical_id]
    people = [row for row in _people(about) if row[0] in incomplete]
    context: dict[str, Any] = {
        "session": session, "about": about, "of_the_file": of_the_file, "warnings": found.warnings,
        "incomplete": [(one.candidate, [row.sentence for row in found.faults if row.technical_id == one.passage.technical_id]) for one in about if one.passage.technical_id in incomplete],
        "file_form": file_form or FileForm(people=people, initial={"key": uuid4()}), "may_make": session.closed_at and not of_the_file,
        "is_coordinator": request.user.role is Role.COORDINATOR, "files": files_given(session, seen_by=request.user),
        "account_form": account_form or AccountForm(initial=_initial(account)), "account": account,
    }  # fmt: skip
    return render(request, "certification/accrochage.html", context, status=400 if file_form or account_form else 200)


def _initial(account: DepositAccount | None) -> dict[str, str]:
    if account is None:
        return {"declares": DepositAccount.Declares.WHOLE}
    return {"emitter": account.emitter, "certifier": account.certifier, "contract": account.contract, "declares": account.declares}
