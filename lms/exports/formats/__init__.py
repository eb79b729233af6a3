"""Writers of files: XLSX, CSV, JSON Lines. Row by row, so that a thousand trainees fit in little memory.

Text stays text (promises.md S17): XLSX cells are written as strings whatever they begin with; CSV text that a
spreadsheet could take for a formula is prefixed by an apostrophe. Numbers and dates are typed.
"""

import csv
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeAlias
from uuid import UUID

import xlsxwriter
from django.utils import timezone
from django.utils.functional import Promise

StrOrPromise: TypeAlias = str | Promise
Cell: TypeAlias = str | int | date | datetime | UUID | None
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
LONGEST_CELL = 32_767  # Excel's own limit
# What a spreadsheet takes for the start of a formula, full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def content_type_of(name: str) -> str:
    """What a browser is told of a file of ours, by the end of its name."""
    return CONTENT_TYPES[name.rpartition(".")[2]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `kind`: text, integer, day, or hours (minutes in, hours out).

    `personal` says what becomes of it in a file without names: left out (`dropped`: a name, or an identifier that leads to one), replaced
    (`pseudonym`), or emptied where the `group` it names is small.
    """

    title: StrOrPromise
    kind: Literal["text", "integer", "day", "hours"] = "text"
    width: int = 16
    personal: Literal["", "dropped", "pseudonym", "group"] = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or one CSV file."""

    name: StrOrPromise
    columns: Sequence[Column]


# Cells in the order of the sheet's columns, None leaves a cell empty. Rows of several sheets come in one pass, each with
# the place of its sheet: what is read once feeds them all.
Row: TypeAlias = tuple[int, Sequence[Cell]]


def write_xlsx(path: Path, sheets: Sequence[Sheet], rows: Iterable[Row], *, created: datetime, note: str = "") -> int:
    """Write a workbook, header frozen and filtered; returns the number of rows. `note` is printed under every page: who took it."""
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": timezone.make_naive(created), "author": "Tremplin", "comments": note})
        styles = {"day": book.add_format({"num_format": "dd/mm/yyyy"}), "hours": book.add_format({"num_format": "0.00"})}
        pages = [_xlsx_sheet(book, sheet) for sheet in sheets]
        for page in pages if note else ():
            page.set_footer(f"&C{note.replace('&', '&&')[:200]}")
        lasts = [0] * len(sheets)
        for place, cells in rows:
            lasts[place] += 1
            for column, (shape, cell) in enumerate(zip(sheets[place].columns, cells, strict=True)):
                _write_cell(pages[place], lasts[place], column, shape, cell, styles)
        for page, sheet, last in zip(pages, sheets, lasts, strict=True):
            page.autofilter(0, 0, last, len(sheet.columns) - 1)
    return sum(lasts)


def _xlsx_sheet(book: xlsxwriter.Workbook, sheet: Sheet) -> xlsxwriter.worksheet.Worksheet:
    page = book.add_worksheet(str(sheet.name)[:31])
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, str(column.title), head)
    page.freeze_panes(1, 0)
    return page


def _write_cell(page: xlsxwriter.worksheet.Worksheet, row: int, place: int, column: Column, cell: Cell, styles: dict[str, object]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, int):
        if column.kind == "hours":
            page.write_number(row, place, cell / 60, styles["hours"])
        else:
            page.write_number(row, place, cell)
    elif isinstance(cell, date):
        page.write_datetime(row, place, day_of(cell), styles["day"])
    else:
        page.write_string(row, place, str(cell)[:LONGEST_CELL])


def day_of(moment: date) -> date:
    """The day of a moment in the site's own time zone: what a screen says."""
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


def write_csv(path: Path, sheets: Sequence[Sheet], rows: Iterable[Row]) -> int:
    """Write one CSV, or a ZIP of one CSV a sheet when there are several; returns the number of rows."""
    parts = [path] if len(sheets) == 1 else [path.with_name(f"{str(sheet.name).lower()}.csv") for sheet in sheets]
    written = 0
    with ExitStack() as stack:
        writers = [csv.writer(stack.enter_context(part.open("w", encoding="utf-8-sig", newline="")), delimiter=";") for part in parts]
        for sheet, writer in zip(sheets, writers, strict=True):
            writer.writerow([str(column.title) for column in sheet.columns])
        for place, cells in rows:
            written += 1
            writers[place].writerow(csv_row(sheets[place], cells))
    if len(sheets) > 1:
        _zip(path, parts)
    return written


def _zip(path: Path, parts: Sequence[Path]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            entry = zipfile.ZipInfo(part.name)  # a fixed date: the same data make the same bytes
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as out, part.open("rb") as source:
                shutil.copyfileobj(source, out)
            part.unlink()


def csv_row(sheet: Sheet, cells: Sequence[Cell]) -> list[str]:
    return [csv_text(column, cell) for column, cell in zip(sheet.columns, cells, strict=True)]


def csv_bytes(sheet: Sheet, rows: Iterable[Sequence[Cell]]) -> bytes:
    """A small table as CSV, for an answer made at once."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([str(column.title) for column in sheet.columns])
    writer.writerows(csv_row(sheet, cells) for cells in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(sheet: Sheet, rows: Iterable[Sequence[Cell]], *, created: datetime) -> bytes:
    """A small table as a workbook, for an answer made at once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        write_xlsx(path, [sheet], ((0, cells) for cells in rows), created=created)
        return path.read_bytes()


def csv_text(column: Column, cell: Cell) -> str:
    """One cell as a French spreadsheet reads it: decimal comma, ISO day, text that cannot become a formula."""
    if cell is None:
        return ""
    if isinstance(cell, int):
        return f"{cell / 60:.2f}".replace(".", ",") if column.kind == "hours" else str(cell)
    if isinstance(cell, date):
        return day_of(cell).isoformat()
    return guarded(str(cell))


def guarded(text: str) -> str:
    """Text behind an apostrophe when a spreadsheet could run it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) or text.lstrip(" \u00a0").startswith(FORMULA_STARTS) else text


def write_jsonl(path: Path, texts: Iterable[str]) -> int:
    """Write JSON texts as they are, one a line; returns how many."""
    written = 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for text in texts:
            out.write(text)
            out.write("\n")
            written += 1
    return written
