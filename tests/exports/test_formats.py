"""Text never becomes a formula, numbers and days stay typed (promises.md S17)."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest

from lms.exports.formats import Column, Row, Sheet, csv_bytes, guarded, write_csv, write_jsonl, write_xlsx

NASTY = [
    "=1+1", "+33 6", "-5", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.test")', "＝1+1", " =1+1",
    "http://x.test", "mailto:a@b.test", "{=1}", "1,5", "007", "Zoé", "a\nb", "it's", '"', "\x07cloche",
]  # fmt: skip
COLUMNS = (Column("Texte"), Column("Nombre", "integer"), Column("Heures", "hours"), Column("Jour", "day"))
SHEET = Sheet("Essai", COLUMNS)
CREATED = datetime(2026, 3, 2, 12, tzinfo=UTC)


def rows() -> list[Row]:
    return [(0, [text, -3, 90, datetime(2026, 3, 2, 23, 30, tzinfo=UTC)]) for text in NASTY]


def test_write_xlsx_keeps_text_as_text_and_types_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert write_xlsx(path, [SHEET], rows(), created=CREATED) == len(NASTY)
    path = path.rename(tmp_path / "file.xlsx")
    page = openpyxl.load_workbook(path)["Essai"]
    for text, row in zip(NASTY, page.iter_rows(min_row=2), strict=True):
        assert row[0].data_type == "s"
        assert row[0].value == text.replace("\x07", "_x0007_").replace("\r", "_x000D_") or row[0].value == text
        assert row[0].hyperlink is None
        assert (row[1].data_type, row[1].value) == ("n", -3)
        assert (row[2].data_type, row[2].value, row[2].number_format) == ("n", 1.5, "0.00")
        assert row[3].value == datetime(2026, 3, 3), "the day of the site's time zone"  # noqa: DTZ001  sheets carry no zone
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == f"A1:D{len(NASTY) + 1}"
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name)]


def test_write_xlsx_several_sheets_in_one_pass_and_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    second = Sheet("Second", (Column("A"), Column("B", "hours")))
    write_xlsx(
        path,
        [SHEET, second],
        [(0, ["x", 1, None, None]), (1, ["y", "non renseigné"]), (0, ["z", None, 0, date(2026, 3, 2)])],
        created=CREATED,
    )
    book = openpyxl.load_workbook(path)
    assert [cell.value for cell in book["Essai"][2]] == ["x", 1, None, None]
    assert [cell.value for cell in book["Second"][2]] == ["y", "non renseigné"]
    assert book["Essai"]["C3"].value == 0


def test_write_xlsx_of_nothing_is_a_sheet_with_its_header(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    assert write_xlsx(path, [SHEET], [], created=CREATED) == 0
    assert [cell.value for cell in openpyxl.load_workbook(path)["Essai"][1]] == [str(column.title) for column in COLUMNS]


def test_write_csv_guards_text_cells_only(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_csv(path, [SHEET], rows())
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as source:
        header, *read = list(csv.reader(source, delimiter=";"))
    assert header == ["Texte", "Nombre", "Heures", "Jour"]
    for text, row in zip(NASTY, read, strict=True):
        assert row[0].removeprefix("'") == text
        assert row[0][0] not in "=+-@＝\t\r\n"
        assert row[1:] == ["-3", "1,50", "2026-03-03"]


@pytest.mark.parametrize(("text", "safe"), [("=1", "'=1"), (" -1", "' -1"), ("a=1", "a=1"), ("", ""), ("\u00a0@x", "'\u00a0@x")])
def test_guarded(text: str, safe: str) -> None:
    assert guarded(text) == safe


def test_csv_bytes_of_identifiers_and_blanks() -> None:
    cells = [UUID(int=5), None, None, date(2026, 3, 2)]
    lines = csv_bytes(SHEET, [cells]).decode("utf-8-sig").splitlines()
    assert lines[1] == "00000000-0000-0000-0000-000000000005;;;2026-03-02"


def test_write_csv_of_several_sheets_is_a_zip_without_leftovers(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_csv(path, [SHEET, Sheet("Autre", (Column("A"),))], [(1, ["a"]), (0, ["b", 1, 60, None])])
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        assert archive.namelist() == ["essai.csv", "autre.csv"]
        assert archive.read("autre.csv").decode("utf-8-sig") == "A\r\na\r\n"
    assert list(tmp_path.iterdir()) == [path]


def test_write_jsonl_keeps_each_text(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert write_jsonl(path, ['{"a":1}', '{"b":"é"}']) == 2
    assert path.read_text() == '{"a":1}\n{"b":"é"}\n'
