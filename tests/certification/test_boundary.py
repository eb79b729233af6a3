"""S32: a certifier reads the candidates of their session, from its opening to so many days after its closing; nobody and nothing else."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from lms import clock
from lms.certification.models import Candidate, CertificationSession
from lms.certification.selectors import access_days_of
from lms.certification.services import add_member, change_session, present, remove_member, withdraw_candidate
from lms.certification.services.decisions import close_session
from lms.exports.models import Export
from lms.exports.services import request_export, run_export
from lms.exports.services.rights import opened_for
from lms.people.models import Cohort, RecordAccess, User
from lms.people.rules import Role
from lms.people.services import join_cohort
from lms.refusal import Refused
from tests.cast import person, signed_in, small
from tests.certification.story import Sitting, days, sitting
from tests.house.access import PEOPLE, TABLE
from tests.story import classmates

pytestmark = pytest.mark.django_db

CERTIFIER = PEOPLE.index("certifier")


def seen_by(certifier: User) -> set[User]:
    return set(User.objects.trainees_visible_to(certifier))


def shift(story: Sitting, **others: object) -> None:
    change_session(by=story.small.coordinator, session=story.session, **{**days(), **others})


def test_one_candidate_opens_and_no_classmate() -> None:
    story = sitting()
    other = classmates(story.small, 1)[0]
    assert seen_by(story.president) == {story.small.trainee}
    present(by=story.small.coordinator, session=story.session, trainees=[other], blocks=[story.block], despite="Le jury veut voir.")
    assert seen_by(story.president) == {story.small.trainee, other}
    withdraw_candidate(by=story.small.coordinator, candidate=story.candidate(other), reason="Pas cette fois.")
    assert seen_by(story.president) == {story.small.trainee}


def test_nothing_opens_before_the_opening_nor_after_the_last_day() -> None:
    story, today = sitting(), clock.today()
    day = timedelta(days=1)
    for opens, starts, ends, is_open in (
        (today + day, today + 2 * day, today + 3 * day, False), (today, today + 2 * day, today + 3 * day, True),
        (today - 50 * day, today - 40 * day, today - 30 * day, True), (today - 50 * day, today - 40 * day, today - 31 * day, False),
    ):  # fmt: skip
        shift(story, opens_on=opens, starts_on=starts, ends_on=ends)
        assert bool(seen_by(story.president)) is is_open
        assert CertificationSession.objects.visible_to(story.president).exists() is is_open
        assert Candidate.objects.visible_to(story.president).exists() is is_open


def test_closing_counts_the_days_anew() -> None:
    story = sitting(ends_on=clock.today() + timedelta(days=20))
    story.decide()
    before = RecordAccess.objects.get().closes_at
    close_session(by=story.president, session=story.session)
    assert before - RecordAccess.objects.get().closes_at == timedelta(days=20)


def test_days_after_a_closing_are_counted_from_the_site_s_own_day() -> None:
    story = sitting()
    story.decide()
    evening = datetime(2031, 6, 5, 22, 30, tzinfo=UTC)  # the 6th in Paris
    story.session.closed_at = evening
    assert access_days_of(story.session)[1] == date(2031, 6, 6) + timedelta(days=30)


def test_a_session_that_moved_meanwhile_opens_on_its_new_days() -> None:
    story, today = sitting(), clock.today()
    stale = CertificationSession.objects.select_related("certification").get(pk=story.session.pk)
    shift(story, opens_on=today + timedelta(days=3), starts_on=today + timedelta(days=4), ends_on=today + timedelta(days=5))
    add_member(by=story.small.coordinator, session=stale, user=person(Role.CERTIFIER))
    assert not seen_by(story.president)


def test_a_member_taken_off_reads_nothing_more_and_one_put_on_reads_at_once() -> None:
    story, second = sitting(), person(Role.CERTIFIER)
    member = add_member(by=story.small.coordinator, session=story.session, user=second)
    assert seen_by(second) == {story.small.trainee}
    remove_member(by=story.small.coordinator, member=member)
    assert not seen_by(second)
    assert not CertificationSession.objects.visible_to(second).exists()


def test_a_certifier_enters_no_cohort() -> None:
    world = small()
    with pytest.raises(Refused, match="jury"):
        join_cohort(by=world.coordinator, person=person(Role.CERTIFIER), cohort=world.cohort)


def doors(**ids: object) -> list[str]:
    """The addresses a certifier may read, of those that these ids fill."""
    return [
        reverse(name, args=[ids[word] for word in row.to])
        for name, row in TABLE.items()
        if row.get.split()[CERTIFIER] == "O" and set(row.to) <= ids.keys()
    ]


def words(client: Client, address: str) -> str:
    answer = client.get(address)
    return answer.content.decode(errors="replace") if answer.status_code == 200 else ""


@pytest.fixture
def mixed() -> tuple[Sitting, list[User]]:
    """One candidate among five of a cohort, and the four others."""
    story = sitting()
    return story, classmates(story.small, 4)


def test_no_page_of_the_cohort_names_or_counts_the_others(mixed: tuple[Sitting, list[User]]) -> None:
    story, others = mixed
    world, client = story.small, signed_in(story.president)
    heads = {"competency": world.competencies[0].uuid, "framework": world.programme.framework.uuid}
    opened = doors(
        cohort=world.cohort.uuid,
        trainee=world.trainee.uuid,
        csv_table="niveaux",
        readiness_figure="blocs",
        session=story.session.uuid,
        **heads,
    )
    assert len(opened) >= 12
    told = {address: words(client, address) for address in opened}
    leaked = [(address, other) for address, text in told.items() for other in others if str(other) in text or str(other.uuid) in text]
    assert not leaked
    assert all(
        client.get(address).status_code == 404
        for other in others
        for address in doors(trainee=other.uuid, **heads)
        if str(other.uuid) in address
    )
    matrix = told[reverse("home:cohort-csv", args=[world.cohort.uuid, "niveaux"])]
    assert len(matrix.strip().splitlines()) == 2, "a head and the candidate"


def test_counts_on_the_pages_of_the_cohort_do_not_move_with_the_others(mixed: tuple[Sitting, list[User]]) -> None:
    """No other group's figures: what a certifier reads of a cohort is the same, whoever else is in it."""
    story, _others = mixed
    client = signed_in(story.president)
    known = doors(cohort=story.small.cohort.uuid, csv_table="niveaux", readiness_figure="blocs")
    pages = [page for page in known if str(story.small.cohort.uuid) in page or page == reverse("home:trainees")]
    assert len(pages) >= 5
    plain = re.compile(r'(nonce|value|content)="[^"]*"|ast-[\w-]+|uid[\w-]+')
    before = {page: plain.sub("", words(client, page)) for page in pages}
    classmates(story.small, 3)
    after = {page: plain.sub("", words(client, page)) for page in pages}
    assert [page for page in pages if before[page] != after[page]] == []


def test_a_file_of_the_cohort_holds_the_candidates_and_says_who_took_it(mixed: tuple[Sitting, list[User]]) -> None:
    story, _others = mixed
    assert list(Cohort.objects.visible_to(story.president)) == [story.small.cohort]
    export = request_export(by=story.president, kind="transcript", format_="xlsx", key=uuid4(), cohort=story.small.cohort.uuid)
    run_export.call(str(export.uuid))
    export = Export.objects.get(pk=export.pk)
    with export.content.open("rb") as content:
        book = openpyxl.load_workbook(io.BytesIO(content.read()))
    assert book["Stagiaires"].max_row == 2
    assert str(story.president) in str(book.properties.description)
    assert str(story.president) in book["Stagiaires"].oddFooter.center.text


def test_a_file_is_taken_while_everyone_in_it_is_still_open(mixed: tuple[Sitting, list[User]]) -> None:
    story, others = mixed
    present(by=story.small.coordinator, session=story.session, trainees=[others[0]], blocks=[story.block], despite="Le jury veut voir.")
    export = request_export(by=story.president, kind="transcript", format_="csv", key=uuid4(), cohort=story.small.cohort.uuid)
    run_export.call(str(export.uuid))
    export.refresh_from_db()
    opened = opened_for(story.president, export)
    assert opened
    opened.close()
    withdraw_candidate(by=story.small.coordinator, candidate=story.candidate(others[0]), reason="Pas cette fois.")
    assert opened_for(story.president, export) is None


def test_counsellors_words_and_addresses_are_on_no_page_of_a_certifier(mixed: tuple[Sitting, list[User]]) -> None:
    story, _others = mixed
    trainee = story.small.trainee
    trainee.email = "adresse-privee@exemple.org"
    trainee.save(update_fields=["email"])
    client = signed_in(story.president)
    for address in doors(cohort=story.small.cohort.uuid, trainee=trainee.uuid, session=story.session.uuid):
        assert "adresse-privee" not in words(client, address), address
