"""What a dossier holds: all that the screen shows, the exact statements, the files as they were handed in, the same each time."""

import csv
import fcntl
import hashlib
import io
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from assessments.services import submit_work
from lms import clock
from lms.exports.formats.checker import checker_page
from lms.exports.formats.dossier import SCHEMA, schema_bytes
from lms.exports.selectors import followers_of, records_of, statement_texts_of
from lms.exports.selectors.dossier import dossier_of
from lms.exports.services import dossiers as services
from lms.files.models import PrivateFile, private_storage
from lms.refusal import Refused
from tests.cast import small
from tests.exports.dossiers import Told, members, picture, told, written
from tests.exports.test_kinds import screen
from tests.house.conftest import signed
from tests.story import judge

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def said(path: Path) -> dict[str, Any]:
    return json.loads(members(path)["dossier.json"])


@pytest.fixture
def story() -> Told:
    return told()


def test_dossier_follows_its_written_schema(story: Told, tmp_path: Path) -> None:
    schema = json.loads((ROOT / SCHEMA).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    document = said(written(tmp_path, story.small))
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    assert len(document["works"]) == len(document["seen"]) == len(document["opinions"]) == 1
    document["blocks"][0]["competencies"][0]["level"] = 5
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


def test_written_schema_is_the_shape_of_today() -> None:
    assert (ROOT / SCHEMA).read_bytes() == schema_bytes(), "write it anew: docs/dossier.md says how"


def test_dossier_levels_are_the_trainee_page_row_by_row(story: Told, tmp_path: Path) -> None:
    world, document = story.small, said(written(tmp_path, story.small))
    html = signed(world.trainer).get(f"/stagiaires/{world.trainee.uuid}/").content.decode()
    rows = [row for row in screen(html, "levels-table") if len(row) > 1]
    told_of = [
        [f"{one['code']} {one['label']}", str(one["level"]), one["word"], one["assessor"], f"{one['work']} version {one['version']}"]
        for block in document["blocks"]
        for one in block["competencies"]
    ]
    assert told_of == [[row[0], row[1], row[2], row[5], row[6]] for row in rows]
    assert [row[1] for row in told_of] == ["3", "3"]


def test_dossier_level_is_explained_down_to_its_statements(story: Told, tmp_path: Path) -> None:
    """Law 6: level → evidence → judgement → work → statements, all of them in the file."""
    content = members(written(tmp_path, story.small))
    document, kept = json.loads(content["dossier.json"]), {json.loads(line)["id"] for line in content["statements.jsonl"].splitlines()}
    competency = document["blocks"][0]["competencies"][0]
    assert competency["rule"] == "best-proven/1"
    assert {"best-proven/1"} == {rule["code"] for rule in document["rules"]}
    behind = [row for row in competency["evidence"] if row["occasion"] == competency["occasion"]]
    assert {row["level"] for row in behind} == {3}
    assert {row["kind"] for row in competency["evidence"]} == {"judgement", "observation", "client"}
    judgement = next(one for work in document["works"] for one in work["judgements"] if one["uuid"] == competency["occasion"])
    assert judgement["marks"][0]["word"] == "Je sais faire"
    assert [move["after"] for move in competency["moves"]] == [2, 3]
    named = {
        competency["statement"],
        judgement["statement"],
        document["works"][0]["statement"],
        document["blocks"][0]["validation"]["statement"],
    }
    named |= {row["statement"] for row in competency["evidence"]} | {move["statement"] for move in competency["moves"]}
    assert named <= kept
    assert set(document["statements"]) == kept


def test_dossier_statements_are_the_exact_texts(story: Told, tmp_path: Path) -> None:
    lines = members(written(tmp_path, story.small))["statements.jsonl"].decode().splitlines()
    assert lines == list(statement_texts_of([story.small.trainee.uuid]))
    assert story.small.trainee.last_name not in "".join(lines)


def test_dossier_hours_say_what_stands_behind_them(story: Told, tmp_path: Path) -> None:
    path = written(tmp_path, story.small)
    hours = said(path)["hours"]
    assert hours["total"]["practical"] == {"planned": 120, "done": 120, "proven": 120}
    assert hours["total"]["theory"] == {"planned": 60, "done": 30, "proven": None}
    assert hours["blocks"] == [{"code": "ON1", "label": "Premier bloc", "kinds": hours["modules"][0]["kinds"]}]
    assert [(one["title"], one["minutes"], one["proof"]) for one in hours["modules"][0]["evidence"]] == [
        ("Lire", 30, "completed_step"), ("Faire", 120, "assessed_practical"),
    ]  # fmt: skip
    rows = list(csv.reader(io.StringIO(members(path)["hours.csv"].decode("utf-8-sig")), delimiter=";"))
    assert rows[1:] == [
        ["ON1", "M01", "Mon module M01", "théorie", "1,00", "0,50", "non renseigné", "", "0,50"],
        ["ON1", "M01", "Mon module M01", "pratique", "2,00", "2,00", "2,00", "2,00", ""],
    ]


def test_dossier_total_is_the_report_of_hours(story: Told) -> None:
    who = followers_of(story.small.trainee.enrolments.all())[0]
    record, document = next(iter(records_of([who]))), dossier_of(who)
    for kind in ("theory", "practical", "culture"):
        total, ours = record.total(kind), document.hours.total.of(kind)
        assert (ours.planned, ours.done, ours.proven) == (total.planned, total.done, total.proven)


def test_dossier_tells_every_run_and_the_latest_judged_version(story: Told, tmp_path: Path) -> None:
    path = written(tmp_path, story.small)
    document = said(path)
    assert [(run["number"], run["steps_done"]) for run in document["runs"]] == [(1, 2), (2, 1)]
    work = document["works"][0]
    assert (work["version"], work["versions"], work["run"], work["text"]) == (2, 2, 2, "=1+1 <b>#let x = 1")
    assert work["self_assessment"]["marks"][0]["comment"] == "mot-de-soi"
    (file,) = work["files"]
    assert (file["path"], file["name"]) == ("works/01-faire-v2/01-tasse-detouree.png", "tasse détourée.png")
    kept = story.work.files.get().file
    assert hashlib.sha256(members(path)[file["path"]]).hexdigest() == file["sha256"] == kept.sha256
    assert document["opinions"][0]["words"] == "Mme Lila : très propre."
    assert document["seen"][0]["marks"][0]["level"] == 2
    assert document["blocks"][0]["validation"]["levels"] == {"ON1.1": 3, "ON1.2": 3}


def test_levels_csv_guards_formulas_and_names_the_evidence(story: Told, tmp_path: Path) -> None:
    type(story.small.trainee).objects.filter(pk=story.small.trainee.pk).update(last_name="=cmd()")
    text = members(written(tmp_path, story.small))["levels.csv"].decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[1][0] == "'=cmd()"
    assert rows[1][13] == str(story.small.trainee.standings.order_by("competency").first().occasion)


def test_same_state_makes_the_same_files_whatever_the_day(story: Told, tmp_path: Path) -> None:
    first = members(written(tmp_path, story.small, "1.zip"))
    with clock.at(clock.now() + timedelta(days=400)):
        second = members(written(tmp_path, story.small, "2.zip"))
    assert first.keys() == second.keys()
    assert {name for name in first if first[name] != second[name]} == {"manifest.json", "manifest.jws"}
    listed = [json.loads(made["manifest.json"])["files"] for made in (first, second)]
    assert listed[0] == listed[1]


def test_dossier_of_somebody_who_did_nothing_yet(tmp_path: Path) -> None:
    document = said(written(tmp_path, small()))
    assert (document["runs"], document["works"], [one["level"] for one in document["blocks"][0]["competencies"]]) == ([], [], [0, 0])
    assert document["blocks"][0]["competencies"][0]["occasion"] is None


def test_file_changed_on_the_disk_is_refused(story: Told, tmp_path: Path) -> None:
    file = PrivateFile.objects.get(pk=story.work.files.get().file_id)
    Path(file.content.path).write_bytes(b"changed")
    with pytest.raises(Refused) as refused:
        written(tmp_path, story.small)
    assert refused.value.code == "file_damaged"
    private_storage().delete(str(file.content.name))
    with pytest.raises(Refused):
        written(tmp_path, story.small)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [1, 4])
def test_dossier_costs_the_same_whatever_was_done(number: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world = told().small
    for _time in range(number - 1):
        judge(submit_work(by=world.trainee, practical=world.practical, text="Encore.", uploads=[picture()], key=uuid4()), world.trainer, 3)
    who = followers_of(world.trainee.enrolments.all())[0]
    with django_assert_num_queries(38):
        dossier_of(who)


# --- The command


def ask(trainee: UUID, path: Path, **options: Any) -> None:
    call_command("export_dossier", trainee=trainee, out=path, stdout=io.StringIO(), **options)


def test_export_dossier_writes_a_file_complete_or_none(story: Told, tmp_path: Path) -> None:
    path = tmp_path / "inès.zip"
    ask(story.small.trainee.uuid, path)
    assert "dossier.json" in members(path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["inès.zip", "verify.html"]
    assert (tmp_path / "verify.html").read_bytes() == checker_page()


def test_export_dossier_takes_away_what_a_killed_run_left(story: Told, tmp_path: Path) -> None:
    """Of the same target alone, never what a run at work holds, nor what only looks like it."""
    left, at_work = tmp_path / ".x.zip.0123abcd", tmp_path / ".x.zip.89abcdef"
    strangers = [tmp_path / ".y.zip.0123abcd", tmp_path / ".x.zip.notes", tmp_path / ".xxzip.0123abcd"]
    for folder in (left, at_work, *strangers):
        folder.mkdir()
        (folder / "dossier").write_bytes(b"half")
    link = tmp_path / ".x.zip.00000000"
    link.symlink_to(strangers[0])
    held = os.open(at_work, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        ask(story.small.trainee.uuid, tmp_path / "x.zip")
    finally:
        os.close(held)
    assert {one.name for one in tmp_path.iterdir()} == {"x.zip", "verify.html", at_work.name, link.name, *(one.name for one in strangers)}
    assert (strangers[0] / "dossier").read_bytes() == b"half"


def test_export_dossier_killed_leaves_only_what_the_next_run_takes_away(story: Told, tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:  # ends as a kill does: nothing is put away
        with services._scratch_of(tmp_path / "x.zip") as folder:
            (folder / "dossier").write_bytes(b"half")
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert len(list(tmp_path.glob(".x.zip.*"))) == 1
    ask(story.small.trainee.uuid, tmp_path / "x.zip")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["verify.html", "x.zip"]


def test_export_dossier_refuses(story: Told, tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_bytes(b"mine")
    for trainee, name, options in (
        (story.small.trainee.uuid, "there.zip", {}), (uuid4(), "new.zip", {}), (story.small.trainee.uuid, "no/new.zip", {}),
        (story.small.trainee.uuid, "new.zip", {"programme": "autre"}),
    ):  # fmt: skip
        with pytest.raises(CommandError):
            ask(trainee, tmp_path / name, **options)
    assert (tmp_path / "there.zip").read_bytes() == b"mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_export_dossier_that_breaks_leaves_nothing(story: Told, tmp_path: Path, settings: Any) -> None:
    settings.FIELD_KEYS = []
    with pytest.raises(CommandError, match="FIELD_KEYS"):
        ask(story.small.trainee.uuid, tmp_path / "x.zip")
    assert list(tmp_path.iterdir()) == []
