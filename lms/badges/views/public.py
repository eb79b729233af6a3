"""Doors open to anyone: who issues and with which keys, what each badge means, what was revoked, and what a file is.

Nothing here names a person, but the page that its holder shares with their name.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lms import clock
from lms.badges.formats import credentials, pictures
from lms.badges.formats.verifying import find_out
from lms.badges.forms import VerifyForm
from lms.badges.models import Badge, SigningKey
from lms.badges.selectors import TOLD, Achievement, achievement_of, keys_known, revoked_indices, state_of


def _json(content: Any, kind: str = "application/json") -> HttpResponse:
    """JSON for programs of anywhere: a verifier in a browser reads it too."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type=kind)
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def did_json(_request: HttpRequest) -> HttpResponse:
    """The DID document of this site (did:web)."""
    return _json(credentials.did_document(keys_known()))


@require_safe
def jwks(_request: HttpRequest) -> HttpResponse:
    """Every public key that ever signed a badge here."""
    return _json(credentials.key_set(keys_known()), "application/jwk-set+json")


@require_safe
def issuer(_request: HttpRequest) -> HttpResponse:
    return _json(credentials.issuer(), "application/ld+json")


@require_safe
def achievement(_request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What a badge means: a competency or a block of the framework."""
    return _json(credentials.achievement(_known(uuid)), "application/ld+json")


@require_safe
def achievement_picture(_request: HttpRequest, uuid: UUID) -> HttpResponse:
    response = HttpResponse(pictures.svg(_known(uuid), settings.BADGE_ISSUER_NAME), content_type="image/svg+xml")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _known(uuid: UUID) -> Achievement:
    what = achievement_of(uuid)
    if what is None:
        raise Http404
    return what


@require_safe
def status_list(_request: HttpRequest) -> HttpResponse:
    """Which places of the list are revoked, signed with the key of today (Bitstring Status List v1.0)."""
    key = SigningKey.objects.filter(active_until=None).first()
    if key is None:
        raise Http404
    day = timezone.make_aware(datetime.combine(clock.today(), datetime.min.time()))
    return _json(credentials.status_list(revoked_indices(), day=day, key=key), "application/vc+jwt")


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Anyone puts a file and is told, in plain words, what it is. The file is not kept."""
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    found = None
    if form.is_valid() and not ratelimit.consume(request, action="verify_badge"):
        form.add_error(None, _("Beaucoup de fichiers d'un coup. Réessayez dans une minute."))
    elif form.is_valid():
        found = find_out(form.cleaned_data["file"].read(), at=clock.now(), name=form.cleaned_data["name"])
    context = {"form": form, "found": found, "told": TOLD[found.verdict] if found else None, "issuer": settings.BADGE_ISSUER_NAME}
    return render(request, "badges/verify.html", context, status=400 if form.errors else 200)


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """One badge, as its holder shares it: with their name only if they say so, and nothing else of them."""
    badge = get_object_or_404(Badge.objects.select_related("trainee", "competency", "block"), share_token=token)
    row = badge.competency or badge.block
    what = achievement_of(row.uuid) if row else None
    state = state_of(badge)
    context = {
        "title": badge.title, "issued_at": badge.issued_at, "expires_at": badge.expires_at, "revoked_at": badge.revoked_at,
        "name": str(badge.trainee) if badge.shares_name else "", "what": what, "state": state, "told": TOLD[state],
        "issuer": settings.BADGE_ISSUER_NAME,
    }  # fmt: skip
    response = render(request, "badges/shared.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store, private"  # closed by its holder, it is closed at once
    return response
