"""What may not leave, or not any more: several dossiers at once, behind a link of a closed way, for who lost the role, past one's turn."""

import logging
import re
import smtplib
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lms import clock
from lms.exports.models import Delivery, ExportProfile, FileLink
from lms.exports.rules.sharing import CURRENT_CONSENT
from lms.exports.services import request_cohort_dossiers, request_dossier
from lms.exports.services.deliveries import close_destination, revoke_link, send_again, send_export, stop_delivery
from lms.exports.services.dossiers import give_consent
from lms.exports.services.profiles import run_due_profiles
from lms.exports.services.sending import deliver_exports
from lms.hushed import HideLinks
from lms.people.rules import Role
from lms.people.services import pause_person
from lms.refusal import Refused
from tests.cast import person, signed_in, small
from tests.exports.profiles import made, ran, saved
from tests.exports.ways import by_mail, delivery, sent

pytestmark = pytest.mark.django_db
LINK = re.compile(r"https?://[^/\s]+(/fichier/[^/]+/)")


@pytest.fixture(autouse=True)
def _mail(settings: Settings) -> None:
    settings.HAS_EMAIL = True


def test_the_dossiers_of_a_cohort_do_not_leave_together() -> None:
    world = small()
    way = by_mail(world)
    together = made(request_cohort_dossiers(by=world.coordinator, cohort=world.cohort.uuid, key=uuid4()))
    give_consent(by=world.trainee, text_version=CURRENT_CONSENT)
    with pytest.raises(Refused) as refused:
        send_export(by=world.coordinator, export=together, destination=way)
    assert refused.value.code == "one_by_one"
    assert not Delivery.objects.exists()
    alone = made(request_dossier(by=world.coordinator, trainee=world.trainee.uuid, key=uuid4()))
    boss = signed_in(world.coordinator)
    pages = [boss.get(reverse("exports:export-detail", args=[one.uuid])).content.decode() for one in (together, alone)]
    assert [reverse("exports:export-send", args=[one.uuid]) in page for one, page in zip((together, alone), pages, strict=True)] == [
        False,
        True,
    ]
    send_export(by=world.coordinator, export=alone, destination=way)
    assert Delivery.objects.count() == 1


def test_closing_a_destination_closes_the_links_of_its_mails(client: Client) -> None:
    world = small()
    way = by_mail(world)
    sent(world, way)
    path = LINK.search(mail.outbox[0].body)[1]
    assert client.get(path).status_code == 200
    close_destination(by=world.coordinator, destination=way)
    assert [client.get(path).status_code, client.post(path).status_code] == [410, 410]
    assert FileLink.objects.get().revoked_by == world.coordinator


def test_a_mail_that_left_in_spite_of_its_error_opens_nothing_once_stopped(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = small()
    told: list[str] = []

    def lost(message: EmailMessage) -> None:
        told.append(message.body)
        raise smtplib.SMTPServerDisconnected("adieu")

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", lost)
        sent(world, by_mail(world))
    path = LINK.search(told[0])[1]
    assert client.get(path).status_code == 200
    stop_delivery(by=world.coordinator, delivery=delivery())
    assert client.get(path).status_code == 410
    send_again(by=world.coordinator, delivery=delivery())
    assert client.get(path).status_code == 404
    assert deliver_exports() == 1
    assert client.get(LINK.search(mail.outbox[0].body)[1]).status_code == 200


def test_a_link_closed_by_hand_does_not_close_that_of_the_next_mail(client: Client) -> None:
    world = small()
    sent(world, by_mail(world))
    old = LINK.search(mail.outbox[0].body)[1]
    revoke_link(by=world.coordinator, link=FileLink.objects.get())
    Delivery.objects.update(state="given_up", sent_at=None)
    send_again(by=world.coordinator, delivery=delivery())
    deliver_exports()
    assert [client.get(path).status_code for path in (old, LINK.search(mail.outbox[1].body)[1])] == [404, 200]


def test_what_a_coordinator_sent_stays_when_they_lost_the_role_until_another_sends_it() -> None:
    world = small()
    export = ran(saved(world))
    gone = person(Role.COORDINATOR)
    send_export(by=gone, export=export, destination=by_mail(world))
    pause_person(by=person(Role.ADMINISTRATOR), person=gone)
    assert deliver_exports() == 0
    assert (delivery().state, "n'est plus à la coordination" in delivery().last_error) == ("given_up", True)
    send_again(by=world.coordinator, delivery=delivery())
    assert (deliver_exports(), delivery().asked_by) == (1, world.coordinator)


def test_a_try_that_was_stopped_and_asked_anew_does_not_touch_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    world = small()

    def stopped_meanwhile(_message: EmailMessage) -> None:
        stop_delivery(by=world.coordinator, delivery=delivery())
        send_again(by=world.coordinator, delivery=delivery())
        raise smtplib.SMTPServerDisconnected("adieu")

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", stopped_meanwhile)
        sent(world, by_mail(world))
    assert (delivery().state, delivery().tries, delivery().last_error) == ("waiting", 0, "")


def test_no_log_keeps_the_secret_of_a_link() -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", ("Too Many Requests", "/fichier/s3cret-x_y/"), None)
    other = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", ("Gone", "/exports/1/fichier/"), None)
    assert HideLinks().filter(record)
    assert HideLinks().filter(other)
    assert (record.getMessage(), other.getMessage()) == ("Too Many Requests: /fichier/…/", "Gone: /exports/1/fichier/")
    assert django_settings.LOGGING["handlers"]["console"]["filters"] == ["links"]


def test_a_scheduled_file_of_who_lost_the_role_says_what_to_do_and_a_breakdown_stops_no_other() -> None:
    world = small()
    broken, fine = (saved(world, cadence="daily") for _profile in range(2))
    ExportProfile.objects.filter(pk=broken.pk).update(kind="gone")
    with clock.at(clock.now() + timedelta(days=1)):
        assert run_due_profiles() == 1
        broken.refresh_from_db()
        assert "panne de notre côté" in broken.last_error
        assert broken.next_at > clock.now()
    pause_person(by=person(Role.ADMINISTRATOR), person=world.coordinator)
    with clock.at(clock.now() + timedelta(days=2)):
        assert run_due_profiles() == 0
    fine.refresh_from_db()
    assert "Ouvrez-le et enregistrez-le" in fine.last_error
