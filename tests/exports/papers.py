"""A training body and what it does, entered; and the words of a PDF."""

import io
from datetime import date
from typing import Any
from uuid import uuid4

import pypdfium2

from curriculum.models import ProgrammePage
from lms import clock
from lms.exports.models import Document, TrainingAction, TrainingBody
from lms.exports.services.documents import make_document
from lms.exports.services.training import save_action, save_body
from lms.people.models import User
from tests.cast import Small

SIRET = "73282932000074"
BODY = {
    "name": "Permis de vivre la ville", "siret": "732 829 320 00074", "declaration": "11 75 01234 75", "address": "1 rue des Ateliers\n92160 Antony",
    "signatory": "Anne Morel", "quality": "présidente", "place": "Antony",
}  # fmt: skip
ACTION = {
    "title": "Opérateur numérique", "nature": "training", "objectives": "Numériser, détourer, sous-titrer.\nPublier sur le web.",
    "employer": "Permis de vivre la ville", "trainee_type": "a", "aim": "d", "speciality": "326", "speciality_label": "Informatique", "remote": "none",
}  # fmt: skip


def entered_body(by: User, *, starts_on: date | None = None, **changes: Any) -> TrainingBody:
    return save_body(by=by, key=uuid4(), starts_on=starts_on or clock.today(), values={**BODY, **changes})


def entered_action(by: User, programme: ProgrammePage, *, starts_on: date | None = None, **changes: Any) -> TrainingAction:
    return save_action(by=by, key=uuid4(), programme=programme, starts_on=starts_on or clock.today(), values={**ACTION, **changes})


def described(world: Small, **changes: Any) -> None:
    """The body and the action of the small world."""
    entered_body(world.coordinator)
    entered_action(world.coordinator, world.programme, **changes)


def made(document: Document) -> Document:
    make_document.call(str(document.uuid))
    document.refresh_from_db()
    return document


def content_of(document: Document) -> bytes:
    with document.content.open("rb") as content:
        return bytes(content.read())


def text_of(content: bytes) -> str:
    """The words of every page, spaces made plain."""
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
