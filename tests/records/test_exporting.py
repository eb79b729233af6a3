"""Statements into a file: whole, in order, the same bytes however often it was interrupted."""

import json
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from lms.records.formats.lines import JSONL, Line, Writer
from lms.records.formats.parquet import PARQUET, SCHEMA
from lms.records.management.commands.export_statements import progress
from lms.records.models import HOME, Statement
from lms.records.rules.agents import identity
from lms.records.selectors.statements import Filters, Kept
from lms.records.services import exporting
from lms.records.services.exporting import export_statements
from lms.records.statements import exact
from lms.refusal import Refused
from tests.records.programs import ANA, BEN, DID, THING, attachment, mixed, program, said, voiding

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "traces.jsonl"


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE", 3)
    monkeypatch.setattr(exporting, "PART", 4)


def written(path: Path, writer: Writer = JSONL, **more: Any) -> exporting.Exported:
    return export_statements(path=path, writer=writer, store=more.pop("store", HOME), filters=more.pop("filters", Filters()), **more)


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_bytes().splitlines()]


def checked(folder: Path, name: str) -> str:
    return subprocess.run(["sha256sum", "-c", name], cwd=folder, capture_output=True, text=True, check=True).stdout


def test_the_file_holds_the_exact_texts_in_order_and_voided_ones_too(file: Path, small_parts: None) -> None:
    told = [said(result={"response": "é\u2028"}) for _n in range(9)]
    program().tell(*told, voiding(told[0]["id"]))
    program(store=2).tell(said())
    done = written(file)
    rows = Statement.objects.filter(store=HOME).order_by("stored")
    assert file.read_text() == "".join(f"{exact(Kept(row.id, row.stored, row.authority, row.text))}\n" for row in rows)
    assert (done.rows, done.attachments, done.until > rows.last().stored) == (10, 0, True)  # the other store told something since
    assert (file.with_name("traces.jsonl.sha256")).read_text() == f"{done.sha256}  traces.jsonl\n"
    assert sorted(path.name for path in file.parent.iterdir()) == ["traces.jsonl", "traces.jsonl.sha256"]


def test_filters_are_those_of_the_api_without_what_is_related(tmp_path: Path) -> None:
    base = [said(), said(actor=BEN, verb={"id": "x:v"}), said(actor=BEN, object={"objectType": "Agent", **ANA}), said(object={"id": "x:a"})]
    told = program().tell(*base)
    rows = list(Statement.objects.order_by("stored"))
    tries = {
        "agent": (Filters(agent=identity(ANA)), [told[0], told[2], told[3]]),
        "verb": (Filters(verb="x:v"), [told[1]]),
        "activity": (Filters(activity=THING), told[:2]),
        "since": (Filters(since=rows[0].stored), told[1:]),
        "until": (Filters(until=rows[2].stored), told[:3]),
        "both": (Filters(agent=identity(BEN), verb=DID), [told[2]]),
        "none": (Filters(verb="x:none"), []),
        "later": (Filters(until=rows[3].stored + timedelta(days=9)), told),
    }
    for name, (filters, expected) in tries.items():
        done = written(tmp_path / name, filters=filters)
        assert (ids(tmp_path / name), done.rows, done.until <= rows[3].stored) == (expected, len(expected), True), name


@pytest.mark.parametrize("writer", [JSONL, PARQUET], ids=lambda writer: writer.name)
@pytest.mark.parametrize("kills", [[1], [1, 2], [3]])
def test_an_interrupted_export_resumes_to_the_same_bytes(
    tmp_path: Path, small_parts: None, monkeypatch: pytest.MonkeyPatch, writer: Writer, kills: list[int]
) -> None:
    told = [said() for _n in range(14)]
    program().tell(*told, voiding(told[1]["id"]))
    until = Statement.objects.order_by("stored").last().stored
    whole = written(tmp_path / "whole", writer, filters=Filters(until=until))
    path = tmp_path / "cut"
    for part in kills:
        left = iter([*[True] * part, False])

        def stops(draft: Path, lines: Any, left: Any = left) -> None:
            writer.write(draft, lines)
            if not next(left):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            written(path, writer._replace(write=stops), resume=True)
        assert not path.exists()
        program().tell(said(), voiding(told[2]["id"]))
    done = written(path, writer, resume=True)
    assert (done.sha256, done.rows, done.until) == (whole.sha256, 15, until)
    assert path.read_bytes() == (tmp_path / "whole").read_bytes()
    assert checked(tmp_path, "cut.sha256") == "cut: OK\n"


def test_a_kill_between_the_file_and_its_checksums_resumes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program().tell(said())
    monkeypatch.setattr(exporting, "_sha256", lambda path: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        written(file)
    monkeypatch.undo()
    assert file.exists()
    assert written(file, resume=True).rows == 1
    assert checked(file.parent, "traces.jsonl.sha256") == "traces.jsonl: OK\n"


def test_what_is_there_is_never_written_over(file: Path) -> None:
    program().tell(said())
    written(file)
    for resume in (False, True):
        with pytest.raises(Refused, match="existe déjà"):
            written(file, resume=resume)
    file.unlink()

    def stops(_draft: Path, _lines: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        written(file, Writer("jsonl", stops, JSONL.join))
    with pytest.raises(Refused, match="--resume"):
        written(file)
    for other in ({"filters": Filters(verb=DID)}, {"store": 2}, {"writer": PARQUET}):
        with pytest.raises(Refused, match="autrement"):
            written(file, resume=True, **other)
    with exporting._alone(file.with_name("traces.jsonl.parts")), pytest.raises(Refused, match="en cours ailleurs"):
        written(file, resume=True)
    assert written(file, resume=True).rows == 1


def test_attachments_lie_beside_under_their_hash_and_are_checked_too(file: Path) -> None:
    inner = {"objectType": "SubStatement", "actor": BEN, "verb": {"id": DID}, "object": {"id": THING}, "attachments": [attachment(b"two")]}
    one, two = said(attachments=[attachment(b"one", fileUrl="https://x.example/1")]), said(object=inner)
    absent = said(attachments=[attachment(b"absent", fileUrl="https://x.example/2")])
    body, content_type = mixed([one, two, absent], b"one", b"two")
    assert program().ask("POST", body=body, content_type=content_type).status_code == 200
    assert written(file).attachments == 2
    folder = file.with_name("traces.jsonl.attachments")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        attachment(content)["sha2"]: content for content in (b"one", b"two")
    }
    assert checked(file.parent, "traces.jsonl.sha256").count(": OK") == 3
    assert written(file.with_name("without"), with_attachments=False).attachments == 0


def test_parquet_has_typed_columns_that_others_read(tmp_path: Path, small_parts: None) -> None:
    path = tmp_path / "traces.parquet"
    registration = "0F0B1A9E-2D8E-4C5E-9C6E-7D2F8A1B3C4D"
    one = said(context={"registration": registration}, timestamp="2026-01-02T03:04:05.678+02:00")
    told = [one, said(actor=BEN, object={"objectType": "Agent", **ANA}), voiding(one["id"]), *(said() for _n in range(4))]
    program().tell(*told)
    written(path, PARQUET)
    table = pq.read_table(path)
    assert table.schema.equals(SCHEMA)
    first, second, third = table.to_pylist()[:3]
    row = Statement.objects.order_by("stored").first()
    assert (first["id"], first["stored"]) == (one["id"], row.stored)
    assert first["timestamp"].isoformat() == "2026-01-02T01:04:05.678000+00:00"
    assert (first["actor"], first["verb"], first["activity"]) == (identity(ANA), DID, THING)
    assert (first["registration"], first["voided_by"]) == (registration.lower(), third["id"])
    assert first["authority"].startswith("account ")
    assert json.loads(first["text"])["timestamp"] == one["timestamp"]
    assert (second["activity"], second["registration"], second["voided_by"]) == (None, None, None)
    groups = pq.ParquetFile(path).metadata
    assert [groups.row_group(number).num_rows for number in range(groups.num_row_groups)] == [4, 3]
    assert ds.dataset(path).count_rows(filter=ds.field("activity") == THING) == 5


def test_an_export_of_nothing_is_a_file_of_nothing(tmp_path: Path) -> None:
    assert written(tmp_path / "a.jsonl").rows == 0
    assert (tmp_path / "a.jsonl").read_bytes() == b""
    written(tmp_path / "a.parquet", PARQUET)
    assert pq.read_table(tmp_path / "a.parquet").schema.equals(SCHEMA)


def test_big_texts_end_a_part_earlier(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PART_BYTES", 3_000)
    program().tell(*(said(result={"response": "x" * 1_400}) for _n in range(5)))
    sizes: list[int] = []

    def counts(draft: Path, lines: list[Line]) -> None:
        sizes.append(len(lines))
        JSONL.write(draft, lines)

    written(file, Writer("jsonl", counts, JSONL.join))
    assert sizes == [2, 2, 1]


def test_command_says_what_it_did_and_how_far_it_is(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = [said(), said(actor=BEN)]
    program().tell(*told)
    call_command("export_statements", str(file), json=True, agent=json.dumps(BEN), since="2020-01-01T00:00:00Z")
    said_out, said_err = capsys.readouterr()
    assert json.loads(said_out)["rows"] == 1
    assert set(json.loads(said_out)) == {"file", "rows", "sha256", "until", "attachments"}
    assert said_err.startswith("1 / 1, ")
    assert ids(file) == [told[1]["id"]]
    call_command("export_statements", str(file.with_name("b")), agent=told[0]["id"])
    assert "0 traces, 0 pièces jointes" in capsys.readouterr().out
    for wrong in ({"agent": "nobody"}, {"agent": '{"name":"x"}'}, {"since": "hier"}, {}):
        with pytest.raises(CommandError):
            call_command("export_statements", str(file), **wrong)


def test_progress_is_told_once_a_second_at_most() -> None:
    lines: list[str] = []
    report = progress(lines.append)
    for done in range(1, 50):
        report(done, 50)
    assert lines == []
    report(50, 50)
    assert len(lines) == 1
