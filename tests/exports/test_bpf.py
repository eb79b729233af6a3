"""The yearly review of training: three frames, one total; the year of the moment a step was completed, here; nothing guessed."""

import csv
import io
from datetime import UTC, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.models import StepVisit
from lms.exports.rules.bpf import MOST_SPECIALITIES, OTHERS, UNKNOWN, Followed, bpf_of, whole_hours
from lms.exports.rules.training import AIMS, TRAINEE_TYPES
from lms.exports.selectors.bpf import bpf_in, first_year
from lms.people.rules import Role
from tests.cast import person, signed_in, small
from tests.exports.papers import described, entered_action
from tests.story import classmates, hand_in, judge, read_lesson

people = st.builds(
    Followed, trainee=st.integers(1, 9), action=st.integers(1, 3), minutes=st.integers(0, 40_000), remote=st.none() | st.integers(0, 9_000),
    trainee_type=st.sampled_from(["", *TRAINEE_TYPES]), aim=st.sampled_from(["", *AIMS]),
    speciality=st.sampled_from(["", "326", "322", "323", "320", "310", "311", "312"]),
)  # fmt: skip


@given(st.lists(people, max_size=40))
def test_three_frames_have_one_total(followed: list[Followed]) -> None:
    bpf = bpf_of(2026, followed)
    counted = [one for one in followed if one.minutes]
    for frame in bpf.frames:
        assert (frame.trainees, frame.hours) == (len(counted), (sum(one.minutes for one in counted) + 30) // 60)
        assert frame.is_known == all(
            (one.trainee_type, one.aim, one.speciality)[["F-1", "F-3", "F-4"].index(frame.code)] for one in counted
        )
    named = [row for row in bpf.frames[2].rows if row.code not in (OTHERS, UNKNOWN)]
    assert len(named) <= MOST_SPECIALITIES
    assert (bpf.remote is None) == any(one.remote is None for one in counted)


@given(st.lists(st.integers(0, 100_000), max_size=20))
def test_whole_hours_are_within_one_of_their_minutes(minutes: list[int]) -> None:
    hours = whole_hours(minutes)
    assert sum(hours) == (sum(minutes) + 30) // 60
    assert all(abs(whole * 60 - part) < 60 for whole, part in zip(hours, minutes, strict=True))


@pytest.mark.django_db
def test_what_is_not_described_is_said_not_guessed() -> None:
    world = small()
    read_lesson(world, world.trainee)
    bpf = bpf_in(first_year())
    assert [(frame.rows[-1].code, frame.rows[-1].trainees) for frame in bpf.frames] == [(UNKNOWN, 1)] * 3
    assert bpf.remote is None
    described(world, remote="theory")
    bpf = bpf_in(first_year())
    assert all(frame.is_known for frame in bpf.frames)
    assert (bpf.remote.trainees, bpf.remote.hours, bpf.minutes) == (1, 1, 30)
    rows = {(frame.code, row.code): row.trainees for frame in bpf.frames for row in frame.rows}
    assert (rows["F-1", "a"], rows["F-3", "d"], rows["F-4", "326"], rows["F-1", "c"]) == (1, 1, 1, 0)


@pytest.mark.django_db
def test_a_step_counts_once_in_the_year_it_was_completed_here() -> None:
    """Half past eleven at night in UTC on the last day is the new year in Paris."""
    world = small()
    described(world)
    mate = classmates(world, 1)[0]
    read_lesson(world, world.trainee)
    StepVisit.objects.filter(run__trainee=world.trainee).update(completed_at=datetime(2024, 12, 31, 23, 30, tzinfo=UTC))
    StepVisit.objects.filter(run__trainee=mate).update(completed_at=datetime(2024, 12, 31, 22, 30, tzinfo=UTC))
    assert (first_year(), bpf_in(2024).minutes, bpf_in(2025).minutes, bpf_in(2026).minutes) == (2024, 150, 30, 0)


@pytest.mark.django_db
def test_page_and_files_say_the_same() -> None:
    world = small()
    described(world, speciality_label="=Informatique")
    read_lesson(world, world.trainee)
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    client, year = signed_in(world.coordinator), first_year()
    page = client.get(f"/bilan-pedagogique/?annee={year}").content.decode().replace("&#x27;", "'")
    rows = list(csv.reader(io.StringIO(client.get(f"/bilan-pedagogique/{year}/csv/").content.decode("utf-8-sig")), delimiter=";"))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/bilan-pedagogique/{year}/xlsx/").content)).active
    told = [[str(cell.value or "") if cell.value != 0 else "0" for cell in line] for line in book.iter_rows()]
    assert [[cell.removeprefix("'") for cell in row] for row in rows] == told
    for _frame, _line, words, trainees, hours in rows[1:]:
        assert f'{words.removeprefix(chr(39))}</th><td class="num">{trainees}</td><td class="num">{hours}</td>' in page, words
    assert ["F-1", "", "Total", "1", "3"] in rows
    for address in (f"/bilan-pedagogique/{year}/pdf/", f"/bilan-pedagogique/{year + 1}/csv/", "/bilan-pedagogique/1999/csv/"):
        assert client.get(address).status_code == 404
    assert signed_in(world.trainer).get("/bilan-pedagogique/").status_code == 403


@pytest.mark.django_db
def test_page_says_what_to_complete() -> None:
    world = small()
    read_lesson(world, world.trainee)
    entered_action(world.coordinator, world.programme, aim="")
    page = signed_in(person(Role.COORDINATOR)).get("/bilan-pedagogique/?annee=x").content.decode()
    assert page.count("Compléter les actions") == 1
    assert "Non renseigné" in page
