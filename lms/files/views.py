"""How a file leaves the house: never run in the page, its kind never guessed. Who may have it, the caller knows."""

import base64
import binascii
import mimetypes
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import IO, Any, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils._os import safe_join
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods, require_safe

from lms.files.models import PrivateFile, Upload
from lms.files.rules import SHOWN_IN_PAGE, byte_range
from lms.files.services import add_part, begin_upload, drop_upload, page_image
from lms.files.services.uploads import KEPT_FOR
from lms.refusal import Refused

R = TypeVar("R", bound=HttpResponseBase)
TUS = "1.0.0"
PIECE = "application/offset+octet-stream"
RECORDS, FILMS = (f"camera={camera}, microphone=(self), geolocation=(), payment=(), usb=()" for camera in ("()", "(self)"))
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


def private_file(request: HttpRequest, file: PrivateFile) -> HttpResponseBase:
    """A file someone handed in, for a view that has checked who asks: a picture may show in the page, the rest downloads. Never cached.

    One range of it where the request asks for one (206), so that a film can be moved through; 416 where no byte answers.
    """
    tag = f'"{file.sha256}"'
    try:
        wanted = byte_range(request.headers.get("Range", ""), file.size) if request.headers.get("If-Range", tag) == tag else None
    except Refused:
        return _sealed(HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"}))
    try:
        content = file.content.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = _response(
        _Part(content, *wanted) if wanted else content, file.name, file.content_type, is_shown=file.content_type in SHOWN_IN_PAGE
    )
    response["Accept-Ranges"], response["ETag"] = "bytes", tag
    if wanted:
        first, length = wanted
        response.status_code = 206
        response["Content-Range"], response["Content-Length"] = f"bytes {first}-{first + length - 1}/{file.size}", str(length)
    return _sealed(response)


def page_picture(file: PrivateFile, number: int) -> HttpResponse:
    """A page of a PDF someone handed in, as a picture, for a view that has checked who asks; kept by nobody on the way. Refused as `page_image`."""
    page = page_image(file=file, number=number)
    response = _sealed(HttpResponse(page.content, content_type="image/jpeg"))
    response["X-Content-Type-Options"], response["Content-Security-Policy"] = "nosniff", SANDBOX
    response["Cross-Origin-Resource-Policy"], response["ETag"] = "same-origin", f'"{file.sha256}-{number}"'
    return response


def may_record(response: HttpResponse, *, films: bool = False) -> HttpResponse:
    """A page that may ask for the microphone, and for the camera where one films."""
    response["Permissions-Policy"] = FILMS if films else RECORDS
    return response


class _Part:
    """`length` bytes of an open file from `first` on."""

    def __init__(self, content: IO[bytes], first: int, length: int) -> None:
        content.seek(first)
        self._content, self._left, self.close = content, length, content.close

    def read(self, size: int = -1) -> bytes:
        block = self._content.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(block)
        return block


def _sealed(response: R) -> R:
    response["Cache-Control"] = "private, no-store"
    return response


def _response(content: Any, name: str, kind: str, *, is_shown: bool) -> FileResponse:
    response = FileResponse(content, as_attachment=not is_shown, filename=name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


# --- Large files, piece by piece (https://tus.io/protocols/resumable-upload, 1.0.0: creation, expiration, termination)


def _speaks_tus(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Every answer says which version we speak; a request that speaks another is told so (412)."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != TUS:
            response = HttpResponse(status=412, headers={"Tus-Version": TUS})
        else:
            response = view(request, *args, **kwargs)
        response.headers["Tus-Resumable"] = TUS
        return response

    return spoken


@login_required
@require_http_methods(["POST", "OPTIONS"])
@_speaks_tus
def uploads(request: HttpRequest) -> HttpResponse:
    """Announce a large file; OPTIONS says what this server can do."""
    if request.method == "OPTIONS":
        able = {"Tus-Version": TUS, "Tus-Max-Size": str(settings.MAX_LARGE_BYTES), "Tus-Extension": "creation,expiration,termination"}
        return HttpResponse(status=204, headers=able)
    made = begin_upload(owner=request.user.uuid, name=_named(request), size=_number(request, "Upload-Length"))  # type: ignore[union-attr]  # signed in
    return HttpResponse(status=201, headers={"Location": reverse("upload", args=[made.uuid]), **_place(made)})


@login_required
@require_http_methods(["HEAD", "PATCH", "DELETE"])
def upload(request: HttpRequest, uuid: Any) -> HttpResponse:
    """How far a file of one's own is (HEAD), its next piece (PATCH), or forget it (DELETE). Another's is not found."""
    found = get_object_or_404(Upload, owner=request.user.uuid, uuid=uuid)  # type: ignore[union-attr]  # signed in
    return _speaks_tus({"HEAD": _head, "PATCH": _patch, "DELETE": _delete}[request.method or "HEAD"])(request, found)


def _head(_request: HttpRequest, found: Upload) -> HttpResponse:
    return _sealed(HttpResponse(headers={"Upload-Length": str(found.size), **_place(found)}))


def _patch(request: HttpRequest, found: Upload) -> HttpResponse:
    if request.content_type != PIECE:
        return HttpResponse(status=415)
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    return HttpResponse(
        status=204,
        headers=_place(add_part(upload=found, offset=_number(request, "Upload-Offset"), length=length, source=request)),  # type: ignore[arg-type]  # a request is read as a file
    )


def _delete(_request: HttpRequest, found: Upload) -> HttpResponse:
    drop_upload(upload=found)
    return HttpResponse(status=204)


def _place(found: Upload) -> dict[str, str]:
    return {"Upload-Offset": str(found.received), "Upload-Expires": http_date((found.created_at + KEPT_FOR).timestamp())}


def _number(request: HttpRequest, header: str) -> int:
    value = request.headers.get(header, "")
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise Refused("tus_header", f"{header} : un nombre d'octets est attendu.")
    return int(value)


def _named(request: HttpRequest) -> str:
    """The file's name in `Upload-Metadata`: « filename » and its name in base64."""
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _space, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return base64.b64decode(value, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                break
    return ""
