"""The outbox of files: a mail and its link, a day of patience, one worker at a time, rights looked at again (F23)."""

import re
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from lms import clock
from lms.exports.models import Delivery, Destination, FileLink, ProfileRun
from lms.exports.rules.deliveries import link_digest
from lms.exports.services import expire_exports, request_export
from lms.exports.services.deliveries import (
    close_destination,
    count_download,
    revoke_link,
    send_again,
    send_export,
    stop_delivery,
)
from lms.exports.services.profiles import Wanted, run_profile, save_profile
from lms.exports.services.sending import deliver_exports
from lms.people.models import Notice
from lms.people.rules import Role
from lms.people.services import pause_person, update_person
from lms.records.rules.forwarding import TOO_LATE
from lms.refusal import Refused
from lms.sealed import unseal
from tests.cast import form_key, person, small
from tests.exports.profiles import content, made, ran, saved, tables
from tests.exports.servers import PASSWORD, DavHost, SftpHost, dav_server, sftp_server
from tests.exports.ways import by_dav, by_mail, delivery, sent
from tests.story import hand_in, judge

pytestmark = pytest.mark.django_db
LINK = re.compile(r"https?://[^/\s]+(/fichier/[^/]+/)")


@pytest.fixture(autouse=True)
def _mail(settings: Settings) -> None:
    settings.HAS_EMAIL = True


@pytest.fixture
def host(tmp_path: Path, settings: Settings) -> Iterator[SftpHost]:
    root = tmp_path / "depot"
    root.mkdir()
    with sftp_server(root) as server:
        settings.OUTSIDE_ALLOWED = [f"127.0.0.1:{server.port}"]
        yield server


@pytest.fixture
def dav(settings: Settings) -> Iterator[DavHost]:
    with dav_server() as server:
        settings.OUTSIDE_ALLOWED = [f"127.0.0.1:{server.port}"]
        yield server


# --- Mail and its link --------------------------------------------------------------------------------------------
def test_a_mail_carries_a_link_whose_secret_is_kept_nowhere(client: Client) -> None:
    world = small()
    export = sent(world, by_mail(world, link_days=3, link_downloads=2))
    letter = mail.outbox[0]
    assert (letter.to, letter.extra_headers["X-Tremplin-Delivery"]) == (["suivi@ifocop.example"], str(delivery().uuid))
    assert "2 fois" in letter.body
    path = LINK.search(letter.body)[1]
    secret = path.split("/")[2]
    link = FileLink.objects.get()
    assert link.digest == link_digest(secret)
    assert secret not in str(FileLink.objects.values()) + str(Delivery.objects.values())
    assert timedelta(days=2) < link.expires_at - clock.now() <= timedelta(days=3)
    for _look in range(3):
        page = client.get(path)
        assert export.name in page.content.decode()
        assert export.sha256 in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    for _time in range(2):
        answer = client.post(path)
        assert b"".join(answer.streaming_content) == content(export)
    assert client.post(path).status_code == 410
    assert client.get(path).status_code == 410
    link.refresh_from_db()
    assert (link.taken, link.last_taken_at is not None) == (2, True)


def test_a_link_ends_by_its_date_by_a_person_and_with_its_file(client: Client) -> None:
    world = small()
    sent(world, by_mail(world))
    path = LINK.search(mail.outbox[0].body)[1]
    with clock.at(clock.now() + timedelta(days=8)):
        assert client.post(path).status_code == 410
    pause_person(by=person(Role.ADMINISTRATOR), person=world.coordinator)
    assert client.post(path).status_code == 410  # who asked may read nobody now
    world.coordinator.refresh_from_db()
    revoke_link(by=world.coordinator, link=FileLink.objects.get())
    assert client.get(path).status_code == 410
    assert client.get("/fichier/autre-chose/").status_code == 404
    assert FileLink.objects.get().taken == 0


def test_two_at_once_take_one_download_each(client: Client) -> None:
    world = small()
    sent(world, by_mail(world, link_downloads=1))
    link = FileLink.objects.get()
    assert [count_download(link=link), count_download(link=link)] == [True, False]


def test_links_are_not_tried_at_full_speed(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "take_file": "2/m/ip"}
    assert [client.post(f"/fichier/essai-{place}/").status_code for place in range(3)] == [404, 404, 429]


def test_a_mail_that_does_not_leave_makes_its_link_useless(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = small()
    told: list[str] = []

    def refused(message: EmailMessage) -> None:
        told.append(message.body)
        raise smtplib.SMTPServerDisconnected("adieu")

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", refused)
        sent(world, by_mail(world))
    assert "n'a pas pris l'envoi" in delivery().last_error
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert deliver_exports() == 1
    assert client.get(LINK.search(told[0])[1]).status_code == 404
    assert client.get(LINK.search(mail.outbox[0].body)[1]).status_code == 200


def test_a_site_without_mail_makes_no_such_destination(settings: Settings) -> None:
    settings.HAS_EMAIL = False
    with pytest.raises(Refused) as refused:
        by_mail(small())
    assert refused.value.code == "no_email"


# --- The outbox ---------------------------------------------------------------------------------------------------
def test_a_delivery_is_tried_for_a_day_then_waits_for_a_person(dav: DavHost) -> None:
    world = small()
    dav.answers = {"PUT": 500}
    export = sent(world, by_dav(world, dav))
    start = clock.now()
    for hours in range(1, 25):
        with clock.at(start + timedelta(hours=hours, minutes=hours)):
            deliver_exports()
    assert delivery().state == "given_up"
    assert delivery().tries > 20
    assert Notice.objects.visible_to(world.coordinator).filter(path="/exports/envois/").count() == 1
    dav.answers = {}
    with clock.at(start + TOO_LATE * 2):
        assert deliver_exports() == 0
        send_again(by=world.coordinator, delivery=delivery())
        assert deliver_exports() == 1
    assert dav.files == {export.name: content(export)}


def test_what_was_not_delivered_is_told_again_by_the_next_file(dav: DavHost) -> None:
    world = small()
    profile = saved(world, period="changes", columns=["Stagiaires/Prénom"], destinations=[by_dav(world, dav), by_mail(world)])
    dav.answers = {"PUT": 500}
    lost = ran(profile)
    deliver_exports()
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["sent", "waiting"]
    assert ProfileRun.objects.get(export=lost).delivered_at is None
    dav.answers = {}
    stop_delivery(by=world.coordinator, delivery=Delivery.objects.get(destination__kind="webdav"))
    second = ran(profile)
    assert tables(second)["Stagiaires"][1:] == [("Inès",)]
    deliver_exports()
    assert ProfileRun.objects.get(export=second).delivered_at is not None
    assert tables(ran(profile))["Stagiaires"][1:] == []


def test_changes_made_while_a_file_is_on_its_way_are_not_missed(dav: DavHost) -> None:
    world = small()
    profile = saved(world, period="changes", columns=["Niveaux/Niveau"], destinations=[by_dav(world, dav)])
    ran(profile)
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    deliver_exports()
    assert tables(ran(profile))["Niveaux"][1:] == [(3,), (3,)]


def test_who_is_new_among_the_receivers_is_told_everything(dav: DavHost) -> None:
    world = small()
    asked = {"name": "Suivi", "period": "changes", "columns": ["Stagiaires/Prénom"]}
    profile = saved(world, destinations=[by_mail(world)], **asked)
    ran(profile)
    deliver_exports()
    late = run_profile(by=world.coordinator, profile=profile, key=form_key())
    wanted = Wanted(
        kind="transcript", format="xlsx", cohorts=[world.cohort], destinations=[by_mail(world, name="B"), by_dav(world, dav)], **asked
    )
    with clock.at(clock.now() + timedelta(minutes=1)):
        save_profile(by=world.coordinator, wanted=wanted, profile=profile)
        made(late)  # as it was asked for before
        assert tables(ran(profile))["Stagiaires"][1:] == [("Inès",)]
        deliver_exports()
        assert tables(ran(profile))["Stagiaires"][1:] == []


def test_a_row_that_changed_and_changed_back_is_told_to_who_may_have_the_change(dav: DavHost) -> None:
    world = small()
    profile = saved(world, period="changes", columns=["Stagiaires/Prénom"], destinations=[by_dav(world, dav), by_mail(world)])
    ran(profile)
    deliver_exports()
    dav.answers = {"PUT": 500}
    for name, told in (("Anne", [("Anne",)]), ("Inès", [("Inès",)])):
        update_person(by=world.coordinator, person=world.trainee, first_name=name, last_name=world.trainee.last_name, email="")
        export = ran(profile)
        deliver_exports()  # the mail leaves, the folder takes nothing
        assert tables(export)["Stagiaires"][1:] == told


def test_a_delivery_is_in_the_hands_of_one_worker(dav: DavHost) -> None:
    world = small()
    export = ran(saved(world, destinations=[by_dav(world, dav)]))
    Delivery.objects.update(lease_until=clock.now() + timedelta(minutes=1))
    assert deliver_exports() == 0
    with clock.at(clock.now() + timedelta(minutes=2)):  # it died
        assert deliver_exports() == 1
    assert list(dav.files) == [export.name]


def test_rights_and_the_file_are_looked_at_again_when_it_leaves(dav: DavHost) -> None:
    world = small()
    ran(saved(world, destinations=[by_dav(world, dav)]))
    with clock.at(clock.now() + timedelta(days=9)):
        expire_exports()
        deliver_exports()
    assert (delivery().state, "effacé après 7 jours" in delivery().last_error) == ("given_up", True)
    pause_person(by=person(Role.ADMINISTRATOR), person=world.coordinator)
    Delivery.objects.update(state="waiting")
    deliver_exports()
    assert "n'est plus à la coordination" in delivery().last_error
    assert dav.asked == []


def test_something_unforeseen_waits_and_is_in_the_log(
    dav: DavHost, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = small()
    way = by_dav(world, dav)
    monkeypatch.setattr("lms.exports.formats.webdav.call", lambda *_args, **_named: 1 / 0)
    sent(world, way)
    assert "panne de notre côté" in delivery().last_error
    assert "ZeroDivisionError" in caplog.text


def test_a_finished_file_is_sent_once_more_by_hand(dav: DavHost) -> None:
    world = small()
    way = by_dav(world, dav)
    export = request_export(by=world.coordinator, kind="transcript", format_="xlsx", key=form_key(), cohort=world.cohort.uuid)
    with pytest.raises(Refused) as refused:
        send_export(by=world.coordinator, export=export, destination=way)
    assert refused.value.code == "file_gone"
    made(export)
    assert not Delivery.objects.exists()  # no profile: it goes nowhere by itself
    assert send_export(by=world.coordinator, export=export, destination=way) == send_export(
        by=world.coordinator, export=export, destination=way
    )
    assert deliver_exports() == 1
    assert list(dav.files) == [export.name]


def test_a_closed_destination_gets_nothing_more_and_forgets_its_secret(dav: DavHost) -> None:
    world = small()
    way = by_dav(world, dav)
    profile = saved(world, destinations=[way])
    export = ran(profile)
    close_destination(by=world.coordinator, destination=way)
    way.refresh_from_db()
    assert unseal(way.secret) != PASSWORD
    assert delivery().state == "stopped"
    ran(profile)
    assert deliver_exports() == 0
    assert Delivery.objects.count() == 1
    with pytest.raises(Refused) as refused:
        send_export(by=world.coordinator, export=export, destination=way)
    assert refused.value.code == "destination_closed"
    send_again(by=world.coordinator, delivery=delivery())
    deliver_exports()
    assert delivery().state == "given_up"
    assert dav.asked == []


def test_acts_on_a_delivery_that_is_over_are_refused(dav: DavHost) -> None:
    world = small()
    sent(world, by_dav(world, dav))
    for act, code in ((send_again, "delivery_under_way"), (stop_delivery, "delivery_over")):
        with pytest.raises(Refused) as refused:
            act(by=world.coordinator, delivery=delivery())
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("change", "code"), [({"name": "Pris"}, "name_taken"), ({"secret": ""}, "secret_missing"), ({"user": ""}, "secret_missing")]
)
def test_a_destination_that_lacks_something_is_refused(dav: DavHost, change: dict[str, str], code: str) -> None:
    world = small()
    by_dav(world, dav, name="Pris")
    with pytest.raises(Refused) as refused:
        by_dav(world, dav, **change)
    assert refused.value.code == code


def test_ways_out_are_the_coordinations(dav: DavHost) -> None:
    world = small()
    way = by_dav(world, dav)
    assert PASSWORD not in way.secret
    for role in (Role.TRAINER, Role.ADMINISTRATOR):
        other = person(role, cohort=world.cohort)
        with pytest.raises(Refused) as refused:
            close_destination(by=other, destination=way)
        assert refused.value.code == "role_not_allowed"
        for model in (Destination, Delivery, FileLink):
            assert not model.objects.visible_to(other).exists()


def test_what_cannot_be_is_refused_by_the_database(dav: DavHost) -> None:
    world = small()
    sent(world, by_mail(world))
    other = by_dav(world, dav)
    faults: list[tuple[Any, dict[str, Any]]] = [
        (Destination.objects.filter(pk=other.pk), {"secret": ""}), (Destination.objects.filter(pk=other.pk), {"name": "IFOCOP"}),
        (Destination.objects.filter(pk=other.pk), {"link_days": 8}), (Destination.objects.filter(pk=other.pk), {"host_key_confirmed_at": clock.now()}),
        (Delivery.objects, {"sent_at": None}), (FileLink.objects, {"taken": 9}), (FileLink.objects, {"revoked_at": clock.now()}),
    ]  # fmt: skip
    for rows, change in faults:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    row = delivery()
    row.pk = row.uuid = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
