"""When a saved export runs, and by whom: at its hour, once however many were missed, by who may."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, strategies

from lms import clock
from lms.exports.models import Export, ExportProfile, ProfileRun
from lms.exports.rules.profiles import CADENCES, digests_in, mark_of, next_moment, pseudonym
from lms.exports.services import cancel_export
from lms.exports.services.profiles import Wanted, archive_profile, run_due_profiles, run_profile, save_profile
from lms.jobs.models import Job
from lms.people.models import Notice
from lms.people.rules import Role
from lms.people.services import leave_cohort, pause_person
from lms.refusal import Refused
from tests.cast import person, small
from tests.exports.profiles import made, ran, saved, tables
from tests.story import classmates

PARIS = ZoneInfo("Europe/Paris")
NAMES = ["Stagiaires/Nom", "Stagiaires/Prénom"]


pytestmark_db = pytest.mark.django_db


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
