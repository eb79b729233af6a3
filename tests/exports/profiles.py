"""A class and the exports a coordinator saves about it."""

import zipfile
from io import BytesIO
from typing import Any
from uuid import uuid4

import openpyxl

from lms.exports.models import Export, ExportProfile
from lms.exports.services import run_export
from lms.exports.services.profiles import Wanted, run_profile, save_profile
from lms.people.models import User
from tests.cast import Small


def saved(world: Small, **change: Any) -> ExportProfile:
    asked = {"name": f"Suivi {uuid4().hex[:6]}", "kind": "transcript", "format": "xlsx", "cohorts": [world.cohort], **change}
    return save_profile(by=world.coordinator, wanted=Wanted(**asked))


def ran(profile: ExportProfile, by: User | None = None) -> Export:
    """One file of it, made."""
    export = run_profile(by=by or profile.saved_by, profile=profile, key=uuid4())
    return made(export)


def made(export: Export) -> Export:
    run_export.call(str(export.uuid))
    export.refresh_from_db()
    assert export.job is not None
    assert export.job.state == "done", export.job.error
    return export


def content(export: Export) -> bytes:
    with export.content.open("rb") as file:
        return bytes(file.read())


def tables(export: Export) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each sheet of a workbook, its header first."""
    book = openpyxl.load_workbook(BytesIO(content(export)))
    return {sheet.title: [tuple(cell.value for cell in row) for row in sheet.iter_rows()] for sheet in book}


def members(export: Export) -> list[str]:
    return zipfile.ZipFile(BytesIO(content(export))).namelist()
