"""The page behind a link of a mail: whoever holds it sees what the file is, and takes it by a button. No account."""

from allauth.core import ratelimit
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from lms import clock
from lms.exports.formats import content_type_of
from lms.exports.models import Export, FileLink
from lms.exports.selectors.deliveries import link_behind
from lms.exports.services.deliveries import count_download
from lms.exports.services.rights import check_may_leave
from lms.refusal import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponseBase:
    """What the file is; a POST gives it, and counts. A program that follows links in mails takes nothing and uses nothing up."""
    if request.method == "POST" and not ratelimit.consume(request, action="take_file"):
        return _told(request, "exports/link_slow.html", {}, status=429)
    found = link_behind(secret)
    if found is None:
        raise Http404
    if not _is_open(found):
        return _told(request, "exports/link_over.html", {}, status=410)
    if request.method == "POST":
        return _given(request, found)
    context = {"link": found, "delivery": found.delivery, "left": found.most - found.taken}
    return _told(request, "exports/link.html", context)


def _given(request: HttpRequest, found: FileLink) -> HttpResponseBase:
    export = found.delivery.export
    try:
        check_may_leave(export)
        content = export.content.open("rb")
    except (Refused, FileNotFoundError):
        return _told(request, "exports/link_over.html", {}, status=410)
    if not count_download(link=found):
        content.close()
        return _told(request, "exports/link_over.html", {}, status=410)
    return _unseen(FileResponse(content, as_attachment=True, filename=export.name, content_type=content_type_of(export.name)))


def _is_open(found: FileLink) -> bool:
    export: Export = found.delivery.export
    now = clock.now()
    return (
        found.revoked_at is None
        and found.expires_at > now
        and found.taken < found.most
        and bool(export.content)
        and export.expires_at > now
    )


def _told(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponseBase:
    return _unseen(render(request, template, context, status=status))


def _unseen(response: HttpResponse | FileResponse) -> HttpResponseBase:
    """An answer of nobody's account, which no search engine and no cache keeps, and whose address is told to no other site."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store, private"
    return response
