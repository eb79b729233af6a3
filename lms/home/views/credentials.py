"""The doors to credentials: with one, a program speaks to the record store."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lms import clock
from lms.home.forms import SCOPE_WORDS, CredentialForm
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.records import services
from lms.records.models import Credential
from lms.records.selectors import credentials

MAKERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@for_roles(*MAKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def credential_list(request: SignedRequest) -> HttpResponse:
    """The credentials; a POST makes one, whose secret is in the answer and nowhere else."""
    form = CredentialForm(request.POST or None)
    made = None
    secret = ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        made, secret = services.create_credential(
            by=request.user.uuid, label=typed["label"], scopes=typed["scopes"], origins=typed["sites"], expires_at=typed["ends_on"]
        )
        form = CredentialForm()
    address = f"{settings.SITE_URL}/xapi/"
    shown = {"form": form, "made": made, "secret": secret, "rows": [_row(one) for one in credentials()], "address": address}
    return render(request, "home/credential_list.html", shown)


def _row(credential: Credential) -> dict[str, Any]:
    ends = credential.expires_at
    return {
        "credential": credential, "may": [words for scope, words in SCOPE_WORDS.items() if scope in credential.scope_set],
        "last_day": ends and ends - timedelta(microseconds=1), "has_ended": bool(ends and ends <= clock.now()),
    }  # fmt: skip


@for_roles(*MAKERS)
@require_POST
def credential_revoke(request: SignedRequest, key: str) -> HttpResponse:
    services.revoke_credential(key=get_object_or_404(credentials(), key=key).key)
    messages.success(request, _("Cet accès est fermé."))
    return redirect("home:credential-list")
