"""Saved exports: which columns, of whom, over which time, with names or without, when; and what changed since the last one."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, strategies

from curriculum.services import enrol
from lms import clock
from lms.exports.kinds import KINDS
from lms.exports.kinds.chosen import options_of, sheets_left
from lms.exports.models import Export, ExportProfile, ProfileRun
from lms.exports.rules.profiles import CADENCES, LEAST_PEOPLE, digests_in, mark_of, next_moment, pseudonym
from lms.exports.services import cancel_export, run_export
from lms.exports.services.profiles import Wanted, archive_profile, run_due_profiles, run_profile, save_profile
from lms.jobs.models import Job
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.people.services import leave_cohort, pause_person
from lms.refusal import Refused
from tests.cast import cohort, person, small
from tests.exports.profiles import content, made, members, ran, saved, tables
from tests.story import classmates, hand_in, judge, read_lesson

PARIS = ZoneInfo("Europe/Paris")
NAMES = ["Stagiaires/Nom", "Stagiaires/Prénom"]


# --- When: pure ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cadence", "day", "after", "expected"),
    [
        ("daily", 1, "2026-03-10 05:59", "2026-03-10 06:00"), ("daily", 1, "2026-03-10 06:00", "2026-03-11 06:00"),
        ("weekly", 0, "2026-03-10 06:00", "2026-03-16 06:00"), ("weekly", 1, "2026-03-10 05:00", "2026-03-10 06:00"),
        ("monthly", 1, "2026-03-10 06:00", "2026-04-01 06:00"), ("monthly", 28, "2026-02-28 06:30", "2026-03-28 06:00"),
    ],
)  # fmt: skip
def test_next_moment_is_the_first_after(cadence: str, day: int, after: str, expected: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=PARIS)
    assert next_moment(cadence, hour=6, day=day, after=moment).strftime("%Y-%m-%d %H:%M") == expected


@given(
    cadence=strategies.sampled_from(CADENCES), hour=strategies.integers(0, 23), day=strategies.integers(1, 6),
    on=strategies.dates(date(2026, 1, 1), date(2030, 1, 1)), moment=strategies.times(),
)  # fmt: skip
def test_next_moment_is_later_and_keeps_its_hour_when_clocks_change(cadence: str, hour: int, day: int, on: date, moment: time) -> None:
    after = datetime.combine(on, moment, tzinfo=PARIS)
    found = next_moment(cadence, hour=hour, day=day, after=after)
    assert found > after
    assert found.hour == hour
    assert found - after <= timedelta(days=32)


def test_next_moment_of_no_cadence_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="weekly 9"):
        next_moment("weekly", hour=6, day=9, after=datetime(2026, 1, 1, tzinfo=PARIS))


def test_a_pseudonym_is_the_same_in_a_profile_and_in_no_other() -> None:
    one, other, who = b"une", b"autre", uuid4()
    assert pseudonym(one, who) == pseudonym(one, who)
    assert len({pseudonym(one, who), pseudonym(other, who), pseudonym(one, uuid4()), who}) == 4


def test_a_mark_holds_each_digest_once() -> None:
    digests = [bytes([place]) * 16 for place in (3, 1, 3)]
    assert digests_in(mark_of(digests)) == set(digests)
    assert len(mark_of(digests)) == 32
    assert digests_in(b"") == frozenset()


# --- What ---------------------------------------------------------------------------------------------------------
pytestmark_db = pytest.mark.django_db


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


# --- When, and by whom --------------------------------------------------------------------------------------------
@pytestmark_db
def test_a_scheduled_profile_runs_at_its_hour_and_once_for_all_those_missed() -> None:
    world = small()
    start = datetime(2026, 3, 10, 5, 0, tzinfo=PARIS)
    with clock.at(start):
        profile = saved(world, cadence="daily", hour=6)
        assert run_due_profiles() == 0
    with clock.at(start + timedelta(days=5)):
        assert run_due_profiles() == 1
        assert run_due_profiles() == 0
    profile.refresh_from_db()
    export = Export.objects.get()
    assert (timezone.localtime(profile.next_at).day, timezone.localtime(profile.next_at).hour) == (15, 6)
    assert export.run.scheduled_for == start + timedelta(hours=1)
    assert export.owner == world.coordinator
    made(export)


@pytestmark_db
def test_a_scheduled_run_waits_behind_others_instead_of_being_lost() -> None:
    world = small()
    for _number in range(5):
        run_profile(by=world.coordinator, profile=saved(world), key=uuid4())
    with clock.at(clock.now() - timedelta(days=2)):
        saved(world, cadence="daily")
    assert run_due_profiles() == 1


@pytestmark_db
def test_a_scheduled_run_that_is_refused_says_so_and_the_next_is_tried() -> None:
    world = small()
    with clock.at(clock.now() - timedelta(days=2)):
        profile = saved(world, cadence="daily")
    leave_cohort(by=world.coordinator, person=world.trainee, cohort=world.cohort)
    assert run_due_profiles() == 0
    profile.refresh_from_db()
    assert "aucun stagiaire" in profile.last_error
    assert profile.next_at > clock.now()
    assert not Export.objects.exists()
    assert Notice.objects.visible_to(world.coordinator).filter(path__contains=str(profile.uuid)).count() == 1


@pytestmark_db
def test_a_profile_of_somebody_paused_makes_nothing() -> None:
    world = small()
    with clock.at(clock.now() - timedelta(days=2)):
        saved(world, cadence="daily")
    pause_person(by=person(Role.ADMINISTRATOR), person=world.coordinator)
    assert run_due_profiles() == 0
    assert not Export.objects.exists()


@pytestmark_db
def test_a_profile_put_away_runs_no_more() -> None:
    world = small()
    with clock.at(clock.now() - timedelta(days=2)):
        profile = saved(world, cadence="daily")
    archive_profile(by=world.coordinator, profile=profile)
    assert run_due_profiles() == 0
    profile.refresh_from_db()
    with pytest.raises(Refused) as refused:
        run_profile(by=world.coordinator, profile=profile, key=uuid4())
    assert refused.value.code == "profile_archived"


@pytestmark_db
def test_running_sent_twice_is_one_file() -> None:
    world = small()
    profile, key = saved(world), uuid4()
    assert run_profile(by=world.coordinator, profile=profile, key=key) == run_profile(by=world.coordinator, profile=profile, key=key)
    assert ProfileRun.objects.count() == 1


@pytestmark_db
def test_a_run_keeps_the_profile_as_it_was() -> None:
    world = small()
    profile = saved(world, columns=NAMES)
    export = run_profile(by=world.coordinator, profile=profile, key=uuid4())
    changed = Wanted(name="Autre", kind="transcript", format="csv", columns=["Niveaux/Code"], cohorts=[world.cohort])
    save_profile(by=world.coordinator, profile=profile, wanted=changed)
    assert list(tables(made(export))) == ["Stagiaires"]


@pytestmark_db
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "store"}, "export_unknown"), ({"format": "parquet"}, "export_unknown"), ({"columns": ["Stagiaires/Âge"]}, "columns_gone"),
        ({"columns": NAMES, "hides_people": True}, "no_column"), ({"name": "Pris"}, "name_taken"),
    ],
)  # fmt: skip
def test_a_profile_that_says_nothing_is_refused(change: dict[str, Any], code: str) -> None:
    world = small()
    saved(world, name="Pris")
    with pytest.raises(Refused) as refused:
        saved(world, **change)
    assert refused.value.code == code


@pytestmark_db
@pytest.mark.parametrize("role", [Role.TRAINER, Role.CERTIFIER, Role.ADMINISTRATOR])
def test_profiles_are_the_coordinations(role: Role) -> None:
    world = small()
    profile, other = saved(world), person(role, cohort=world.cohort)
    acts = (
        lambda: save_profile(by=other, wanted=Wanted(name="À moi", kind="transcript", format="xlsx")),
        lambda: archive_profile(by=other, profile=profile),
        lambda: run_profile(by=other, profile=profile, key=uuid4()),
    )
    for act in acts:
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "role_not_allowed"
    assert not ExportProfile.objects.visible_to(other).exists()


@pytestmark_db
def test_a_column_that_is_gone_stops_the_run_with_what_to_do() -> None:
    world = small()
    profile = saved(world)
    ExportProfile.objects.filter(pk=profile.pk).update(columns=["Stagiaires/Ancienne"])
    profile.refresh_from_db()
    with pytest.raises(Refused) as refused:
        run_profile(by=world.coordinator, profile=profile, key=uuid4())
    assert refused.value.code == "columns_gone"


@pytestmark_db
def test_a_run_costs_the_same_queries_for_two_trainees_and_for_twelve() -> None:
    counts = []
    for number in (1, 11):
        world = small()
        classmates(world, number)
        profile = saved(world, period="changes")
        ran(profile)
        for since in ({}, {"period": "days", "days": 9}):
            profile = saved(world, period="changes") if not since else saved(world, **since)
            export = run_profile(by=world.coordinator, profile=profile, key=uuid4())
            with CaptureQueriesContext(connection) as queries:
                made(export)
            counts.append(len([query for query in queries if query["sql"].startswith("SELECT")]))
    assert counts[:2] == counts[2:]


# --- Stopped ------------------------------------------------------------------------------------------------------
@pytestmark_db
def test_a_waiting_export_is_stopped_by_its_owner_alone() -> None:
    world = small()
    export = run_profile(by=world.coordinator, profile=saved(world), key=uuid4())
    with pytest.raises(Refused) as refused:
        cancel_export(by=person(Role.COORDINATOR), export=export)
    assert refused.value.code == "not_yours"
    cancel_export(by=world.coordinator, export=export)
    export.job.refresh_from_db()
    assert export.job.state == Job.State.CANCELLED
    with pytest.raises(Refused) as refused:
        cancel_export(by=world.coordinator, export=export)
    assert refused.value.code == "export_over"


@pytestmark_db
@pytest.mark.parametrize(
    "broken",
    [
        {"period": "since"}, {"period": "days"}, {"period": "days", "days": 0}, {"hour": 24}, {"day": 29},
        {"next_at": datetime(2026, 1, 1, tzinfo=PARIS)},
    ],
)  # fmt: skip
def test_a_profile_that_cannot_be_is_refused_by_the_database(broken: dict[str, Any]) -> None:
    profile = saved(small())
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportProfile.objects.filter(pk=profile.pk).update(**broken)


@pytestmark_db
def test_one_run_a_moment_and_one_name() -> None:
    world = small()
    profile = saved(world)
    first, second = ran(profile), ran(profile)
    ProfileRun.objects.filter(export=first).update(scheduled_for=clock.now())
    moment = ProfileRun.objects.get(export=first).scheduled_for
    with pytest.raises(IntegrityError), transaction.atomic():
        ProfileRun.objects.filter(export=second).update(scheduled_for=moment)
    other = saved(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportProfile.objects.filter(pk=other.pk).update(name=profile.name)
    assert UUID(first.parameters["profile"]) == profile.uuid
