"""Our XLSX opened by a second program: LibreOffice reads the same values as the rows that screens and exports share."""

import csv
import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from lms.exports.formats import Cell, Column, Sheet, day_of
from lms.exports.kinds import cohort_matrix, transcript
from lms.exports.selectors import followers_of
from lms.exports.services import request_export, run_export
from lms.people.services import update_person
from tests.cast import Small
from tests.exports.dossiers import told
from tests.story import classmates

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SOFFICE, reason="LibreOffice (soffice) is not installed: apt-get install libreoffice-calc"),
]
# Separator ;, UTF-8, French, every sheet to a file of its own.
FILTER = "csv:Text - txt - csv (StarCalc):59,34,76,1,,1036,false,true,false,false,false,-1"


def opened(workbook: Path, folder: Path) -> dict[str, list[list[str]]]:
    """Each sheet by its name, its cells as LibreOffice reads them."""
    profile = (folder / "profile").as_uri()
    command = [
        str(SOFFICE),
        "--headless",
        f"-env:UserInstallation={profile}",
        "--convert-to",
        FILTER,
        "--outdir",
        str(folder),
        str(workbook),
    ]
    french = {**os.environ, "LC_ALL": "fr_FR.UTF-8"}
    subprocess.run(command, check=True, capture_output=True, timeout=180, env=french)
    found = {}
    for path in folder.glob(f"{workbook.stem}-*.csv"):
        with path.open(encoding="utf-8", newline="") as content:
            found[path.stem.removeprefix(f"{workbook.stem}-")] = list(csv.reader(content, delimiter=";"))
    return found


def same(column: Column, cell: Cell, read: str) -> bool:
    """Whether LibreOffice read what we meant: hours to the minute, a day as a day, a text to the letter."""
    if cell is None or cell == "":
        return read == ""
    if isinstance(cell, int):
        return round(float(read.replace(",", ".")) * 60) == cell if column.kind == "hours" else read == str(cell)
    if isinstance(cell, date):
        day = day_of(cell)
        return read == day.strftime("%d/%m/%Y")
    return read == str(cell)


def compared(sheet: Sheet, rows: Sequence[Sequence[Cell]], read: list[list[str]]) -> int:
    """How many cells were compared; the first that differs is named."""
    assert read[0] == [str(column.title) for column in sheet.columns]
    assert len(read) == len(rows) + 1, sheet.name
    for cells, line in zip(rows, read[1:], strict=True):
        for column, cell, value in zip(sheet.columns, cells, line, strict=True):
            assert same(column, cell, value), (str(sheet.name), str(column.title), cell, value)
    return sum(map(len, rows))


def made(world: Small, kind: str, folder: Path) -> Path:
    export = request_export(by=world.trainer, kind=kind, format_="xlsx", key=uuid4(), cohort=world.cohort.uuid)
    run_export.call(str(export.uuid))
    export.refresh_from_db()
    path = folder / f"{kind}.xlsx"
    with export.content.open("rb") as content:
        path.write_bytes(content.read())
    return path


def test_libreoffice_reads_what_we_wrote(tmp_path: Path) -> None:
    world = told().small
    classmates(world, 2)
    update_person(by=world.coordinator, person=world.trainee, first_name="=1+1", last_name='@Éloïse; "d\'Ys"', email="")
    about = followers_of(world.cohort.enrolments.order_by("trainee__last_name", "trainee__first_name", "trainee"))
    for kind in (transcript.KIND, cohort_matrix.KIND):
        assert kind.sheets
        assert kind.rows
        sheets, rows = list(kind.sheets(about)), list(kind.rows(about))
        read = opened(made(world, kind.code, tmp_path), tmp_path)
        assert sorted(read) == sorted(str(sheet.name) for sheet in sheets)
        cells = [
            compared(sheet, [row for place, row in rows if place == number], read[str(sheet.name)]) for number, sheet in enumerate(sheets)
        ]
        assert min(cells) > 5
        assert any("=1+1" in line for line in read[str(sheets[0].name)])
