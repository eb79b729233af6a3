"""Pages of a PDF as pictures: bounds, what cannot be drawn, and the program that draws them."""

import io
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from lms.files.models import PrivateFile, private_storage
from lms.files.services import page_image, remove_pages
from lms.files.services.pages import PROGRAM
from lms.refusal import Refused
from tests.assessments.things import paper

pytestmark = pytest.mark.django_db

LOCKED = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"3 0 obj<</Filter/Standard/V 1/R 2/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">/P -4>>endobj\n"
    b"trailer<</Root 1 0 R/Encrypt 3 0 R/ID[<0123><0123>]>>"
)


def as_file(content: bytes, name: str = "affiche.pdf", kind: str = "application/pdf") -> PrivateFile:
    row = PrivateFile(owner=uuid4(), name=name, content_type=kind, size=len(content), sha256=uuid4().hex, created_at="2026-01-01T00:00Z")
    row.content.save(name, SimpleUploadedFile(name, content), save=False)
    row.save()
    return row


def test_page_is_drawn_within_bounds_and_kept_a_day() -> None:
    file = as_file(paper(3, (300, 4000)).read())
    page = page_image(file=file, number=2)
    with Image.open(io.BytesIO(page.content)) as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (page.width, page.height))
        assert max(drawn.size) <= 1600
        red, green, _blue = drawn.getpixel((drawn.width // 2, 800))
    assert (page.count, red < 20, abs(green - 130) < 20) == (3, True, True)
    private_storage().delete(file.content.name)
    file = PrivateFile.objects.get(pk=file.pk)
    assert page_image(file=file, number=2) == page  # kept: the PDF is not asked again
    assert remove_pages() == 0
    assert remove_pages(older_than=timedelta(seconds=-1)) >= 1
    with pytest.raises(Refused):
        page_image(file=file, number=2)


@pytest.mark.parametrize(
    ("content", "number", "code"),
    [
        (b"%PDF-1.4 rien", 1, "page_broken"), (b"%PDF-1.4\n" + b"\x00[" * 5000, 1, "page_broken"), (LOCKED, 1, "page_locked"),
        (paper().read(), 3, "page_no_page"), (paper().read(), 0, "page_no_page"),
    ],
)  # fmt: skip
def test_page_that_cannot_be_drawn_says_why(content: bytes, number: int, code: str) -> None:
    with pytest.raises(Refused, match=r"^« affiche.pdf »") as refusal:
        page_image(file=as_file(content), number=number)
    assert refusal.value.code == code


def test_no_more_than_200_pages_are_looked_at() -> None:
    file = as_file(paper(201, (9, 9)).read())
    assert page_image(file=file, number=200).count == 200
    with pytest.raises(Refused, match="200e"):
        page_image(file=file, number=201)


def test_what_is_no_pdf_is_not_drawn() -> None:
    with pytest.raises(Refused, match="n'est pas un PDF"):
        page_image(file=as_file(b"texte", "notes.txt", "text/plain"), number=1)


def test_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.files.services.pages.MOST_SECONDS", 0.001)
    with pytest.raises(Refused, match="trop longue à dessiner"):
        page_image(file=as_file(paper().read()), number=1)


def test_program_that_draws_may_write_nothing_and_has_little_room() -> None:
    """What `_hold_back` sets holds in a process of its own: no file, no memory beyond, no time beyond."""
    told = (
        "import importlib.util, resource, sys\n"
        f"spec = importlib.util.spec_from_file_location('drawing', {str(PROGRAM)!r})\n"
        "drawing = importlib.util.module_from_spec(spec); spec.loader.exec_module(drawing)\n"
        "drawing._hold_back()\n"
        "print([resource.getrlimit(one)[0] for one in (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE)], 'django' in sys.modules)\n"
    )
    printed = subprocess.run([sys.executable, "-I", "-c", told], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == f"[10, {1024**3}, 0] False"
