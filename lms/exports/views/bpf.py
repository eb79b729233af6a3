"""Doors of the yearly review of training: its figures for the coordination, as a page and as files."""

from datetime import UTC, datetime

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lms import clock
from lms.exports.formats import Column, Sheet, csv_bytes, xlsx_bytes
from lms.exports.forms.documents import YearForm
from lms.exports.rules.bpf import Bpf
from lms.exports.selectors.bpf import bpf_cells, bpf_in, first_year
from lms.people.permissions import SignedRequest, for_roles
from lms.people.rules import Role

SHEET = Sheet(
    "BPF", (Column("Cadre", width=8), Column("Ligne", width=8), Column("Intitulé", width=60), Column("Stagiaires", "integer", 12), Column("Heures", "integer", 12))
)  # fmt: skip
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@for_roles(Role.COORDINATOR)
@require_GET
def bpf(request: SignedRequest) -> HttpResponse:
    """The figures of one year (`?annee=`), and where each comes from."""
    first = first_year()
    form = YearForm(request.GET or None, first=first, initial={"annee": clock.today().year})
    year = form.cleaned_data["annee"] if form.is_bound and form.is_valid() else clock.today().year
    found = bpf_in(year)
    frames = [(frame, [row[1:] for row in _cells(found) if row[0] == frame.code]) for frame in found.frames]
    context = {"bpf": found, "frames": frames, "form": YearForm(first=first, initial={"annee": year}), "is_over": year < clock.today().year}
    return render(request, "exports/bpf.html", context)


@for_roles(Role.COORDINATOR)
@require_GET
def bpf_file(_request: SignedRequest, year: int, file_format: str) -> HttpResponse:
    """The same figures as a file."""
    if file_format not in CONTENT_TYPES or not first_year() <= year <= clock.today().year:
        raise Http404
    rows = _cells(bpf_in(year))
    content = csv_bytes(SHEET, rows) if file_format == "csv" else xlsx_bytes(SHEET, rows, created=datetime(year, 12, 31, tzinfo=UTC))
    headers = {"Content-Disposition": f'attachment; filename="bpf-{year}.{file_format}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES[file_format], headers=headers)


def _cells(found: Bpf) -> list[tuple[str, str, str, int | str, int | str]]:
    return bpf_cells(found, _("non renseigné"))
