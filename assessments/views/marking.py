"""The door where an assessor points at a picture or a page, and the one that shows a page of a PDF."""

from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments import services
from assessments.forms.pictures import CorrectingForm, PictureMarksForm
from assessments.permissions import marking_for
from assessments.rules import MAX_MARK_TEXT, PLACES, Drawn, digest_of
from assessments.selectors.lookups import readable_file
from assessments.selectors.marking import Marking
from assessments.selectors.pictures import pins_of
from assessments.views.works import wants_only_json
from lms import clock
from lms.files.rules import SHOWN_IN_PAGE
from lms.files.services import PDF, page_image
from lms.files.views import page_picture
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role
from lms.refusal import Refused, Stale


@for_roles()
@require_safe
def file_page(request: SignedRequest, uuid: UUID, page: int) -> HttpResponse:
    """A page of a private PDF, as a picture, to those who may have the file; 404 to anyone else, and where there is no such page."""
    file = readable_file(request.user, uuid)
    if file is None or file.content_type != PDF:
        raise Http404
    try:
        return page_picture(file, page)
    except Refused as refusal:
        raise Http404 from refusal


@for_roles(Role.TRAINER)
@require_http_methods(["GET", "HEAD", "POST"])
def picture_marks(request: SignedRequest, uuid: UUID, file: UUID, page: int) -> HttpResponse:
    """One picture (`page` 0) or page of a PDF and one's marks on it; POST keeps the whole list (autosave's JSON, or the buttons' form)."""
    form = PictureMarksForm(request.POST) if request.method == "POST" else None
    found = marking_for(request.user, uuid, file=file, page=page, corrects=_corrected(request, form))
    if found.file.file.content_type not in ({PDF} if page else SHOWN_IN_PAGE):
        raise Http404
    if form is None:
        return redirect("assessments:sheet", uuid) if found.has_signed else _page(request, found)
    try:
        marks = form.marks()
        services.set_picture_marks(
            by=request.user, submission=found.submission, file=found.file, page=page, marks=marks,
            base=str(form.data.get("base", "")), corrects=found.corrects,
        )  # fmt: skip
    except Refused as refusal:
        if wants_only_json(request):
            raise
        return _page(request, found, form, refusal)
    if wants_only_json(request):
        return JsonResponse({"base": digest_of(marks), "saved_at": timezone.localtime(clock.now()).strftime("%H:%M")})
    return redirect(f"{request.path}{_correcting(found)}#remarques")


def _corrected(request: SignedRequest, form: PictureMarksForm | None) -> UUID | None:
    if form is not None:
        form.is_valid()  # its fields are all optional: what is odd in them changes nothing, the list itself is refused in words
        return form.corrected()
    asked = CorrectingForm(request.GET)
    asked.is_valid()
    return asked.cleaned_data.get("corriger")


def _correcting(found: Marking) -> str:
    return f"?corriger={found.corrects.uuid}" if found.corrects else ""


def _page(request: SignedRequest, found: Marking, form: PictureMarksForm | None = None, refusal: Refused | None = None) -> HttpResponse:
    """The picture and its list; after a refusal, what was typed and what to change, beside what is kept where it changed elsewhere."""
    count, trouble = 0, ""
    if found.page:
        try:
            count = page_image(file=found.file.file, number=found.page).count
        except Refused as unseen:
            trouble = unseen.message
    kept = found.picture.marks
    picture = replace(found.picture, pins=pins_of(_typed(form, kept)))
    context = {
        "marking": found, "submission": found.submission, "picture": picture, "base": digest_of(kept), "places": list(enumerate(PLACES)),
        "refusal": refusal, "kept": found.picture if isinstance(refusal, Stale) else None, "trouble": trouble, "most": MAX_MARK_TEXT,
        "place": form.cleaned_data.get("place") if form else None, "new_text": form.data.get("new_text", "") if form else "",
        "correcting": _correcting(found), "count": count, "before": _beside(found, count, -1), "after": _beside(found, count, 1),
    }  # fmt: skip
    status = 200 if refusal is None else 409 if isinstance(refusal, Stale) else 400
    return render(request, "assessments/picture_marks.html", context, status=status)


def _typed(form: PictureMarksForm | None, kept: list[Drawn]) -> list[Drawn]:
    """The list that was sent; the kept one where nothing was, or nothing that can be drawn."""
    try:
        return kept if form is None else form.typed()
    except Refused:
        return kept


def _beside(found: Marking, count: int, step: int) -> str:
    """The address of the page before or after; none at the ends."""
    number = found.page + step
    if not (found.page and 1 <= number <= count):
        return ""
    return reverse("assessments:picture-marks", args=[found.submission.uuid, found.file.file.uuid, number]) + _correcting(found)
