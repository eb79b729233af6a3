"""How a file leaves the house: never run in the page, its kind never guessed. Who may have it, the caller knows."""

import mimetypes
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest
from django.utils._os import safe_join
from django.views.decorators.http import require_safe

from lms.files.models import PrivateFile
from lms.files.rules import SHOWN_IN_PAGE

SANDBOX = "sandbox; default-src 'none'"
# What the site's own pages show. Documents have a door of their own, which asks who may read them.
SHOWN_FOLDERS = frozenset({"images", "original_images", "avatar_images"})
SHOWN_MEDIA = SHOWN_IN_PAGE | {"image/svg+xml"}


@require_safe
def media(request: HttpRequest, path: str) -> FileResponse:
    """A picture of the authored content, to people who are signed in; 404 to others. Its name changes when it does: kept for a year."""
    folder, _slash, name = path.partition("/")
    if not request.user.is_authenticated or folder not in SHOWN_FOLDERS:
        raise Http404
    try:
        found = Path(safe_join(Path(settings.MEDIA_ROOT) / folder, name))
    except SuspiciousFileOperation:
        raise Http404 from None
    if not found.is_file():
        raise Http404
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    response = _response(found.open("rb"), found.name, kind, is_shown=kind in SHOWN_MEDIA)
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def private_file(file: PrivateFile) -> FileResponse:
    """A file someone handed in, for a view that has checked who asks: a picture may show in the page, the rest downloads. Never cached."""
    try:
        content = file.content.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = _response(content, file.name, file.content_type, is_shown=file.content_type in SHOWN_IN_PAGE)
    response["Cache-Control"] = "private, no-store"
    return response


def _response(content: IO[bytes], name: str, kind: str, *, is_shown: bool) -> FileResponse:
    response = FileResponse(content, as_attachment=not is_shown, filename=name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
