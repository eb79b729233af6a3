"""The published questions of a bank as a file of another system."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _
from msgspec.structs import replace

from assessments.formats import Written
from assessments.formats.known import WRITERS
from assessments.formats.markup import read_html
from assessments.formats.media import KINDS
from assessments.formats.texts import free_name
from assessments.models import QuestionBank
from assessments.rules.identity import numbered, with_files
from assessments.rules.questions import QuestionData
from assessments.selectors.bank import Published, media_rows, published_in
from lms.files.rules import extension_of, shown_name
from lms.refusal import Refused


def export_questions(*, bank: QuestionBank, format_: str) -> tuple[Written, int]:
    """The file, what it could not carry, and how many questions it holds. Refused: a format that does not exist."""
    if format_ not in WRITERS:
        raise Refused("format_unknown", _("Ce format n'existe pas. Choisissez parmi : %(known)s.") % {"known": ", ".join(WRITERS)})
    published = published_in(bank)
    rows = media_rows(*(one.content for one in published))
    names: dict[str, str] = {}
    for name, row in rows.items():
        names[name] = free_name(_file_name(row), names.values())
    files = {names[name]: content for name, row in rows.items() if (content := _bytes(row)) is not None}
    written = WRITERS[format_].write([_data(one, names) for one in published], files)
    return written, len(published) - len(written.refused)


def _file_name(row: Any) -> str:
    """Its title when that is a file's name, else the file's own."""
    title = shown_name(row.title)
    return title if extension_of(title) in KINDS else PurePosixPath(row.file.name).name


def _bytes(row: Any) -> bytes | None:
    """None for a file that is no longer there: the question that shows it is then refused by name."""
    try:
        with row.file.open("rb") as content:
            return bytes(content.read())
    except FileNotFoundError:
        return None


def _data(one: Published, names: Mapping[str, str]) -> QuestionData:
    said = with_files(numbered(one.content), lambda name: names.get(name, name))
    return QuestionData(one.code, replace(said, stem=read_html(said.stem).html), one.tags, one.competencies)
