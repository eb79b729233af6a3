"""Saved exports: which columns, of whom, over which time, with names or without, when; and what changed since the last one."""

from datetime import date, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from curriculum.services import enrol
from lms import clock
from lms.exports.kinds import KINDS
from lms.exports.kinds.chosen import options_of, sheets_left
from lms.exports.models import ProfileRun
from lms.exports.rules.profiles import LEAST_PEOPLE
from lms.exports.services import cancel_export, run_export
from lms.exports.services.profiles import Wanted, run_profile, save_profile
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import leave_cohort
from lms.refusal import Refused
from tests.cast import cohort, person, small
from tests.exports.profiles import content, members, ran, saved, tables
from tests.story import classmates, hand_in, judge, read_lesson

PARIS = ZoneInfo("Europe/Paris")
NAMES = ["Stagiaires/Nom", "Stagiaires/Prénom"]


pytestmark_db = pytest.mark.django_db


# --- What ---------------------------------------------------------------------------------------------------------
@pytestmark_db
def test_a_profile_without_choices_says_what_the_export_says() -> None:
    world = small()
    read_lesson(world, world.trainee)
    whole = tables(ran(saved(world)))
    assert list(whole) == ["Stagiaires", "Heures", "Passages", "Niveaux"]
    assert [row[1] for row in whole["Stagiaires"][1:]] == ["Inès"]
    assert len(whole["Passages"]) == 2


@pytestmark_db
def test_columns_and_sheets_that_were_not_chosen_do_not_leave() -> None:
    world = small()
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    profile = saved(world, columns=["Stagiaires/Nom", "Niveaux/Niveau", "Niveaux/Code"])
    found = tables(ran(profile))
    assert {name: rows[0] for name, rows in found.items()} == {"Stagiaires": ("Nom",), "Niveaux": ("Code", "Niveau")}
    assert found["Niveaux"][1:] == [("ON1.1", 3), ("ON1.2", 3)]


@pytestmark_db
def test_one_sheet_alone_as_csv_is_no_zip() -> None:
    world = small()
    one, several = saved(world, columns=NAMES, format="csv"), saved(world, format="csv")
    export = ran(one)
    assert export.name.endswith(".csv")
    assert content(export).decode("utf-8-sig").splitlines()[0] == "Nom;Prénom"
    export = ran(several)
    assert export.name.endswith(".zip")
    assert members(export) == ["stagiaires.csv", "heures.csv", "passages.csv", "niveaux.csv"]


@pytestmark_db
def test_the_matrix_keeps_its_competencies_or_leaves_them() -> None:
    world = small()
    every = tables(ran(saved(world, kind="cohort_matrix", columns=["Niveaux/Nom", "Niveaux/*"])))["Niveaux"]
    assert every[0] == ("Nom", "ON1.1 Compétence 1", "ON1.2 Compétence 2")
    assert tables(ran(saved(world, kind="cohort_matrix", columns=["Niveaux/Nom"])))["Niveaux"][0] == ("Nom",)


@pytestmark_db
def test_options_name_every_column_once() -> None:
    for kind in KINDS.values():
        codes = [option.code for _name, options in options_of(kind) for option in options]
        assert len(codes) == len(set(codes))
    assert options_of(KINDS["statements"]) == []
    assert sheets_left(KINDS["transcript"], ["Niveaux/Évalué par"], hides_people=True) == []
    assert sheets_left(KINDS["transcript"], ["Niveaux/Évalué par"], hides_people=False) == ["Niveaux"]


# --- Of whom ------------------------------------------------------------------------------------------------------
@pytestmark_db
def test_a_profile_is_about_the_cohorts_it_names_or_about_all() -> None:
    world, other = small(), small()
    assert [row[0] for row in tables(ran(saved(world, columns=NAMES)))["Stagiaires"][1:]] == [world.trainee.last_name]
    everyone = {row[0] for row in tables(ran(saved(world, columns=NAMES, cohorts=[])))["Stagiaires"][1:]}
    assert everyone == {world.trainee.last_name, other.trainee.last_name}


@pytestmark_db
def test_those_who_left_are_in_only_where_the_profile_says_so() -> None:
    world = small()
    gone = classmates(world, 1)[0]
    leave_cohort(by=world.coordinator, person=gone, cohort=world.cohort)
    active, all_of_them = (
        {row[0] for row in tables(ran(saved(world, columns=NAMES, only_active=only)))["Stagiaires"][1:]} for only in (True, False)
    )
    assert active == {world.trainee.last_name}
    assert all_of_them == {world.trainee.last_name, gone.last_name}


@pytestmark_db
def test_somebody_in_two_cohorts_has_one_row() -> None:
    world = small()
    second = cohort()
    enrol(by=world.coordinator, trainee=world.trainee, programme=world.programme, cohort=second)
    assert len(tables(ran(saved(world, columns=NAMES, cohorts=[world.cohort, second])))["Stagiaires"]) == 2


# --- Over which time ----------------------------------------------------------------------------------------------
@pytestmark_db
def test_a_period_leaves_what_did_not_move_in_it() -> None:
    world = small()
    old, new = classmates(world, 2)
    with clock.at(clock.now() - timedelta(days=40)):
        quiet = person(Role.TRAINEE, "Calme")
        enrol(by=world.coordinator, trainee=quiet, programme=world.programme, cohort=world.cohort)
        read_lesson(world, quiet)
        judge(hand_in(world.practical, quiet), world.trainer, 2)
    found = tables(ran(saved(world, period="days", days=30)))
    names = {name: {row[0] for row in rows[1:]} for name, rows in found.items()}
    assert names == {name: {old.last_name, new.last_name} for name in found}
    found = tables(ran(saved(world, period="since", since=date(2020, 1, 1))))
    assert {row[0] for row in found["Passages"][1:]} == {old.last_name, new.last_name, quiet.last_name}
    levels = tables(ran(saved(world, kind="cohort_matrix", period="days", days=30)))["Niveaux"]
    assert {row[0] for row in levels[1:]} == {old.last_name, new.last_name}


@pytestmark_db
def test_a_judgement_moves_the_hours_it_proves() -> None:
    world = small()
    with clock.at(clock.now() - timedelta(days=40)):
        work = hand_in(world.practical, world.trainee)
    judge(work, world.trainer, 3)
    found = tables(ran(saved(world, period="days", days=1)))
    assert [row[3] for row in found["Heures"][1:]] == ["M01"]
    assert len(found["Passages"]) == 2


@pytestmark_db
def test_statements_of_a_period_or_that_are_new() -> None:
    world = small()
    with clock.at(clock.now() - timedelta(days=1)):
        read_lesson(world, world.trainee)
    profile = saved(world, kind="statements", format="jsonl", period="changes")
    first = content(ran(profile)).splitlines()
    assert len(first) > 2
    assert content(ran(profile)) == b""
    hand_in(world.practical, world.trainee)
    later = content(ran(profile)).splitlines()
    assert later
    assert not set(first) & set(later)
    assert content(ran(saved(world, kind="statements", format="jsonl", period="since", since=date(2099, 1, 1)))) == b""


# --- What changed -------------------------------------------------------------------------------------------------
@pytestmark_db
def test_changes_are_everything_first_then_what_moved_since_the_last_delivered_file() -> None:
    world = small()
    classmates(world, 2)
    profile = saved(world, period="changes")
    first = tables(ran(profile))
    assert {name: len(rows) - 1 for name, rows in first.items()} == {"Stagiaires": 3, "Heures": 3, "Passages": 2, "Niveaux": 6}
    assert {len(rows) for rows in tables(ran(profile)).values()} == {1}
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    second = tables(ran(profile))
    assert {name: {row[1] for row in rows[1:]} for name, rows in second.items()} == {name: {"Inès"} for name in first}
    assert [row[6] for row in second["Niveaux"][1:]] == [3, 3]
    assert {len(rows) for rows in tables(ran(profile)).values()} == {1}


@pytestmark_db
def test_what_goes_back_to_what_it_was_is_a_change() -> None:
    world = small()
    profile = saved(world, period="changes", columns=NAMES)
    names = []
    for name in ("Un", "Deux", "Un", "Un"):
        User.objects.filter(pk=world.trainee.pk).update(last_name=name)
        names.append([row[0] for row in tables(ran(profile))["Stagiaires"][1:]])
    assert names == [["Un"], ["Deux"], ["Un"], []]


@pytestmark_db
def test_a_file_that_was_not_finished_moves_no_mark() -> None:
    world = small()
    profile = saved(world, period="changes", columns=NAMES)
    lost = run_profile(by=world.coordinator, profile=profile, key=uuid4())
    cancel_export(by=world.coordinator, export=lost)
    run_export.call(str(lost.uuid))
    assert not ProfileRun.objects.filter(delivered_at__isnull=False).exists()
    assert len(tables(ran(profile))["Stagiaires"]) == 2


@pytestmark_db
def test_a_column_added_later_is_told_of_everyone() -> None:
    world = small()
    profile = saved(world, period="changes", columns=NAMES[:1])
    ran(profile)
    save_profile(
        by=world.coordinator, profile=profile,
        wanted=Wanted(name=profile.name, kind="transcript", format="xlsx", columns=NAMES, period="changes", cohorts=[world.cohort]),
    )  # fmt: skip
    assert tables(ran(profile))["Stagiaires"][1:] == [(world.trainee.last_name, "Inès")]


@pytestmark_db
def test_only_the_latest_mark_is_kept() -> None:
    profile = saved(small(), period="changes")
    for _time in range(3):
        ran(profile)
    assert [run.mark is not None for run in ProfileRun.objects.order_by("pk")] == [False, False, True]
    ran(saved(small()))
    assert ProfileRun.objects.first().mark is None


# --- Without names ------------------------------------------------------------------------------------------------
@pytestmark_db
def test_without_names_nobody_is_told_and_each_keeps_a_pseudonym() -> None:
    world = small()
    people = [*classmates(world, 4), world.trainee]
    profile = saved(world, hides_people=True)
    found = tables(ran(profile))
    said = str(found)
    for someone in [*people, world.trainer]:
        assert not [word for word in (someone.last_name, someone.first_name, str(someone.uuid)) if word in said]
    told = {row[0] for row in found["Stagiaires"][1:]}
    assert len(told) == 5
    assert {row[0] for row in found["Niveaux"][1:]} == told
    assert {row[0] for row in tables(ran(profile))["Stagiaires"][1:]} == told
    assert {row[0] for row in tables(ran(saved(world, hides_people=True)))["Stagiaires"][1:]}.isdisjoint(told)
    assert world.cohort.name in said  # five people: not one of them can be told by it


@pytestmark_db
def test_without_names_a_small_cohort_is_not_named() -> None:
    world, other = small(), small()
    classmates(world, 4)
    said = str(tables(ran(saved(world, hides_people=True, cohorts=[world.cohort, other.cohort]))))
    assert world.cohort.name in said
    assert other.cohort.name not in said


@pytestmark_db
def test_without_names_fewer_than_five_people_are_refused() -> None:
    world = small()
    classmates(world, LEAST_PEOPLE - 2)
    with pytest.raises(Refused) as refused:
        ran(saved(world, hides_people=True))
    assert refused.value.code == "too_few_people"


@pytestmark_db
def test_statements_without_names_carry_a_pseudonym() -> None:
    world = small()
    people = [*classmates(world, 4), world.trainee]
    said = content(ran(saved(world, kind="statements", format="jsonl", hides_people=True))).decode()
    assert said.count("\n") > 10
    assert not [one for one in people if str(one.uuid) in said]
